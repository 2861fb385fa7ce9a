"""What a person is told of regions: those that could not be looked in, and those that were skipped."""

from __future__ import annotations

from collections.abc import Collection

from ..aws.errors import BackupError
from ..aws.fleet.records import RegionalResult, TableOutcome
from ..aws.fleet.requests import TableRef
from ..aws.rules.subject import ALL_TABLES
from . import failures
from .session import Session


def tell(session: Session, result: RegionalResult) -> None:
    """All that a search has to say of regions."""
    _tell_failed(session, result.errors.values())
    tell_skipped(session, result.regions_skipped)


def _tell_failed(session: Session, errors: Collection[BackupError]) -> None:
    """Why some regions could not be looked in; each on a line where there are several."""
    if len(errors) == 1:
        session.tell(*errors)
    elif errors:
        lines = [f"{len(errors)} regions could not be looked in:"]
        for error in errors:
            outcome = TableOutcome(TableRef(error.facts.region, ALL_TABLES), error=error)
            lines.append(f"  {failures.line(outcome)}")
        steps = failures.next_steps_of_all(list(errors), session.command, session.again())
        session.screen.error("\n".join([*lines, *steps]))


def tell_skipped(session: Session, regions: Collection[str]) -> None:
    """Which regions `--all-regions` has left out."""
    if regions:
        count = "1 region was" if len(regions) == 1 else f"{len(regions)} regions were"
        session.screen.notice(
            f"{count} skipped because these credentials are not accepted there; most likely the "
            f"account has not enabled them: {', '.join(regions)}"
        )
