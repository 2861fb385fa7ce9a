"""Why AWS denied a call, by its own words, and the advice for each cause.

The forms are those of "Troubleshoot access denied error messages" in the IAM user guide: "with an
explicit deny in a TYPE policy" and "because no TYPE policy allows the ACTION action", since 2026
with the policy's ARN after the first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ..errors import AccessDeniedError
from .rows import AwsError, Retry

LACKING: Final = (
    "The AWS identity in use lacks the permission {action} on table '{table_name}' "
    "in region '{region}'"
)
_REFUSED: Final = (
    "AWS denied {action} on table '{table_name}' in region '{region}' to the identity in use"
)


def _denial(advice: str, sentence: str = _REFUSED) -> AwsError:
    return AwsError(AccessDeniedError, Retry.NEVER, sentence, advice)


NOT_ALLOWED: Final = _denial("Add {action} to its IAM policy, then {again}.", LACKING)
"""Nothing allows the action, or AWS does not say why it is denied."""


@dataclass(frozen=True, slots=True)
class _Cause:
    words: re.Pattern[str]
    row: AwsError


def _cause(words: str, advice: str) -> _Cause:
    return _Cause(re.compile(words), _denial(advice))


CAUSES: Final = (
    # The first that fits counts.
    _cause(
        r"\bkms:[A-Z]|\barn:[\w-]+:kms:|\bKMS key\b|\bcustomer master key\b",
        "The table's KMS key may not be used: allow the identity to use it in the key's policy and in "
        "its IAM policy, and check that the key is enabled.",
    ),
    _cause(
        r"service control policy",
        "A service control policy of the organization denies it, which no IAM policy can "
        "override: ask the organization's administrators.",
    ),
    _cause(
        r"resource control policy",
        "A resource control policy of the organization denies it, which no IAM policy can "
        "override: ask the organization's administrators.",
    ),
    _cause(
        r"permissions? boundary",
        "The permissions boundary of the identity denies it or does not allow it: allow {action} "
        "there as well as in its IAM policy.",
    ),
    _cause(
        r"VPC endpoint policy",
        "The policy of the VPC endpoint that the call goes through does not allow it: allow {action} "
        "there.",
    ),
    _cause(
        r"session policy",
        "The session policy that the role was assumed with does not allow it: allow {action} where the "
        "role is assumed.",
    ),
    _cause(
        r"resource-based policy",
        "The policy of the table itself denies it or does not allow it: change that policy "
        "(dynamodb:GetResourcePolicy shows it).",
    ),
    _cause(
        r"explicit deny in an? identity-based policy",
        "An IAM policy of the identity denies it explicitly, which no other policy can override: find "
        "the Deny statement and change it.",
    ),
    _cause(
        r"^\w+: Access is denied\.?$",
        "AWS says no more. Check that these are credentials of the right account, and that their IAM "
        "policy allows {action}.",
    ),
    _cause(
        r"explicit(?:ly)? den(?:y|ied)",
        "A policy denies it explicitly, which no other policy can override: find the Deny statement "
        "(identity, boundary, organization, VPC endpoint) and change it.",
    ),
)


def denial(detail: str) -> AwsError:
    """The row for a denial that AWS explained with `detail`."""
    return next((cause.row for cause in CAUSES if cause.words.search(detail)), NOT_ALLOWED)
