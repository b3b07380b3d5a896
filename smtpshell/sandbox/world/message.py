"""A letter as the practice server keeps it: envelope, trace fields, and what the client sent."""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from smtpshell.sandbox.mind.desk import Desk
    from smtpshell.smtp.command import Command

COPY = 2048  # octets of memory that a copy takes beside those of the letter; it is 1.9 KiB mostly

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def header_of(data: bytes) -> bytes:
    """The header section of a letter: what stands before its first empty line."""
    return b"" if data.startswith(b"\r\n") else data.partition(b"\r\n\r\n")[0]


class Origin(NamedTuple):
    """How a letter came in: what its Received field tells (RFC 5321 4.4)."""

    host: str  # the server's name
    client: str  # the name in EHLO, "" if it was none that may be repeated
    peer: str  # the client's address
    protocol: str  # a word of smtp.table.with_protocol; "" for what the server wrote itself
    user: str = ""  # who had logged in
    tls: str = ""  # version and cipher
    utf8: bool = False  # SMTPUTF8 was asked for
    session: int = 0  # the number of the session that brought it; 0 if none did
    relayed: bool = False  # it came from another server of this world, in a session with that


class Hop(NamedTuple):
    """One step of a letter from server to server, as its Received field tells (RFC 5321 4.4)."""

    host: str  # who took it
    source: str  # who brought it
    at: float  # seconds since 1970
    id: str
    address: str  # whom it was for
    protocol: str = "ESMTP"


class StoredMessage(NamedTuple):
    """A letter in a mailbox. The trace fields are worked out when somebody looks.

    *received* is in seconds since 1970 on the server's clock, *mail* and *rcpts* are the commands
    that made the envelope, *data* is the letter as sent, transparency undone. *return_path* is the
    sender, or for copies from a mailing list the list's owner (RFC 5321 3.9.2). *fields* are lines
    of further header fields that the server put in front: what it thinks of the letter. *hops* are
    the servers it has seen since, in their order.
    """

    id: str
    received: float
    mail: "Command"
    rcpts: "tuple[Command, ...]"
    data: bytes
    origin: Origin
    return_path: str
    fields: tuple[str, ...] = ()
    hops: tuple[Hop, ...] = ()

    @property
    def weight(self) -> int:
        """The octets of memory that it takes."""
        return len(self.data) + COPY

    @property
    def reverse_path(self) -> str:
        """The sender's mailbox on the envelope; "" for the null reverse-path."""
        return self.mail.path.mailbox if self.mail.path else ""

    @property
    def recipients(self) -> tuple[str, ...]:
        """The accepted recipients' mailboxes, in the order they were given."""
        return tuple(rcpt.path.mailbox for rcpt in self.rcpts if rcpt.path)

    @property
    def trace(self) -> bytes:
        """The header fields that the server put in front (RFC 5321 4.4)."""
        return b"".join(line.encode() + b"\r\n" for line in self._trace_lines())

    @property
    def raw(self) -> bytes:
        """The letter as stored, trace fields and all."""
        return self.trace + self.data

    def _trace_lines(self) -> list[str]:
        lines = [f"Return-Path: <{self.return_path}>"]  # of the last server alone
        for hop in reversed(self.hops):
            lines += _hop_lines(hop)
        if self.origin.protocol:
            lines += self._first_lines()
        return lines

    def _first_lines(self) -> list[str]:
        origin = self.origin
        literal = f"IPv6:{origin.peer}" if ":" in origin.peer else origin.peer
        lines = [*self.fields, f"Received: from {origin.client or 'unknown'} ([{literal}])"]
        if origin.tls:
            lines.append(f"\t(using {origin.tls})")
        if origin.user:
            lines.append(f"\t(Authenticated sender: {origin.user})")
        lines.append(f"\tby {origin.host} with {origin.protocol} id {self.id}")
        # With several recipients a "for" would tell each of them about another one (RFC 5321 7.6).
        if len(self.rcpts) == 1 and (path := self.rcpts[0].path) is not None:
            # The postmaster may be written to without a domain, but a path has one.
            host = "" if path.domain else f"@{origin.host}"
            lines.append(f"\tfor <{path.mailbox}{host}>")
        lines[-1] += f"; {date_time(self.received)}"
        return lines


def _hop_lines(hop: Hop) -> list[str]:
    return [
        f"Received: from {hop.source}",
        f"\tby {hop.host} with {hop.protocol} id {hop.id}",
        f"\tfor <{hop.address}>; {date_time(hop.at)}",
    ]


def origin_of(desk: "Desk") -> Origin:
    """Where a session's letters come from (RFC 5321 4.4, RFC 3848, RFC 6531 3.7.3)."""
    standing = desk.standing
    hello = desk.hello
    # A name with anything odd about it is not repeated where mail programs will read it.
    name = hello.host if hello is not None and not _odd(hello) else None
    protocol = "LMTP" if desk.part.lmtp else "ESMTP" if standing.esmtp else "SMTP"
    if standing.utf8:
        protocol = f"UTF8{protocol.removeprefix('E')}"
    if protocol != "SMTP":  # the words for TLS and login are those of extended sessions
        protocol += ("S" if standing.tls else "") + ("A" if standing.user else "")
    host = desk.part.host
    return Origin(
        host=host,
        client=name or "",
        peer=desk.peer,
        protocol=protocol,
        user=standing.user,
        tls=desk.tls_words,
        utf8=standing.utf8,
        session=desk.number,
    )


def _odd(hello: "Command") -> bool:
    return any(problem.issue != "ehlo-not-fqdn" for problem in hello.problems)


def date_time(seconds: float) -> str:
    """*seconds* since 1970 as a date-time of a header field, in UTC (RFC 5322 3.3).

    >>> date_time(1767605400)
    'Mon, 05 Jan 2026 09:30:00 +0000'
    """
    days, left = divmod(int(seconds), 86400)
    year, month, day = _civil(days)
    hour, minute = divmod(left // 60, 60)
    clock = f"{hour:02}:{minute:02}:{left % 60:02}"
    return f"{_DAYS[(days + 3) % 7]}, {day:02} {_MONTHS[month - 1]} {year:04} {clock} +0000"


def _civil(days: int) -> tuple[int, int, int]:
    """Year, month and day of the Gregorian calendar, from days since 1970.

    Counted in years that begin in March, so that the leap day is a year's last day.
    """
    era, day_of_era = divmod(days + 719468, 146097)
    year = (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
    day_of_year = day_of_era - (365 * year + year // 4 - year // 100)
    march_month = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * march_month + 2) // 5 + 1
    month = march_month + 3 if march_month < 10 else march_month - 9
    return year + era * 400 + (month <= 2), month, day
