"""`smtpshell replay`: a transcript shown again, with today's notes.

It opens the transcript and nothing else, and waits for nobody but the person with --step.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import IO

from smtpshell.catalogue import tr
from smtpshell.cli.key import single_keys
from smtpshell.cli.words import folded
from smtpshell.errors import TranscriptError
from smtpshell.resource import transcripts_dir
from smtpshell.shell.narrator import Narrator
from smtpshell.shell.script import Teller, Telling, voice_of
from smtpshell.smtp.event import EventKind
from smtpshell.smtp.printable import printable
from smtpshell.transcript.reader import Transcript, read_transcript
from smtpshell.transcript.replay import steps
from smtpshell.transcript.rewound import rewound_to

_MOVES_ON = (EventKind.CLIENT, EventKind.CLOSE, EventKind.REMARK)
_NEXT = (" ", "\r", "\n")
_LEAVE = ("q", "Q", "\x04", "")  # Ctrl-D, or nobody is there any more


def samples() -> list[Path]:
    """The transcripts that came with smtpshell."""
    return sorted(transcripts_dir().glob("*.smtp"))


def list_samples() -> int:
    """Name each sample and say what it teaches; the exit status."""
    for path in samples():
        header = read_transcript(path).header
        sys.stdout.write(f"{printable(path.stem)}: {printable(header.title)}\n")
        for text in _paragraphs(header.remarks):
            sys.stdout.writelines(f"{line}\n" for line in folded(printable(text), "    "))
            break  # the first one says what it is about
    return 0


def replay_transcript(name: str, telling: Telling, *, step: bool = False) -> int:
    """Show the transcript *name*; the exit status. TranscriptError if there is none."""
    transcript = read_transcript(find_transcript(name))
    voice = voice_of(telling, sys.stdout, shutil.get_terminal_size((80, 24)).columns)
    for text in (transcript.header.title, *_paragraphs(transcript.header.remarks)):
        if text:
            voice.say(printable(text))
    teller = Teller(telling, voice, lmtp=transcript.header.lmtp)
    if not (step and _is_terminal(sys.stdin) and _is_terminal(sys.stdout)):
        _show(transcript, teller, lambda: True)
        return 0
    voice.say(tr("Space shows the next exchange, q leaves."))
    with single_keys() as key, suppress(KeyboardInterrupt):
        _show(transcript, teller, lambda: _goes_on(key))
    return 0


def _show(transcript: Transcript, teller: Teller, go_on: Callable[[], bool]) -> None:
    """Tell what is in *transcript*; between two exchanges *go_on* says whether to."""
    told: Narrator | None = None
    goes_back = any(rewound_to(event) is not None for event in transcript.events)
    after: dict[int, Narrator] = {}  # each line of the client, as far as one may go back to it
    lines = 0
    for part in steps(transcript.events):
        if told is not None and not go_on():
            return
        for event in part:
            if told is None or event.kind is EventKind.CONNECT:
                told = teller.narrator()  # each connection is a session of its own
                after, lines = {}, 0
            if goes_back and event.kind in _MOVES_ON:
                after.setdefault(lines, told.copy())
                if (number := rewound_to(event)) in after:
                    told = after[number].copy()
            lines += event.kind is EventKind.CLIENT
            told.hear(event)


def _goes_on(key: Callable[[], str]) -> bool:
    while True:
        pressed = key()
        if pressed in _LEAVE:
            return False
        if pressed in _NEXT:
            return True


def find_transcript(name: str) -> Path:
    """The file *name*, or else the sample of that name."""
    path = Path(name)
    if path.exists():
        return path
    for sample in samples():
        if sample.stem == name.removesuffix(".smtp"):
            return sample
    raise TranscriptError(
        tr("{name}: there is no such file, and no sample of that name", name=name),
        hint=tr("`smtpshell replay --list` has the samples"),
    )


def _paragraphs(remarks: Iterable[str]) -> Iterator[str]:
    """Remarks as their author meant them: an empty one ends a paragraph."""
    for blank, lines in groupby(remarks, key=lambda line: not line.strip()):
        if not blank:
            yield " ".join(lines)


def _is_terminal(stream: IO[str] | None) -> bool:
    return stream is not None and stream.isatty()
