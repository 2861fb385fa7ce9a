"""Every one of Pulumi's resource options, and what it does for a `Backup` or a `BackupSet`.

Tried with CLI 3.250.0. A dynamic resource has no plugin of its own, and its server passes on neither
time limits nor what has changed, so some options would be ignored in silence or end in a traceback.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, NoReturn

import pulumi

HONOURED: Final = frozenset(
    {
        "additional_secret_outputs",
        "aliases",
        "delete_before_replace",
        "deleted_with",
        "depends_on",
        "hide_diffs",
        "hooks",
        "ignore_changes",
        "parent",
        "protect",
        "replace_with",
        "retain_on_delete",
        "state_migrations",
        "transformations",
        "transforms",
    }
)
"""The engine or the SDK sees to these, whatever the provider is."""

OF_PROVIDERS: Final = frozenset({"provider", "providers"})
"""Looked at where the region and the account are decided."""

_TAKEN_IN: Final = (
    "To bring an existing backup into the stack, give a Backup existing_backup_arn=ARN."
)
_NO_PLUGIN: Final = "Leave it out: there is no plugin, pip installs pulumi_ddb_backup."
REFUSED: Final[Mapping[str, str]] = {
    "custom_timeouts": "Give timeout=SECONDS instead: it limits the whole operation.",
    "env_var_mappings": "Give region, profile or role_arn instead.",
    "id": _TAKEN_IN,
    "import_": _TAKEN_IN,
    "plugin_download_url": _NO_PLUGIN,
    "replace_on_changes": (
        "Give triggers= instead: a change of any of them takes a new backup. "
        "What else needs a new backup takes one anyway."
    ),
    "replacement_trigger": "Give triggers= instead: a change of any of them takes a new backup.",
    "urn": _TAKEN_IN,
    "version": _NO_PLUGIN,
}
"""What would be ignored or fail, with what to do instead."""

_PROTECTED: Final = (
    "protect=True blocks replacements too: a changed trigger takes no new backup until protect is off. "
    'You may not need it: destroying keeps the backup in AWS unless deletion_policy is "delete".'
)


def require_honoured(subject: str, opts: pulumi.ResourceOptions | None, *, triggers: bool) -> None:
    """Refuse the options that would not do what they say.

    Args:
        subject: Whose options they are, such as `Backup 'orders'`.
        opts: The options.
        triggers: Whether the resource has triggers, which `protect` stops.

    Raises:
        pulumi.RunError: There are such options; each is named with what to give instead.
    """
    refused = list(_refused(opts))
    if refused:
        raise pulumi.RunError("\n".join(f"{subject}: {text}" for text in refused))
    if triggers and opts is not None and opts.protect:
        pulumi.log.info(f"{subject}: {_PROTECTED}")


def _refused(opts: pulumi.ResourceOptions | None) -> Iterator[str]:
    for name, instead in REFUSED.items():
        if getattr(opts, name, None) is not None:
            yield f"opts.{name} has no effect on dynamic resources. {instead}"


def no_get(kind: str, taken_in: str = _TAKEN_IN) -> Callable[..., NoReturn]:
    """The `get` that other Pulumi resources have: a sentence that says what to use instead."""

    def get(*_args: object, **_options: object) -> NoReturn:
        raise pulumi.RunError(
            f"{kind}.get: Pulumi can't read a dynamic resource into a program. {taken_in} "
            "To look backups up, call get_backups()."
        )

    return get
