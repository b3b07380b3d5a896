"""Reading zone files: master-file text (RFC 1035 5), cut into entries so that each has its line.

One file may hold any number of zones, and reverse ones; nothing ties it to a single origin. Names
that do not end with a dot end with the last ``$ORIGIN``. Beyond the standard there are marks, which
are comments to every other program:

    ;$FAULT broken.test. TXT SERVFAIL   questions for TXT at this name, and below it, go wrong;
                                        TIMEOUT is the other way, and * all types
    ;$SECURE signed.test.               this name and those below it are signed (DNSSEC)

``$INCLUDE`` and ``$GENERATE`` are refused: a lesson reads no other file and makes no crowds.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from smtpshell.datafile import Where, meant, read_text
from smtpshell.lookup.record import name_text, read_record
from smtpshell.lookup.resolver import FAILED, Record, Status

if TYPE_CHECKING:
    from dns.name import Name

MOST_RECORDS_OF_A_FILE = 5000
DEFAULT_TTL = 3600  # seconds, until a $TTL says otherwise

_FAULTS = {status.value: status for status in FAILED}
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"?|\\.|[();]')
_MARK = re.compile(r";\$(\w+)[ \t]*([^;]*)")


class Entry(NamedTuple):
    """A record and whose it is; *name* is canonical."""

    name: str
    record: Record


class Fault(NamedTuple):
    """Questions for *type* ("*" is any) at *name* or below it come to *status*."""

    name: str
    type: str
    status: Status


class ZoneData(NamedTuple):
    """All that a zone file says. *secure* are the names that are signed, with all below."""

    entries: tuple[Entry, ...] = ()
    faults: tuple[Fault, ...] = ()
    secure: tuple[str, ...] = ()


class _Reader:
    """What the lines read so far mean for those to come: origin, owner, time to live."""

    def __init__(self, path: str, origin: str = ".") -> None:
        import dns.name

        self.path = path
        self.origin: Name = dns.name.from_text(origin)
        self.owner: Name | None = None
        self.ttl = DEFAULT_TTL
        self.entries: list[Entry] = []
        self.faults: list[Fault] = []
        self.secure: list[str] = []

    def name(self, text: str, where: Where) -> "Name":
        import dns.exception
        import dns.name

        try:
            return dns.name.from_text(text, self.origin)
        except (dns.exception.DNSException, UnicodeError, ValueError) as error:
            raise where.error(f"{text} is no domain name: {error}") from None

    def read(self, text: str, first_line: int) -> None:
        """Take an entry: a record, a directive, or a mark."""
        where = Where(self.path, first_line)
        if text.startswith(";$"):
            self._mark(text, where)
        elif text.startswith("$"):
            self._directive(text.split(), where)
        else:
            self._record(text, where)

    def _mark(self, text: str, where: Where) -> None:
        found = _MARK.match(text)
        word, *arguments = [found[1], *found[2].split()] if found else [""]
        if word == "SECURE" and len(arguments) == 1:
            self.secure.append(self._canonical(arguments[0], where))
        elif word == "FAULT" and len(arguments) == 3 and arguments[2] in _FAULTS:
            name, type, status = arguments
            fault = Fault(self._canonical(name, where), type.upper(), _FAULTS[status])
            self.faults.append(fault)
        else:
            raise where.error(
                "unknown mark" + meant(word, ("FAULT", "SECURE")),
                hint=";$FAULT NAME TYPE SERVFAIL|TIMEOUT, or ;$SECURE NAME",
            )

    def _canonical(self, text: str, where: Where) -> str:
        return name_text(self.name(text, where).canonicalize())

    def _directive(self, words: list[str], where: Where) -> None:
        import dns.exception
        import dns.ttl

        if words[0] == "$ORIGIN" and len(words) == 2:
            self.origin = self.name(words[1], where)
        elif words[0] == "$TTL" and len(words) == 2:
            try:
                self.ttl = dns.ttl.from_text(words[1])
            except dns.exception.DNSException as error:
                raise where.error(str(error)) from None
        else:
            raise where.error(
                f"{words[0]} is not for lessons", hint="$ORIGIN NAME and $TTL SECONDS are"
            )

    def _record(self, text: str, where: Where) -> None:
        import dns.exception
        import dns.zonefile

        if text[0] not in " \t":
            word = text.split(None, 1)[0]
            self.owner, text = self.name(word, where), text[len(word) :]
        if self.owner is None:
            raise where.error("the first record begins with its name")
        try:
            # Without its name: dnspython drops, silently, names that do not end with the origin.
            found = dns.zonefile.read_rrsets(
                text,
                name=self.owner,
                rdclass=None,
                default_ttl=self.ttl,
                origin=self.origin,
            )
        except (dns.exception.DNSException, UnicodeError, ValueError) as error:
            raise where.error(f"not a record: {_without_place(error)}") from None
        if not found:
            raise where.error("a name alone is no record")
        name = name_text(self.owner.canonicalize())
        for rrset in found:
            for rdata in rrset:
                record = read_record(rdata, rrset.ttl, str(where))
                self.entries.append(Entry(name, record))
        if len(self.entries) > MOST_RECORDS_OF_A_FILE:
            raise where.error(f"more than {MOST_RECORDS_OF_A_FILE} records")


def _without_place(error: Exception) -> str:
    """dnspython's words; its line number counts within the entry only."""
    return re.sub(r"^<\w+>:\d+: ", "", str(error)) or type(error).__name__


def parse_zone(text: str, path: str, origin: str = ".") -> ZoneData:
    """Read master-file *text*; raises DataFileError, which begins with *path* and the line."""
    reader = _Reader(path, origin)
    for first_line, entry in _cut(text):
        reader.read(entry, first_line)
    return ZoneData(tuple(reader.entries), tuple(reader.faults), tuple(reader.secure))


def read_zone(path: Path | str) -> ZoneData:
    """Read a zone file; sources of its records are its name without folders, and the line."""
    return parse_zone(read_text(path), Path(path).name)


def _cut(text: str) -> Iterator[tuple[int, str]]:
    """Entries and their first lines: comments gone, lines in parentheses together."""
    pending: list[str] = []
    first = depth = 0
    for number, line in enumerate(text.split("\n"), start=1):
        if not pending:
            first = number
            if line.startswith(";$"):
                yield number, line
                continue
        line, change = _without_comment(line)
        depth += change
        if line.strip() or pending:
            pending.append(line)
        if pending and depth <= 0:
            yield first, "\n".join(pending) + "\n"
            pending, depth = [], 0
    if pending:
        yield first, "\n".join(pending) + "\n"


def _without_comment(line: str) -> tuple[str, int]:
    """*line* up to its comment, and how many parentheses it leaves open."""
    depth = 0
    for piece in _PIECE.finditer(line):
        if piece[0] == ";":
            return line[: piece.start()], depth
        depth += {"(": 1, ")": -1}.get(piece[0], 0)
    return line, depth
