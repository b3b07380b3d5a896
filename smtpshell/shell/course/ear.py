"""What a lesson hears: the session, the world behind it, the notes, the learner's local commands.

All of it goes to the lesson's run at once, and what the run has to say to it waits here until it is
the learner's turn.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from smtpshell.explain.ledger import Form
from smtpshell.lesson.told import Told
from smtpshell.sandbox.world.happening import KINDS, moments_of

if TYPE_CHECKING:
    from smtpshell.fact.moment import Moment
    from smtpshell.shell.commentary import Spoken
    from smtpshell.shell.course.tutor import Tutor

_OF_THE_WORLD = frozenset(KINDS)


class Ear:
    """Listens for a *tutor*."""

    def __init__(self, tutor: Tutor) -> None:
        self._tutor = tutor
        self._told: list[Told] = []
        self._read = 0  # the last happening that was looked at
        self.cut_off = False  # the connection has ended without the learner's doing

    def hear(self, moments: Iterable[Moment]) -> None:
        """Something happened in the session."""
        tutor = self._tutor
        for moment in moments:
            if moment.on in _OF_THE_WORLD:  # they are looked for, those nobody speaks of too
                continue
            if moment.on in ("reply", "close", "message"):
                waiting = len(tutor.shell.narrator.session.pending)
                facts = tutor.place.facts(tutor.shell.client, waiting)
                moment.more = {**moment.more, **facts}
            self._tell(moment)
            if moment.on == "close":
                self.cut_off = moment.verb != "QUIT" and moment.more["by"] != "client"

    def noted(self, spoken: Iterable[Spoken]) -> None:
        """Notes were chosen for a moment; those that are shown count."""
        tutor = self._tutor
        for one in spoken:
            if one.form is not Form.NONE:
                self._told += tutor.run.noted(
                    one.note, one.moment, tutor.now(), self._at(), own=not tutor.skipping
                )

    def used(self, name: str, argument: str) -> None:
        """The learner has used a local command."""
        self._told += self._tutor.run.local(name, argument, self._tutor.now())

    def add(self, told: Iterable[Told]) -> None:
        """Something else has moved the run on."""
        self._told += told

    def take(self) -> list[Told]:
        """All that is to be told now, with what has happened behind the server's 250."""
        tutor = self._tutor
        happenings = tutor.place.happenings
        if happenings is not None:
            watch = tutor.shell.narrator.watch
            for happening in happenings.since(self._read):
                for moment in moments_of(happening, happenings, watch):
                    self._tell(moment, happening.at)
            self._read = happenings.number
        told, self._told = self._told, []
        return told

    def forget(self) -> None:
        """Nothing of what was heard is told any more."""
        self._told.clear()

    def begin_here(self) -> None:
        """What has happened in the world so far is not of this session."""
        happenings = self._tutor.place.happenings
        self._read = happenings.number if happenings is not None else 0

    def _tell(self, moment: Moment, at: float | None = None) -> None:
        tutor = self._tutor
        self._told += tutor.run.on_moment(moment, tutor.now(), self._at() if at is None else at)

    def _at(self) -> float:
        """The time on the practice server's clock."""
        place = self._tutor.place
        return place.now() if place.happenings is not None else self._tutor.now()
