"""`make pictures`: records docs/pictures/up.svg and command-line.svg, draws time-line.svg and retention.svg.

The recordings are real commands against the simulator of the tests, in a terminal of their own.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import boto3

from tests.aws.simulator import Fault, Simulator, serving
from tools.demo import fill, make_project, run_pulumi
from tools.pictures import retention, time_line
from tools.pictures.animated import svg
from tools.pictures.terminal import Terminal
from tools.pulumi_cli import ROOT, environment

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PICTURES: Final = ROOT / "docs" / "pictures"
REGION: Final = "eu-west-1"
COLUMNS, ROWS = 110, 32
UP: Final = ("pulumi", "up", "--yes", "--skip-preview")
LOOKS: Final = 4
"""So often a run looks at the backup before something happens."""
MIB: Final = 1 << 20
TABLES: Final = {
    "prod-accounts": 41.3,
    "prod-baskets": 3.2,
    "prod-invoices": 912.6,
    "prod-orders": 1264.8,
    "prod-payments": 377.0,
    "prod-users": 86.4,
}
"""The tables of the command line's recording, with the MiB that AWS is to tell of them."""


def main() -> None:
    """Make all of them, and leave nothing behind."""
    PICTURES.mkdir(exist_ok=True)
    _write("time-line", time_line.svg())
    _write("retention", retention.svg())
    with tempfile.TemporaryDirectory(prefix="ddb-backup-pictures-") as folder:
        home = Path(folder)
        for name, record in (("up", record_up), ("command-line", record_command_line)):
            with setting(home) as (simulator, dynamodb, env):
                picture = record(home, simulator, dynamodb, env)
            _write(name, picture)


def _write(name: str, picture: str) -> None:
    path = PICTURES / f"{name}.svg"
    path.write_text(picture, encoding="utf-8")
    print(f"{path.relative_to(ROOT)}: {len(picture) / 1024:.0f} KiB", flush=True)


@contextmanager
def setting(home: Path) -> Iterator[tuple[Simulator, DynamoDBClient, dict[str, str]]]:
    """An AWS of its own, and the environment of somebody who uses it."""
    keys = {"AWS_ACCESS_KEY_ID": "demo", "AWS_SECRET_ACCESS_KEY": "demo", "AWS_REGION": REGION}
    with serving() as simulator:
        client = boto3.client(
            "dynamodb",
            region_name=REGION,
            endpoint_url=simulator.url,
            aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
        )
        env = {
            **environment(home, {"PATH": os.environ["PATH"]}),
            **keys,
            "HOME": str(home),
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            "AWS_ENDPOINT_URL": simulator.url,
            "AWS_EC2_METADATA_DISABLED": "true",
            "PULUMI_OPTION_SUPPRESS_PERMALINK": "true",  # it is a path of this machine
        }
        yield simulator, client, env


def record_up(
    home: Path, simulator: Simulator, dynamodb: DynamoDBClient, env: Mapping[str, str]
) -> str:
    """`pulumi up`, Ctrl-C while AWS creates the backup, and `pulumi up` once more."""
    fill(dynamodb)
    (home / "pulumi-state").mkdir()
    project = make_project(home)
    settings = project / "Pulumi.yaml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("name: ddb-backup", "name: shop", 1), encoding="utf-8")
    for arguments in (
        ("stack", "init", "prod"),
        ("config", "set", "aws:region", REGION),
        ("config", "set", "table", "orders"),
    ):
        run_pulumi([*arguments], project, dict(env), quiet=True)
    simulator.creating_seconds = 3600
    simulator.backup_bytes["orders"] = int(TABLES["prod-orders"] * MIB)
    terminal = Terminal(COLUMNS, ROWS)

    def interrupted() -> bool:
        return simulator.count("DescribeBackup") >= LOOKS

    def finish() -> bool:
        if simulator.count("DescribeBackup") >= looks + LOOKS:
            simulator.finish_backups()
        return False

    shown = " ".join(UP)
    if terminal.run(UP, shown, env, project, interrupted) == 0:
        raise SystemExit("Ctrl-C did not stop `pulumi up`:\n" + terminal.text)
    terminal.pause(2.5)
    looks = simulator.count("DescribeBackup")
    if terminal.run(UP, shown, env, project, finish) != 0:
        raise SystemExit("The second `pulumi up` failed:\n" + terminal.text)
    terminal.prompt()
    if simulator.count("CreateBackup") != 1:
        raise SystemExit("Two backups were taken for one.")
    return svg(
        terminal.frames,
        COLUMNS,
        "pulumi up takes a backup, is stopped with Ctrl-C, and goes on with the same backup",
        "A terminal. The first pulumi up starts a backup of the table orders and waits. After Ctrl-C it"
        " names the backup's ARN, which is in the stack's state. The second pulumi up waits for that"
        " same backup until it is AVAILABLE, and takes no other.",
    )


def record_command_line(
    home: Path, simulator: Simulator, dynamodb: DynamoDBClient, env: Mapping[str, str]
) -> str:
    """`ddb-backup backup 'prod-*'`, of tables whose backups are AVAILABLE one after the other."""
    for number, (table, size) in enumerate(TABLES.items()):
        fill(dynamodb, table)
        simulator.backup_bytes[table] = int(size * MIB)
        simulator.fault(Fault("CreateBackup", "delay", seconds=1.2 * number, table=table))
    simulator.creating_seconds = 3
    terminal = Terminal(COLUMNS, ROWS)
    command = ("ddb-backup", "backup", "prod-*")
    if terminal.run(command, "ddb-backup backup 'prod-*'", env, home) != 0:
        raise SystemExit("`ddb-backup backup` failed:\n" + terminal.text)
    terminal.prompt()
    return svg(
        terminal.frames,
        COLUMNS,
        f"ddb-backup backs up {len(TABLES)} tables at once",
        "A terminal. ddb-backup backup 'prod-*' counts the backups that are AVAILABLE beside a bar,"
        " then lists each table with its backup.",
    )


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("Interrupted; no picture was changed that is not finished.")
