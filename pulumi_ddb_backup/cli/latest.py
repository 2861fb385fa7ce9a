"""`--latest`: the newest backup of a table, where a command takes the ARN of one."""

from __future__ import annotations

from ..aws.backup.lookups import Latest
from ..aws.clock import SystemClock
from ..aws.errors import BackupNotFoundError, Facts, Stage, ValidationError
from ..aws.rules.arns import plain_name
from ..aws.rules.validation import Failure, validate
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
                raise broken("latest", f"{option} needs --latest")
        if not given.startswith("arn:") and (failed := validate({"existing_backup_arn": given})):
            hint = Failure("latest", "For the newest backup of a table, add --latest")
            raise ValidationError([*failed, hint])
        return given
    session.names = {"table_name": "TABLE"}
    with session.watching(alone=True):
        newest = session.backups(region).latest_own(given, backup_name_prefix=prefix)
    backup = newest.backup
    if backup is None:
        raise _none(session, plain_name(given), prefix, newest)
    age = views.age_of(backup.backup_creation_date_time, SystemClock().now())
    gone = "" if newest.table_exists else ", which does not exist any more"
    session.screen.notice(
        f"Latest backup of table '{backup.table_name}'{gone}: '{backup.backup_name}', {age} old, "
        f"{views.size_of(backup.backup_size_bytes)}, {backup.backup_arn}"
    )
    return backup.backup_arn


def _none(session: Session, table: str, prefix: str | None, newest: Latest) -> BackupNotFoundError:
    fitting = f", with a name that starts with '{prefix}'" if prefix else ""
    sentence = "No AVAILABLE backup of table '{table_name}' in region '{region}'{detail}"
    advice = f"Nothing was done. {_quoted(session, table, newest)} shows what exists."
    if newest.passed_over:
        advice = (
            f"{newest.passed_over} under its name don't count: they are of an earlier table of that "
            f"name, or AWS does not say whose they are. {advice}"
        )
    facts = Facts(table, newest.region, detail=fitting)
    return BackupNotFoundError(Stage.READ, facts, sentence, advice)


def _quoted(session: Session, table: str, newest: Latest) -> str:
    listing = session.command("list", table, "--region", newest.region)
    return f"`{listing}`".replace("{", "{{").replace("}", "}}")
