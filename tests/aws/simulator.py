"""A DynamoDB endpoint for tests: moto's, with the behaviours of AWS's backups that moto lacks.

moto stays the implementation of tables and backups. This wraps its WSGI application and adds time
(backups stay CREATING), refusals (rate limits, BackupInUse, backups not enabled yet), faults on
request, ListBackups with pages and filters, and a log of every call.

`python -m tests.aws.simulator` serves it for a person; `/_sim/` is its control:
    GET  /_sim/calls     every call so far, with its time and outcome
    POST /_sim/set       {"creating_seconds": 10, "enabling_seconds": 0, "limits": {"CreateBackup": 50}}
    POST /_sim/finish    every backup becomes AVAILABLE, and new ones at once from here on
    POST /_sim/release   calls that a fault holds are carried out
    POST /_sim/fault     {"api": "CreateBackup", "kind": "error", "code": "InternalServerError", ...}
"""

from __future__ import annotations

import io
import json
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

from moto.dynamodb.models import dynamodb_backends
from moto.moto_api._internal.models import moto_api_backend
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.aws.bare import bare
from tests.aws.existing import elsewhere, invalid_arn, invalid_listing, page, undeletable
from tests.aws.reads import Reads
from tests.aws.restores import ACCOUNT, Restores, lent, tell_backup, tell_summary

AWS_LIMITS = {"CreateBackup": 50, "DescribeBackup": 10, "DescribeTable": 10, "ListBackups": 5}
AWS_BURSTS = {
    "CreateBackup": 60,
    "DescribeBackup": 13,
    "DeleteBackup": 13,
    "DescribeTable": 13,
    "ListBackups": 5,
}
FOREVER = float("inf")
LOSSES = ("close_before", "close_after", "malformed", "truncated")
"""The kinds of faults by which a caller does not learn what became of a call."""


def _cannot_skip(_seconds: float) -> None:
    raise ValueError("this simulator goes by the machine's own time")


@dataclass(slots=True)
class Call:
    """One call that arrived: when, what for, with which access key, and what was answered."""

    api: str
    at: float
    params: dict[str, Any]
    key: str = ""
    region: str = ""
    outcome: str = ""

    @property
    def table(self) -> str:
        """The plain name of the table that it concerns."""
        names = ("BackupArn", "TableName", "TargetTableName", "ResourceArn")
        arn_or_name = next((str(self.params[key]) for key in names if key in self.params), "")
        return arn_or_name.partition("/backup/")[0].rpartition("/")[2]


@dataclass(slots=True)
class Fault:
    """What happens to some calls of one API instead of an answer.

    Attributes:
        api: The API, such as CreateBackup.
        table: Only calls that concern this table; empty for any.
        kind: error, delay (before it takes effect), late (after it), skip (time passes on the
            simulated clock), hold (until `release`), close_before, close_after, error_after,
            malformed, truncated, answer and answer_after (`body` is answered, and the call takes
            no effect, or did).
        code: AWS's error code, for error and error_after.
        message: AWS's words.
        status: The HTTP status.
        seconds: How long, for delay, late and skip, at most until the faults are forgotten; for close_before and close_after, what passes
            on the simulated clock before the connection is closed.
        first: Number of the first call that it happens to, from 1, counted from now.
        times: To how many calls it happens.
        region: Only calls to this region; empty for any.
        body: What is answered, for answer and answer_after; each # in it is the call's number.
    """

    api: str
    kind: str = "error"
    code: str = "InternalServerError"
    message: str = "The request processing has failed because of an unknown error."
    status: int = 500
    seconds: float = 0.0
    first: int = 1
    times: float = FOREVER
    table: str = ""
    region: str = ""
    body: str = ""

    def concerns(self, call: Call) -> bool:
        """Whether it may happen to `call`."""
        here = self.table in ("", call.table) and self.region in ("", call.region)
        return self.api == call.api and here


