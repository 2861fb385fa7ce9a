"""One command line under way: whom it calls, what it shows, and how it ends."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Final, NoReturn

import typer

from ..aws.backups import Backups
from ..aws.calls.connection import AssumedRole, Connection
from ..aws.errors import BackupError, ValidationError
from ..aws.fleet.fleet import Fleet
from ..aws.fleet.records import TableOutcome
from ..aws.rules.text import of_all, sanitized
from ..aws.rules.validation import SHARED_RULES, broken_rules
from ..aws.rules.values import without_none
from . import failures, stopping
from .debugging import debugging
from .exit_codes import ExitCode, code_of_all
from .interrupts import Interrupts
from .output import NotWritten, Output, Result, Screen
from .process import TRACEBACK, leave_at_once
from .progress import Watch, watching

PROGRAM: Final = "ddb-backup"
Work = Callable[..., ExitCode]


@dataclass
class Session:
    """What a command is handed beside its own options.

    Attributes:
        screen: What it writes to.
        connection: Where and as whom AWS is called.
        names: What it calls single inputs of the library; see `failures.message`.
        watch: Hears of the operation under way, once there is one.
        waits: Whether an operation is under way that tells of itself when it is cancelled.
        arguments: The command line that does the same again.
        stopped: Says whether a signal such as Ctrl-C has come.
    """

    screen: Screen
    connection: Connection = field(default_factory=Connection)
    names: Mapping[str, str] = field(default_factory=dict)
    watch: Watch | None = None
    waits: bool = False
    arguments: Sequence[str] = field(default_factory=lambda: sys.argv[1:])
    stopped: Callable[[], bool] = lambda: False

    def backups(self, region: str | None = None) -> Backups:
        """The calls for one table at a time."""
        connection = replace(self.connection, region=region)
        return Backups(connection, self.watch) if self.watch else Backups(connection)

    def fleet(self, watch: Watch) -> Fleet:
        """The calls for many tables."""
        return Fleet(self.connection, watch, on_progress=watch.many)

    @contextmanager
    def watching(self, *, alone: bool) -> Iterator[Watch]:
        """Show how it goes while the block runs. `alone`: one table is all that it is about."""
        with watching(self.screen, alone=alone) as self.watch:
            self.waits = True
            try:
                yield self.watch
            finally:
                self.waits = False

    def command(self, *words: str) -> str:
        """A command line to type next, that calls AWS as this one does."""
        connection = self.connection
        options = {
            "--profile": connection.profile,
            "--role-arn": connection.roles[0].role_arn if connection.roles else None,
            "--endpoint-url": connection.endpoint_url,
        }
        given = [word for option, value in options.items() if value for word in (option, value)]
        return shlex.join([PROGRAM, *words, *given])

    def again(self, *more: str) -> str:
        """This very command line."""
        return shlex.join([PROGRAM, *self.arguments, *more])

    def cancelling(self) -> None:
        """The first signal has come."""
        if self.waits:
            self.screen.notice(
                "Cancelling, once AWS has answered what it was asked. Ctrl-C again leaves at once."
            )

    def tell(self, error: BackupError) -> None:
        """Say what went wrong, and what to type next."""
        steps = failures.next_steps(error, self.command, self.again())
        self.screen.error("\n".join([failures.message(error, self.names), *steps]))

    def end(
        self,
        result: Result,
        outcomes: Sequence[TableOutcome],
        missed: str,
        failed: str | None = None,
    ) -> ExitCode:
        """Show the result of an operation, then what went wrong for some of many; its exit code.

        Args:
            result: What there is to show.
            outcomes: How it ended for each.
            missed: What has not become of those that failed, such as "not AVAILABLE".
            failed: What to say of the tables that failed. Default: that their backups are `missed`.
        """
        try:
            self.screen.result(result)
        finally:  # whoever read the result may have gone away
            self._tell_failed(outcomes, missed, failed)
        return code_of_all(failures.errors_of(outcomes))

    def _tell_failed(self, outcomes: Sequence[TableOutcome], missed: str, told: str | None) -> None:
        """Each on a line; one alone in full. What was only left alone is counted."""
        failed = [outcome for outcome in outcomes if outcome.error is not None]
        if len(outcomes) > 1:
            stopped = list(stopping.lines(outcomes, missed, self.command))
            failed = [outcome for outcome in failed if not stopping.is_left(outcome)]
            if stopped:
                self.screen.say("\n".join(stopped))
        errors = failures.errors_of(failed)
        if len(outcomes) == 1 or all(outcome.table.is_region for outcome in failed):
            for error in errors:
                self.tell(error)
        elif errors:
            lines = [_counted(failed, outcomes, missed, told)]
            lines += [f"  {failures.line(outcome)}" for outcome in failed]
            steps = failures.next_steps_of_all(errors, self.command, self.again())
            self.screen.error("\n".join([*lines, *steps]))

    def connect(self, profile: str | None, role_arn: str | None, endpoint_url: str | None) -> None:
        """Take the connection from the options that every command has.

        Raises:
            ValidationError: One of them breaks a rule.
        """
        given = {"profile": profile, "role_arn": role_arn, "endpoint_url": endpoint_url}
        if broken := broken_rules(SHARED_RULES, without_none(given)):
            raise ValidationError(broken)
        roles = (AssumedRole(role_arn),) if role_arn else ()
        self.connection = Connection(profile=profile, roles=roles, endpoint_url=endpoint_url)


def _counted(
    failed: Sequence[TableOutcome], all_: Sequence[TableOutcome], missed: str, told: str | None
) -> str:
    """How many there are of those that failed; a region that failed is no backup."""
    tables, total = (sum(not one.table.is_region for one in many) for many in (failed, all_))
    regions = len(failed) - tables
    noun = "region" if regions == 1 else "regions"
    more = f", and {regions} {noun} could not be looked in" if regions else ""
    if told is not None:
        return f"{of_all(tables, total, 'table')} {told}{more}:"
    return f"{of_all(tables, total, 'backup', 'is', 'are')} {missed}{more}:"


def carry_out(
    work: Work,
    own: Mapping[str, object],
    output: Output,
    quiet: bool,
    profile: str | None,
    role_arn: str | None,
    endpoint_url: str | None,
    debug: bool,
) -> int:
    """Carry out a command; its exit code. Whatever goes wrong becomes words here.

    Args:
        work: The command's function.
        own: Its own parameters.
        output: See `options.everywhere`, as for all that follow.
        quiet: Whether only errors are told.
        profile: The profile, if one is given.
        role_arn: The role, if one is given.
        endpoint_url: The endpoint, if one is given.
        debug: Whether to print every call to AWS.
    """
    session = Session(Screen(output, quiet))

    def leave_now() -> NoReturn:
        session.screen.errors.show_cursor()
        _tell_left(session)
        leave_at_once(interrupts.ending(ExitCode.INTERRUPTED))

    interrupts = Interrupts(session.cancelling, leave_now)
    session.stopped = interrupts.have_come
    with interrupts.heard(), debugging(session.screen, wanted=debug):
        try:
            session.connect(profile, role_arn, endpoint_url)
            code = int(work(session, **own))
        except (typer.Exit, typer.BadParameter):
            raise
        except BrokenPipeError:
            code = ExitCode.OUTPUT_CLOSED
        except KeyboardInterrupt:
            code = _left(session)
        except Exception as error:
            code = _failed(session, error)
    return interrupts.ending(code)


def _failed(session: Session, error: Exception) -> int:
    if isinstance(error, BackupError):
        session.tell(error)
        return _as_object(session, failures.as_json(error, session.names))
    if isinstance(error, NotWritten):
        text = f"The result could not be written: {error.reason}. It is about:"
        session.screen.error("\n".join([text, *error.arns]))
        return ExitCode.UNEXPECTED
    if os.environ.get(TRACEBACK):
        raise error
    told = sanitized(f"{type(error).__name__}: {error}")
    text = (
        f"Unexpected: {told}\n"
        "Please report this as a bug of pulumi_ddb_backup. "
        f"With {TRACEBACK}=1 in the environment it shows where it is."
    )
    session.screen.error("\n".join([text, *_heard(session)]))
    return _as_object(session, _bare(type(error).__name__, text, ExitCode.UNEXPECTED))


def _left(session: Session) -> int:
    """A signal has come where no operation could give its account."""
    text = _tell_left(session)
    return _as_object(session, _bare("Cancelled", text, ExitCode.INTERRUPTED))


def _tell_left(session: Session) -> str:
    text = "Cancelled. Nothing was changed in AWS."
    if session.watch is not None:
        text = "Left without AWS's last answers: what was asked of it goes on there."
    session.screen.error("\n".join([text, *_heard(session)]))
    return text


def _heard(session: Session) -> Iterator[str]:
    heard = session.watch.heard if session.watch else {}
    for arn, table in list(heard.items()):  # the operation may go on hearing
        yield f"Heard of last: table '{table}', {arn}"


def _bare(kind: str, text: str, code: ExitCode) -> dict[str, object]:
    return {"kind": kind, "message": text, "exit_code": int(code)}


def _as_object(session: Session, error: Mapping[str, object]) -> int:
    """Write the error where a script looks for it; its exit code."""
    if session.screen.output is Output.JSON:
        with suppress(OSError):  # it has been told on stderr
            session.screen.json({"error": error})
    return int(str(error["exit_code"]))
