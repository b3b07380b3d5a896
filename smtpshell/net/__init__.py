"""The wires: one live connection, byte for byte, and what its certificate is worth.

Read ``dialogue.py`` (bytes become events, no socket), ``stream.py`` (the network as a few methods),
``client.py`` (the two put together); ``blocking.py`` is the same for scripted runs.
"""
