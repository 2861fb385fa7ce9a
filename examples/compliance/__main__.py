"""Backups of each team's tables under the team's own prefix, with evidence for an audit."""

import pulumi
import pulumi_aws as aws

import pulumi_ddb_backup as ddb_backup

TEAMS = {"billing": ["invoices", "payments"], "shop": ["orders"]}
quarter = pulumi.Config().require("quarter")


def backed_up(team: str, name: str) -> ddb_backup.Backup:
    """A table of the team's, and its backup for this quarter."""
    table = aws.dynamodb.Table(
        name,
        hash_key="id",
        attributes=[{"name": "id", "type": "S"}],
        billing_mode="PAY_PER_REQUEST",
        point_in_time_recovery={"enabled": True},
        tags={"team": team},
    )
    return ddb_backup.Backup(
        f"{team}-{name}",
        table_name=table.arn,
        backup_name_prefix=f"{team}-{quarter}-",
        triggers={"quarter": quarter},
    )


backups = [backed_up(team, name) for team, names in TEAMS.items() for name in names]
pulumi.export(
    "evidence",
    [
        {
            "table": backup.table_arn,
            "backup": backup.backup_arn,
            "taken": backup.backup_creation_date_time,
            "status": backup.backup_status,
            "bytes": backup.backup_size_bytes,
        }
        for backup in backups
    ],
)
