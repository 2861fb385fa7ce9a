"""The error for a region that rejects the credentials, as one that is not enabled does."""

from __future__ import annotations

from collections.abc import Collection

from ..errors import BackupError, CredentialsError
from ..rules.regions import must_be_enabled


class RegionRefusedError(CredentialsError):
    """AWS does not know the credentials in this region.

    It says so of any credentials in a region that the account has not enabled, and of credentials
    that are not valid anywhere: the answer alone does not tell which.
    """

    sentence = (
        "AWS does not accept the credentials in use for table '{table_name}' in region "
        "'{region}': {detail}"
    )
    advice = (
        "Region '{region}' may not be enabled for this account, or the credentials are not valid: "
        "check both, then run this again."
    )


def judged(error: BackupError, working: Collection[str]) -> BackupError:
    """`error`, once it is known that the same credentials work in the regions `working`."""
    others = sorted({*working} - {error.facts.region})
    if not others or not isinstance(error, RegionRefusedError):
        return error
    return RegionRefusedError(
        error.stage,
        error.facts,
        "Region '{region}' may not be enabled for this account: {detail}",
        f"The same credentials work in {', '.join(others)}. Enable region '{{region}}' for the "
        "account, or leave it out.",
    )


def is_off(error: BackupError) -> bool:
    """Whether a region that others answer beside refuses as one does that is not enabled."""
    return isinstance(error, RegionRefusedError) and must_be_enabled(error.facts.region)
