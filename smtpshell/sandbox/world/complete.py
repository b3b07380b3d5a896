"""What a submission server adds to a letter that its writer's program has left unfinished.

Only a server to which people hand in their own mail may do so (RFC 6409 8); on the way nobody
mends somebody else's letter.
"""

from __future__ import annotations

from smtpshell.sandbox.world.message import date_time, header_of


def completed(data: bytes, name: str, host: str, now: float) -> bytes:
    """The letter *data*, kept as *name*, with Date and Message-ID in front where it has none.

    *now* is in seconds since 1970 (RFC 6409 8.2 and 8.3, RFC 5322 3.6).
    """
    header = b"\r\n" + header_of(data).lower()
    if b"\r\nmessage-id:" not in header:
        data = f"Message-ID: <{name}@{host}>\r\n".encode() + data
    if b"\r\ndate:" not in header:
        data = f"Date: {date_time(now)}\r\n".encode() + data
    return data
