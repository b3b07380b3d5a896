"""One session as the server sees it: events in, replies and wishes out. No I/O, clock or chance."""
