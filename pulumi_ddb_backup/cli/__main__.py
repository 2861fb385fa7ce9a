"""`python -m pulumi_ddb_backup.cli`."""

from . import main

main()
