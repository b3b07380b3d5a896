"""A lesson on the terminal: its pages, its questions, and the practice servers it wants."""
