"""`make pictures`: the recordings of the README and the documents, made from real runs."""
