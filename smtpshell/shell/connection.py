"""The connection of a shell: opened, heard, and closed; one at a time.

Everything that happens on it comes to `hear`, is told by the narrator, and then it is seen whose
turn it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TYPE_CHECKING

from smtpshell.catalogue import tr
from smtpshell.errors import SmtpshellError
from smtpshell.shell import asking
from smtpshell.shell.caution import LIVE_RULES, Caution
from smtpshell.shell.commentary import Commentary
from smtpshell.shell.narrator import Narrator
from smtpshell.shell.option import Options
from smtpshell.shell.place import Place
from smtpshell.shell.question import Inquiry, Question
from smtpshell.shell.rewind import refresh_station, take_station
from smtpshell.shell.timeline import Timeline
from smtpshell.shell.view import NoView, View
from smtpshell.shell.voice import Voice
from smtpshell.smtp.event import Event, EventKind
from smtpshell.smtp.state import Mode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smtpshell.fact.moment import Moment
    from smtpshell.net.client import Client
    from smtpshell.shell.commentary import Spoken
    from smtpshell.shell.course.school import School
    from smtpshell.shell.course.tutor import Tutor

_TURNS = frozenset({EventKind.SERVER, EventKind.TLS, EventKind.CLOSE})


class Connection:
    """What `core.Shell` is built on. *place* is where it connects to, now and when asked again."""

    def __init__(
        self, voice: Voice, options: Options, commentary: Commentary, place: Place
    ) -> None:
        self.voice = voice
        self.options = options
        self.commentary = commentary
        self.place = place
        self.practice: Place | None = place if place.where == "practice" else None
        self.view: View = NoView()
        self.narrator = Narrator(voice, options, commentary)
        self.client: Client | None = None
        self.question: Question | Inquiry | None = None
        self.tutor: Tutor | None = None  # of the lesson that is open
        self._school: School | None = None
        self.caution = Caution()
        self.timeline = Timeline()
        self.said: list[str] = []  # lines sent at a command prompt, for :again and :fix
        self.stopped_waiting = False  # the learner gave up on the reply that is due
        self.typed: str | None = None  # the line being sent, until it is on the wire
        self.begun = False  # is the line at the prompt older than the end of the connection?
        self._looking = False
        self._warned_of: Place | None = None  # the real server whose rules were told
        self._opening: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def connected(self) -> bool:
        return self.client is not None and self.client.closed is None

    @property
    def school(self) -> School:
        """All lessons there are, and how far the learner is; read when first asked for."""
        if self._school is None:
            from smtpshell.shell.course.school import School

            self._school = School()
        return self._school

    @school.setter
    def school(self, school: School) -> None:
        self._school = school

    @property
    def waiting(self) -> bool:
        """Is a reply due that the learner has not given up on?"""
        client = self.client
        if client is None or client.settled or self.stopped_waiting:
            return False
        # BDAT is answered when its octets are there, and they are ours to send.
        return self.narrator.session.mode is not Mode.CHUNK

    @property
    def at_work(self) -> bool:
        """Is something being done beside the prompt, or about to be looked at?"""
        return self._looking or bool(self._tasks)

    def ask(self, question: Question | Inquiry) -> None:
        """Put a question to the learner; everything else waits."""
        raise NotImplementedError

    def turn(self) -> None:
        """It may be the learner's turn: do what waits for that."""
        raise NotImplementedError

    # -- the connection

    def hear(self, event: Event) -> None:
        """Everything that happens on the connection comes here first."""
        if event.kind is EventKind.CLIENT and self.typed is not None:
            self.view.keep_typed(self.typed)
            self.typed = None
        with self.view.gathered():
            self.narrator.hear(event)
        self.timeline.hear(event)
        if event.kind is EventKind.CLOSE:
            self.begun = self.view.typing()
        if event.kind in _TURNS:
            self.stopped_waiting = False
            if not self._looking:
                self._looking = True
                asyncio.get_running_loop().call_soon(self._look_whose_turn)

    def _look_whose_turn(self) -> None:
        """Behind the client's own book-keeping: is it the learner's turn?"""
        self._looking = False
        self._tell_of_record()
        self.tell_news()
        self._check_certificate()
        if self.place.rewinds:
            take_station(self)
        self.turn()
        self.view.busy(self.waiting)

    def tell_news(self) -> bool:
        """What has happened to letters in the practice world; False if nothing has."""
        if self.place.where != "practice":
            return False
        from smtpshell.shell.news import tell_news

        return tell_news(self.place, self.narrator)

    def _overheard(self, moments: Iterable[Moment]) -> None:
        if self.tutor is not None:
            self.tutor.ear.hear(moments)

    def _noted(self, spoken: Iterable[Spoken]) -> None:
        if self.tutor is not None:
            self.tutor.ear.noted(spoken)

    def look_at_lesson(self) -> None:
        """Something may have come of what was done: the lesson says what."""
        if self.tutor is not None:
            self.tutor.look()

    def _check_certificate(self) -> None:
        client = self.client
        if client is None or client.held is None or self.question is not None:
            return
        for words in client.held.lines():
            self.voice.say(words)
        self.ask(asking.of_certificate(client, client.held))

    def drop(self) -> None:
        """Be gone at once, as if the cable had been cut."""
        if self.client is not None:
            self.client.drop()

    @property
    def connecting(self) -> bool:
        """Is a connection being made, and not there yet?"""
        return self._opening is not None

    def give_up_connecting(self) -> None:
        if self._opening is not None:
            self._opening.cancel()

    async def open(self) -> None:
        """Connect to where `place` says; what was open before is closed.

        A lesson may have a question first; then this is done again when it is answered.
        """
        if self.tutor is not None and self.tutor.before_opening():
            return
        self.give_up_connecting()
        await self.hang_up()
        self.client = None
        opening = self._opening = asyncio.ensure_future(self._connect())
        try:
            await opening
        except asyncio.CancelledError:
            if not opening.cancelled():
                raise  # it is us who are to end
            if self._opening is not opening:
                return  # another connection is being opened in its place
            if self.client is not None:  # or it would go on shaking hands
                self.client.vanish()
                self.client = None
            self.voice.say(tr("Given up; there is no connection."))
        finally:
            if self._opening is opening:
                self._opening = None
        # The prompt stays although the greeting is due: whoever talks too early shall be able to.
        self.view.busy(False)
        self.view.refresh()

    async def _connect(self) -> None:
        if self.place.where == "live" and self._warned_of is not self.place:
            self._warned_of = self.place
            self.voice.note(tr("Real server"), tr(LIVE_RULES), "note.error")
        try:
            await self.place.prepare()
            self.narrator = Narrator(
                self.voice,
                self.options,
                self.commentary,
                record=self.place.open_record(),
                heard=self._overheard,
                spoke=self._noted,
                lmtp=self.place.target.lmtp,
            )
            self.caution = Caution()
            self.timeline = Timeline()
            self.client = self.place.client(self.hear)
            self.narrator.watch.peer = self.place.peer(self.client)
            if self.tutor is not None:
                self.tutor.connected()
            await self.client.connect()
        except SmtpshellError as error:
            self.client = None
            self.voice.complain(error)

    async def move(self, place: Place) -> None:
        """Connect to another place; the practice server goes on, to come back to.

        If it is another practice server, nobody can come back to the one before: it ends.
        """
        await self.hang_up()
        if place.where == "practice":
            before, self.practice = self.practice, place
            if before is not None and before is not place:
                await before.close()
        self.place = place
        if place.words:
            self.voice.say(tr(place.words))
        await self.open()

    def _tell_of_record(self) -> None:
        failure = self.place.records.new_failure()
        if failure:
            self.voice.note(tr("Nothing more is recorded"), failure, "note.error")

    async def hang_up(self) -> None:
        """Close the connection if there is one, and wait until it is closed."""
        client = self.client
        if client is not None and client.closed is None:
            client.close()
            await client.wait_closed()

    async def shut_down(self) -> None:
        """The end: nothing of this shell goes on."""
        if self.tutor is not None:
            self.tutor.close()
        self.give_up_connecting()
        await self.hang_up()
        for task in list(self._tasks):
            task.cancel()
        for place in {id(place): place for place in (self.place, self.practice) if place}.values():
            await place.close()
        self.commentary.save()
        records = self.place.records
        records.close()
        if summary := records.summary():
            self.voice.line(summary)

    def start(self, work: Awaitable[None]) -> None:
        """Run *work* beside the prompt; what goes wrong is said."""
        self.begin(work)

    def begin(self, work: Awaitable[None]) -> asyncio.Task[None]:
        """Do as `start`; its end can be waited for."""

        async def run() -> None:
            try:
                await work
            except SmtpshellError as error:
                self.voice.complain(error)
            except Exception as error:
                # Nobody awaits this task, and asyncio tells only when it is collected.
                told = {"message": "a local command failed", "exception": error}
                asyncio.get_running_loop().call_exception_handler(told)
            if self.place.rewinds:
                refresh_station(self)
            self.look_at_lesson()
            self.view.refresh()

        task = asyncio.ensure_future(run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
