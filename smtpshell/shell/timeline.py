"""How a practice session came to where it is: stations that one can go back to.

A station is taken each time it is the learner's turn: when all that was said has been answered, and
in a letter after each typed line. What goes out in one go (a pipelined paste, a pasted letter) is
one step, and is taken back as one. A station holds copies of everything that the next line may
depend on, on both sides; what was written on paper stays there (`transcript.rewound`).

Lines of the client are numbered as they are written into the transcript, and no number is given
twice. What the learner has read stays read: the ledger of notes does not go back.
"""

# No `from __future__ import annotations`: NamedTuple would compile each annotation anew.
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from smtpshell.smtp.event import Event, EventKind

if TYPE_CHECKING:
    from smtpshell.explain.notebook import Streaks
    from smtpshell.lesson.run import Run
    from smtpshell.net.dialogue import Dialogue
    from smtpshell.sandbox.mind.point import Point
    from smtpshell.shell.narrator import Narrator
    from smtpshell.transcript.redact import Redactor

MOST_STATIONS = 500


class Station(NamedTuple):
    """How things stood when line *number* had been answered.

    *point* is the server's side. It is None within a letter or a chunk: there it is the one of the
    station before, with the octets *more* that were sent since.
    """

    number: int
    label: str  # the line, as it may be shown
    reply: str  # what was answered
    point: "Point | None"
    more: bytes
    dialogue: "Dialogue"
    narrator: "Narrator"
    streaks: "Streaks"
    redactor: "Redactor | None"
    said: tuple[str, ...]  # command lines typed so far
    run: "Run | None" = None  # of the lesson that is open


Stations = tuple[Station, ...]


class Timeline:
    """The stations of one connection, the present one last, and branches that were kept."""

    __slots__ = ("_seen", "branches", "lines", "stations", "unkept")

    def __init__(self) -> None:
        self.lines = 0  # that the client has said, and taken back or not
        self.stations: list[Station] = []
        self.branches: dict[int, Stations] = {}
        self.unkept = bytearray()  # lines of a letter that went out since the last station
        self._seen = 0  # lines that had been said at the last station

    @property
    def moved_on(self) -> bool:
        """Has the client said anything since the last station?"""
        return self.lines != self._seen

    def hear(self, event: Event) -> None:
        """Count the client's lines, as they come to stand in the transcript."""
        if event.kind is EventKind.CLIENT:
            self.lines += 1

    def arrive(self, station: Station) -> None:
        """It is the learner's turn; another look at the same station replaces it."""
        self._mark()
        stations = self.stations
        if stations and stations[-1].number == station.number:
            stations.pop()
        stations.append(station)
        if len(stations) > MOST_STATIONS:
            self._forget_oldest()

    def go_back(self, stations: Stations) -> None:
        """The last of *stations* is the present again."""
        self._mark()
        self.stations = list(stations)

    def way_to(self, number: int) -> Stations:
        """The stations up to the one of line *number*; () if there is none."""
        for index, station in enumerate(self.stations):
            if station.number == number:
                return tuple(self.stations[: index + 1])
        return ()

    def kept(self, tip: Station) -> int:
        """The branch that ends with *tip*, 0 if there is none."""
        for number, branch in self.branches.items():
            if branch[-1].number == tip.number:
                return number
        return 0

    def keep(self) -> int:
        """Keep the present as a branch; its number."""
        number = self.kept(self.stations[-1]) or len(self.branches) + 1
        self.branches[number] = tuple(self.stations)
        return number

    def _mark(self) -> None:
        self._seen = self.lines
        self.unkept.clear()

    def _forget_oldest(self) -> None:
        """Forget the oldest station, and those that are nothing without it."""
        stations = self.stations
        end = next((i for i, one in enumerate(stations) if i and one.point is not None), 0)
        del stations[:end]


def server_side(stations: Sequence[Station]) -> "tuple[Point, bytes]":
    """The server's side of the last station: a point, and what it has to hear once more."""
    more: list[bytes] = []
    for station in reversed(stations):
        if station.point is not None:
            return station.point, b"".join(reversed(more))
        more.append(station.more)
    raise AssertionError("no station has the server's side")
