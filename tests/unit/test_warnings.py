"""The suite turns warnings into errors; its exceptions may hide none that this package causes."""

from __future__ import annotations

import warnings

import pytest

import pulumi_ddb_backup
from tests.unit.test_layers import MODULES

PACKAGE = pulumi_ddb_backup.__name__


@pytest.mark.parametrize(
    "module",
    [PACKAGE, *(f"{PACKAGE}.{path.removesuffix('.py').replace('/', '.')}" for path in MODULES)],
)
@pytest.mark.parametrize("kind", [DeprecationWarning, ResourceWarning, UserWarning])
def test_no_filter_of_the_suite_hides_a_warning_of_this_package(
    module: str, kind: type[Warning]
) -> None:
    with pytest.raises(kind):
        warnings.warn_explicit("caused here", kind, "module.py", 1, module=module)
