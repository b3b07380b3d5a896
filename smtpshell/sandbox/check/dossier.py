"""What the server finds out about the one it talks to, and about the letter it is handed.

All of it is asked of the zone that the scenario carries, and only when somebody wants to know: a
rule of the personality, an entry of the score sheet, the trace fields of a letter, a note. Without
a zone nothing is known, which makes a condition false and is never an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from smtpshell.fact.letter import Letter
    from smtpshell.lookup.identity import Triangle
    from smtpshell.lookup.policy import Listing
    from smtpshell.lookup.spf_verdict import SpfResult
    from smtpshell.lookup.verdict import Verdicts
    from smtpshell.lookup.zone import ZoneResolver
    from smtpshell.sandbox.mind.desk import Desk
    from smtpshell.sandbox.nature.sheet import Sheet

Found = TypeVar("Found")

LARGEST = 12 * 1024 * 1024  # octets of a letter whose signatures are checked: others wait meanwhile
MOST_KEPT = 32  # answers
MOST_LISTS = 10  # that an address is looked up in
LONGEST_NAME = 255  # characters of a name that is looked up


class Dossier:
    """The findings of one desk. *data* is the letter in hand, while its end is being answered.

    *sheet* is the score of the last letter that was scored.
    """

    __slots__ = ("_edits", "_known", "_letter", "_past", "_zone", "at", "data", "sheet")

    def __init__(self) -> None:
        self._known: dict[tuple[str, ...], Any] = {}
        self._zone: ZoneResolver | None = None
        self._edits = 0
        self._letter: Letter | None = None
        self._past: Verdicts | None = None  # on the last letter, if somebody wanted to know
        self.data: bytes | None = None
        self.at = 0.0  # when the letter came, by the world's clock
        self.sheet: Sheet | None = None

    def copy(self) -> Dossier:
        """The same dossier, for a session that goes on by itself. What was found is found anew."""
        twin = Dossier()
        twin.data, twin.at, twin.sheet = self.data, self.at, self.sheet
        twin._past = self._past
        return twin

    def open(self, data: bytes, at: float) -> None:
        """A letter is whole, and its end will be answered."""
        self.data, self.at = data, at
        self._letter = self.sheet = self._past = None

    def close(self) -> None:
        """It has been answered."""
        self._past = next((v for key, v in self._known.items() if key[0] == "letter"), None)
        self.data = self._letter = None
        self._known.clear()

    @property
    def letter(self) -> Letter | None:
        """The letter in hand as facts see it: its beginning, in header fields and text."""
        if self._letter is None and self.data is not None:
            from smtpshell.fact.letter import LetterBox

            box = LetterBox()
            box.add(self.data[: LetterBox.ROOM].decode("utf-8", "surrogateescape"))
            self._letter = box.take()
        return self._letter

    # What the zone says; None where there is no zone, or nothing to ask it.

    def triangle(self, desk: Desk, hello: str) -> Triangle | None:
        """Name to address, address to name, name to address."""
        from smtpshell.lookup.identity import triangle

        return self._ask(
            desk, ("triangle", desk.peer, hello), lambda: triangle(*_args(desk, hello))
        )

    def spf(self, desk: Desk, hello: str, sender: str) -> SpfResult | None:
        """May this client send for that sender?"""
        from smtpshell.lookup.spf import check_spf

        def check() -> SpfResult:
            zone, ip, name = _args(desk, hello)
            now = desk.part.world.now(desk.record.began)
            host = desk.part.host
            return check_spf(zone, ip, sender, name, receiver=host, now=now).result

        return self._ask(desk, ("spf", desk.peer, hello, sender), check)

    def listings(self, desk: Desk) -> tuple[Listing, ...] | None:
        """What the blocklists of the personality say of the client's address."""
        from smtpshell.lookup.policy import dnsbl

        def look() -> tuple[Listing, ...]:
            zone, ip, _ = _args(desk, "")
            lists = desk.part.personality.checks.lists[:MOST_LISTS]
            return tuple(dnsbl(zone, ip, one) for one in lists)

        return self._ask(desk, ("lists", desk.peer), look)

    def route(self, desk: Desk, mailbox: str) -> str | None:
        """Which way mail to *mailbox* would go, as the fact `sender.route` has it."""
        from smtpshell.lookup.mx import mail_route

        domain = mailbox.rpartition("@")[2][:LONGEST_NAME]

        def look() -> str:
            found = mail_route(_args(desk, "")[0], domain)
            if found.null:
                return "null-mx"
            if found.again:
                return "temperror"
            if not found.reachable:
                return "nowhere"
            return "address" if found.implicit else "mx"

        return self._ask(desk, ("route", domain), look) if domain else None

    def verdicts(self, desk: Desk, hello: str, sender: str) -> Verdicts | None:
        """All checks on the letter in hand, or what was found out about the last one.

        Signatures are checked on one of up to `LARGEST` octets.
        """
        from smtpshell.lookup.verdict import judge_letter

        data = self.data
        if data is None:
            return self._past

        def check() -> Verdicts:
            zone, ip, name = _args(desk, hello)
            host = desk.part.host
            return judge_letter(
                zone, ip, name, sender, data, self.at, receiver=host, largest=LARGEST
            )

        return self._ask(desk, ("letter", desk.peer, hello, sender), check)

    def _ask(self, desk: Desk, key: tuple[str, ...], work: Callable[[], Found]) -> Found | None:
        zone = desk.part.world.zone
        if zone is None:
            return None
        if zone is not self._zone or zone.edits != self._edits or len(self._known) >= MOST_KEPT:
            self._known.clear()
            self._zone, self._edits = zone, zone.edits
        if key not in self._known:
            self._known[key] = work()
        found: Found = self._known[key]
        return found


def _args(desk: Desk, hello: str) -> tuple[ZoneResolver, str, str]:
    zone = desk.part.world.zone
    assert zone is not None  # _ask saw to that
    return zone, desk.peer, hello[:LONGEST_NAME]
