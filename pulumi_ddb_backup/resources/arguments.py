"""The arguments of a resource as they are handed to the engine: looked at when it is constructed.

The rules themselves are checked by the provider, all at once. Here a value is refused that the engine
can't carry there, or would drop on its way.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from functools import partial
from inspect import isawaitable
from typing import Any, TypeAlias

import pulumi

from ..aws.rules.text import kind_of
from ..aws.rules.validation import Failure
from ..engine import is_reserved, under_mocks
from ..stack.declared import declared_by, without_provider
from .foretold import PREVIEWING
from .options import require_honoured
from .triggers import PLAIN, Encoder, shown_key

Validate: TypeAlias = Callable[[Mapping[str, object]], list[Failure]]


def engine_arguments(
    subject: str,
    inputs: Mapping[str, Any],
    opts: pulumi.ResourceOptions | None,
    *,
    tables: pulumi.Input[Any],
    outputs: Collection[str],
    validate: Validate,
) -> tuple[dict[str, Any], pulumi.ResourceOptions | None]:
    """The properties and the options with which the engine is asked for a resource.

    Args:
        subject: Whose they are, such as `Backup 'orders'`.
        inputs: What the program gave, by the names of the inputs.
        opts: The options that the program gave.
        tables: The input that names the tables.
        outputs: The names of the outputs.
        validate: The rules of the inputs.

    Raises:
        pulumi.RunError: An option would not do what it says, or an input can't be carried.
    """
    require_honoured(subject, opts, triggers=inputs.get("triggers") is not None)
    props = {**dict.fromkeys(outputs), **carried_inputs(subject, inputs, validate)}
    said = {**declared_by(tables, opts), **_said_of_preview()}
    return {**props, **said}, without_provider(opts)


def _said_of_preview() -> dict[str, bool]:
    """The input by which the provider learns that this is a preview; a unit test's mocks get none."""
    return {PREVIEWING: True} if pulumi.runtime.is_dry_run() and not under_mocks() else {}


def carried_inputs(subject: str, inputs: Mapping[str, Any], validate: Validate) -> dict[str, Any]:
    """`inputs` as the engine can carry them.

    Args:
        subject: Whose inputs they are, such as `Backup 'orders'`.
        inputs: What the program gave, by the names of the inputs.
        validate: The rules, for their own words on a value of a wrong kind.

    Raises:
        pulumi.RunError: Some can't be carried; each is named. What is not known yet is looked at
            once it is, and raises it then.
    """
    encoder = Encoder(subject)
    given = {
        key: encoder.value(value, key)
        if key == "triggers"
        else _plain(encoder, value, key, validate)
        for key, value in inputs.items()
    }
    encoder.require()
    return given


def _plain(encoder: Encoder, value: Any, key: str, validate: Validate | None = None) -> Any:
    """An input that is no trigger, as it is."""
    if isinstance(value, pulumi.Output) or isawaitable(value):
        return encoder.later(value, partial(_plain, key=key))
    if isinstance(value, Mapping):
        return {
            name: _item(encoder, one, f"{key}[{shown_key(name)}]", name)
            for name, one in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_item(encoder, one, f"{key}[{at}]") for at, one in enumerate(value)]
    if not _is_carried(value):
        reasons = [one.reason for one in validate({key: value})] if validate else []
        own = [reason for reason in reasons if reason.startswith(f"{key} must ")]
        encoder.failures += own or [f"{key} must be {PLAIN} (got {kind_of(value)})"]
    return value


def _item(encoder: Encoder, value: Any, where: str, name: Any = "") -> Any:
    if isinstance(value, pulumi.Output) or isawaitable(value):
        return encoder.later(value, partial(_item, where=where))
    if not isinstance(name, str):
        encoder.refuse(where, f"has {kind_of(name)} as its key. Give text")
    elif is_reserved(name) or not _is_carried(name):
        encoder.refuse(where, "has a key that Pulumi can't keep. Give another key")
    elif value is None:  # the engine would leave it out, and nobody would know
        encoder.failures.append(f"{where} must be a string (got None)")
    elif not _is_carried(value):
        encoder.failures.append(f"{where} must be a string (got {kind_of(value)})")
    return value


def _is_carried(value: Any) -> bool:
    if isinstance(value, str):
        return value.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in value)
    if isinstance(value, (int, float)):
        return abs(value) <= 2**53 if isinstance(value, int) else math.isfinite(value)
    return value is None or isinstance(value, pulumi.Resource)
