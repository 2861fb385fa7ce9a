"""Functions of a program that a unit test answers itself.

Reason: under `pulumi.runtime.set_mocks` a test answers in the engine's place. What a program asks
AWS for directly never gets there: the test would reach real AWS. The SDK has no function that tells
whether mocks are set, and its `invoke` wants the event loop of the program, while a look-up may run
on another thread.
Seen on: SDK 3.231.0, 3.272.0.
Without it: look-ups in a unit test ask AWS, as they do in a program.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from google.protobuf.struct_pb2 import Struct
from pulumi.runtime import rpc, settings
from pulumi.runtime.proto import resource_pb2

_MOCK_ENGINE: Final = "MockEngine"
"""What `set_mocks` puts in the engine's place, whichever monitor a test brings along."""


class MockRefusal(Exception):
    """The test's mocks answered with a failure. The text is theirs."""


def under_mocks() -> bool:
    """Whether the running program is a unit test's, which answers by its own mocks."""
    engine = getattr(settings, "get_engine", lambda: None)()
    return any(kind.__name__ == _MOCK_ENGINE for kind in type(engine).__mro__)


def ask_mocks(token: str, args: Mapping[str, Any]) -> dict[str, Any]:
    """What `Mocks.call` answers to the function `token`; an exception it raises goes through.

    Args:
        token: The function, as `package:module:function`.
        args: Plain values: text, numbers, truth values.

    Raises:
        MockRefusal: The mocks' answer lists failures.
    """
    given = Struct()
    given.update(dict(args))
    request = resource_pb2.ResourceInvokeRequest(tok=token, args=given)
    monitor: Any = settings.get_monitor()
    answer = monitor.Invoke(request)
    if answer.failures:
        told = (f"{failure.property}: {failure.reason}" for failure in answer.failures)
        raise MockRefusal("; ".join(one.removeprefix(": ") for one in told))
    told, _secret = rpc.deserialize_properties_unwrap_secrets(getattr(answer, "return"))
    return dict(told)
