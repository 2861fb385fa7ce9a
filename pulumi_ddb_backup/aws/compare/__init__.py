"""Whether two tables hold the same items: read side by side, compared by digests, told by keys."""
