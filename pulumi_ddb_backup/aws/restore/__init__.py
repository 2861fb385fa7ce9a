"""Restoring a table from a backup, with the settings that AWS leaves behind."""
