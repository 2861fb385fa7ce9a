"""What backups cost: always an estimate, from dated prices. A price that is not known is said to be."""
