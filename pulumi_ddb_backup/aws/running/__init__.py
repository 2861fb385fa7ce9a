"""How any operation runs: whom it calls as, where it runs, how it waits, what it tells."""
