"""Every rule that an input must meet, with its limit and its words. Asks nobody."""
