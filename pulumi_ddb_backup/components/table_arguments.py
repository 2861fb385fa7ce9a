"""The arguments of `aws.dynamodb.Table`, for type checkers and editors.

pulumi_aws has them as parameters alone, which nothing can be derived from: a test compares the two. An
argument of a newer pulumi_aws than this knows works all the same; only a type checker objects to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypedDict

import pulumi

if TYPE_CHECKING:
    from pulumi_aws import dynamodb


class TableArguments(TypedDict, total=False):
    """Each is as pulumi_aws documents it."""

    attributes: pulumi.Input[
        Sequence[pulumi.Input[dynamodb.TableAttributeArgs | dynamodb.TableAttributeArgsDict]] | None
    ]
    billing_mode: pulumi.Input[str | None]
    deletion_protection_enabled: pulumi.Input[bool | None]
    global_secondary_indexes: pulumi.Input[
        Sequence[
            pulumi.Input[
                dynamodb.TableGlobalSecondaryIndexArgs | dynamodb.TableGlobalSecondaryIndexArgsDict
            ]
        ]
        | None
    ]
    global_table_witness: pulumi.Input[
        dynamodb.TableGlobalTableWitnessArgs | dynamodb.TableGlobalTableWitnessArgsDict | None
    ]
    hash_key: pulumi.Input[str | None]
    import_table: pulumi.Input[
        dynamodb.TableImportTableArgs | dynamodb.TableImportTableArgsDict | None
    ]
    local_secondary_indexes: pulumi.Input[
        Sequence[
            pulumi.Input[
                dynamodb.TableLocalSecondaryIndexArgs | dynamodb.TableLocalSecondaryIndexArgsDict
            ]
        ]
        | None
    ]
    name: pulumi.Input[str | None]
    on_demand_throughput: pulumi.Input[
        dynamodb.TableOnDemandThroughputArgs | dynamodb.TableOnDemandThroughputArgsDict | None
    ]
    point_in_time_recovery: pulumi.Input[
        dynamodb.TablePointInTimeRecoveryArgs | dynamodb.TablePointInTimeRecoveryArgsDict | None
    ]
    range_key: pulumi.Input[str | None]
    read_capacity: pulumi.Input[int | None]
    region: pulumi.Input[str | None]
    replicas: pulumi.Input[
        Sequence[pulumi.Input[dynamodb.TableReplicaArgs | dynamodb.TableReplicaArgsDict]] | None
    ]
    restore_backup_arn: pulumi.Input[str | None]
    restore_date_time: pulumi.Input[str | None]
    restore_source_name: pulumi.Input[str | None]
    restore_source_table_arn: pulumi.Input[str | None]
    restore_to_latest_time: pulumi.Input[bool | None]
    server_side_encryption: pulumi.Input[
        dynamodb.TableServerSideEncryptionArgs | dynamodb.TableServerSideEncryptionArgsDict | None
    ]
    stream_enabled: pulumi.Input[bool | None]
    stream_view_type: pulumi.Input[str | None]
    table_class: pulumi.Input[str | None]
    tags: pulumi.Input[Mapping[str, pulumi.Input[str]] | None]
    ttl: pulumi.Input[dynamodb.TableTtlArgs | dynamodb.TableTtlArgsDict | None]
    warm_throughput: pulumi.Input[
        dynamodb.TableWarmThroughputArgs | dynamodb.TableWarmThroughputArgsDict | None
    ]
    write_capacity: pulumi.Input[int | None]
