"""What becomes of each of Pulumi's resource options."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from pulumi_ddb_backup import Backup, BackupSet, VaultBackup
from pulumi_ddb_backup.resources.options import HONOURED, OF_PROVIDERS, REFUSED
from tools.pulumi_cli import ROOT

ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/backup/01700000000000-abcdef12"
MAKERS = [
    pytest.param(Backup, {"table_name": "orders", "backup_name": "orders-1"}, id="one"),
    pytest.param(BackupSet, {"tables": ["orders"], "backup_name": "a-1"}, id="set"),
    pytest.param(VaultBackup, {"vault": "safe", "table_name": "orders"}, id="vault"),
]
VALUES: dict[str, Any] = {
    "custom_timeouts": pulumi.CustomTimeouts(create="1h"),
    "env_var_mappings": {"MY_PROFILE": "AWS_PROFILE"},
    "id": ARN,
    "import_": ARN,
    "plugin_download_url": "https://example.com",
    "replace_on_changes": ["*"],
    "replacement_trigger": "2",
    "urn": "urn:pulumi:dev::shop::pulumi-python:dynamic/ddb-backup:Backup::orders",
    "version": "1.2.3",
}


def test_every_option_of_this_sdk_is_decided_on() -> None:
    options = inspect.signature(pulumi.ResourceOptions).parameters.keys()
    assert options == HONOURED | OF_PROVIDERS | REFUSED.keys(), (
        "Pulumi's resource options have changed: try the new ones with the CLI, and decide on each "
        "in _options.py and in docs/pulumi-options.md."
    )


@pytest.mark.parametrize("name", sorted(HONOURED | OF_PROVIDERS | REFUSED.keys()))
def test_every_option_is_in_the_docs(name: str) -> None:
    assert f"`{name}`" in (ROOT / "docs" / "pulumi-options.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("kind", "inputs"), MAKERS)
@pytest.mark.parametrize("name", sorted(REFUSED))
def test_an_option_without_effect_is_refused_with_what_to_give_instead(
    kind: Callable[..., Any], inputs: dict[str, Any], name: str
) -> None:
    options = pulumi.ResourceOptions(**{name: VALUES[name]})
    with pytest.raises(pulumi.RunError) as refused:
        kind("nightly", **inputs, opts=options)
    assert str(refused.value).startswith(
        f"{kind.__name__} 'nightly': opts.{name} has no effect on "
    )
    assert REFUSED[name] in str(refused.value)


def test_all_options_without_effect_are_told_together() -> None:
    options = pulumi.ResourceOptions(**VALUES)
    with pytest.raises(pulumi.RunError) as refused:
        Backup("nightly", table_name="orders", backup_name="a-1", opts=options)
    assert len(str(refused.value).splitlines()) == len(REFUSED)


@pytest.mark.parametrize(("kind", "inputs"), MAKERS)
def test_get_says_what_to_use_instead(kind: Any, inputs: dict[str, Any]) -> None:
    with pytest.raises(pulumi.RunError) as refused:
        kind.get("nightly", ARN)
    assert str(refused.value).startswith(f"{kind.__name__}.get: ")
    assert re.search(r"give .*existing_(?:backup|recovery_point)_arn=ARN", str(refused.value))


@pytest.mark.parametrize(("kind", "inputs"), MAKERS)
@pytest.mark.parametrize(("triggers", "said"), [({"release": 1}, 1), (None, 0)])
def test_protect_with_triggers_is_told_of(
    kind: Callable[..., Any],
    inputs: dict[str, Any],
    triggers: Any,
    said: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[str] = []
    monkeypatch.setattr(pulumi.log, "info", told.append)
    monkeypatch.setattr("pulumi.dynamic.Resource.__init__", lambda *_args: None)
    kind("nightly", **inputs, triggers=triggers, opts=pulumi.ResourceOptions(protect=True))
    assert len(told) == said
    assert all("a changed trigger takes no new backup" in text for text in told)
