"""The simulator itself: what a test says to it, and what a client gets."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from moto.moto_api._internal.models import moto_api_backend
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from tests.aws import pricing
from tests.aws.existing import elsewhere
from tests.aws.restores import for_moto, lent
from tests.aws.simulator import control, schedules
from tests.aws.simulator.answers import Answer, Refusal, refused, told
from tests.aws.simulator.backup.service import BackupService
from tests.aws.simulator.calls import Call, arrived
from tests.aws.simulator.dynamodb import DynamoDB
from tests.aws.simulator.faults import Fault, Faults
from tests.aws.simulator.limits import Buckets
from tests.aws.simulator.regions import unknown_region
from tests.aws.simulator.scheduler import Fired, Firing


def _cannot_skip(_seconds: float) -> None:
    raise ValueError("this simulator goes by the machine's own time")


@dataclass
class Simulator(DynamoDB):
    """The endpoint's behaviour, set by a test at any time; DynamoDB's own is inherited.

    Attributes:
        limits: Calls a second in each region, by API; what is not named has none.
        bursts: Calls that may come all at once before the limit counts; default: those of a second.
        calls: Every call so far.
        vaults: AWS Backup.
        skip: Lets seconds pass on `monotonic`, where it is a simulated one.
        url: Where it is served.
    """

    limits: dict[str, float] = field(default_factory=dict)
    bursts: dict[str, float] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    vaults: BackupService = field(init=False)
    skip: Callable[[float], object] = field(default=_cannot_skip)
    url: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._faults = Faults()
        self._buckets = Buckets()
        self._acts: dict[str, list[Callable[[], object]]] = {}
        self._released = threading.Event()
        self.vaults = BackupService(lambda: self.restores)

    # What a test says.

    def reset(self) -> None:
        """Forget every call, fault, setting, table and backup."""
        moto_api_backend.reset()
        self.forget_faults()
        super().reset()
        with self._lock:
            self.skip = _cannot_skip
            self.vaults = BackupService(lambda: self.restores)
            self._released = threading.Event()
            for memory in (self.limits, self.bursts, self.calls, self._buckets, self._acts):
                memory.clear()

    def fault(self, fault: Fault) -> None:
        """Let `fault` happen from now on."""
        with self._lock:
            if self._released.is_set():
                self._released = threading.Event()
            self._faults.add(fault)

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

    def count(self, api: str) -> int:
        """How many calls of `api` arrived."""
        with self._lock:
            return sum(call.api == api for call in self.calls)

    def fire(self, schedule: str, region: str = "") -> Fired:
        """Do what EventBridge Scheduler does when the time of a schedule has come.

        Args:
            schedule: Its ARN, or its name if no other schedule of the region has it.
            region: Where it is, if `schedule` is a name; default: any.
        """
        return Firing(self, self._pass).fire(schedule, region)

    # What a client gets.

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if environ["PATH_INFO"].startswith("/_sim/"):
            return control.answer(self, environ, body).send(start_response)
        call = arrived(environ, body, self.monotonic())
        with self._lock:
            call.about = self.vaults.table_of(call)
            self.calls.append(call)
            for act in self._acts.get(call.api, ()):
                act()
            fault = self._faults.due(call)
        if instead := self._before(fault, environ, call):
            return instead.send(start_response)
        if early := self._early(fault, call):
            call.outcome = early.outcome
            return early.send(start_response)
        answer = self.vaults.dated(self._carry_out(environ, body, call), call)
        call.outcome = answer.outcome
        if fault is None:
            return answer.send(start_response)
        answer, length = self._after(fault, environ, call, answer)
        return answer.send(start_response, length)

    def _before(self, fault: Fault | None, environ: dict[str, Any], call: Call) -> Answer | None:
        """What a fault does before the call takes effect."""
        if fault is None:
            return None
        if fault.kind == "delay":
            self._released.wait(fault.seconds)  # the client's time: it waits for the answer
        if fault.kind == "hold":
            self._released.wait()
        if fault.seconds and fault.kind in ("skip", "close_before", "close_after"):
            self.skip(fault.seconds)
        if fault.kind == "close_before":
            self._close(environ, call)
        return self._told_instead(fault) if fault.kind == "answer" else None

    def _after(
        self, fault: Fault, environ: dict[str, Any], call: Call, answer: Answer
    ) -> tuple[Answer, int | None]:
        """What a fault does to the answer, and how long the answer claims to be."""
        half = answer.body[: len(answer.body) // 2]
        if fault.kind == "late":
            self._released.wait(fault.seconds)
        if fault.kind == "close_after":
            self._close(environ, call)
        if fault.kind == "error_after":
            return refused(call, fault.code, fault.message, fault.status), None
        if fault.kind == "malformed":
            return answer._replace(body=b"{" + half), None
        if fault.kind == "answer_after":
            return self._told_instead(fault), None
        if fault.kind == "truncated":
            return answer._replace(body=half), len(answer.body)
        return answer, None

    def _early(self, fault: Fault | None, call: Call) -> Answer | None:
        """The answer to a call that takes no effect."""
        if fault and fault.kind == "error":
            return refused(call, fault.code, fault.message, fault.status)
        if refusal := self._refusal(call):
            return refused(call, *refusal)
        echo = elsewhere(call.api, call.params, call.region)
        return told(echo) if echo else None

    def _carry_out(self, environ: dict[str, Any], body: bytes, call: Call) -> Answer:
        with self._lock:
            if known := self.vaults.answer(call, self.monotonic()):
                return known
        if prices := pricing.answered(call.api, call.params, call.region):
            return Answer(*prices)
        body = for_moto(call.api, call.params, body)
        environ["wsgi.input"], environ["CONTENT_LENGTH"] = io.BytesIO(body), str(len(body))
        with lent(call.api, call.params, call.region):
            answer = self._ask_moto(environ)
        self._note(call, answer)
        refusal = self.restores.refused_all_the_same(call.api, call.params)
        if answer.ok and refusal:
            return refused(call, *refusal)
        return self._shaped(call, answer)

    def _refusal(self, call: Call) -> Refusal | None:
        with self._lock:
            now = self.monotonic()
            limit = self.limits.get(call.api)
            most = self.bursts.get(call.api, limit or 0)
            if limit and not self._buckets.takes(call.api, call.region, limit, most, now):
                return "ThrottlingException", "Rate exceeded", 400
            if nowhere := unknown_region(call):
                return nowhere
            if refusal := schedules.refusal(call, now, self.vaults.roles_ready_at):
                return refusal
            of_dynamodb = call.service in ("", "dynamodb")
            return self._refused_by_dynamodb(call, now) if of_dynamodb else None

    def _ask_moto(self, environ: dict[str, Any]) -> Answer:
        statuses: list[str] = []

        def start_response(status: str, headers: Any, exc_info: Any = None) -> None:
            statuses.append(status)

        body = b"".join(self._moto(environ, start_response))
        return Answer(statuses[0], body)

    def _told_instead(self, fault: Fault) -> Answer:
        return Answer("200 OK", fault.body.replace("#", f"{len(self.calls):06}").encode())

    def _close(self, environ: dict[str, Any], call: Call) -> None:
        call.outcome = f"{call.outcome} (connection closed)".strip()
        if "werkzeug.socket" in environ:
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        raise ConnectionResetError

    def _pass(self, seconds: float) -> None:
        """Let time pass, if it is a simulated one."""
        if self.skip is not _cannot_skip:
            self.skip(seconds)
