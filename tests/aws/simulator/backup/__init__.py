"""AWS Backup: jobs by the clock, recovery points, locks, copies and restores, none of which moto has."""
