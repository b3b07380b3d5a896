"""Connections, doors, disk: the part of the practice server that does I/O."""
