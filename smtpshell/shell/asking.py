"""The questions a shell asks, each with what its answers do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from smtpshell.catalogue import tr
from smtpshell.shell.fragment import Line, clip, foreign
from smtpshell.shell.question import Choice, Question

if TYPE_CHECKING:
    from smtpshell.net.client import Client
    from smtpshell.net.tls import TlsReport
    from smtpshell.shell.sending import Sending
    from smtpshell.shell.voice import Voice

MOST_SHOWN = 8  # lines of a paste


def of_paste(shell: Sending, lines: list[str]) -> Question:
    """How several lines that came at once are to be sent; they are shown before."""
    shell.voice.write(_numbered(lines[:MOST_SHOWN], shell.voice))
    hidden = len(lines) - MOST_SHOWN
    words = (
        tr(
            "{count} lines were pasted, {hidden} of them not shown.",
            count=len(lines),
            hidden=hidden,
        )
        if hidden > 0
        else tr("{count} lines were pasted.", count=len(lines))
    )
    return Question(
        words,
        (
            Choice("l", tr("one line per reply"), lambda: shell.enqueue(lines)),
            Choice("b", tr("all at once, pipelined"), lambda: shell.enqueue(lines, batch=True)),
            Choice("d", tr("drop them"), lambda: shell.voice.say(tr("Dropped; not sent."))),
        ),
    )


def _numbered(lines: list[str], voice: Voice) -> Iterator[Line]:
    """*lines* as they are, each on one row, with what it has no room for left out."""
    for number, text in enumerate(lines, 1):
        shown = foreign(text)
        if voice.marks.seen:
            shown = clip(shown, voice.columns - len(voice.marks.note) - 4)
        yield (("note", voice.marks.note), ("verb", f"{number}"), ("", f"  {shown}"))


def of_doubt(shell: Sending, doubt: str, text: str) -> Question:
    """Whether *text* is to be sent in spite of the *doubt*."""
    return Question(
        doubt,
        (
            Choice("y", tr("send it"), lambda: shell.send(text)),
            Choice("n", tr("edit it"), lambda: shell.put_back(text)),
        ),
    )


def of_drop(shell: Sending) -> Question:
    """Whether the connection is to be cut."""
    return Question(
        tr("Drop the connection, without QUIT?"),
        (
            Choice("y", tr("yes"), shell.drop),
            Choice("n", tr("no"), lambda: shell.voice.say(tr("The connection stays."))),
        ),
    )


def of_certificate(client: Client, report: TlsReport) -> Question:
    """Whether to go on with a certificate that was not verified."""
    return Question(
        tr("This certificate was not verified: {problem}.", problem=report.problem),
        (
            Choice("g", tr("go on all the same"), client.accept_certificate),
            Choice("h", tr("hang up"), client.close),
        ),
    )


def of_letter(shell: Sending, words: str, lines: list[str]) -> Question:
    """What is to become of a letter that was written in the editor."""
    return Question(
        words,
        (
            Choice("s", tr("send them and the dot"), lambda: shell.enqueue([*lines, "."])),
            Choice("o", tr("send them, leave the letter open"), lambda: shell.enqueue(lines)),
            Choice("d", tr("drop them"), lambda: shell.voice.say(tr("Dropped; not sent."))),
        ),
    )


def of_raw_bytes(shell: Sending, send: Callable[[], None]) -> Question:
    """Whether a real server is to get bytes that are no line."""
    return Question(
        tr("Raw bytes to a real server?"),
        (
            Choice("y", tr("send them"), send),
            Choice("n", tr("no"), lambda: shell.voice.say(tr("Not sent."))),
        ),
    )
