"""The only place that knows how Pulumi's dynamic provider process works inside.

Each reliance on an internal stands in a module of its own, with its reason, the SDK versions it was
seen on and what is lost without it; `tests/wire/test_canaries.py` guards each.
"""

from .boundary import provider_method
from .call import Call
from .cancellation import when_cancelled
from .declared import provider_of, reaching_provider, resources_behind, settings_told
from .inline import outliving_the_engine
from .lifeline import end_with_the_engine
from .log import ProgramRow
from .mocks import MockRefusal, ask_mocks, under_mocks
from .pickling import pickler_kept
from .reserved import input_type_properties, is_reserved
from .unknowns import has_unknown
from .workers import raise_worker_limit

__all__ = [
    "Call",
    "MockRefusal",
    "ProgramRow",
    "ask_mocks",
    "end_with_the_engine",
    "has_unknown",
    "input_type_properties",
    "is_reserved",
    "outliving_the_engine",
    "pickler_kept",
    "provider_method",
    "provider_of",
    "raise_worker_limit",
    "reaching_provider",
    "resources_behind",
    "settings_told",
    "under_mocks",
    "when_cancelled",
]
