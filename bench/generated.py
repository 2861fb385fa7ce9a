"""Two tables whose items are made as they are read, in this process or served over HTTP.

python -m bench.generated COUNT    serves them until it is ended; prints where
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from botocore import xform_name

from tests.aws.compare.generated import Generated

FIRST: Final = "bench-first"
OTHER: Final = "bench-other"


def item(number: int) -> dict[str, Any]:
    """An item of some 300 bytes, with numbers, a set, a list and maps."""
    return {
        "id": {"S": f"user-{number}"},
        "name": {"S": f"Name of user {number}, who has a name of an ordinary length"},
        "amount": {"N": f"{number}.25"},
        "updated_at": {"N": "1795567749"},
        "tags": {"SS": ["red", "green", "blue"]},
        "active": {"BOOL": True},
        "address": {"M": {"street": {"S": f"{number} High Street"}, "zip": {"N": "8001"}}},
        "orders": {"L": [{"M": {"sku": {"S": "a-17"}, "count": {"N": "3"}}}]},
    }


def source(count: int, *, on_threads: bool = False) -> Generated:
    """Both tables, with the same items."""
    return Generated(count, {FIRST: item, OTHER: item}, on_threads=on_threads)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    tables: Generated

    def do_POST(self) -> None:
        api = self.headers["X-Amz-Target"].partition(".")[2]
        given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answers: Callable[..., Mapping[str, Any]] = getattr(self.tables, xform_name(api))
        if api == "Scan":  # the AWS CLI asks for the plainest of scans
            given = {
                "Segment": 0,
                "TotalSegments": 1,
                "Limit": sys.maxsize,
                "ReturnConsumedCapacity": "TOTAL",
                **given,
            }
        content = json.dumps(answers(**given)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        pass


def main() -> None:
    """Serve on loopback."""
    handler = type("Handler", (_Handler,), {"tables": source(int(sys.argv[1]))})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
