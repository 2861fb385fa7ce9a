"""What the engine creates, reads, updates and deletes: one module for each resource."""
