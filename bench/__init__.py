"""Measures the package beside its peers; `make bench` runs it."""
