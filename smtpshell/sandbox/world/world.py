"""The world a practice server lives in: who has a mailbox there, and what lies in it.

Nothing leaves it. A letter for elsewhere, which only people who have logged in may hand over, goes
into the queue (`outgoing`), and from there to the other houses of the scenario, which are data.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from smtpshell.sandbox.mind.asked import asks
from smtpshell.sandbox.nature.scenario import Host, Person, Scenario
from smtpshell.sandbox.world.happening import MOST, Happenings
from smtpshell.sandbox.world.house import ANYBODY
from smtpshell.sandbox.world.memory import Memory
from smtpshell.sandbox.world.message import StoredMessage
from smtpshell.sandbox.world.outgoing import Outgoing

if TYPE_CHECKING:
    from smtpshell.lookup.zone import ZoneResolver
    from smtpshell.smtp.path import Path
    from smtpshell.smtp.sasl.identity import Account

ROOM = 256 * 1024 * 1024  # octets of memory for letters
_STRIDE = 0x9E3779B1  # odd, so counting in its steps meets every 32-bit number once


class Fate(Enum):
    """What becomes of a letter to an address."""

    HERE = "here"  # it has a mailbox, or several behind an alias or list
    FULL = "full"
    MOVED = "moved"  # and we only say where to
    FORWARD = "forward"
    UNKNOWN = "unknown"
    ELSEWHERE = "elsewhere"  # the domain is not ours
    # what only rules bring about
    QUEUE = "queue"  # taken, and put off
    BOUNCE = "bounce"  # taken, and found to be undeliverable afterwards
    DISCARD = "discard"  # taken, and thrown away


class Route(NamedTuple):
    """Where an address leads. *boxes* are addresses of mailboxes, *new* is for who is gone.

    *owner* is who gets the failure reports instead of the sender, if the address is a list's.
    *later* are the mailboxes it would have led to, had no rule decided otherwise.
    *onward* are the addresses in other houses that stand behind a list or an alias.
    """

    fate: Fate
    boxes: tuple[str, ...] = ()
    new: str = ""
    owner: str = ""
    name: str = ""
    later: tuple[str, ...] = ()
    onward: tuple[str, ...] = ()


Copy = tuple[str, StoredMessage]  # and the mailbox it is in; "" on its way out

_LITERALS = ("[127.0.0.1]", "[ipv6:::1]")
_ELSEWHERE = Route(Fate.ELSEWHERE)
_UNKNOWN = Route(Fate.UNKNOWN)
_HERE = Fate.HERE


class World:
    """Mailboxes, users and letters of one practice server, and the numbers it gives out."""

    __slots__ = (
        "_ids",
        "_tokens",
        "happenings",
        "host_of_peer",
        "mailboxes",
        "memory",
        "octets",
        "outgoing",
        "quotas",
        "room",
        "scenario",
        "seed",
        "sessions",
        "skipped",
        "zone",
    )

    keeps = False  # are letters put away elsewhere, too?
    unkept: Sequence[Copy] = ()  # those that have yet to be

    def __init__(self, scenario: Scenario, seed: int = 7, *, room: int = ROOM) -> None:
        self.scenario = scenario
        self.seed = seed
        self.room = room
        self.mailboxes: dict[str, list[StoredMessage]] = {
            self.address(name): [] for name, person in scenario.people.items() if person.has_mailbox
        }
        for domain, house in scenario.houses.items():
            self.mailboxes |= {f"{name}@{domain}": [] for name in house.people if name != ANYBODY}
        self.quotas = {  # octets that a mailbox holds, where it does not hold all that comes
            self.address(name): person.quota
            for name, person in scenario.people.items()
            if person.quota and person.has_mailbox
        }
        self.outgoing = Outgoing()
        # They hold letters too, so they are not to be many where a mailbox forgets its oldest.
        self.happenings = Happenings(most=min(MOST, scenario.keep or MOST))
        self.memory = Memory()
        self.octets = 0  # what the letters in memory weigh, each copy counted
        self.sessions = 0  # begun so far
        self.skipped = 0.0  # seconds by which our clock was put forward
        self.zone: ZoneResolver | None = scenario.zone and scenario.zone.copy()
        self.host_of_peer: Host | None = scenario.client  # whom clients are taken for
        self._ids = 0
        self._tokens = 0

    def copy(self) -> World:
        """A world that goes on from here by itself."""
        twin = object.__new__(World)
        for name in World.__slots__:
            setattr(twin, name, getattr(self, name))
        twin.mailboxes = {address: box.copy() for address, box in self.mailboxes.items()}
        twin.outgoing = self.outgoing.copy()
        twin.happenings = self.happenings.copy()
        twin.memory = self.memory.copy()
        twin.zone = self.zone and self.zone.copy()
        return twin

    def taken_for(self, address: str) -> str:
        """The address that a client at this *address* is taken to come from."""
        return self.host_of_peer.address if self.host_of_peer is not None else address

    def reset_zone(self) -> None:
        """The DNS as it was in the beginning."""
        self.zone = self.scenario.zone and self.scenario.zone.copy()

    def become(self, other: World) -> None:
        """Be as *other* is, which stays as it is; whoever is in this world is in that one then."""
        twin = other.copy()
        for name in World.__slots__:
            setattr(self, name, getattr(twin, name))

    def address(self, local_part: str) -> str:
        """The mailbox of somebody in the first of our domains."""
        return f"{local_part}@{self.scenario.domains[0]}"

    def route(self, path: Path) -> Route:
        """Where a forward-path leads; its source route, if it has one, counts for nothing."""
        if path.domain is not None and not self.is_ours(path.domain):
            return _ELSEWHERE
        return self._local((path.local_part or "").lower())

    def is_ours(self, domain: str) -> bool:
        """Is *domain* one of this house's, the name of its server, or its address?"""
        wanted = domain.lower()
        return wanted in self.scenario.domains or wanted in (self.scenario.host, *_LITERALS)

    def look_up(self, words: str) -> Route:
        """Who is meant by what VRFY or EXPN asks: a local-part, an address, or a person's name."""
        wanted = words.strip().strip("<>").lower()
        local_part, at, domain = wanted.rpartition("@")
        if at:
            return self._local(local_part) if self.is_ours(domain) else _ELSEWHERE
        found = self._local(wanted)
        if found.fate is not Fate.UNKNOWN:
            return found
        for name, person in self.scenario.people.items():
            if person.name.lower() == wanted:
                return self._local(name)
        return _UNKNOWN

    def members(self, words: str) -> list[tuple[str, str]]:
        """Name and address of everybody on the mailing list *words*; none if it is no list."""
        local_part = words.strip().strip("<>").lower().partition("@")[0]
        found = self.scenario.lists.get(local_part)
        if found is None or self.look_up(words).fate is not Fate.HERE:
            return []
        people = self.scenario.people
        return [
            ("", name) if "@" in name else (people[name].name, self.address(name))
            for name in found.members
        ]

    def user(self, login: str) -> str:
        """The local-part of who logs in with that, a name or an address; "" if nobody does."""
        local_part, at, domain = login.lower().rpartition("@")
        if at and not self.is_ours(domain):
            return ""
        name = local_part if at else domain
        person = self.scenario.people.get(name)
        return name if person is not None and person.password else ""

    def named(self, login: str) -> Account | None:
        """The account to log in to as *login*, for SASL."""
        from smtpshell.smtp.sasl.identity import Account

        user = self.user(login)
        if not user:
            return None
        person = self.scenario.people[user]
        return Account(login, password=person.password, token=person.token)

    def with_token(self, token: str) -> Account | None:
        """The account that an OAuth access *token* was given to, for SASL."""
        from smtpshell.smtp.sasl.identity import same

        for name, person in self.scenario.people.items():
            if person.token and same(person.token, token):
                return self.named(name)
        return None

    def owns(self, user: str, path: Path) -> bool:
        """May the *user* send under this reverse-path? Their own addresses, and the null one."""
        if path.null:
            return True
        route = self.route(path)
        return route.fate is not Fate.ELSEWHERE and self.address(user) in route.boxes

    def fated(self, route: Route, fate: str) -> Route:
        """*route* as a rule's `fate` will have it; who has no mailbox goes to the postmaster's."""
        if fate != "deliver":
            return route._replace(fate=Fate(fate), boxes=(), later=route.boxes)
        boxes = route.boxes or self._local("postmaster").boxes
        return route._replace(fate=Fate.HERE, boxes=boxes)

    def deliver(self, message: StoredMessage, routes: Sequence[Route]) -> None:
        """Send *message* where the *routes* of its recipients lead; they are in the same order."""
        if len(routes) == 1:
            route = routes[0]
            special = route.owner or route.onward or message.rcpts[0].parameters
            if route.fate is _HERE and len(route.boxes) == 1 and not special:
                self.put(route.boxes[0], message)
                return
        from smtpshell.sandbox.world.post import hand_over

        hand_over(self, message, routes)

    def put(
        self, box: str, message: StoredMessage, at: float | None = None, address: str = ""
    ) -> None:
        """Put *message* into the mailbox of address *box*, where *address* has led it."""
        letters = self.mailboxes[box]
        letters.append(message)
        self.octets += message.weight
        when = message.received if at is None else at
        self.happenings.add(when, "delivered", message, box, address or box)
        keep = self.scenario.keep
        if keep and len(letters) > keep:
            self.octets -= letters.pop(0).weight

    def run_queue(self, at: float) -> None:
        """Try what is due by the time that the clock on the wall says *at*, in its order."""
        if self.outgoing:
            from smtpshell.sandbox.world.post import run

            run(self, self.now(at))

    def has_room(self, octets: int) -> bool:
        """Is there memory for so much more?"""
        return self.octets + octets <= self.room

    def now(self, at: float) -> float:
        """What our clock says when the clock on the wall says *at* (seconds since 1970)."""
        return at + self.skipped

    def new_id(self) -> str:
        """A name for the next letter, the same ones for the same seed; never one twice."""
        self._ids += 1
        return "%08X" % (self.seed * 0x85EBCA6B + self._ids * _STRIDE & 0xFFFFFFFF)

    def session_name(self, number: int) -> str:
        """A name for session *number*, the same one for the same seed."""
        return f"{(self.seed * 0x85EBCA6B + number * 0xC2B2AE35) & 0xFFFFFFFF:08x}-{number}"

    def token(self, octets: int = 18) -> bytes:
        """Bytes for a challenge or nonce, drawn from the seed: what is the same can be replayed."""
        from hashlib import sha256

        self._tokens += 1
        return sha256(f"{self.seed}/token/{self._tokens}".encode()).digest()[:octets]

    def _local(self, local_part: str) -> Route:
        people = self.scenario.people
        if person := people.get(local_part):
            return self._person(local_part, person)
        if found := self.scenario.lists.get(local_part):
            route = self._several(found.members, found.name)
            return route._replace(owner=self.address(found.owner))
        if names := self.scenario.aliases.get(local_part):
            return self._several(names, local_part)
        if self.scenario.codes and asks(local_part):
            return Route(Fate.DISCARD, name=local_part)
        return _UNKNOWN

    def _several(self, names: Sequence[str], title: str) -> Route:
        boxes = tuple(self.address(name) for name in names if "@" not in name)
        onward = tuple(name for name in names if "@" in name)
        return Route(Fate.HERE, boxes, name=title, onward=onward)

    def _person(self, local_part: str, person: Person) -> Route:
        if person.moved_to:
            return Route(Fate.MOVED, new=person.moved_to)
        if person.forward_to:
            return Route(Fate.FORWARD, new=person.forward_to)
        fate = Fate.FULL if person.full else Fate.HERE
        return Route(fate, (self.address(local_part),), name=person.name)
