"""What takes long starts first, so that no worker is left with it at the end."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def rank(item: pytest.Item) -> int:
        if item.get_closest_marker("longest"):
            return 0
        return 1 if "/e2e/" in item.path.as_posix() else 2

    items.sort(key=rank)
