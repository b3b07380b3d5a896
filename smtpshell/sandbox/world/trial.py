"""One try to deliver: what the house that an address belongs to makes of a letter."""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from typing import TYPE_CHECKING, NamedTuple

from smtpshell.sandbox.world.happening import SAID
from smtpshell.sandbox.world.house import ANYBODY, DOWN, House
from smtpshell.sandbox.world.message import header_of
from smtpshell.sandbox.world.outgoing import Waiting
from smtpshell.sandbox.world.way import Stop, server_at, way_to
from smtpshell.sandbox.world.world import Fate
from smtpshell.smtp.path import parse_path
from smtpshell.smtp.reply import Reply, parse_reply

if TYPE_CHECKING:
    from smtpshell.sandbox.world.message import StoredMessage
    from smtpshell.sandbox.world.world import World
    from smtpshell.smtp.path import Path


class Outcome(NamedTuple):
    """What came of it.

    *kind* is "arrived" (in the *boxes*), "on" (it goes on to the addresses *new*), "later" or
    "never". *words* are the reply, or what was wrong; *host* is who said them, "" if nobody did.
    *letters* are what a house with a server of its own has put into which box. *passed* are the
    hosts that were tried before, with what they said, and what is odd about the way.
    """

    kind: str
    words: str = ""
    status: str = ""
    host: str = ""
    boxes: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    owner: str = ""
    letters: "tuple[tuple[str, StoredMessage], ...]" = ()
    passed: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """The words, and whose they are."""
        return f"{self.host}{SAID}{self.words}" if self.host else self.words


# What becomes of a letter that was taken for somebody who cannot have it.
_REFUSALS = {
    Fate.UNKNOWN: ("550 5.1.1 <{}>: no such mailbox", "5.1.1"),
    Fate.MOVED: ("551 5.1.6 <{}> has moved", "5.1.6"),
    Fate.FULL: ("552 5.2.2 <{}>: mailbox full", "5.2.2"),
    Fate.BOUNCE: ("554 5.0.0 <{}>: undeliverable", "5.0.0"),
}


def refusal(world: "World", address: str, fate: Fate) -> Outcome:
    """What is said of *address* when it turns out that it cannot have the letter.

    A rule that wants it to bounce gives no reason; mostly there is one.
    """
    path = _path(address)
    if fate is Fate.BOUNCE and path is not None:
        found = world.route(path).fate
        fate = found if found in _REFUSALS else fate
    words, status = _REFUSALS[fate]
    return Outcome("never", words.replace("{}", address), status)


def house_of(world: "World", address: str) -> House | None:
    """The other house that *address* belongs to; None if it is ours, or nobody's."""
    path = _path(address)
    domain = path.domain if path is not None else None
    return world.scenario.houses.get(domain.lower()) if domain is not None else None


def is_ours(world: "World", address: str) -> bool:
    """Does *address* lead into our own house?"""
    path = _path(address)
    return path is not None and (path.domain is None or world.is_ours(path.domain))


def try_once(world: "World", entry: Waiting, at: float) -> Outcome:
    """The outcome of trying *entry* now; nothing is changed by it but that the house was called."""
    path = _path(entry.address)
    if path is None or path.local_part is None:
        return Outcome("never", f"<{entry.address}> is no address", "5.1.3")
    if _hops(entry.message) > world.outgoing.habits.hops:
        words = "too many hops: the letter goes round in circles"
        return Outcome("never", words, "5.4.6")
    if path.domain is None or world.is_ours(path.domain):
        return _at_home(world, entry, path)
    return _go(world, entry, path.domain, path.local_part, at)


def _go(world: "World", entry: Waiting, domain: str, local_part: str, at: float) -> Outcome:
    """Try host after host, until one takes the letter or refuses it for good (RFC 5321 5.1)."""
    way = way_to(world, domain)
    if way.trouble:
        return Outcome("later" if way.again else "never", way.trouble, way.status)
    passed = way.odd
    for number, stop in enumerate(way.stops, 1):
        outcome = _try_at(world, entry, stop, domain, local_part, at)
        if outcome.kind != "later" or number == len(way.stops):
            return outcome._replace(passed=passed)
        passed += (outcome.said,)
    raise AssertionError("a way without trouble has a stop")


