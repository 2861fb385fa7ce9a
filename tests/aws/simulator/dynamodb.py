"""DynamoDB as moto has it, with the time, the refusals and the words of AWS that moto lacks."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from moto.dynamodb.models import dynamodb_backends

from tests.aws.bare import bare
from tests.aws.existing import invalid_arn, invalid_listing, page, undeletable
from tests.aws.reads import Reads
from tests.aws.restores import ACCOUNT, Restores, tell_backup, tell_summary
from tests.aws.simulator.answers import Answer, Refusal, told
from tests.aws.simulator.calls import Call
from tests.aws.simulator.faults import FOREVER

_SHAPED = (
    "CreateBackup",
    "DescribeBackup",
    "ListBackups",
    "DescribeTable",
    "RestoreTableFromBackup",
    "RestoreTableToPointInTime",
    "DescribeContinuousBackups",
)


@dataclass
class DynamoDB:
    """DynamoDB's behaviour, set by a test at any time.

    Attributes:
        creating_seconds: How long a new backup stays CREATING.
        creating_looks: How often a new backup is shown as CREATING before it is AVAILABLE, whatever
            the time; 0 leaves it to `creating_seconds`. For processes of their own, whose time a
            busy machine stretches: a look is a DescribeBackup, or a ListBackups that shows it.
        enabling_seconds: How long after its creation a table has no backups enabled yet.
        table_status: Status told instead of the true one, by table name.
        backup_status: Status told instead of the true one, by backup ARN.
        backup_bytes: Size told of the backups of a table, by table name; moto tells 123 of each.
        several_backups: Whether a table takes another backup while one is CREATING, as small tables
            of AWS's do; otherwise BackupInUse.
        deletes_backed_up: Whether a table may be deleted while a backup of it is CREATING.
        hides_foreign: Whether AWS denies access to backups of other accounts, as it does; otherwise
            it finds none.
        tells_types: Whether lists tell the type of each backup.
        restores: How long restores take, and what is known of them.
        reads: What Scan and BatchGetItem cost, and how fast a table may be read.
        bare: Whether answers lack all that AWS may leave out.
        monotonic: The time in seconds that all of this goes by.
    """

    creating_seconds: float = 0.0
    creating_looks: float = 0
    enabling_seconds: float = 0.0
    table_status: dict[str, str] = field(default_factory=dict)
    backup_status: dict[str, str] = field(default_factory=dict)
    backup_bytes: dict[str, int] = field(default_factory=dict)
    several_backups: bool = False
    deletes_backed_up: bool = False
    hides_foreign: bool = True
    tells_types: bool = True
    restores: Restores = field(default_factory=Restores)
    reads: Reads = field(default_factory=Reads)
    bare: bool = False
    monotonic: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self._available_at: dict[str, float] = {}
        self._looks_left: dict[str, float] = {}
        self._tables_born: dict[str, float] = {}
        self._lock = threading.RLock()

    def reset(self) -> None:
        """Forget every setting and backup."""
        with self._lock:
            self.monotonic = time.monotonic
            self.creating_seconds = self.enabling_seconds = self.creating_looks = 0.0
            self.several_backups = self.deletes_backed_up = False
            self.hides_foreign = self.tells_types = True
            self.restores = Restores()
            self.reads = Reads()
            self.bare = False
            for memory in (
                self.table_status,
                self.backup_status,
                self.backup_bytes,
                self._available_at,
                self._looks_left,
                self._tables_born,
            ):
                memory.clear()

    def age_backups(self, seconds: float) -> None:
        """Let all backups there are be that much older."""
        for region in dynamodb_backends[ACCOUNT].values():
            for backup in region.backups.values():
                backup.creation_date_time -= timedelta(seconds=seconds)

    def available_after(self, looks: int) -> None:
        """Let every backup that is CREATING be so for as many more looks."""
        with self._lock:
            for arn in self._creating(self.monotonic()):
                self._looks_left[arn] = looks

    def available_in(self, seconds: float) -> None:
        """Let every backup that is CREATING be so for as much longer."""
        with self._lock:
            now = self.monotonic()
            for arn in self._creating(now):
                self._looks_left.pop(arn, None)
                self._available_at[arn] = now + seconds

    def creating(self) -> set[str]:
        """The ARNs of all backups that are CREATING now."""
        with self._lock:
            return self._creating(self.monotonic())

    def finish_backups(self) -> None:
        """Let every backup that is CREATING be AVAILABLE now, and new ones at once."""
        with self._lock:
            self.creating_seconds = self.creating_looks = 0.0
            self._available_at.clear()
            self._looks_left.clear()

    def _refused_by_dynamodb(self, call: Call, now: float) -> Refusal | None:
        if wrong := invalid_arn(call.params, hides_foreign=self.hides_foreign):
            return wrong
        if wrong := undeletable(call.api, call.params):
            return wrong
        if call.api == "ListBackups" and (wrong := invalid_listing(call.params)):
            return wrong
        if call.api == "CreateBackup" and (refused := self._refused_backup(call, now)):
            return refused
        of_backup = call.api in ("DeleteBackup", "RestoreTableFromBackup")
        if of_backup and call.params.get("BackupArn") in self._creating(now):
            return "BackupInUseException", "Backup is being created", 400
        held = not self.deletes_backed_up and self._is_backed_up(call.table, call.region, now)
        if call.api == "DeleteTable" and held:
            return "ResourceInUseException", f"Table is being backed up: {call.table}", 400
        if refused := self.reads.refusal(call.api, call.params, call.region, now):
            return refused
        return self.restores.refusal(call.api, call.params, call.region, now)

    def _refused_backup(self, call: Call, now: float) -> tuple[str, str, int] | None:
        if self._status(call.table, call.region, now) == "CREATING":
            return "TableNotFoundException", f"Table not found: {call.table}", 400
        if now < self._tables_born.get(call.table, -FOREVER) + self.enabling_seconds:
            told = f"Backups are being enabled for the table: {call.table}. Please retry later"
            return "ContinuousBackupsUnavailableException", told, 400
        if not self.several_backups and self._is_backed_up(call.table, call.region, now):
            return "BackupInUseException", "Backup is being created", 400
        return None

    def _status(self, table: str, region: str, now: float) -> str:
        return self.table_status.get(table) or self.restores.status(region, table, now)

    def _creating(self, now: float) -> set[str]:
        return {
            arn for arn in (*self._available_at, *self._looks_left) if self._is_creating(arn, now)
        }

    def _is_creating(self, arn: str, now: float) -> bool:
        if arn in self._looks_left:
            return self._looks_left[arn] > 0
        return self._available_at.get(arn, 0) > now

    def _is_backed_up(self, table: str, region: str, now: float) -> bool:
        of_table = f":{region}:{ACCOUNT}:table/{table}/"
        return any(of_table in arn for arn in self._creating(now))

    def _note(self, call: Call, answer: Answer) -> None:
        if not answer.ok:
            return
        with self._lock:
            self.restores.happened(call.api, call.params, call.region, self.monotonic())
            if call.api == "CreateTable":
                self._tables_born[call.params["TableName"]] = self.monotonic()
            if call.api == "CreateBackup":
                arn = json.loads(answer.body)["BackupDetails"]["BackupArn"]
                if self.creating_looks:
                    self._looks_left[arn] = self.creating_looks
                else:
                    self._available_at[arn] = self.monotonic() + self.creating_seconds

    def _shaped(self, call: Call, answer: Answer) -> Answer:
        """moto's answer, with what it does not know of AWS's."""
        if answer.ok and self.reads.knows(call.api):
            with self._lock:
                content = json.loads(answer.body)
                return told(self.reads.told(call.api, call.params, call.region, content))
        if not answer.ok or call.api not in _SHAPED:
            return answer
        content = json.loads(answer.body)
        with self._lock:
            if call.api == "DescribeContinuousBackups":
                self.restores.tell_window(content, call.params, call.region)
            elif call.api.startswith("RestoreTable") or call.api == "DescribeTable":
                (table,) = content.values()
                starting = call.api.startswith("RestoreTable")
                self.restores.tell_table(table, call.region, self.monotonic(), starting=starting)
                table["TableStatus"] = self.table_status.get(
                    table["TableName"], table["TableStatus"]
                )
            elif call.api == "CreateBackup":
                self._tell_status(content["BackupDetails"])
            elif call.api == "DescribeBackup":
                self._look(content["BackupDescription"]["BackupDetails"])
                tell_backup(content["BackupDescription"], call.region)
            else:
                for summary in content["BackupSummaries"]:
                    self._look(summary)
                    tell_summary(summary, call.region)
                content = page(content["BackupSummaries"], call.params)
                for summary in content["BackupSummaries"]:
                    if not self.tells_types:
                        del summary["BackupType"]
        content = self.restores.leave_out(content)
        return told(bare(content) if self.bare else content)

    def _look(self, details: dict[str, Any]) -> None:
        self._tell_status(details)
        table = details["BackupArn"].partition("/backup/")[0].rpartition("/")[2]
        details["BackupSizeBytes"] = self.backup_bytes.get(table, details["BackupSizeBytes"])
        if details["BackupArn"] in self._looks_left:
            self._looks_left[details["BackupArn"]] -= 1

    def _tell_status(self, details: dict[str, Any]) -> None:
        arn = details["BackupArn"]
        if self._is_creating(arn, self.monotonic()):
            details["BackupStatus"] = "CREATING"
        details["BackupStatus"] = self.backup_status.get(arn, details["BackupStatus"])
