"""Programs with backups of tables, under mocks: what each tells of its tables, as JSON.

Run as `python -m tests.wire.told`, in a process of its own: the SDK leaves its event loops behind.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_aws as aws

from pulumi_ddb_backup import Backup, BackupSet

TABLE_ARN = "arn:aws:dynamodb:us-west-2:123456789012:table/orders"
ROLE = "arn:aws:iam::123456789012:role/deploy"


class Mocks(pulumi.runtime.Mocks):
    """Keeps what the resources of this package are given."""

    def __init__(self) -> None:
        self.given: list[dict[str, Any]] = []

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        if args.typ.startswith("pulumi-python:dynamic/"):
            self.given.append(args.inputs)
        arn = {"arn": TABLE_ARN} if args.typ == "aws:dynamodb/table:Table" else {}
        return f"{args.name}-id", {**args.inputs, **arn}

    def call(
        self, args: pulumi.runtime.MockCallArgs
    ) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        return {}, None


def provider(**settings: Any) -> aws.Provider:
    return aws.Provider("there", region="us-west-2", **settings)


def component(**options: Any) -> pulumi.ComponentResource:
    opts = pulumi.ResourceOptions(**options)
    return pulumi.ComponentResource("shop:index:Shop", "shop", None, opts)


def table(**options: Any) -> aws.dynamodb.Table:
    return aws.dynamodb.Table(
        "orders",
        name="orders",
        hash_key="id",
        attributes=[{"name": "id", "type": "S"}],
        opts=pulumi.ResourceOptions(**options),
    )


def backup(name: pulumi.Input[str] = "orders", **options: Any) -> Backup:
    opts = pulumi.ResourceOptions(**options) if options else None
    return Backup("one", table_name=name, backup_name="orders-1", opts=opts)


def a_set() -> BackupSet:
    tables: list[pulumi.Input[str]] = ["plain", table().name.apply(lambda name: name)]
    return BackupSet("set", tables=tables, backup_name="a-1")


def a_provider_with_everything() -> Backup:
    settings: dict[str, Any] = {
        "assume_roles": [{"role_arn": ROLE}],
        "endpoints": [{"dynamodb": "http://localhost:8000"}],
        "access_key": "AKIAIOSFODNN7EXAMPLE",
        "secret_key": "hunter2",
        "insecure": False,
        "default_tags": {"tags": {"team": "shop"}},
        "profile": "west",
    }
    return backup(provider=provider(**settings))


PROGRAMS: dict[str, Callable[[], object]] = {
    "nothing": backup,
    "provider": lambda: backup(provider=provider()),
    "providers, a list": lambda: backup(providers=[provider()]),
    "providers, a mapping": lambda: backup(providers={"aws": provider()}),
    "a parent's": lambda: backup(parent=component(providers=[provider()])),
    "a grandparent's": lambda: backup(parent=table(parent=component(providers=[provider()]))),
    "a parent table's own": lambda: backup(parent=table(provider=provider())),
    "a table": lambda: backup(table().name),
    "a table with a provider": lambda: backup(table(provider=provider()).name),
    "a table of a component": lambda: backup(table(parent=component(providers=[provider()])).name),
    "a set": a_set,
    "everything": a_provider_with_everything,
}


def told(program: Callable[[], object]) -> Any:
    """What the one resource of this package in `program` is told of its tables."""
    mocks = Mocks()
    pulumi.runtime.set_mocks(mocks)
    run: Any = pulumi.runtime.test
    run(program)()
    (given,) = mocks.given
    return given.get("declared_by")


if __name__ == "__main__":
    json.dump({name: told(program) for name, program in PROGRAMS.items()}, sys.stdout)
