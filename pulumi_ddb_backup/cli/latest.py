"""`--latest`: the newest backup of a table, where a command takes the ARN of one."""

from __future__ import annotations

from ..aws.backup.lookups import Latest
from ..aws.clock import SystemClock
from ..aws.errors import BackupNotFoundError, Facts, Stage
from ..aws.rules.arns import plain_name
from . import views
from .failures import broken
from .session import Session


def resolved(
    session: Session, given: str, *, latest: bool, prefix: str | None, region: str | None = None
) -> str:
    """The ARN that `given` is or, with `latest`, that of the newest AVAILABLE backup of the table.

    A person is told which one that is before anything is done with it.

    Raises:
        BackupNotFoundError: The table has none.
        BackupError: AWS did not tell.
    """
    if not latest:
        for option, value in {"--prefix": prefix, "--region": region}.items():
            if value:
                raise broken("latest", f"{option} goes with --latest")
        return given
    session.names = {"table_name": "TABLE"}
    with session.watching(alone=True):
        newest = session.backups(region).latest_own(given, backup_name_prefix=prefix)
    backup = newest.backup
    if backup is None:
        raise _none(session, plain_name(given), newest)
    age = views.age_of(backup.backup_creation_date_time, SystemClock().now())
    gone = "" if newest.table_exists else ", which does not exist any more"
    session.screen.notice(
        f"Latest backup of table '{backup.table_name}'{gone}: '{backup.backup_name}', {age} old, "
        f"{views.size_of(backup.backup_size_bytes)}, {backup.backup_arn}"
    )
    return backup.backup_arn


def _none(session: Session, table: str, newest: Latest) -> BackupNotFoundError:
    listing = session.command("list", table, "--region", newest.region)
    others = f"Nothing was done. To see what exists: {listing}"
    if newest.passed_over:
        others = (
            f"{newest.passed_over} under its name don't count: they are of an earlier table of that "
            f"name, or AWS does not say whose they are. {others}"
        )
    sentence = "Table '{table_name}' in region '{region}' has no AVAILABLE backup that fits"
    advice = others.replace("{", "{{").replace("}", "}}")
    return BackupNotFoundError(Stage.READ, Facts(table, newest.region), sentence, advice)
