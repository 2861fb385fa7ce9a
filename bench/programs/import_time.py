"""For a fresh interpreter: milliseconds of `import pulumi`, and of the package after it."""

import sys
import time

began = time.perf_counter()
import pulumi  # noqa: E402, F401 - what is timed

between = time.perf_counter()
from pulumi_ddb_backup import Backup, BackupSet  # noqa: E402, F401 - what is timed

ended = time.perf_counter()
sys.stdout.write(f"{1000 * (between - began)} {1000 * (ended - between)}")
