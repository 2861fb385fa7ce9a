"""EventBridge Scheduler's side of a schedule whose time has come; moto only keeps schedules."""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlparse

from botocore.serialize import create_serializer
from botocore.validate import ParamValidator
from moto.scheduler.models import Schedule, scheduler_backends
from moto.sqs.models import sqs_backends

from tests.aws.restores import ACCOUNT
from tests.aws.simulator import routes
from tests.aws.simulator.answers import Answer
from tests.aws.simulator.permissions import denied
from tests.aws.simulator.schedules import PRINCIPAL, facts

if TYPE_CHECKING:
    from tests.aws.simulator.endpoint import Simulator

_UNIVERSAL = ":scheduler:::aws-sdk:"
_RETRIED = ("Throttl", "TooManyRequests", "LimitExceeded", "Timeout", "ConnectionReset")
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0


@dataclass
class Fired:
    """What came of it.

    Attributes:
        execution_id: What `<aws.scheduler.execution-id>` was.
        outcomes: OK or the error of each attempt; none if the schedule is disabled.
        answer: What the target answered at last.
        message: What went wrong at last.
        dead_letter: What was sent to the dead-letter queue, if anything was.
    """

    execution_id: str
    outcomes: list[str] = field(default_factory=list)
    answer: dict[str, Any] = field(default_factory=dict)
    message: str = ""
    dead_letter: dict[str, Any] | None = None

    @property
    def ok(self) -> bool:
        """Whether the target was called with success."""
        return self.outcomes[-1:] == ["OK"]


class Firing:
    """Plays the target of a schedule against a simulator, as its role."""

    def __init__(self, simulator: Simulator, let_pass: Callable[[float], None]) -> None:
        self._simulator = simulator
        self._let_pass = let_pass

    def fire(self, name: str, region: str) -> Fired:
        """Call the target, again while it may be, and tell the dead-letter queue in the end."""
        schedule = _find(name, region)
        fired = Fired(str(uuid.uuid4()))
        if schedule.state == "ENABLED":
            self._run(schedule, fired)
            _complete(schedule)
        return fired

    def _run(self, schedule: Schedule, fired: Fired) -> None:
        policy, spent, wait = schedule.target["RetryPolicy"], 0.0, _FIRST_WAIT
        scheduled = datetime.now(timezone.utc)
        while True:
            attempt = len(fired.outcomes) + 1
            content = _fill_in(schedule, fired.execution_id, attempt, scheduled)
            answer, outcome, again = self._call(schedule, content)
            fired.outcomes.append(outcome)
            if outcome == "OK":
                fired.answer = json.loads(answer.body or b"{}")
                return
            late = spent + wait > policy.get("MaximumEventAgeInSeconds", 86400)
            if not again or late or attempt > policy.get("MaximumRetryAttempts", 185):
                reason = "MaximumEventAgeInSeconds" if late else "MaximumRetryAttempts"
                self._bury(schedule, fired, content, answer, reason if again else "", scheduled)
                return
            self._let_pass(wait)
            spent, wait = spent + wait, min(_LONGEST_WAIT, wait * 2)

    def _call(self, schedule: Schedule, content: str) -> tuple[Answer, str, bool]:
        """The answer, its outcome, and whether Scheduler tries again after it."""
        _, _, target = schedule.target["Arn"].partition(_UNIVERSAL)
        service, _, action = target.partition(":")
        params = json.loads(content or "{}")
        if why := _denied(schedule, f"{service}:{action[:1].upper()}{action[1:]}", params):
            refusal = json.dumps({"__type": "AccessDeniedException", "message": why})
            return Answer("400 Refused", refusal.encode()), "AccessDeniedException", False
        try:
            answer = self._send(schedule, service, action[:1].upper() + action[1:], params)
        except ValueError as error:
            refusal = json.dumps({"__type": "ValidationException", "message": str(error)})
            return Answer("400 Bad", refusal.encode()), "ValidationException", False
        except ConnectionResetError:
            return Answer("500 Closed", b"{}"), "ConnectionReset", True
        again = answer.status.startswith("5") or answer.outcome.startswith(_RETRIED)
        return answer, answer.outcome, again

    def _send(
        self, schedule: Schedule, service: str, operation: str, params: dict[str, Any]
    ) -> Answer:
        model = routes.model(service)
        if model is None or operation not in model.operation_names:
            raise ValueError(f"Unknown target: {schedule.target['Arn']}")
        known = model.operation_model(operation)
        if known.input_shape:
            report = ParamValidator().validate(params, known.input_shape)
            if report.has_errors():
                raise ValueError(report.generate_report())
        request = create_serializer(model.metadata["protocol"]).serialize_to_request(params, known)
        environ = _environ(request, service, schedule.arn.split(":")[3], schedule.target["RoleArn"])
        told: list[Any] = []
        body = b"".join(self._simulator(environ, lambda *head: told.extend(head)))
        headers = dict(told[1])
        return Answer(told[0], body, tuple(told[1]), headers.get("x-amzn-ErrorType", ""))

    def _bury(
        self,
        schedule: Schedule,
        fired: Fired,
        content: str,
        answer: Answer,
        exhausted: str,
        scheduled: datetime,
    ) -> None:
        queue = schedule.target.get("DeadLetterConfig", {}).get("Arn")
        try:
            fired.message = str(json.loads(answer.body).get("message", ""))
        except ValueError:
            fired.message = answer.body.decode(errors="replace")
        if not queue:
            return
        told = {
            "ERROR_CODE": fired.outcomes[-1],
            "ERROR_MESSAGE": fired.message,
            "EXECUTION_ID": fired.execution_id,
            "IS_PAYLOAD_TRUNCATED": "false",
            "RETRY_ATTEMPTS": str(len(fired.outcomes) - 1),
            "SCHEDULED_TIME": f"{scheduled:%Y-%m-%dT%H:%M:%SZ}",
            "SCHEDULE_ARN": schedule.arn,
            "TARGET_ARN": schedule.target["Arn"],
        }
        if exhausted:
            told["EXHAUSTED_RETRY_CONDITION"] = exhausted
        _, _, _, region, account, name = queue.split(":")
        attributes = {key: {"DataType": "String", "StringValue": told[key]} for key in told}
        if _denied(schedule, "sqs:SendMessage", {"QueueArn": queue}):
            return  # AWS counts it in a metric, no more
        url = sqs_backends[account][region].get_queue(name).url(urlparse(self._simulator.url))
        params = {"QueueUrl": url, "MessageBody": content, "MessageAttributes": attributes}
        self._send_to_queue(schedule, params)
        fired.dead_letter = {"body": content, **told}

    def _send_to_queue(self, schedule: Schedule, params: dict[str, Any]) -> None:
        answer = self._send(schedule, "sqs", "SendMessage", params)
        if not answer.ok:
            raise ValueError(f"The dead-letter queue refused: {answer.body!r}")


