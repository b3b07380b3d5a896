"""Another house of the world with a real server in it: a letter is handed to it, word by word.

Most houses are a line of data that says what they answer. One with a `personality` is a practice
server like ours, behind the same wall: what arrives there is what its responder has made of the
bytes. So two servers can be seen to disagree about one letter.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from smtpshell.sandbox.mind.between import responder_at
from smtpshell.sandbox.mind.part import Part
from smtpshell.sandbox.nature.scenario import Person
from smtpshell.sandbox.world.hop import LOST, Handed, Letter, Sender
from smtpshell.sandbox.world.trial import Outcome, refused
from smtpshell.sandbox.world.way import addresses_of
from smtpshell.sandbox.world.world import World

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smtpshell.sandbox.world.house import House
    from smtpshell.sandbox.world.message import StoredMessage
    from smtpshell.sandbox.world.outgoing import Waiting
    from smtpshell.sandbox.world.world import Route


OUR_ADDRESS = "192.0.2.25"  # from which a host calls that has none in DNS


class Annex(World):
    """The world as the server of another *house* knows it: its own people, and nobody else.

    The mailboxes, what happens, what is remembered, the DNS, and the names of letters are those of
    the world around it. What it takes for anybody else ends here.
    """

    __slots__ = ("_around", "arrived")

    def __init__(self, around: World, house: House, local_part: str) -> None:
        names = {*house.people, local_part} if house.takes_anybody else set(house.people)
        scenario = around.scenario._replace(
            host=house.host,
            domains=(house.domain,),
            people=MappingProxyType({name: Person() for name in sorted(names)}),
            lists=MappingProxyType({}),
            aliases=MappingProxyType({}),
            houses=MappingProxyType({}),
            client=None,
            codes=False,
        )
        super().__init__(scenario, around.seed)
        self._around = around
        self.arrived: list[tuple[str, StoredMessage]] = []  # letters, with their boxes
        self.happenings = around.happenings
        self.memory = around.memory  # who is put off comes back some day
        self.zone = around.zone

    def put(
        self, box: str, message: StoredMessage, at: float | None = None, address: str = ""
    ) -> None:
        self._around.mailboxes.setdefault(box, [])
        message = message._replace(origin=message.origin._replace(relayed=True))
        self.arrived.append((box, message))

    def deliver(self, message: StoredMessage, routes: Sequence[Route]) -> None:
        for box in dict.fromkeys(box for route in routes for box in route.boxes):
            self.put(box, message)

    def new_id(self) -> str:
        return self._around.new_id()


def call(world: World, entry: Waiting, house: House, local_part: str, at: float) -> Outcome:
    """Hand the letter of *entry* to the server of *house*: what that says."""
    assert house.nature is not None  # the caller looks
    message = entry.message
    annex = Annex(world, house, local_part)
    annex.sessions = message.origin.session - 1  # whose letter it is shall be known there too
    name = message.hops[-1].host if message.hops else message.origin.host
    address = next(iter(addresses_of(world, name)), OUR_ADDRESS)
    responder = responder_at(Part(house.nature, annex, can_tls=False), address)
    handed = Sender(responder, name, at).hand_on(_letter(entry))
    outcome = _outcome(handed, house)
    if outcome.kind == "arrived":
        outcome = outcome._replace(letters=tuple(annex.arrived))
    else:  # whatever it says of our letter, what it has taken in lies there
        for box, letter in annex.arrived:
            world.put(box, letter, at)
    if handed.unasked:
        count = len(handed.unasked)
        words = f"{house.host} said {count} things that nobody had asked for: it counts otherwise"
        world.happenings.add(at, "hopped", message, address=entry.address, words=words)
    return outcome


def _letter(entry: Waiting) -> Letter:
    """The letter with the trace fields it has by now; Return-Path is for the last server to add."""
    message = entry.message
    _, _, trace = message.trace.partition(b"\r\n")
    data = trace + message.data
    return Letter(message.return_path, (entry.address,), data, message.origin.utf8)


def _outcome(handed: Handed, house: House) -> Outcome:
    (reply,) = handed.verdicts
    if reply is LOST:
        return Outcome("later", f"lost the connection to {house.host}", "4.4.2")
    # A yes to anything but the letter is the answer to another question: the letter is still ours.
    if reply.digit == 2 and handed.sent:
        return Outcome("arrived", reply.lines[-1].text, host=house.host)
    outcome = refused(reply, house)
    if reply.digit != 2:
        return outcome
    return outcome._replace(words=f"{outcome.words} (to DATA, which wants 354)")
