"""A practice server that plays a part; it never sends mail anywhere."""
