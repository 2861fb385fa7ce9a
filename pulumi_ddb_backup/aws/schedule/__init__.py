"""Backups that AWS's own scheduler takes: what it is told, and what it may do."""
