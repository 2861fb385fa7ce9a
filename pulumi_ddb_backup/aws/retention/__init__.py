"""Which backups a table keeps, and which may go."""
