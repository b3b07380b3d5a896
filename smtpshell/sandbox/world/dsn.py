"""Delivery status notifications: what a server writes to the sender about a letter's fate.

A report has three parts (RFC 6522): words for people, fields for programs (RFC 3464), and the
letter or its header section, so that one knows which letter it is about. Where an address is not
ASCII, the fields and the letter are of the types that RFC 6533 has for it.
"""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from collections.abc import Iterator
from typing import NamedTuple

from smtpshell.sandbox.world.message import StoredMessage, date_time
from smtpshell.sandbox.world.notice import Notice, envelope_id, wants_all
from smtpshell.smtp.later import later
from smtpshell.smtp.printable import printable

MOST_RETURNED = 50_000  # octets of a letter that are sent back; of a longer one only its header
LONGEST_LINE = 998  # octets, without CRLF (RFC 5322 2.1.1)
_LONGEST_WORDS = 700  # characters of a server's reply

_FIELD = later(rb"[!-9;-~]+[ \t]*:")


class Row(NamedTuple):
    """What became of one recipient. *action* is a word of RFC 3464 2.3.3.

    *host* is the server whose words they are, "" if it is the one that reports. *at* is when it was
    tried last, *until* how long it will be (seconds since 1970; 0 = no more).
    """

    address: str
    action: str
    status: str
    words: str
    notice: Notice
    host: str = ""
    at: float = 0.0
    until: float = 0.0


class Report(NamedTuple):
    """One report by the server *host*: its *id*, the letter it is about and who has sent that."""

    host: str
    id: str
    at: float
    message: StoredMessage
    arrived: float
    rows: tuple[Row, ...]

    @property
    def action(self) -> str:
        """The same for all its recipients."""
        return self.rows[0].action


def write(report: Report) -> bytes:
    """The report as a letter, ready to be sent to the sender."""
    message = report.message
    full = report.action == "failed" and wants_all(message) and _fits(message.raw)
    back = message.raw if full else _header_section(message.raw)
    fields = "\r\n".join(_fields(report))
    wide = not fields.isascii()
    text = "\r\n".join(_text(report, whole=full)) + "\r\n"
    kinds = _kinds(wide or not _header_section(back).isascii(), whole=full)
    parts = (
        (f"text/plain; charset={'us-ascii' if text.isascii() else 'utf-8'}", text.encode()),
        (kinds[0], fields.encode() + b"\r\n"),
        (kinds[1], back),
    )
    narrow = all(data.isascii() for _, data in parts)
    boundary = _boundary(report, b"".join(data for _, data in parts))
    head = [*_head(report), f'\tboundary="{boundary}"']
    if not narrow:
        head.append("Content-Transfer-Encoding: 8bit")
    out = ["\r\n".join(head).encode(), b"", b"This is a report in MIME format; see RFC 6522."]
    for kind, data in parts:
        out += [b"", f"--{boundary}".encode(), f"Content-Type: {kind}".encode()]
        if not data.isascii():
            out.append(b"Content-Transfer-Encoding: 8bit")
        out += [b"", data.removesuffix(b"\r\n")]
    out += [b"", f"--{boundary}--".encode(), b""]
    return b"\r\n".join(out)


def _kinds(wide: bool, *, whole: bool) -> tuple[str, str]:
    """The types of the second and the third part (RFC 6533 4, RFC 6522 3)."""
    if wide:
        letter = "message/global" if whole else "message/global-headers"
        return "message/global-delivery-status", letter
    return "message/delivery-status", "message/rfc822" if whole else "text/rfc822-headers"


_SUBJECTS = {
    "failed": "Undelivered mail: your letter could not be delivered",
    "delayed": "Delayed mail: your letter is still on its way",
    "delivered": "Delivered: your letter has arrived",
    "relayed": "Relayed: your letter was handed on",
    "expanded": "Expanded: your letter was passed on to several people",
}


