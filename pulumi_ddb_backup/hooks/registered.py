"""The hooks of a running program, each registered once whoever asks for it.

A name can be registered only once in a program, and the state of a table has the name of its delete
hook: tables that share one go on having it when any of them leaves the program.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime import get_root_resource

from .plan import HookPlan


@dataclass(frozen=True, slots=True)
class _Registered:
    plan: HookPlan
    hook: pulumi.ResourceHook
    loop: asyncio.AbstractEventLoop | None


_PROGRAMS: Final[MutableMapping[pulumi.Resource, dict[str, _Registered]]] = WeakKeyDictionary()
"""By the root resource of each running stack: a process may run several programs, at once too."""
_LOCK: Final = threading.Lock()


def registered(name: str, plan: HookPlan) -> pulumi.ResourceHook:
    """The hook of that name of the running program, which carries `plan` out.

    Raises:
        pulumi.RunError: The program has a hook of that name with other options.
    """
    root, loop = get_root_resource(), _running_loop()
    if root is None:
        return _hook(name, plan)
    with _LOCK:
        hooks = _PROGRAMS.setdefault(root, {})
        known = hooks.get(name)
        if known is None or known.loop is not loop:  # unit tests run programs in a loop each
            known = _Registered(plan, _hook(name, plan), loop)
            hooks[name] = known
    if known.plan != plan:
        raise pulumi.RunError(
            f"This program already has a hook named '{name}', with other options. Give one of the two "
            "a name of its own, as its first argument. (A `ProtectedTable` without `final_backup=` "
            "uses 'ddb-backup-final' with the defaults.)"
        )
    return known.hook


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _hook(name: str, plan: HookPlan) -> pulumi.ResourceHook:
    """The hook itself. In a preview it takes no backup: at most, it says what its retention keeps."""
    if plan.retention and pulumi.runtime.is_dry_run():
        options = pulumi.ResourceHookOptions(on_dry_run=True)
        return pulumi.ResourceHook(name, _foretelling(plan), options)
    return pulumi.ResourceHook(name, _callback(plan))


def _foretelling(plan: HookPlan) -> pulumi.resource_hooks.ResourceHookFunction:
    async def foretell(args: pulumi.ResourceHookArgs) -> None:
        await plan.foretell(args)

    return foretell


def _callback(plan: HookPlan) -> pulumi.resource_hooks.ResourceHookFunction:
    async def back_up(args: pulumi.ResourceHookArgs) -> None:
        await plan(args)

    return back_up  # the SDK reads a function's __name__, which an object lacks
