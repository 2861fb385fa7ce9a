"""How many calls AWS takes a second, and what it takes of them all at once."""

from __future__ import annotations

AWS_LIMITS: dict[str, float] = {
    "CreateBackup": 50,
    "DescribeBackup": 10,
    "DeleteBackup": 10,
    "DescribeTable": 10,
    "ListBackups": 5,
}
AWS_BURSTS: dict[str, float] = {
    "CreateBackup": 60,
    "DescribeBackup": 13,
    "DeleteBackup": 13,
    "DescribeTable": 13,
    "ListBackups": 5,
}


class Buckets:
    """What is left of each API's rate in each region."""

    def __init__(self) -> None:
        self._left: dict[tuple[str, str], tuple[float, float]] = {}

    def clear(self) -> None:
        """Let every rate be as if no call had come."""
        self._left.clear()

    def takes(self, api: str, region: str, limit: float, most: float, now: float) -> bool:
        """Whether one more call keeps to `limit` a second; at most `most` come at once."""
        tokens, then = self._left.get((api, region), (most, now))
        tokens = min(most, tokens + (now - then) * limit)
        self._left[api, region] = (tokens if tokens < 1 else tokens - 1, now)
        return tokens >= 1
