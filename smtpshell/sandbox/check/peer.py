"""The facts about the client, the sender and the letter, for rules, score sheets and notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smtpshell.smtp.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from smtpshell.lookup.identity import Triangle
    from smtpshell.lookup.verdict import Verdicts
    from smtpshell.sandbox.check.dossier import Dossier
    from smtpshell.sandbox.mind.desk import Desk
    from smtpshell.sandbox.nature.answer import Answer
    from smtpshell.smtp.command import Command

_HELLOS = ("HELO", "EHLO", "LHLO")


class PeerFacts:
    """The facts `peer.*`, `sender.*` and `rcpt.*` of one moment: found out when a condition asks.

    *command* is what is being judged: an EHLO is judged by the name in it, a MAIL by its sender.
    """

    __slots__ = ("_command", "_desk")

    def __init__(self, desk: Desk, command: Command | None = None) -> None:
        self._desk = desk
        self._command = command

    def get(self, name: str, /) -> Any:
        find = _FINDERS.get(name)
        return find(self) if find is not None else None

    @property
    def dossier(self) -> Dossier:
        return self._desk.dossier

    @property
    def hello(self) -> str:
        """The name in the hello being judged, or else in the last one; "" without one."""
        said = self._command
        if said is None or said.verb not in _HELLOS:
            said = self._desk.hello
        return (said.host or "") if said is not None else ""

    @property
    def sender(self) -> str | None:
        """The mailbox of the reverse-path, "" for the null one; None without a MAIL."""
        said = self._command
        if said is not None and said.verb == "MAIL":
            return said.path.mailbox if said.path is not None else None
        mail = self._desk.mail
        return mail.address if mail is not None else None

    @property
    def triangle(self) -> Triangle | None:
        return self.dossier.triangle(self._desk, self.hello)

    @property
    def verdicts(self) -> Verdicts | None:
        return self.dossier.verdicts(self._desk, self.hello, self.sender or "")

    def ip(self) -> str:
        return self._desk.peer

    def personality(self) -> str:
        return self._desk.part.personality.id

    def ptr(self) -> str | None:
        three = self.triangle
        if three is None or (not three.ptr and three.iprev.value == "temperror"):
            return None
        return printable(three.ptr[0]) if three.ptr else ""

    def iprev(self) -> str | None:
        three = self.triangle
        return three.iprev.value if three is not None else None

    def fcrdns(self) -> bool | None:
        return {None: None, "temperror": None, "pass": True}.get(self.iprev(), False)

    def helo_resolves(self) -> bool | None:
        three = self.triangle if self.hello else None
        return three.hello.resolves if three is not None else None

    def helo_matches(self) -> bool | None:
        three = self.triangle if self.hello else None
        return three.hello.matches if three is not None else None

    def listed(self) -> tuple[str, ...] | None:
        found = self.dossier.listings(self._desk)
        return None if found is None else tuple(one.zone for one in found if one.listed)

    def spf(self) -> str | None:
        if not self.hello and not self.sender:
            return None
        if self.sender is None and (past := self.verdicts) is not None:
            return past.spf.result.value
        result = self.dossier.spf(self._desk, self.hello, self.sender or "")
        return result.value if result is not None else None

    def dkim(self) -> str | None:
        found = self.verdicts
        if found is None:
            return None
        results = [one.result.value for one in found.dkim] or ["none"]
        return "pass" if "pass" in results else results[0]

    def dmarc(self) -> str | None:
        found = self.verdicts
        return found.dmarc.result.value if found is not None else None

    def dmarc_policy(self) -> str | None:
        found = self.verdicts
        if found is None or not found.dmarc.policy.applies:
            return None
        return found.dmarc.policy.wish

    def spam_score(self) -> float | None:
        sheet = self.dossier.sheet
        return sheet.points if sheet is not None else None

    def route(self) -> str | None:
        return self.dossier.route(self._desk, self.sender or "")

    def route_of_recipient(self) -> str | None:
        said = self._command
        if said is None or said.verb != "RCPT" or said.path is None:
            return None
        return self.dossier.route(self._desk, said.path.mailbox)

    def domain_resolves(self) -> bool | None:
        route = self.route()
        if route in (None, "temperror"):
            return None
        return route in ("mx", "address")


_FINDERS: dict[str, Callable[[PeerFacts], Any]] = {
    "ip": PeerFacts.ip,
    "personality": PeerFacts.personality,
    "ptr": PeerFacts.ptr,
    "iprev": PeerFacts.iprev,
    "fcrdns": PeerFacts.fcrdns,
    "helo_resolves": PeerFacts.helo_resolves,
    "helo_matches": PeerFacts.helo_matches,
    "listed": PeerFacts.listed,
    "spf": PeerFacts.spf,
    "dkim": PeerFacts.dkim,
    "dmarc": PeerFacts.dmarc,
    "dmarc_policy": PeerFacts.dmarc_policy,
    "spam_score": PeerFacts.spam_score,
    "sender.route": PeerFacts.route,
    "rcpt.route": PeerFacts.route_of_recipient,
    "sender.domain_resolves": PeerFacts.domain_resolves,
}


def found_values(desk: Desk, answer: Answer) -> dict[str, str]:
    """What fills those gaps of an *answer* for which something has to be found out."""
    values = {}
    for phrase in answer.phrases:
        for gap in phrase.gaps:
            if gap == "ptr":
                values[gap] = PeerFacts(desk).ptr() or "unknown"
            elif gap == "points":
                points = PeerFacts(desk).spam_score()
                values[gap] = "?" if points is None else f"{points:g}"
    return values
