"""The only place that knows how Pulumi's dynamic provider process works inside.

Each reliance on an internal stands in a module of its own, with its reason, the SDK versions it was
seen on and what is lost without it; `tests/wire/test_canaries.py` guards each.
"""

from .boundary import FailedCall, HalfMade, provider_method
from .call import Call
from .cancellation import when_cancelled
from .inline import outliving_the_engine
from .log import ProgramRow
from .mocks import MockRefusal, ask_mocks, under_mocks
from .pickling import pickler_kept
from .unknowns import has_unknown
from .workers import raise_worker_limit

__all__ = [
    "Call",
    "FailedCall",
    "HalfMade",
    "MockRefusal",
    "ProgramRow",
    "ask_mocks",
    "has_unknown",
    "outliving_the_engine",
    "pickler_kept",
    "provider_method",
    "raise_worker_limit",
    "under_mocks",
    "when_cancelled",
]
