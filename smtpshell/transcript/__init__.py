"""What was said, on paper: written as it happens, without secrets; read back and replayed.

``format.py`` is the format (``transcripts/README.md`` tells it to people), ``reader.py`` and
``writer.py`` the files, ``redact.py`` what must not reach them, ``replay.py`` the way back.
"""
