"""The queue of a practice server: letters that wait for their way on (RFC 5321 4.5.4).

Each recipient waits alone, with its own tries. Time is the world's clock, so five days of trying
pass in one `:wait`. What is tried, and what comes of it, is told in `post`.
"""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from collections import deque
from collections.abc import Callable, Iterable
from heapq import heappop, heappush
from typing import NamedTuple

from smtpshell.sandbox.nature.setting import Queue
from smtpshell.sandbox.world.message import StoredMessage
from smtpshell.sandbox.world.notice import Notice

SHORTEST_WAIT = 60.0  # seconds between two tries, whatever a file says
MOST_TRIES = 20  # remembered of one entry
MOST_GONE = 50  # entries remembered that have left

# What a server has that says nothing about it.
HABITS = Queue(first_wait=1800, longest_wait=14400, warn_after=14400, expire=432000, hops=100)


class Try(NamedTuple):
    """One try: when, with which server ("" if there was none), what it said or what was wrong.

    *passed* is what became of hosts that were tried before it, and what is odd about the way.
    """

    at: float
    host: str
    words: str
    passed: tuple[str, ...] = ()


class Waiting(NamedTuple):
    """One recipient of a letter in the queue. Times are in seconds since 1970.

    *address* is where it is to go now, *asked* the recipient as the sender knows it. *since* is
    when the letter came, *due* when it is tried next. *holder* is the server whose queue it is in,
    "" for our own: a letter may wait on its way, too. *through* are the lists and aliases whose
    members it is for. *end* is what became of it.
    """

    number: int
    message: StoredMessage
    address: str
    asked: str
    notice: Notice
    since: float
    due: float
    holder: str = ""
    tries: int = 0
    log: tuple[Try, ...] = ()
    warned: bool = False
    end: str = ""
    through: tuple[str, ...] = ()

    def tried(self, one: Try) -> "Waiting":
        """The same, after one more try."""
        return self._replace(tries=self.tries + 1, log=(*self.log, one)[-MOST_TRIES:])


class Outgoing:
    """The entries that wait, and the last ones that have left.

    *habits* say how patient the server is; *first_tried* when each other house was first called.
    """

    __slots__ = ("_due", "_waiting", "first_tried", "gone", "habits", "number")

    def __init__(self, habits: Queue = HABITS) -> None:
        self.habits = habits
        self.number = 0
        self.gone: deque[Waiting] = deque(maxlen=MOST_GONE)
        self.first_tried: dict[str, float] = {}
        self._waiting: dict[int, Waiting] = {}
        self._due: list[tuple[float, int]] = []  # a heap; one for each entry

    def copy(self) -> "Outgoing":
        """The same queue, to go on by itself."""
        twin = Outgoing(self.habits)
        twin.number = self.number
        twin.gone = self.gone.copy()
        twin.first_tried = self.first_tried.copy()
        twin._waiting = self._waiting.copy()
        twin._due = self._due.copy()
        return twin

    def __len__(self) -> int:
        return len(self._waiting)

    def entries(self) -> list[Waiting]:
        """Those that wait, in the order in which they came."""
        return sorted(self._waiting.values())

    def add(self, entry: Waiting) -> None:
        """Let *entry* wait, under a number of its own if it has none yet."""
        if not entry.number:
            self.number += 1
            entry = entry._replace(number=self.number)
        self._waiting[entry.number] = entry
        heappush(self._due, (entry.due, entry.number))

    def take_due(self, now: float) -> list[Waiting]:
        """Take out what is due next, if its time has come: one letter's recipients, together."""
        batch: list[Waiting] = []
        while self._due and self._due[0][0] <= now:
            entry = self._waiting[self._due[0][1]]
            if batch and not _goes_with(entry, batch[0]):
                break
            heappop(self._due)
            batch.append(self._waiting.pop(entry.number))
        return batch

    def leave(self, entry: Waiting, end: str) -> None:
        """*entry* has been dealt with."""
        self.gone.append(entry._replace(end=end))

    def withdraw(self, name: str) -> int:
        """The letter kept under this *name* was never taken: nothing of it waits any more.

        What has been waiting for nothing weighs so many octets.
        """
        gone = [one for one in self._waiting.values() if one.message.id == name]
        self._waiting = {n: one for n, one in self._waiting.items() if one.message.id != name}
        self._due = sorted((one.due, number) for number, one in self._waiting.items())
        return sum(one.message.weight for one in gone)

    def waiting_for(self, wanted: Callable[[str], bool]) -> list[Waiting]:
        """What waits in our own queue for the domains that are *wanted*."""
        ours = (one for one in self._waiting.values() if not one.holder)
        return [one for one in ours if wanted(one.address.rpartition("@")[2].lower())]

    def hurry(self, now: float, entries: Iterable[Waiting] | None = None) -> None:
        """Have these *entries* tried at once, or all, as an administrator may ask for."""
        for one in self.entries() if entries is None else entries:
            self._waiting[one.number] = one._replace(due=min(now, one.due))
        self._due = sorted((one.due, number) for number, one in self._waiting.items())

    def wait_after(self, entry: Waiting, now: float) -> float:
        """When to try again what has been tried *now*; the last try is when patience ends."""
        habits = self.habits
        wait = max(SHORTEST_WAIT, self._wanted_wait(entry))
        end = entry.since + habits.expire
        return now + wait if now + wait <= end else max(end, now + SHORTEST_WAIT)

    def _wanted_wait(self, entry: Waiting) -> float:
        habits = self.habits
        return min(habits.longest_wait, habits.first_wait * 2.0 ** min(entry.tries - 1, 30))


def _goes_with(one: Waiting, other: Waiting) -> bool:
    """Is it the same copy of a letter, waiting at the same place for the same time?"""
    return (one.due, one.holder, one.message.id, one.message.return_path) == (
        other.due,
        other.holder,
        other.message.id,
        other.message.return_path,
    )
