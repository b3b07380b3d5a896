"""A world whose letters are put away elsewhere before anybody is told that they were taken.

Nothing is written here. What came in lies in `unkept` until the owner of the world takes it; the
session wishes for that (`Wish.KEEP`), and says 250 when the owner says that it is done.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from smtpshell.sandbox.nature.scenario import Scenario
from smtpshell.sandbox.world.message import StoredMessage
from smtpshell.sandbox.world.world import Copy, Fate, Route, World

LEAVING = ""  # where a mailbox would be named: the letter is on its way out

_LEAVES = frozenset({Fate.ELSEWHERE, Fate.FORWARD, Fate.QUEUE})


class KeepingWorld(World):
    """A world that says what there is to keep. A copy of it keeps nothing: it is only tried out."""

    __slots__ = ("unkept",)

    keeps = True

    def __init__(self, scenario: Scenario, seed: int = 7) -> None:
        super().__init__(scenario, seed)
        self.unkept: list[Copy] = []

    def own_mailboxes(self) -> list[str]:
        """The mailboxes of this house."""
        people = self.scenario.people.items()
        return [self.address(name) for name, person in people if person.has_mailbox]

    def deliver(self, message: StoredMessage, routes: Sequence[Route]) -> None:
        super().deliver(message, routes)
        if any(route.fate in _LEAVES or route.onward for route in routes):
            self.unkept.append((LEAVING, message))

    def put(
        self, box: str, message: StoredMessage, at: float | None = None, address: str = ""
    ) -> None:
        super().put(box, message, at, address)
        self.unkept.append((box, message))

    def has_room(self, octets: int) -> bool:
        """There is: what was put away need not stay in memory, so the oldest letters make way."""
        boxes = list(self.mailboxes.values())
        while not super().has_room(octets) and any(boxes):
            fullest = max(boxes, key=len)
            self.octets -= fullest.pop(0).weight
        return super().has_room(octets)

    def take_unkept(self) -> list[Copy]:
        """What has yet to be kept; from now on that is the caller's business."""
        taken, self.unkept = self.unkept, []
        return taken

    def withdraw(self, copies: Iterable[Copy]) -> None:
        """These could not be kept, so they were never here."""
        for box, message in copies:
            for one in [one for one in self.happenings if one.message is message]:
                self.happenings.remove(one)
            if box == LEAVING:
                self.octets -= self.outgoing.withdraw(message.id)
                continue
            letters = self.mailboxes[box]
            for place, letter in enumerate(letters):
                if letter is message:
                    del letters[place]
                    self.octets -= message.weight
                    break
