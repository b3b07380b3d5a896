"""What is remembered of clients from one session to the next: greylists, rate limits, reputation.

Times are those of the world's clock, in seconds since 1970. An entry is named by its rule and what
the rule goes by (address, sender, recipient ...), a reputation by its tally and the address; when
there are too many, the oldest goes.
"""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from smtpshell.sandbox.mind.desk import Desk
    from smtpshell.sandbox.nature.rule import Rule
    from smtpshell.smtp.command import Command

MOST = 10_000  # entries
MOST_CREDIT = 10  # good sessions that are counted, or bad ones
LONGEST = 256  # characters of one part of a name

# What a rule may go by.
PARTS = ("ip", "net24", "sender", "rcpt", "helo", "user")

Name = tuple[str, ...]


class Entry(NamedTuple):
    """When it was *first* and *last* seen, how many *times*; *welcome*: the wait is behind it."""

    first: float
    last: float
    times: int = 1
    welcome: bool = False


class Recall(NamedTuple):
    """What the memory says: does the rule fire, how long is it to be, was it told so before?"""

    fires: bool
    left: int = 0  # seconds
    early: bool = False


class Memory:
    """The entries of one world."""

    __slots__ = ("entries",)

    def __init__(self) -> None:
        self.entries: dict[Name, Entry] = {}

    def copy(self) -> "Memory":
        """The same memory, to go on by itself."""
        twin = Memory()
        twin.entries = self.entries.copy()
        return twin

    def put_off(self, rule: "Rule", name: Name, now: float) -> Recall:
        """Greylisting: is whoever goes by that *name* put off, or has the wait been long enough?

        Who came back in time is remembered, and from a client of whom `learn` others were welcome
        everything is.
        """
        entry = self.entries.pop(name, None)
        if entry is not None and now - entry.last > rule.remember:
            entry = None
        good = (*name[:2], "")
        known = rule.learn and self._count(good, now, rule.remember) >= rule.learn
        if entry is None and not known:
            self._keep(name, Entry(now, now))
            return Recall(True, _whole(rule.wait))
        first = entry.first if entry is not None else now
        left = first + rule.wait - now
        if left > 0 and not known and not (entry is not None and entry.welcome):
            self._keep(name, Entry(first, now, entry.times + 1 if entry is not None else 1))
            return Recall(True, _whole(left), early=True)
        if entry is not None and not entry.welcome and rule.learn:
            self._keep(good, Entry(now, now, self._count(good, now, rule.remember) + 1))
        self._keep(name, Entry(first, now, 1, welcome=True))
        return Recall(False)

    def count(self, rule: "Rule", name: Name, now: float) -> Recall:
        """Rate limit: has whoever goes by that *name* come more than `limit` times in `per` s?"""
        entry = self.entries.pop(name, None)
        if entry is None or now - entry.first >= rule.per:
            entry = Entry(now, now, 0)
        self._keep(name, entry._replace(last=now, times=entry.times + 1))
        return Recall(entry.times >= rule.limit, _whole(entry.first + rule.per - now))

    def reputation(self, name: Name, now: float, remember: float) -> int:
        """Good sessions less bad ones, of whoever goes by that *name*; in the end 0 again."""
        return self._count(name, now, remember)

    def judge_session(self, name: Name, now: float, remember: float, *, good: bool) -> None:
        """One more session of theirs was a good one, or a bad one."""
        credit = self._count(name, now, remember) + (1 if good else -1)
        self._keep(name, Entry(now, now, max(-MOST_CREDIT, min(credit, MOST_CREDIT))))

    def _count(self, name: Name, now: float, remember: float) -> int:
        entry = self.entries.get(name)
        return entry.times if entry is not None and now - entry.last <= remember else 0

    def _keep(self, name: Name, entry: Entry) -> None:
        self.entries.pop(name, None)
        self.entries[name] = entry  # the newest stands last
        if len(self.entries) > MOST:
            del self.entries[next(iter(self.entries))]


def recall(desk: "Desk", rule: "Rule", command: "Command | None") -> Recall:
    """Ask the world's memory about this client, and have it remember this time."""
    world = desk.part.world
    name = (rule.name, *(_part(desk, part, command) for part in rule.key))
    now = world.now(desk.now)
    if rule.wait:
        return world.memory.put_off(rule, name, now)
    return world.memory.count(rule, name, now)


def _part(desk: "Desk", part: str, command: "Command | None") -> str:
    path = command.path if command is not None else None
    if part == "ip":
        found = desk.peer
    elif part == "net24":
        found = network_of(desk.peer)
    elif part == "helo":
        found = (desk.hello.host or "") if desk.hello is not None else ""
    elif part == "user":
        found = desk.standing.user
    elif command is not None and command.verb == ("MAIL" if part == "sender" else "RCPT"):
        found = path.mailbox if path is not None else ""
    elif part == "sender":
        found = desk.mail.address if desk.mail is not None else ""
    else:
        found = " ".join(move.address for move in desk.recipients)
    return found[:LONGEST].lower()


def network_of(peer: str) -> str:
    """The network of an address, the neighbours a big sender may try again from: /24 or /64."""
    from ipaddress import ip_address, ip_network

    try:
        address = ip_address(peer)
    except ValueError:
        return peer
    return str(ip_network(f"{address}/{24 if address.version == 4 else 64}", strict=False))


def _whole(seconds: float) -> int:
    """Seconds as a person is told them: one too many rather than one too few."""
    return max(0, int(-(-seconds // 1)))
