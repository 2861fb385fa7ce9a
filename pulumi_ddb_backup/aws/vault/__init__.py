"""Backups of a table in a vault of AWS Backup, and copies of them in other vaults."""
