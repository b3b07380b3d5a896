"""The wires: connect, TLS, the client's pump."""
