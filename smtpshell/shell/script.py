"""Putting a scripted run together: where it talks to, who tells it, where the words go.

Nothing here needs asyncio or the line editor, so that a script against a real server is over
before they would have been imported.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, BinaryIO, NamedTuple

from smtpshell.catalogue import tr
from smtpshell.shell.batch import BatchRun, Rules
from smtpshell.shell.commentary import Commentary
from smtpshell.shell.lane import marks_of
from smtpshell.shell.narrator import Narrator
from smtpshell.shell.option import Options
from smtpshell.shell.place import Place
from smtpshell.shell.text_screen import TextScreen
from smtpshell.shell.voice import Voice

if TYPE_CHECKING:
    from smtpshell.explain.library import Library
    from smtpshell.fact.moment import Moment
    from smtpshell.smtp.event import Event

WIDTH = 80


class Telling(NamedTuple):
    """How a run is told."""

    notes: str = "on"
    verbosity: str = "normal"
    plain: bool = False


def run_script(
    place: Place,
    script: BinaryIO,
    rules: Rules = Rules(),  # noqa: B008  (a tuple, never changed)
    telling: Telling = Telling(),  # noqa: B008
    out: IO[str] | None = None,
) -> int:
    """Play *script* where *place* says; the exit status. ConnectError if nobody is there."""
    records = place.records
    with _prepared(place) as server_side:
        if place.where == "practice":
            rules = rules._replace(insecure_auth=True)  # there is nobody on the way
        record = place.open_record()
        voice = voice_of(telling, out or sys.stdout)
        teller = Teller(telling, voice, lmtp=place.target.lmtp)

        def narrate(heard: Callable[[Iterable[Moment]], None]) -> Narrator:
            told = teller.narrator(record, heard)
            told.watch.peer.update(place.peer())
            return told

        def news(narrator: Narrator) -> None:
            from smtpshell.shell.news import tell_news

            server_side(lambda: tell_news(place, narrator))

        try:
            return BatchRun(place.target, place.trust(), rules, narrate, news).run(script)
        finally:
            failure = records.new_failure()
            records.close()
            if failure:
                voice.note(tr("Not recorded"), failure, "note.error")
            if summary := records.summary():
                voice.line(summary)


def voice_of(telling: Telling, out: IO[str], columns: int = WIDTH) -> Voice:
    """A voice that writes text to *out*."""
    return Voice(TextScreen(out, columns), marks_of(plain=telling.plain))


class Teller:
    """Makes narrators for one reader, whose learning is not kept.

    What was told on one connection is known on the next. Output of a script ends in logs and bug
    reports, where no secret belongs, so none is shown.
    """

    def __init__(self, telling: Telling, voice: Voice, *, lmtp: bool = False) -> None:
        from smtpshell.explain.ledger import Ledger
        from smtpshell.transcript.redact import Redactor

        self.voice = voice
        self._lmtp = lmtp
        self._options = Options(notes=telling.notes, verbosity=telling.verbosity)
        silent = telling.notes == "off" or telling.verbosity == "exam"
        load = _no_library if silent else _load_library
        self._commentary = Commentary(self._options, Ledger(), load)
        self._shown = Redactor(lmtp=lmtp).redact

    def narrator(
        self,
        record: Callable[[Event], None] = lambda event: None,
        heard: Callable[[Iterable[Moment]], None] = lambda moments: None,
    ) -> Narrator:
        """A narrator for the next connection."""
        return Narrator(
            self.voice,
            self._options,
            self._commentary,
            record=record,
            heard=heard,
            shown=self._shown,
            lmtp=self._lmtp,
        )


@contextmanager
def _prepared(place: Place) -> Iterator[Callable[[Callable[[], object]], None]]:
    """A practice server runs in a thread of its own while the script does.

    What is given has something done in that thread, and waits for it; there is nothing to be done
    where there is no such server.
    """
    if place.where != "practice":
        yield lambda work: None
        return
    import asyncio
    from threading import Thread

    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="practice server", daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(place.prepare(), loop).result()

        async def do(work: Callable[[], object]) -> None:
            work()

        yield lambda work: asyncio.run_coroutine_threadsafe(do(work), loop).result()
    finally:
        asyncio.run_coroutine_threadsafe(place.close(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def _load_library() -> Library:
    from smtpshell.explain.library import load_library
    from smtpshell.language import chosen

    return load_library(language=chosen())


def _no_library() -> Library:
    """Where nothing is to be explained, nothing needs to be read."""
    from smtpshell.explain.library import Library

    return Library([])
