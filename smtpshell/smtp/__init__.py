"""The language and its rules: SMTP's commands, replies and sessions, without I/O, clock or chance."""
