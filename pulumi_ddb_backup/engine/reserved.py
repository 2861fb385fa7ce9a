"""What Pulumi keeps for itself among the values of a program, and what it sends in other words.

Reason: a mapping with the signature key is taken for an asset, a secret or a resource, or stops the
SDK with a traceback; a text that stands for "not known yet" is taken for that. An object of an
`@pulumi.input_type` class is sent as its properties, which only private functions can tell.
Seen on: SDK 3.231.0, 3.272.0; CLI 3.250.0.
Without it: such a key or text is refused no more, and such an object is refused as any other is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pulumi import _types
from pulumi.runtime import rpc

SIGNATURE_KEY: Final = "4dabf18193072939515e22adb298388d"
NOT_KNOWN: Final = frozenset(
    {
        rpc.UNKNOWN,  # of text; then of true or false, numbers, lists, assets, archives, mappings
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)


def is_reserved(text: str) -> bool:
    """Whether Pulumi takes `text`, as a key or a value, for something of its own."""
    return text == SIGNATURE_KEY or text in NOT_KNOWN


def input_type_properties(value: object) -> Mapping[str, Any] | None:
    """The properties of an object of an `@pulumi.input_type` class; None for any other."""
    is_input_type = getattr(_types, "is_input_type", None)
    as_sent = getattr(_types, "input_type_to_dict", None)
    if is_input_type is None or as_sent is None or not is_input_type(type(value)):
        return None
    properties: Mapping[str, Any] = as_sent(value)
    return properties
