"""What the running program and its stack say: of AWS's settings, and of whose a table is."""
