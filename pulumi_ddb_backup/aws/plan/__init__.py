"""Backups that AWS Backup takes by a plan: what the plan may be."""
