"""A hook's `retention`: which of its own earlier backups of the table go once the new one is there.

A hook is an owner of its own: its backups are those of one table's resource at one moment, and no
`Backup` with the same prefix has its mark. Of a table that was deleted and made again under its name,
every backup stays, because the new table has another TableId.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from ..aws.calls.connection import Connection
from ..aws.records import BackupRecord
from ..aws.retention.after import apply_async, request_after
from ..aws.retention.operation import Prunes
from ..aws.retention.policies import broken_retention, policy_line
from ..aws.retention.records import Retention
from ..aws.rules.naming import owner_mark
from ..display import RowListener, WarningRow, tell_retention

if TYPE_CHECKING:
    from .plan import HookPlan

_TRIED_AGAIN: Final = "The hook's next backup tries again; `ddb-backup prune` does it now."
_LAST: Final = (
    "Once the table is gone, nothing tries again: delete them with `ddb-backup delete ARN`."
)
_TIMESTAMP: Final = "{timestamp}"
_NEEDS_ONE_PREFIX: Final = (
    f"retention needs a backup_name_prefix without {_TIMESTAMP}: with it, no two backups have the same "
    "prefix, so none would ever be deleted"
)


def owner_of(plan: HookPlan, urn: str) -> Mapping[str, object]:
    """Whose the backups are that the hook takes for a resource.

    Two hooks of one moment are two owners, if they have names of their own.
    """
    owner = {"urn": urn, "moment": plan.moment}
    return owner if plan.name in ("", default_name(plan.moment)) else {**owner, "hook": plan.name}


def default_name(moment: str) -> str:
    """The name of a moment's hook, where the program gives none."""
    return f"ddb-backup-{moment}"


def broken_rules(plan: HookPlan) -> Iterator[str]:
    """A sentence for each rule that the hook's retention breaks."""
    if plan.retention is None:
        return
    given: dict[str, Any] = {"retention": plan.retention}
    if plan.backup_name_prefix is not None:
        given["backup_name_prefix"] = plan.backup_name_prefix
    yield from broken_retention(given)
    if _TIMESTAMP in (plan.backup_name_prefix or ""):
        yield _NEEDS_ONE_PREFIX


def foretold(plan: HookPlan, urn: str) -> str:
    """What a preview says of the retention."""
    return policy_line(plan.retention or {}, owner_of(plan, urn), plan.backup_name_prefix)


async def prune_after(
    plan: HookPlan,
    record: BackupRecord,
    prefix: str,
    urn: str,
    connection: Connection,
    row: WarningRow,
) -> None:
    """Delete what the retention keeps no longer, now that `record` is AVAILABLE.

    Whatever goes wrong is a warning: the backup is there, so the engine may go on.

    Args:
        plan: The hook's options.
        record: The backup that it has just taken.
        prefix: What the backup's name was made from.
        urn: The resource that the hook runs for.
        connection: How AWS is called.
        row: The resource's row.
    """
    if not plan.retention:
        return
    owner = owner_mark(owner_of(plan, urn))
    request = request_after([record], Retention.of(plan.retention), prefix, owner)
    left = plan.timeout - (record.elapsed_seconds or 0)
    applied = await apply_async(Prunes(connection, RowListener(row)), request, left)
    tell_retention(row, applied, _LAST if plan.moment == "final" else _TRIED_AGAIN)
