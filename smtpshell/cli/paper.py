"""`smtpshell replay`: a transcript shown again, with today's notes."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

import click

from smtpshell.errors import TranscriptError

_NEXT = " \r\n"
_LEAVE = "qQ\x03\x04\x1b"


@click.command()
@click.argument("file", required=False)
@click.option("--step", is_flag=True, help="Space for the next exchange, q to leave.")
@click.option("--list", "listed", is_flag=True, help="The samples that came with smtpshell.")
@click.option("--plain", is_flag=True, help="Words instead of marks, for screen readers.")
@click.option("--notes/--no-notes", default=True, help="Explanations under the dialogue.")
@click.option(
    "--verbosity",
    type=click.Choice(["teach", "normal"]),
    default="teach",
    help="Each note in full, or each in full once.",
)
def replay(
    file: str | None, step: bool, listed: bool, plain: bool, notes: bool, verbosity: str
) -> None:
    """Show a transcript again, with today's notes.

    FILE is a transcript, or the name of a sample (`smtpshell replay --list`). Nothing is sent
    anywhere: replaying only reads.
    """
    if listed or file is None:
        for line in _samples():
            click.echo(line)
        return
    from smtpshell.shell.script import Telling, narrator
    from smtpshell.transcript.reader import read_transcript
    from smtpshell.transcript.replay import steps

    transcript = read_transcript(find_transcript(file))
    telling = Telling("on" if notes else "off", verbosity, plain)
    columns = shutil.get_terminal_size((80, 24)).columns
    told = narrator(telling, sys.stdout, columns=columns, lmtp=transcript.header.lmtp)
    for text in (transcript.header.title, *_paragraphs(transcript.header.remarks)):
        told.voice.say(text)
    waits = step and sys.stdin.isatty() and sys.stdout.isatty()
    for number, part in enumerate(steps(transcript.events)):
        if waits and number and not _go_on():
            return
        for event in part.events:
            told.hear(event)


def find_transcript(name: str) -> Path:
    """The file *name*, or else the sample of that name.

    Raises TranscriptError if there is neither.
    """
    from smtpshell.resource import transcripts_dir

    path = Path(name)
    if path.exists():
        return path
    samples = {sample.stem: sample for sample in transcripts_dir().glob("*.smtp")}
    found = samples.get(name.removesuffix(".smtp"))
    if found is None:
        raise TranscriptError(
            f"{name}: there is no such file, and no sample of that name",
            hint="`smtpshell replay --list` lists the samples",
        )
    return found


def _paragraphs(remarks: Iterable[str]) -> Iterator[str]:
    """Remarks as their author meant them: an empty one ends a paragraph."""
    for blank, lines in groupby(remarks, key=lambda line: not line.strip()):
        if not blank:
            yield " ".join(lines)


def _samples() -> Iterator[str]:
    from smtpshell.resource import transcripts_dir
    from smtpshell.smtp.printable import printable
    from smtpshell.transcript.reader import read_transcript

    paths = sorted(transcripts_dir().glob("*.smtp"))
    width = max((len(path.stem) for path in paths), default=0)
    for path in paths:
        title = printable(read_transcript(path).header.title)
        yield f"{printable(path.stem):<{width}}  {title}"


def _go_on() -> bool:
    """Wait for a key; False to leave."""
    while True:
        key = click.getchar()
        if key in _NEXT:
            return True
        if key in _LEAVE:
            return False
