"""The simulator of AWS's backups in a process of its own: it shares no interpreter with what is measured.

`Simulated` starts it and speaks to it: one JSON command a line on its standard input, one JSON
answer a line back.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from werkzeug.serving import WSGIRequestHandler, make_server

from bench.seconds import SharedSeconds
from bench.stored import REGION, backend, create_table, forget, make_history, page_of
from tests.aws.restores import tell_summary
from tests.aws.simulator import AWS_LIMITS, Call, Simulator
from tests.aws.simulator.answers import Answer, told

THROTTLED = "ThrottlingException"


@dataclass(frozen=True, slots=True)
class Seen:
    """What the simulator has seen since it was last made fresh.

    Attributes:
        calls: Number of calls, by API and outcome.
        tables_backed_up: Tables of which a backup exists.
        backups: Number of backups by status.
        last_available_at: Moment on the simulator's clock at which the backup that was asked for
            last became or becomes AVAILABLE; 0 without any.
        cpu_seconds: Processor time that the simulator itself has used.
    """

    calls: Mapping[str, Mapping[str, int]]
    tables_backed_up: int
    backups: Mapping[str, int]
    last_available_at: float
    cpu_seconds: float

    @property
    def all_calls(self) -> int:
        """Number of calls, throttled ones included."""
        return sum(sum(outcomes.values()) for outcomes in self.calls.values())

    @property
    def throttled(self) -> int:
        """Number of calls that were refused because of their rate."""
        return sum(outcomes.get(THROTTLED, 0) for outcomes in self.calls.values())

    def of(self, api: str) -> int:
        """Number of calls of one API."""
        return sum(self.calls.get(api, {}).values())


class Simulated:
    """A simulator under way, as the bench sees it."""

    def __init__(self, child: subprocess.Popen[str]) -> None:
        self._child = child
        self.url = str(self._answer()["url"])

    def fresh(self, tables: int, creating_seconds: float, clock: Path | None = None) -> None:
        """Forget everything, then have `tables` tables and AWS's limits.

        Args:
            tables: How many tables, named `bench-00000` and so on.
            creating_seconds: How long a backup stays CREATING.
            clock: File of the `SharedSeconds` to go by; None is the machine's own time.
        """
        self._ask("fresh", tables=tables, creating_seconds=creating_seconds, clock=str(clock or ""))

    def history(self, nights: int) -> list[dict[str, Any]]:
        """Give each table a backup of each of the last nights; the newest of each.

        They are what `BackupRecord` takes.
        """
        return list(self._ask("history", nights=nights)["taken"])

    def finish(self) -> None:
        """Let every backup be AVAILABLE."""
        self._ask("finish")

    def seen(self) -> Seen:
        """What has arrived and what exists."""
        return Seen(**self._ask("seen"))

    def env(self) -> dict[str, str]:
        """The AWS environment that leads any SDK here."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "bench",
            "AWS_SECRET_ACCESS_KEY": "bench",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def _ask(self, command: str, **said: Any) -> dict[str, Any]:
        _pipe(self._child.stdin).write(json.dumps({"command": command, **said}) + "\n")
        _pipe(self._child.stdin).flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        line = _pipe(self._child.stdout).readline()
        if not line:
            raise SystemExit("The simulator has ended.")
        return dict(json.loads(line))


@contextmanager
def simulated() -> Iterator[Simulated]:
    """A simulator while the block runs."""
    child = subprocess.Popen(
        [sys.executable, "-m", "bench.simulator"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # a Ctrl-C is for the bench, which ends it
    )
    try:
        yield Simulated(child)
    finally:
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            _pipe(pipe).close()


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe


class FleetSimulator(Simulator):
    """The tests' simulator, with a ListBackups whose cost does not grow with what it leaves out.

    moto describes every backup there is for each page of 100, so at 10,000 the simulator would be
    what is measured.
    """

    def _ask_moto(self, environ: dict[str, Any]) -> Answer:
        if not environ.get("HTTP_X_AMZ_TARGET", "").endswith(".ListBackups"):
            return super()._ask_moto(environ)
        return told(page_of(json.loads(environ["wsgi.input"].read() or b"{}")))

    def _shaped(self, call: Call, answer: Answer) -> Answer:
        if call.api != "ListBackups" or not answer.ok:
            return super()._shaped(call, answer)
        content = json.loads(answer.body)
        with self._lock:
            for summary in content["BackupSummaries"]:
                self._tell_status(summary)
                tell_summary(summary, call.region)
        return told(content)

    def available_at(self, arn: str) -> float:
        """When a backup became or becomes AVAILABLE, 0 if at once."""
        return self._available_at.get(arn, 0.0)


class _Desk:
    """Carries out the bench's commands."""

    def __init__(self, simulator: FleetSimulator) -> None:
        self._simulator = simulator
        self._cpu_before = 0.0

    def answer(self, said: dict[str, Any]) -> dict[str, Any]:
        match said.pop("command"):
            case "fresh":
                return self._fresh(**said)
            case "history":
                return {"taken": make_history(**said)}
            case "finish":
                self._simulator.finish_backups()
                return {}
            case "seen":
                return self._seen()
            case unknown:
                raise ValueError(unknown)

    def _fresh(self, tables: int, creating_seconds: float, clock: str) -> dict[str, Any]:
        self._simulator.reset()
        forget()
        self._simulator.limits = dict(AWS_LIMITS)
        self._simulator.creating_seconds = creating_seconds
        if clock:
            self._simulator.monotonic = SharedSeconds(Path(clock)).read
        for number in range(tables):
            create_table(f"bench-{number:05}")
        self._cpu_before = time.process_time()
        return {}

    def _seen(self) -> dict[str, Any]:
        calls: dict[str, Counter[str]] = {}
        for call in list(self._simulator.calls):
            calls.setdefault(call.api, Counter())[call.outcome] += 1
        now = self._simulator.monotonic()
        moments = {arn: self._simulator.available_at(arn) for arn in backend().backups}
        created = [
            call.at
            for call in list(self._simulator.calls)
            if call.api == "CreateBackup" and call.outcome == "OK"
        ]
        return {
            "calls": calls,
            "tables_backed_up": len({arn.partition("/backup/")[0] for arn in moments}),
            "backups": Counter(
                "CREATING" if moment > now else "AVAILABLE" for moment in moments.values()
            ),
            "last_available_at": max([*moments.values(), *created], default=0.0),
            "cpu_seconds": time.process_time() - self._cpu_before,
        }


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        pass


def main() -> None:
    """Serve until standard input ends."""
    simulator = FleetSimulator()
    server = make_server("127.0.0.1", 0, simulator, threaded=True, request_handler=_Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    desk = _Desk(simulator)
    _say({"url": f"http://127.0.0.1:{server.server_port}"})
    for line in sys.stdin:
        _say(desk.answer(json.loads(line)))


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
