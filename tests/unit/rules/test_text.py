"""Foreign text in messages."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_ddb_backup.aws.rules.text import of_all, sanitized, shown

TOKEN = "FwoGZXIvYXdzE" + "Ab9/+" * 30 + "=="


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a\nb\r\n\tc", "a b c", id="newlines"),
        pytest.param("\x1b[1;31mred\x1b[0m", "red", id="colours"),
        pytest.param("\x1b]0;title\x07shown", "shown", id="window title"),
        pytest.param("\x1b]8;;http://x\x1b\\link", "link", id="hyperlink"),
        pytest.param("nul\x00nul", "nul nul", id="NUL"),
        pytest.param("a\u202eb\u2066c\u200bd\ufeff", "a b c d", id="bidi and zero width"),
        pytest.param("key AKIAIOSFODNN7EXAMPLE.", "key (access key removed).", id="access key"),
        pytest.param("ASIAIOSFODNN7EXAMPLE", "(access key removed)", id="temporary key"),
        pytest.param(
            "User: arn:aws:sts::123456789012:assumed-role/ops/me is denied",
            "User: arn:aws:sts::123456789012:assumed-role/ops/me is denied",
            id="who was denied",
        ),
        pytest.param(
            "arn:aws-cn:dynamodb:cn-north-1:123456789012:table/t",
            "arn:aws-cn:dynamodb:cn-north-1:123456789012:table/t",
            id="what was denied",
        ),
        pytest.param(
            "account 123456789012, Account:123456789012",
            "account (account), Account:(account)",
            id="a bare account",
        ),
        pytest.param("arn:123456789012", "arn:(account)", id="no ARN"),
        pytest.param("X-Amz-Signature=abc123&x=1", "X-Amz-Signature=(removed)&x=1", id="signature"),
        pytest.param(
            "X-Amz-Security-Token: abc, next",
            "X-Amz-Security-Token: (removed), next",
            id="token header",
        ),
        pytest.param("session_token='abc' x", "session_token='(removed)' x", id="session token"),
        pytest.param(
            '{"SecretAccessKey": "abc"}', '{"SecretAccessKey": "(removed)"}', id="secret key"
        ),
        pytest.param("'AWS4-HMAC-SHA256 a b c", "'(request signature removed)", id="request"),
        pytest.param(f"token {TOKEN} end", "token (token removed) end", id="bare token"),
        pytest.param("table orders at 20260102", "table orders at 20260102", id="plain"),
    ],
)
def test_secrets_accounts_and_escapes_leave_foreign_words(text: str, expected: str) -> None:
    assert sanitized(text) == expected


def test_letters_that_no_protocol_or_terminal_takes_leave_foreign_words() -> None:
    assert sanitized("a \ud800 b \u061c c \xad d \U000e0001 e") == "a b c d e"


def test_long_foreign_words_are_cut_with_their_secrets_removed() -> None:
    text = sanitized("ab " * 260 + "AKIAIOSFODNN7EXAMPLE " + "c" * 1_000_000)
    assert text.endswith("...")
    assert "AKIA" not in text
    assert len(text) == 803


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("plain", "'plain'"),
        ("a\n\x1b[0m\x00", r"'a\n\x1b[0m\x00'"),
        ("größe", r"'gr\xf6\xdfe'"),
        (3.5, "3.5"),
        (None, "None"),
        (["a\n"], r"['a\n']"),
        ("x" * 1_000_000, "'" + "x" * 59 + "..."),
        (["y" * 1_000_000], "['" + "y" * 58 + "..."),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_a_value_is_shown_quoted_escaped_and_cut(value: object, expected: str) -> None:
    assert shown(value) == expected


@pytest.mark.parametrize(
    ("count", "total", "told"),
    [
        (0, 1, "0 of 1 backup is"),
        (1, 1, "1 of 1 backup is"),
        (0, 4, "0 of 4 backups are"),
        (1, 4, "1 of 4 backups is"),
        (3, 4, "3 of 4 backups are"),
    ],
)
def test_so_many_of_all_take_the_verb_of_their_count(count: int, total: int, told: str) -> None:
    assert of_all(count, total, "backup", "is", "are") == told
    assert of_all(count, total, "backup") == told.rpartition(" ")[0]


WORDS = st.text(st.characters(exclude_categories=()))
ESCAPES = st.sampled_from(["\x1b[2J", "\x1b]0;t\x07", "\x9b1m", "\x1b", "\u202e", "\u2028", "\0"])


@settings(deadline=None)
@given(st.lists(WORDS | ESCAPES).map("".join), st.integers(1, 500))
def test_any_foreign_words_become_printable_and_bounded(text: str, limit: int) -> None:
    result = sanitized(text, limit)
    assert result.isprintable()
    assert len(result) <= limit + 3


@settings(deadline=None)
@given(st.text() | st.binary() | st.lists(st.text() | st.floats()), st.integers(1, 100))
def test_any_value_is_shown_printable_and_bounded(value: object, limit: int) -> None:
    result = shown(value, limit)
    assert result.isprintable()
    assert len(result) <= limit + 3
