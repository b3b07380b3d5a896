"""Putting a scripted run together: where it talks to, who tells it, where the words go.

Nothing here needs asyncio or the line editor, so that a script against a real server is over
before they would have been imported.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, BinaryIO, NamedTuple

from smtpshell.shell.batch import BatchRun, Rules
from smtpshell.shell.commentary import Commentary
from smtpshell.shell.lane import MARKS, SPOKEN
from smtpshell.shell.narrator import Narrator
from smtpshell.shell.option import Options
from smtpshell.shell.place import Place
from smtpshell.shell.text_screen import TextScreen
from smtpshell.shell.voice import Voice

if TYPE_CHECKING:
    from smtpshell.explain.library import Library
    from smtpshell.fact.moment import Moment

WIDTH = 80


class Telling(NamedTuple):
    """How a run is told."""

    notes: str = "on"
    verbosity: str = "normal"
    plain: bool = False


def narrator(
    telling: Telling,
    out: IO[str],
    *,
    columns: int = WIDTH,
    record: Callable[..., None] = lambda event: None,
    heard: Callable[[Iterable[Moment]], None] = lambda moments: None,
    lmtp: bool = False,
) -> Narrator:
    """A narrator that writes text to *out*, for a reader whose learning is not kept."""
    from smtpshell.explain.ledger import Ledger
    from smtpshell.transcript.redact import Redactor

    options = Options(notes=telling.notes, verbosity=telling.verbosity)
    commentary = Commentary(options, Ledger(), _load_library)
    voice = Voice(TextScreen(out, columns), SPOKEN if telling.plain else MARKS)
    # Output of a script ends in logs and bug reports, where no secret belongs.
    shown = Redactor(lmtp=lmtp).redact
    return Narrator(voice, options, commentary, record=record, heard=heard, shown=shown, lmtp=lmtp)


def run_script(
    place: Place,
    script: BinaryIO,
    rules: Rules = Rules(),  # noqa: B008  (a tuple, never changed)
    telling: Telling = Telling(),  # noqa: B008
    out: IO[str] | None = None,
) -> int:
    """Play *script* where *place* says; the exit status."""
    with _prepared(place):
        record = place.open_record()

        def narrate(heard: Callable[[Iterable[Moment]], None]) -> Narrator:
            told = narrator(
                telling,
                out or sys.stdout,
                record=record,
                heard=heard,
                lmtp=place.target.lmtp,
            )
            told.watch.peer.update(place.peer())
            return told

        try:
            return BatchRun(place.target, place.trust(), rules, narrate).run(script)
        finally:
            place.records.close()


@contextmanager
def _prepared(place: Place) -> Iterator[None]:
    """A practice server runs in a thread of its own while the script does."""
    if place.where != "practice":
        yield
        return
    import asyncio
    from threading import Thread

    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="practice server", daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(place.prepare(), loop).result()
        yield
    finally:
        asyncio.run_coroutine_threadsafe(place.close(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def _load_library() -> Library:
    from smtpshell.explain.library import load_library

    return load_library()