def _try_at(
    world: "World", entry: Waiting, stop: Stop, domain: str, local_part: str, at: float
) -> Outcome:
    """What comes of it at one host."""
    house = server_at(world, stop, domain)
    if house is None:
        return Outcome("later", f"no answer from {stop.host}", "4.4.1")
    if house.domain != domain.lower():
        words = f"554 5.7.1 <{entry.address}>: relay access denied"
        return Outcome("never", words, "5.7.1", house.host)
    return _call(world, entry, house, local_part, at)


def _path(address: str) -> "Path | None":
    return parse_path(f"<{address}>")[0]


def _hops(message: "StoredMessage") -> int:
    """How many servers the letter has seen, by its Received fields (RFC 5321 6.3)."""
    header = header_of(message.data).lower()
    return 1 + len(message.hops) + (b"\r\n" + header).count(b"\r\nreceived:")


def _at_home(world: "World", entry: Waiting, path: "Path") -> Outcome:
    address, route = entry.address, world.route(path)
    # With two members who send it back it would be two letters then, and four, and eight ...
    if route.onward and address.lower() in entry.through:
        words = f"<{address}> has passed this letter on already: it goes round in circles"
        return Outcome("never", words, "5.4.6")
    if route.fate is Fate.HERE:
        return Outcome("arrived", boxes=route.boxes, new=route.onward, owner=route.owner)
    if route.fate is Fate.FORWARD:
        return Outcome("on", new=(route.new,))
    if route.fate is Fate.FULL:
        return Outcome("later", f"452 4.2.2 <{address}>: mailbox full", "4.2.2")
    return refusal(world, address, route.fate)


def _call(world: "World", entry: Waiting, house: House, local_part: str, at: float) -> Outcome:
    """What the server of another *house* says."""
    first = world.outgoing.first_tried.setdefault(house.domain, at)
    if at < first + house.lasts and not house.answers.startswith("2"):
        return _trouble(house)
    if house.nature is not None:
        from smtpshell.sandbox.world.annex import call

        return call(world, entry, house, local_part, at)
    if wrong := _cannot_carry(house, entry.message, entry.address):
        return wrong
    name = local_part.lower()
    if new := house.forwards.get(name):
        return Outcome("on", host=house.host, new=(new,))
    if name not in house.people and ANYBODY not in house.people:
        return Outcome(
            "never", f"550 5.1.1 <{entry.address}>: no such mailbox", "5.1.1", house.host
        )
    return Outcome("arrived", host=house.host, boxes=(f"{name}@{house.domain}",))


def _trouble(house: House) -> Outcome:
    if house.answers == DOWN:
        return Outcome("later", f"no answer from {house.host}", "4.4.1")
    return refused(parse_reply(house.answers.encode()), house)


def refused(reply: Reply, house: House) -> Outcome:
    """What a *reply* that is no yes comes to; what could not be understood may be better later."""
    kind = "never" if reply.digit == 5 else "later"
    return Outcome(kind, reply.lines[-1].text, _status(reply), house.host)


def _status(reply: Reply) -> str:
    """The status that goes with it in a report (RFC 3463): of the class that its code has."""
    if reply.digit not in (4, 5):
        return "4.5.0"  # about the protocol, and no more is known
    enhanced = reply.lines[-1].enhanced
    right = enhanced is not None and enhanced.klass == reply.digit
    return str(enhanced) if right else f"{reply.digit}.0.0"


def _cannot_carry(house: House, message: "StoredMessage", address: str) -> Outcome | None:
    """What the letter needs and the house does not offer: then it cannot go there."""
    if house.size and len(message.data) > house.size:
        words = f"552 5.3.4 the letter has more than {house.size} octets"
        return Outcome("never", words, "5.3.4", house.host)
    body = message.mail.parameter("BODY")
    binary = body is not None and (body.value or "").upper() == "BINARYMIME"
    wide = not (address.isascii() and message.return_path.isascii())
    needs = (
        ("SMTPUTF8", message.origin.utf8 or wide, "5.6.7"),
        ("BINARYMIME", binary, "5.6.3"),
        ("8BITMIME", not message.data.isascii(), "5.6.3"),
    )
    for keyword, needed, status in needs:
        if needed and not house.offer(keyword):
            words = f"{house.host} does not offer {keyword}, and the letter needs it"
            return Outcome("never", words, status)
    return None
