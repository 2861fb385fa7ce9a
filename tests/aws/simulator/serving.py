"""The simulator on a port."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from werkzeug.serving import WSGIRequestHandler, make_server

from tests.aws.simulator.endpoint import Simulator
from tests.aws.simulator.limits import AWS_BURSTS, AWS_LIMITS


class _Quiet(WSGIRequestHandler):
    _headers_buffer: list[bytes]

    def send_header(self, keyword: str, value: str) -> None:
        """An answer's own Date takes the place of the machine's."""
        if keyword == "Date":
            sent = getattr(self, "_headers_buffer", [])
            sent[:] = [line for line in sent if not line.startswith(b"Date:")]
        super().send_header(keyword, value)

    def log(self, type: str, message: str, *args: object) -> None:
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
    """A simulator with AWS's limits, whose backups and jobs take some seconds."""
    with serving(port) as simulator:
        simulator.limits, simulator.bursts = dict(AWS_LIMITS), dict(AWS_BURSTS)
        simulator.creating_seconds = 10
        simulator.vaults.running_seconds = simulator.vaults.copying_seconds = 10
        yield simulator


def main() -> None:
    """Serve until interrupted."""
    with serving_a_person(int(sys.argv[1]) if len(sys.argv) > 1 else 0) as simulator:
        sys.stdout.write(f"{simulator.url}\n")
        sys.stdout.flush()
        threading.Event().wait()
