"""`Backup` in a program, before the engine hears of it."""

from __future__ import annotations

from typing import cast

import pulumi
import pytest

from pulumi_ddb_backup import Backup


def test_a_provider_option_is_refused_rather_than_ignored() -> None:
    explicit = cast(pulumi.ProviderResource, object())
    options = pulumi.ResourceOptions()
    options.provider = explicit
    with pytest.raises(pulumi.RunError) as refused:
        Backup("orders", table_name="orders", backup_name="orders-1", opts=options)
    assert "Backup 'orders'" in str(refused.value)
    assert "Give region, profile or role_arn instead." in str(refused.value)
