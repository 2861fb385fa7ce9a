"""Whether tables have a backup that is young enough."""
