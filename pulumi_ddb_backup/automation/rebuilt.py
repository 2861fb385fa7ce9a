"""This library's errors, read back from the words in which the engine tells them.

A provider process can hand the engine words alone. An error is rebuilt from the very templates
that its words were made of, and only if it then says exactly the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from string import Formatter
from typing import Final

from ..aws import errors
from ..aws.calls import aws_errors, region_errors
from ..aws.calls.denials import CAUSES
from ..aws.compare import errors as compare_errors
from ..aws.errors import BackupError, Facts, Stage, ValidationError
from ..aws.records import BackupRecord
from ..aws.restore import errors as restore_errors
from ..aws.rules.arns import BackupArn, TableArn
from ..aws.rules.subject import ALL_TABLES, about
from ..aws.rules.validation import Failure
from ..aws.rules.values import without_none
from ..resources import backup_properties as _inputs
from .records import FILTERED

_STAGES: Final = {words: stage for stage in Stage for words in (stage.value, stage.stopped)}
_EXISTING: Final = re.compile(
    r"No backup was started\."
    r"|A backup of table '(?P<table_name>[^']*)' may exist in AWS all the same: (?P<doubt>.*?)\.?"
    r"|Backup ARN(?: \(last status (?P<status>[^)]*)\))?: (?P<backup_arn>\S+)"
)


@dataclass(frozen=True, slots=True)
class _Template:
    """A sentence of an error class, and its advice."""

    kind: type[BackupError]
    sentence: str
    advice: str

    @property
    def literal(self) -> int:
        """How much of the sentence is always the same."""
        return sum(len(text) for text, *_ in Formatter().parse(self.sentence))


def rebuilt(
    message: str, record: BackupRecord | None = None, inputs: Mapping[str, object] | None = None
) -> BackupError | None:
    """The error whose message is `message`, or None when that can't be told for certain.

    Args:
        message: The whole message.
        record: The backup in question, where the engine's event holds one.
        inputs: The resource's inputs in the engine's event, for facts that the message leaves out.
    """
    head, *lines = message.strip().split("\n")
    stage, _, sentence = head.partition(": ")
    if stage not in _STAGES:
        return None
    existing = _EXISTING.fullmatch(lines[0]) if lines else None
    advice = lines[1:] if existing else lines
    kept = record if _STAGES[stage] in (Stage.CREATE, Stage.WAIT) else None
    for template in _templates():
        words = _filled(template.sentence, sentence)
        if words is None:
            continue
        own_advice = advice[0].removesuffix(errors.LOOK_FIRST).rstrip() if advice else ""
        words |= _filled(template.advice, own_advice) or {}
        words |= without_none(existing.groupdict()) if existing else {}
        if arn := backup_arn_in(message):
            words.setdefault("backup_arn", arn)
        error = template.kind(
            _STAGES[stage],
            _facts(words, kept, inputs or {}),
            template.sentence,
            _literal(advice),
        )
        if str(error) == message.strip():
            return error
    return None


def backup_arn_in(text: str) -> str | None:
    """The last word of `text` that is the ARN of a backup."""
    words = [word.strip("'.,;()") for word in text.split()]
    return next((word for word in reversed(words) if BackupArn.parse(word)), None)


def rebuilt_validation(reasons: Iterable[str]) -> ValidationError | None:
    """The error of inputs that break these rules, or None when they are not about inputs."""
    failures = [Failure(reason.partition(" ")[0], reason) for reason in reasons]
    if not failures or any(failure.property not in _inputs.INPUTS for failure in failures):
        return None
    return ValidationError(failures)


@lru_cache(maxsize=1)
def _templates() -> tuple[_Template, ...]:
    """Every sentence there is, the most particular first."""
    return tuple(sorted(_all_templates(), key=lambda template: template.literal, reverse=True))


def _all_templates() -> Iterator[_Template]:
    rows = (
        *aws_errors.AWS_ERRORS.values(),
        aws_errors.BACKUPS_BEING_ENABLED,
        aws_errors.TABLE_LOCKED,
        *(cause.row for cause in CAUSES),
        aws_errors.UNKNOWN_SERVER_ERROR,
        aws_errors.UNKNOWN_REJECTION,
    )
    for row in rows:
        yield from _said(row.error, row.sentence, row.advice)
        if "{detail}" not in row.sentence + row.advice:
            yield from _said(row.error, aws_errors.with_words_of_aws(row.sentence), row.advice)
    modules = (errors, region_errors, restore_errors, compare_errors)
    for kind in {name: kind for module in modules for name, kind in vars(module).items()}.values():
        own = isinstance(kind, type) and issubclass(kind, BackupError) and kind is not BackupError
        if own and "sentence" in vars(kind):
            yield from _said(kind, kind.sentence, kind.advice)


def _said(kind: type[BackupError], sentence: str, advice: str) -> Iterator[_Template]:
    """The template as it is said of one table, and of many."""
    yield _Template(kind, sentence, advice)
    of_many = about(ALL_TABLES, sentence)
    if of_many != sentence:
        yield _Template(kind, of_many, about(ALL_TABLES, advice))


def _filled(template: str, text: str) -> dict[str, str] | None:
    """What `template` was filled with to give `text`, with or without the full stop."""
    match = re.fullmatch(rf"{_pattern(template)}\.?", text)
    return match.groupdict() if match else None


@lru_cache(maxsize=256)
def _pattern(template: str) -> str:
    pattern, seen = "", set[str]()
    for literal, name, _, _ in Formatter().parse(template):
        pattern += re.escape(literal)
        if name:
            pattern += f"(?P={name})" if name in seen else f"(?P<{name}>.*?)"
            seen.add(name)
    return pattern


def _facts(
    words: Mapping[str, str], record: BackupRecord | None, inputs: Mapping[str, object]
) -> Facts:
    """What the words tell, then the record, then the inputs."""
    given = inputs.get("table_name"), inputs.get("region"), inputs.get("timeout")
    table, region, timeout = (str(value) if _is_plain(value) else "" for value in given)
    arn = TableArn.parse(table)
    return Facts(
        table_name=words.get("table_name") or (arn.table if arn else table),
        region=words.get("region") or (record.region if record else arn.region if arn else region),
        timeout=int(float(words.get("timeout") or timeout or 0)),
        status=words.get("status") or (record.backup_status if record else ""),
        backup_arn=words.get("backup_arn") or (record.backup_arn if record else ""),
        action=words.get("action", ""),
        detail=words.get("detail", ""),
        record=record,
        doubt=words.get("doubt", ""),
        origin=words.get("origin", ""),
    )


def _is_plain(value: object) -> bool:
    return isinstance(value, (str, int, float)) and value != FILTERED


def _literal(lines: Iterable[str]) -> str:
    return "\n".join(lines).replace("{", "{{").replace("}", "}}")