def _head(report: Report) -> list[str]:
    return [
        f"From: Mail Delivery System <MAILER-DAEMON@{report.host}>",
        f"To: <{printable(report.message.return_path)}>",
        f"Subject: {_SUBJECTS[report.action]}",
        f"Date: {date_time(report.at)}",
        f"Message-ID: <{report.id}@{report.host}>",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=delivery-status;",
    ]


_OPENINGS = {
    "failed": "Your letter could not be delivered to",
    "delayed": "Your letter has not been delivered yet to",
    "delivered": "Your letter was put into the mailbox of",
    "relayed": "Your letter was handed to another server, which may tell no more, for",
    "expanded": "Your letter was passed on to the people behind",
}


def _text(report: Report, *, whole: bool) -> Iterator[str]:
    """The part for people."""
    from textwrap import wrap

    yield f"This is the mail server {report.host}."
    yield ""
    yield f"{_OPENINGS[report.action]}:"
    for row in report.rows:
        yield ""
        yield f"  <{printable(row.address)}>"
        if row.words:
            words = f"{row.host} said: {_short(row.words)}" if row.host else _short(row.words)
            yield from wrap(words, 72, initial_indent="    ", subsequent_indent="    ")
    if report.action == "failed":
        back = "The letter" if whole else "The header section of the letter"
        yield ""
        yield f"Nobody will try again. {back} is below."
    elif report.action == "delayed":
        until = max(row.until for row in report.rows)
        yield ""
        yield f"You need not do anything: it will be tried until\r\n{date_time(until)}."


def _fields(report: Report) -> Iterator[str]:
    """The part for programs: fields about the letter, then a block for each recipient."""
    yield f"Reporting-MTA: dns; {report.host}"
    if name := envelope_id(report.message):
        yield f"Original-Envelope-Id: {printable(name)}"
    yield f"Arrival-Date: {date_time(report.arrived)}"
    for row in report.rows:
        yield ""
        yield from _fields_of(row)


def _fields_of(row: Row) -> Iterator[str]:
    if row.notice.original:
        yield f"Original-Recipient: {printable(row.notice.original)}"
    kind = "rfc822" if row.address.isascii() else "utf-8"
    yield f"Final-Recipient: {kind}; {printable(row.address)}"
    yield f"Action: {row.action}"
    yield f"Status: {row.status}"
    if row.host:
        yield f"Remote-MTA: dns; {row.host}"
    if row.words:
        said = row.host and row.words[:3].isdigit()  # by a server, and not by us alone
        words = _short(row.words).encode("ascii", "backslashreplace").decode()
        yield f"Diagnostic-Code: {'smtp' if said else 'X-smtpshell'}; {words}"
    if row.at:
        yield f"Last-Attempt-Date: {date_time(row.at)}"
    if row.until:
        yield f"Will-Retry-Until: {date_time(row.until)}"


def _short(words: str) -> str:
    return printable(words.replace("\n", " "))[:_LONGEST_WORDS]


def _boundary(report: Report, data: bytes) -> str:
    """A line that stands nowhere in the *data*, always the same for the same report."""
    number = 0
    while (boundary := f"{report.id}.{number}/{report.host}").encode() in data:
        number += 1
    return boundary


def _fits(raw: bytes) -> bool:
    """May the letter be sent back as it is?"""
    if len(raw) > MOST_RETURNED or b"\0" in raw:
        return False
    lines = raw.split(b"\r\n")
    return all(len(x) <= LONGEST_LINE and b"\n" not in x and b"\r" not in x for x in lines)


def _header_section(raw: bytes) -> bytes:
    """The header fields of a letter, however far they go."""
    found: list[bytes] = []
    for line in raw.split(b"\r\n"):
        field = line[:1] in (b" ", b"\t") if found else False
        if not (field or _FIELD.match(line)) or not _fits(line):
            break
        found.append(line)
    return b"\r\n".join((*found, b""))
