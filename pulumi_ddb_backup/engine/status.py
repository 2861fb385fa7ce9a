"""The class of gRPC's status details, `google.rpc.Status`.

Reason: two libraries bring it, googleapis-common-protos and Pulumi's own `pulumi.provider.server`,
and a process that loads both fails with "duplicate symbol". So none is loaded on import, and where
one is there already it is used: this package works in a Python component host.
Seen on: SDK 3.231.0, 3.272.0; protobuf 5 and 6.
Without it: no component host written in Python can import this package.
"""

from __future__ import annotations

from typing import Any

from google.protobuf import descriptor_pool, message_factory

_POOL: Any = descriptor_pool.Default()  # type: ignore[no-untyped-call] # types-protobuf lacks it


def status_class() -> Any:
    """`google.rpc.Status`, of whichever library has loaded it."""
    try:
        found = _POOL.FindMessageTypeByName("google.rpc.Status")
    except KeyError:
        from google.rpc import status_pb2

        return status_pb2.Status
    return message_factory.GetMessageClass(found)
