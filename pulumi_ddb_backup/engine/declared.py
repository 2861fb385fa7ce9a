"""What a program's resources say of a value that they hand to another resource.

Reason: a dynamic resource is created by its own provider process, which no provider of another
package ever reaches: `opts.provider`, `opts.providers` and what a parent component hands down are
dropped without a word. What an explicit provider was given is an output of it only where it is a
string; `pulumi:pulumi:getResource`, by which SDKs read resource references, tells it all.
Seen on: SDK 3.231.0, 3.272.0; CLI 3.250.0; pulumi_aws 7.51.1.
Without it: an explicit provider counts as having settings that can't be taken over.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import pulumi
from pulumi.runtime import invoke_async

GET_RESOURCE: Final = "pulumi:pulumi:getResource"
_UNSET: Final = (None, "", "null", "false", "[]", "{}")
"""How a setting that is given as nothing is read."""


def reaching_provider(
    package: str, opts: pulumi.ResourceOptions | pulumi.InvokeOptions | None
) -> pulumi.ProviderResource | None:
    """The explicit provider of `package` that these options, or their parent, hand down."""
    if opts is None:
        return None
    single = opts.provider
    if single is not None and getattr(single, "package", None) == package:
        return single
    several = getattr(opts, "providers", None) or ()
    for provider in several.values() if isinstance(several, Mapping) else several:
        if provider.package == package:
            found: pulumi.ProviderResource = provider
            return found
    return opts.parent.get_provider(f"{package}::") if opts.parent else None


def provider_of(resource: pulumi.Resource, package: str) -> pulumi.ProviderResource | None:
    """The explicit provider of `package` that a resource was made with."""
    return resource.get_provider(f"{package}::")


async def resources_behind(
    values: Sequence[pulumi.Output[Any]], types: Collection[str]
) -> Sequence[pulumi.Resource]:
    """The resources of one of `types` that `values` were computed from, in a steady order."""
    found = {resource for value in values for resource in await value.resources()}
    wanted = [one for one in found if one.pulumi_resource_type in types]
    return sorted(wanted, key=lambda one: one.pulumi_resource_name)


async def settings_told(
    provider: pulumi.ProviderResource, told: Collection[str], counted: Collection[str]
) -> dict[str, Any]:
    """What an explicit provider was given.

    Args:
        provider: The provider.
        told: Settings whose values are told.
        counted: Settings of which only the names of those that are set are told, under `others`.
    """
    state = await _state(provider)
    if state is None:
        return {"name": provider.pulumi_resource_name, "others": ["settings"]}
    return {
        "name": provider.pulumi_resource_name,
        **{key: state.get(key) for key in told},
        "others": [key for key in counted if state.get(key) not in _UNSET],
    }


async def _state(provider: pulumi.ProviderResource) -> Mapping[str, Any] | None:
    """The provider's own settings, by their names on the wire; None where they can't be read."""
    try:
        answer = await invoke_async(GET_RESOURCE, {"urn": await provider.urn.future()})
    except Exception:
        return None
    state = answer.get("state") if isinstance(answer, Mapping) else None
    return state if isinstance(state, Mapping) else None
