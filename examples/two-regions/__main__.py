"""Tables and backups in two regions, in one program."""

import pulumi
import pulumi_aws as aws

import pulumi_ddb_backup as ddb_backup

REGIONS = ("eu-west-1", "us-east-1")


def backed_up(region: str) -> ddb_backup.Backup:
    """A table in `region`, and its backup, which is always in the same region."""
    table = aws.dynamodb.Table(
        f"orders-{region}",
        hash_key="id",
        attributes=[{"name": "id", "type": "S"}],
        billing_mode="PAY_PER_REQUEST",
        point_in_time_recovery={"enabled": True},
        opts=pulumi.ResourceOptions(provider=aws.Provider(region, region=region)),
    )
    # The ARN says region and account, so nothing else has to.
    return ddb_backup.Backup(
        f"orders-{region}", table_name=table.arn, backup_name_prefix=f"orders-{region}-"
    )


pulumi.export("backups", {region: backed_up(region).backup_arn for region in REGIONS})