@dataclass
class Simulator:
    """The endpoint's behaviour, set by a test at any time.

    Attributes:
        creating_seconds: How long a new backup stays CREATING.
        creating_looks: How often a new backup is shown as CREATING before it is AVAILABLE, whatever
            the time; 0 leaves it to `creating_seconds`. For processes of their own, whose time a
            busy machine stretches: a look is a DescribeBackup, or a ListBackups that shows it.
        enabling_seconds: How long after its creation a table has no backups enabled yet.
        table_status: Status told instead of the true one, by table name.
        backup_status: Status told instead of the true one, by backup ARN.
        backup_bytes: Size told of the backups of a table, by table name; moto tells 123 of each.
        limits: Calls a second in each region, by API; what is not named has none.
        bursts: Calls that may come all at once before the limit counts; default: those of a second.
        several_backups: Whether a table takes another backup while one is CREATING, as small tables
            of AWS's do; otherwise BackupInUse.
        deletes_backed_up: Whether a table may be deleted while a backup of it is CREATING.
        hides_foreign: Whether AWS denies access to backups of other accounts, as it does; otherwise
            it finds none.
        tells_types: Whether lists tell the type of each backup.
        calls: Every call so far.
        restores: How long restores take, and what is known of them.
        reads: What Scan and BatchGetItem cost, and how fast a table may be read.
        bare: Whether answers lack all that AWS may leave out.
        monotonic: The time in seconds that all of this goes by.
        skip: Lets seconds pass on that time, where it is a simulated one.
        url: Where it is served.
    """

    creating_seconds: float = 0.0
    creating_looks: float = 0
    enabling_seconds: float = 0.0
    table_status: dict[str, str] = field(default_factory=dict)
    backup_status: dict[str, str] = field(default_factory=dict)
    backup_bytes: dict[str, int] = field(default_factory=dict)
    limits: dict[str, float] = field(default_factory=dict)
    bursts: dict[str, float] = field(default_factory=dict)
    several_backups: bool = False
    deletes_backed_up: bool = False
    hides_foreign: bool = True
    tells_types: bool = True
    calls: list[Call] = field(default_factory=list)
    restores: Restores = field(default_factory=Restores)
    reads: Reads = field(default_factory=Reads)
    bare: bool = False
    monotonic: Callable[[], float] = time.monotonic
    skip: Callable[[float], object] = field(default=_cannot_skip)
    url: str = ""

    def __post_init__(self) -> None:
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._faults: list[tuple[Fault, list[int]]] = []
        self._available_at: dict[str, float] = {}
        self._looks_left: dict[str, float] = {}
        self._tables_born: dict[str, float] = {}
        self._buckets: dict[tuple[str, str], tuple[float, float]] = {}
        self._acts: dict[str, list[Callable[[], object]]] = {}
        self._released = threading.Event()
        self._lock = threading.RLock()

    # What a test says.

    def reset(self) -> None:
        """Forget every call, fault, setting, table and backup."""
        moto_api_backend.reset()
        self.forget_faults()
        with self._lock:
            self.monotonic = time.monotonic
            self.skip = _cannot_skip
            self.creating_seconds = self.enabling_seconds = self.creating_looks = 0.0
            self.several_backups = self.deletes_backed_up = False
            self.hides_foreign = self.tells_types = True
            self.restores = Restores()
            self.reads = Reads()
            self.bare = False
            self._released = threading.Event()
            for memory in (
                self.table_status,
                self.backup_status,
                self.backup_bytes,
                self.limits,
                self.bursts,
                self.calls,
                self._buckets,
                self._available_at,
                self._looks_left,
                self._tables_born,
                self._acts,
            ):
                memory.clear()

    def fault(self, fault: Fault) -> None:
        """Let `fault` happen from now on."""
        with self._lock:
            if self._released.is_set():
                self._released = threading.Event()
            self._faults.append((fault, [0]))

    def forget_faults(self) -> None:
        """Let none of the faults happen any more, and answer what is delayed."""
        with self._lock:
            self._faults.clear()
            self._released.set()

    def release(self) -> None:
        """Let the calls that a fault holds be carried out."""
        self._released.set()

    def when(self, api: str, act: Callable[[], object]) -> None:
        """Let `act` happen whenever a call of `api` arrives."""
        with self._lock:
            self._acts.setdefault(api, []).append(act)

    def age_backups(self, seconds: float) -> None:
        """Let all backups there are be that much older."""
        for region in dynamodb_backends[ACCOUNT].values():
            for backup in region.backups.values():
                backup.creation_date_time -= timedelta(seconds=seconds)

    def available_after(self, looks: int) -> None:
        """Let every backup that is CREATING be so for as many more looks."""
        with self._lock:
            for arn in self._creating(self.monotonic()):
                self._looks_left[arn] = looks

    def available_in(self, seconds: float) -> None:
        """Let every backup that is CREATING be so for as much longer."""
        with self._lock:
            now = self.monotonic()
            for arn in self._creating(now):
                self._looks_left.pop(arn, None)
                self._available_at[arn] = now + seconds

    def creating(self) -> set[str]:
        """The ARNs of all backups that are CREATING now."""
        with self._lock:
            return self._creating(self.monotonic())

    def finish_backups(self) -> None:
        """Let every backup that is CREATING be AVAILABLE now, and new ones at once."""
        with self._lock:
            self.creating_seconds = self.creating_looks = 0.0
            self._available_at.clear()
            self._looks_left.clear()

    def count(self, api: str) -> int:
        """How many calls of `api` arrived."""
        with self._lock:
            return sum(call.api == api for call in self.calls)

    # What a client gets.

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if environ["PATH_INFO"].startswith("/_sim/"):
            return self._control(environ, body, start_response)
        call = self._arrived(environ, body)
        with self._lock:
            self.calls.append(call)
            for act in self._acts.get(call.api, ()):
                act()
            fault = self._due(call)
        if fault and fault.kind == "delay":
            self._released.wait(fault.seconds)  # the client's time: it waits for the answer
        if fault and fault.kind == "hold":
            self._released.wait()
        if fault and fault.seconds and fault.kind in ("skip", "close_before", "close_after"):
            self.skip(fault.seconds)
        if fault and fault.kind == "close_before":
            return self._close(environ, call)
        if fault and fault.kind == "answer":
            return _answer(start_response, "200 OK", self._told_instead(fault))
        refusal = (
            (fault.code, fault.message, fault.status)
            if fault and fault.kind == "error"
            else self._refusal(call)
        )
        if refusal:
            call.outcome = refusal[0]
            return _answer(start_response, *_error(call.api, *refusal))
        if echo := elsewhere(call.api, call.params, call.region):
            call.outcome = "OK"
            return _answer(start_response, "200 OK", json.dumps(echo).encode())
        environ["wsgi.input"] = io.BytesIO(body)
        with lent(call.api, call.params, call.region):
            status, answer = self._ask_moto(environ)
        self._note(call, status, answer)
        if status.startswith("200") and (
            refusal := self.restores.refused_all_the_same(call.api, call.params)
        ):
            call.outcome = refusal[0]
            return _answer(start_response, *_error(call.api, *refusal))
        answer = self._shaped(call, status, answer)
        call.outcome = _outcome(status, answer)
        if fault and fault.kind == "late":
            self._released.wait(fault.seconds)
        if fault and fault.kind == "close_after":
            return self._close(environ, call)
        if fault and fault.kind == "error_after":
            told = fault.code, fault.message, fault.status
            return _answer(start_response, *_error(call.api, *told))
        if fault and fault.kind == "malformed":
            return _answer(start_response, status, b"{" + answer[: len(answer) // 2])
        if fault and fault.kind == "answer_after":
            return _answer(start_response, "200 OK", self._told_instead(fault))
        if fault and fault.kind == "truncated":
            return _answer(start_response, status, answer[: len(answer) // 2], len(answer))
        return _answer(start_response, status, answer)

    def _arrived(self, environ: dict[str, Any], body: bytes) -> Call:
        target = environ.get("HTTP_X_AMZ_TARGET", "")
        signature = environ.get("HTTP_AUTHORIZATION", "")
        scope = signature.partition("Credential=")[2].split("/")
        key, region = scope[0], scope[2] if len(scope) > 2 else ""
        if target:
            params = json.loads(body or b"{}")
            return Call(target.partition(".")[2], self.monotonic(), params, key, region)
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        return Call(form.get("Action", environ["PATH_INFO"]), self.monotonic(), form, key, region)

    def _due(self, call: Call) -> Fault | None:
        for fault, seen in self._faults:
            if fault.concerns(call):
                seen[0] += 1
                if fault.first <= seen[0] < fault.first + fault.times:
                    return fault
        return None

    def _refusal(self, call: Call) -> tuple[str, str, int] | None:
        with self._lock:
            now = self.monotonic()
            if self._is_throttled(call, now):
                return "ThrottlingException", "Rate exceeded", 400
            if wrong := invalid_arn(call.params, hides_foreign=self.hides_foreign):
                return wrong
            if wrong := undeletable(call.api, call.params):
                return wrong
            if call.api == "ListBackups" and (wrong := invalid_listing(call.params)):
                return wrong
            if call.api == "CreateBackup" and (refused := self._refused_backup(call, now)):
                return refused
            of_backup = call.api in ("DeleteBackup", "RestoreTableFromBackup")
            if of_backup and call.params.get("BackupArn") in self._creating(now):
                return "BackupInUseException", "Backup is being created", 400
            held = not self.deletes_backed_up and self._is_backed_up(call.table, call.region, now)
            if call.api == "DeleteTable" and held:
                return "ResourceInUseException", f"Table is being backed up: {call.table}", 400
            if refused := self.reads.refusal(call.api, call.params, call.region, now):
                return refused
            return self.restores.refusal(call.api, call.params, call.region, now)

    def _is_throttled(self, call: Call, now: float) -> bool:
        limit = self.limits.get(call.api)
        if not limit:
            return False
        bucket, most = (call.api, call.region), self.bursts.get(call.api, limit)
        tokens, then = self._buckets.get(bucket, (most, now))
        tokens = min(most, tokens + (now - then) * limit)
        self._buckets[bucket] = (tokens if tokens < 1 else tokens - 1, now)
        return tokens < 1

    def _refused_backup(self, call: Call, now: float) -> tuple[str, str, int] | None:
        if self._status(call.table, call.region, now) == "CREATING":
            return "TableNotFoundException", f"Table not found: {call.table}", 400
        if now < self._tables_born.get(call.table, -FOREVER) + self.enabling_seconds:
            told = f"Backups are being enabled for the table: {call.table}. Please retry later"
            return "ContinuousBackupsUnavailableException", told, 400
        if not self.several_backups and self._is_backed_up(call.table, call.region, now):
            return "BackupInUseException", "Backup is being created", 400
        return None

    def _status(self, table: str, region: str, now: float) -> str:
        return self.table_status.get(table) or self.restores.status(region, table, now)

    def _creating(self, now: float) -> set[str]:
        return {
            arn for arn in (*self._available_at, *self._looks_left) if self._is_creating(arn, now)
        }

    def _is_creating(self, arn: str, now: float) -> bool:
        if arn in self._looks_left:
            return self._looks_left[arn] > 0
        return self._available_at.get(arn, 0) > now

    def _is_backed_up(self, table: str, region: str, now: float) -> bool:
        of_table = f":{region}:{ACCOUNT}:table/{table}/"
        return any(of_table in arn for arn in self._creating(now))

    def _ask_moto(self, environ: dict[str, Any]) -> tuple[str, bytes]:
        told: list[str] = []

        def start_response(status: str, headers: Any, exc_info: Any = None) -> None:
            told.append(status)

        return_value = b"".join(self._moto(environ, start_response))
        return told[0], return_value

    def _note(self, call: Call, status: str, answer: bytes) -> None:
        if not status.startswith("200"):
            return
        with self._lock:
            self.restores.happened(call.api, call.params, call.region, self.monotonic())
            if call.api == "CreateTable":
                self._tables_born[call.params["TableName"]] = self.monotonic()
            if call.api == "CreateBackup":
                arn = json.loads(answer)["BackupDetails"]["BackupArn"]
                if self.creating_looks:
                    self._looks_left[arn] = self.creating_looks
                else:
                    self._available_at[arn] = self.monotonic() + self.creating_seconds

    def _shaped(self, call: Call, status: str, answer: bytes) -> bytes:
        """moto's answer, with what it does not know of AWS's."""
        if status.startswith("200") and self.reads.knows(call.api):
            with self._lock:
                return self.reads.told(call.api, call.params, call.region, answer)
        if not status.startswith("200") or call.api not in (
            "CreateBackup",
            "DescribeBackup",
            "ListBackups",
            "DescribeTable",
            "RestoreTableFromBackup",
        ):
            return answer
        content = json.loads(answer)
        with self._lock:
            if call.api in ("DescribeTable", "RestoreTableFromBackup"):
                (table,) = content.values()
                self.restores.tell_table(table, call.region, self.monotonic())
                table["TableStatus"] = self.table_status.get(
                    table["TableName"], table["TableStatus"]
                )
            elif call.api == "CreateBackup":
                self._tell_status(content["BackupDetails"])
            elif call.api == "DescribeBackup":
                self._look(content["BackupDescription"]["BackupDetails"])
                tell_backup(content["BackupDescription"], call.region)
            else:
                for summary in content["BackupSummaries"]:
                    self._look(summary)
                    tell_summary(summary, call.region)
                content = page(content["BackupSummaries"], call.params)
                for summary in content["BackupSummaries"]:
                    if not self.tells_types:
                        del summary["BackupType"]
        content = self.restores.leave_out(content)
        return json.dumps(bare(content) if self.bare else content).encode()

    def _look(self, details: dict[str, Any]) -> None:
        self._tell_status(details)
        table = details["BackupArn"].partition("/backup/")[0].rpartition("/")[2]
        details["BackupSizeBytes"] = self.backup_bytes.get(table, details["BackupSizeBytes"])
        if details["BackupArn"] in self._looks_left:
            self._looks_left[details["BackupArn"]] -= 1

    def _tell_status(self, details: dict[str, Any]) -> None:
        arn = details["BackupArn"]
        if self._is_creating(arn, self.monotonic()):
            details["BackupStatus"] = "CREATING"
        details["BackupStatus"] = self.backup_status.get(arn, details["BackupStatus"])

    def _told_instead(self, fault: Fault) -> bytes:
        return fault.body.replace("#", f"{len(self.calls):06}").encode()

    def _close(self, environ: dict[str, Any], call: Call) -> Iterable[bytes]:
        call.outcome = f"{call.outcome} (connection closed)".strip()
        environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        raise ConnectionResetError

    def _control(self, environ: dict[str, Any], body: bytes, start: Any) -> Iterable[bytes]:
        said = json.loads(body or b"{}")
        action = environ["PATH_INFO"].removeprefix("/_sim/")
        if action == "set":
            for key, value in said.items():
                setattr(self, key, value)
        elif action == "fault":
            self.fault(Fault(**said))
        elif action == "finish":
            self.finish_backups()
        elif action == "release":
            self.release()
        with self._lock:
            told = [asdict(call) for call in self.calls] if action == "calls" else {}
        return _answer(start, "200 OK", json.dumps(told, default=str).encode())


def _error(api: str, code: str, message: str, status: int) -> tuple[str, bytes]:
    if api == "GetCallerIdentity" or api.startswith("AssumeRole"):  # STS speaks XML
        error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
        return f"{status} Refused", f"<ErrorResponse>{error}</ErrorResponse>".encode()
    content = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": message}
    return f"{status} Refused", json.dumps(content).encode()


def _outcome(status: str, answer: bytes) -> str:
    if status.startswith("200"):
        return "OK"
    try:
        return str(json.loads(answer)["__type"]).rpartition("#")[2]
    except (ValueError, KeyError):
        return status


def _answer(
    start_response: Any, status: str, body: bytes, length: int | None = None
) -> Iterable[bytes]:
    content_type = "text/xml" if body.startswith(b"<") else "application/x-amz-json-1.0"
    start_response(
        status,
        [
            ("Content-Type", content_type),
            ("Content-Length", str(len(body) if length is None else length)),
        ],
    )
    return [body]


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        pass


@contextmanager
def serving(port: int = 0) -> Iterator[Simulator]:
    """A simulator at `simulator.url`, on loopback."""
    simulator = Simulator()
    server = make_server("127.0.0.1", port, simulator, threaded=True, request_handler=_Quiet)
    simulator.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield simulator
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def serving_a_person(port: int = 0) -> Iterator[Simulator]:
    """A simulator with AWS's limits, whose backups take some seconds."""
    with serving(port) as simulator:
        simulator.limits, simulator.bursts = dict(AWS_LIMITS), dict(AWS_BURSTS)
        simulator.creating_seconds = 10
        yield simulator


def main() -> None:
    """Serve until interrupted."""
    with serving_a_person(int(sys.argv[1]) if len(sys.argv) > 1 else 0) as simulator:
        sys.stdout.write(f"{simulator.url}\n")
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == "__main__":
    main()
