"""Where a provider method's failure becomes what the engine shows and keeps.

Reason: an exception that leaves a provider method reaches the user with a traceback, and takes
with it what the method had already made. gRPC's status details say both better: a bare message,
and `ErrorResourceInitFailed`, by which the engine keeps id and outputs and calls Update next time.
Its `refresh_before_update` has the engine (from 3.178 on) read the resource before that, so that a
plain `pulumi up` knows what has become of it.
Seen on: SDK 3.231.0, 3.259.0, 3.272.0 (3.260 on put their own traceback into the status message,
which the details outrank); CLI 3.250.0.
Without it: the message comes inside the SDK's own words, and a half-made resource is forgotten.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, NamedTuple, NoReturn, ParamSpec, TypeVar

import grpc
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime import rpc
from pulumi.runtime.proto import provider_pb2

from .call import Call
from .status import status_class

if TYPE_CHECKING:
    from ..logic import HalfMade

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S")

_PROVIDER = "__provider"
_READ_FIRST = "refresh_before_update"


class _RpcStatus(NamedTuple):
    """What `ServicerContext.abort_with_status` asks for (a `grpc.Status`)."""

    code: grpc.StatusCode
    details: str
    trailing_metadata: tuple[tuple[str, bytes], ...]


def provider_method(
    method: Callable[Concatenate[S, Call, P], R],
) -> Callable[Concatenate[S, P], R]:
    """Hand a provider method the engine's call, and its failures to the engine."""

    @wraps(method)
    def answered(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        call = Call.of_caller(sys._getframe(1))
        try:
            return method(self, call, *args, **kwargs)
        except Exception as error:
            if call.context is None:
                raise
            _fail(call, error)

    return answered


def _fail(call: Call, error: Exception) -> NoReturn:
    from ..logic import FailedCall, HalfMade  # a program needs neither

    if isinstance(error, FailedCall):
        message = str(error)
    else:
        message = (
            f"Unexpected error in pulumi_ddb_backup: {type(error).__name__}: {error}"[:400]
            + ". Please report this as a bug."
        )
    status = status_class()(code=grpc.StatusCode.UNKNOWN.value[0], message=message)
    if isinstance(error, HalfMade):
        status.details.add().Pack(_init_failed(call, error))
    call.context.abort_with_status(
        _RpcStatus(
            grpc.StatusCode.UNKNOWN,
            message,
            (("grpc-status-details-bin", status.SerializeToString()),),
        )
    )
    raise AssertionError("abort_with_status always raises")


def _init_failed(call: Call, error: HalfMade) -> provider_pb2.ErrorResourceInitFailed:
    inputs = _inputs(call.request)
    outputs = {**error.outputs, _PROVIDER: rpc.deserialize_properties(inputs).get(_PROVIDER)}
    failed = provider_pb2.ErrorResourceInitFailed(
        id=error.id, properties=_as_struct(outputs), reasons=[str(error)], inputs=inputs
    )
    if _READ_FIRST in failed.DESCRIPTOR.fields_by_name:
        setattr(failed, _READ_FIRST, True)
    return failed


def _inputs(request: Any) -> Struct:
    """The resource's inputs, which each kind of request holds under another name."""
    if isinstance(request, provider_pb2.CreateRequest):
        return request.properties
    if isinstance(request, provider_pb2.UpdateRequest):
        return request.news
    inputs: Struct = request.inputs
    return inputs


def _as_struct(properties: Mapping[str, Any]) -> Struct:
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(rpc.serialize_properties(dict(properties), {}))
    finally:
        loop.close()
