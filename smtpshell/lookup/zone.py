"""DNS without a network: a resolver that knows zone files, and can be edited while it is asked.

It answers as a resolver would: CNAMEs followed, wildcards filled in (RFC 4592), names told apart
that are not there from those that only lack a type. What lies in none of its files does not exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from smtpshell.catalogue import tr
from smtpshell.errors import DataFileError, UsageError
from smtpshell.lookup.name import canonical, is_or_below
from smtpshell.lookup.record import in_order
from smtpshell.lookup.resolver import Answer, Record, Status
from smtpshell.lookup.zonefile import Entry, Fault, ZoneData, parse_zone, read_zone

MOST_CNAMES = 8  # of a chain that are followed
MOST_EDITS = 10_000  # each may add a record
TYPED = ":zone"  # where a record is from that was typed in
_Records = dict[str, tuple[Record, ...]]


class ZoneResolver:
    """Answers from zone data. `copy` is cheap, for whoever wants to go back."""

    __slots__ = ("_edits", "_faults", "_names", "_secure")

    live = False

    def __init__(self, *zones: ZoneData) -> None:
        self._names: dict[str, _Records] = {}
        self._faults: dict[tuple[str, str], Status] = {}
        self._secure: set[str] = set()
        self._edits = 0
        for zone in zones:
            for entry in zone.entries:
                self._put(entry)
            self._faults.update({(name, type): status for name, type, status in zone.faults})
            self._secure.update(zone.secure)

    @classmethod
    def load(cls, paths: Iterable[Path | str]) -> ZoneResolver:
        """Read zone files; raises DataFileError, which begins FILE:LINE."""
        return cls(*(read_zone(path) for path in paths))

    @classmethod
    def from_text(cls, text: str, path: str = "zone") -> ZoneResolver:
        """Read the text of a zone file that is called *path* in answers and errors."""
        return cls(parse_zone(text, path))

    def copy(self) -> ZoneResolver:
        """A resolver that goes on from here by itself."""
        twin = ZoneResolver()
        twin._names = {name: records.copy() for name, records in self._names.items()}
        twin._faults = self._faults.copy()
        twin._secure = self._secure.copy()
        twin._edits = self._edits
        return twin

    def query(self, name: str, type: str) -> Answer:
        """One question, asked of the zones; see `Resolver.query`."""
        asked, type = canonical(name), type.upper()
        if asked is None:
            return Answer(name, type, Status.BADNAME, source="zone")
        chain: list[str] = []
        here = asked
        while True:
            status, records = self._look_up(here, type)
            if status is not Status.NOERROR or records[0].type == type:
                break
            here = canonical(records[0].value) or ""  # a CNAME's
            if here == asked or here in chain or len(chain) == MOST_CNAMES:
                status, records = Status.SERVFAIL, ()
                break
            chain.append(here)
        kept, left_off = in_order(records)
        authentic = all(self._is_secure(passed) for passed in (asked, *chain))
        return Answer(asked, type, status, kept, tuple(chain), "zone", left_off, authentic)

    def _look_up(self, name: str, type: str) -> tuple[Status, tuple[Record, ...]]:
        """What lies at *name* itself; a CNAME if that is all there is."""
        fault = self._fault(name, type)
        if fault is not None:
            return fault, ()
        found = self._names.get(name)
        if found is None:
            if self._has_below(name):
                return Status.NODATA, ()
            found = self._wildcard(name)
            if found is None:
                return Status.NXDOMAIN, ()
        records = found.get(type) or found.get("CNAME")
        return (Status.NOERROR, records) if records else (Status.NODATA, ())

    def _fault(self, name: str, type: str) -> Status | None:
        if not self._faults:
            return None
        for parent in _upwards(name):
            for kind in (type, "*"):
                if (parent, kind) in self._faults:
                    return self._faults[parent, kind]
        return None

    def _has_below(self, name: str) -> bool:
        """Is *name* above a name with records? Then it exists, empty as it is (RFC 8020)."""
        return any(is_or_below(one, name) for one in self._names)

    def _wildcard(self, name: str) -> _Records | None:
        """The records of the asterisk label below the closest name that exists (RFC 4592 3.3.1)."""
        for parent in _upwards(name):
            if parent in self._names or self._has_below(parent):
                return self._names.get(f"*.{parent}" if parent else "*")
        return None

    def _is_secure(self, name: str) -> bool:
        return bool(self._secure) and any(parent in self._secure for parent in _upwards(name))

    # Editing, for :zone

    def add(self, line: str) -> Entry:
        """Add one record, written as in a zone file with its full name; raises UsageError."""
        entry = self._typed(line)
        self._put(entry)
        return entry

    def replace(self, line: str) -> Entry:
        """Put one record in the place of all of its name and type; raises UsageError."""
        entry = self._typed(line)
        self.remove(entry.name, entry.record.type)
        self._put(entry)
        return entry

    def remove(self, name: str, type: str = "") -> tuple[Record, ...]:
        """Take away all records of *name*, or those of one type; what was there is returned."""
        self._edits += 1
        key = canonical(name)
        records = {} if key is None else self._names.get(key, {})
        gone = [kind for kind in records if not type or kind == type.upper()]
        removed = [record for kind in gone for record in records.pop(kind)]
        if key is not None and not records:
            self._names.pop(key, None)
        return tuple(removed)

    def set_fault(self, name: str, type: str, status: Status | None) -> None:
        """Let questions for *type* ("*" is any) at *name* and below fail; None mends it."""
        self._edits += 1
        key = (canonical(name) or "", type.upper())
        if status is None:
            self._faults.pop(key, None)
        else:
            self._faults[key] = status

    def listing(self, name: str = "") -> Iterator[str]:
        """The records at *name* and below it as lines of a zone file; all without a name."""
        wanted = canonical(name)
        for owner, records in self._names.items():
            if wanted is not None and is_or_below(owner, wanted):
                for kind in records.values():
                    for record in kind:
                        yield f"{owner}. {record.ttl} {record.type} {record.text}"

    def names(self, type: str = "") -> list[str]:
        """The names that have records, in order; those with records of *type* if one is given."""
        return sorted(n for n, records in self._names.items() if not type or type in records)

    def domains(self) -> list[str]:
        """The names about whose mail something is said."""
        said = {"MX", "TXT"}
        return sorted(
            name
            for name, records in self._names.items()
            if said & records.keys() and not name.startswith("_") and "._" not in name
        )

    @property
    def edits(self) -> int:
        """How often it was changed: what was found out before another number may be wrong."""
        return self._edits

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What goes wrong on purpose."""
        return tuple(Fault(name, type, status) for (name, type), status in self._faults.items())

    def _typed(self, line: str) -> Entry:
        if self._edits >= MOST_EDITS:
            raise UsageError(
                tr("this zone was edited too often"), hint=tr("put it back to what it was")
            )
        self._edits += 1
        try:
            data = parse_zone(line.strip(), TYPED)
        except DataFileError as error:
            words = str(error).split(": ", 1)[1]
            raise UsageError(
                words, hint=tr("for example: mail.student.test. A 192.0.2.10")
            ) from None
        if len(data.entries) != 1:
            raise UsageError(tr("one record at a time"), hint="NAME TYPE DATA")
        (entry,) = data.entries
        record = entry.record._replace(source=f"{TYPED} {self._edits}")
        return entry._replace(record=record)

    def _put(self, entry: Entry) -> None:
        records = self._names.setdefault(entry.name, {})
        record = entry.record
        before = records.get(record.type, ())
        others = tuple(one for one in before if one.text != record.text)
        records[record.type] = (*others, record)


def _upwards(name: str) -> Iterator[str]:
    """*name*, each name above it, and the root. Escaped dots do not count as such."""
    yield name
    while name:
        cut = 0
        while cut < len(name) and name[cut] != ".":
            cut += 2 if name[cut] == "\\" else 1
        name = name[cut + 1 :]
        yield name