def _denied(schedule: Schedule, action: str, params: dict[str, Any]) -> str:
    """Why Scheduler can't make that call as the schedule's role; nothing if it can."""
    region, account = schedule.arn.split(":")[3:5]
    table = f"arn:aws:dynamodb:{region}:{account}:table/{params.get('TableName')}"
    resource = params.get("QueueArn", table if "TableName" in params else "*")
    known = facts(region, schedule.group_name)
    return denied(schedule.target["RoleArn"], PRINCIPAL, known, action, resource)


def _find(name: str, region: str) -> Schedule:
    found = [schedule for schedule in _schedules(region) if name in (schedule.arn, schedule.name)]
    if len(found) != 1:
        raise LookupError(f"{len(found)} schedules are called {name!r}")
    return found[0]


def _schedules(region: str) -> Iterator[Schedule]:
    for where, backend in scheduler_backends[ACCOUNT].items():
        if region in ("", where):
            for group in backend.schedule_groups.values():
                yield from group.schedules.values()


def _complete(schedule: Schedule) -> None:
    """Let a schedule go that was for one time, if it says so."""
    if schedule.action_after_completion == "DELETE" and schedule.schedule_expression[:3] == "at(":
        region, account = schedule.arn.split(":")[3:5]
        group = scheduler_backends[account][region].schedule_groups[schedule.group_name]
        group.delete_schedule(schedule.name)


def _fill_in(schedule: Schedule, execution: str, attempt: int, scheduled: datetime) -> str:
    content = str(schedule.target.get("Input", "{}"))
    for word, value in {
        "schedule-arn": schedule.arn,
        "scheduled-time": f"{scheduled:%Y-%m-%dT%H:%M:%SZ}",
        "execution-id": execution,
        "attempt-number": str(attempt),
    }.items():
        content = content.replace(f"<aws.scheduler.{word}>", value)
    return content


def _environ(request: dict[str, Any], service: str, region: str, role: str) -> dict[str, Any]:
    """A request as the server would hand it over, signed for a service and made as a role."""
    body = request["body"]
    if isinstance(body, dict):
        body = urlencode(body)
    body = body.encode() if isinstance(body, str) else body
    query = urlencode(request["query_string"] or {})
    path = request["url_path"]
    environ = {
        "REQUEST_METHOD": request["method"],
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "REQUEST_URI": f"{path}?{query}" if query else path,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "HTTP_HOST": f"{service}.{region}.amazonaws.com",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.version": (1, 0),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_AUTHORIZATION": (
            f"AWS4-HMAC-SHA256 Credential=ASIASCHEDULER/20260101/{region}/{service}/aws4_request, "
            "SignedHeaders=host, Signature=none"
        ),
        "HTTP_X_SIMULATED_ROLE": role,
    }
    for name, value in request["headers"].items():
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    return environ
