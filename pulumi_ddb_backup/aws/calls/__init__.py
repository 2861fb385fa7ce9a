"""Calling AWS: how it is reached, each call in its turn, repeated, and what its answers mean."""
