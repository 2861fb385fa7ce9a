"""Resources made of other resources."""
