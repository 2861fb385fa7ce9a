"""One backup of one table: taken, recognised, waited for, looked up, deleted."""
