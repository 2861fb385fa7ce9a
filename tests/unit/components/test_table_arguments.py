"""The arguments of a `ProtectedTable` are those of pulumi_aws's own table."""

from __future__ import annotations

import inspect

import pulumi_aws as aws

from pulumi_ddb_backup.components.table_arguments import TableArguments


def test_a_protected_table_takes_what_a_table_takes() -> None:
    own = inspect.signature(aws.dynamodb.TableArgs.__init__).parameters
    assert set(TableArguments.__annotations__) == set(own) - {"__self__"}
