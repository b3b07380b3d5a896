"""The language and its rules: commands, replies, sessions; without I/O, clock or chance."""
