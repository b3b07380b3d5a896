"""The questions a shell asks, each with what its answers do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from smtpshell.shell.question import Choice, Question

if TYPE_CHECKING:
    from smtpshell.net.client import Client
    from smtpshell.net.tls import TlsReport
    from smtpshell.shell.core import Shell

MOST_SHOWN = 8  # lines of a paste


def of_paste(shell: Shell, lines: list[str]) -> Question:
    """How several lines that came at once are to be sent; they are shown before."""
    shell.voice.table([(f"{n}", text) for n, text in enumerate(lines[:MOST_SHOWN], 1)])
    hidden = len(lines) - MOST_SHOWN
    more = f", {hidden} of them not shown" if hidden > 0 else ""
    return Question(
        f"{len(lines)} lines were pasted{more}.",
        (
            Choice("l", "one line per reply", lambda: shell.enqueue(lines)),
            Choice("b", "all at once, pipelined", lambda: shell.enqueue(lines, batch=True)),
            Choice("d", "drop them", lambda: shell.voice.say("Dropped; not sent.")),
        ),
    )


def of_doubt(shell: Shell, doubt: str, text: str) -> Question:
    """Whether *text* is to be sent in spite of the *doubt*."""
    return Question(
        doubt,
        (
            Choice("y", "send it", lambda: shell.send(text)),
            Choice("n", "edit it", lambda: shell.view.prefill(text)),
        ),
    )


def of_drop(shell: Shell) -> Question:
    """Whether the connection is to be cut."""
    return Question(
        "Drop the connection, without QUIT?",
        (
            Choice("y", "yes", shell.drop),
            Choice("n", "no", lambda: shell.voice.say("The connection stays.")),
        ),
    )


def of_certificate(client: Client, report: TlsReport) -> Question:
    """Whether to go on with a certificate that was not verified."""
    return Question(
        f"This certificate was not verified: {report.problem}.",
        (
            Choice("g", "go on all the same", client.accept_certificate),
            Choice("h", "hang up", client.close),
        ),
    )


def of_letter(shell: Shell, words: str, lines: list[str]) -> Question:
    """What is to become of a letter that was written in the editor."""
    return Question(
        words,
        (
            Choice("s", "send them and the dot", lambda: shell.enqueue([*lines, "."])),
            Choice("o", "send them, leave the letter open", lambda: shell.enqueue(lines)),
            Choice("d", "drop them", lambda: shell.voice.say("Dropped; not sent.")),
        ),
    )


def of_raw_bytes(shell: Shell, send: Callable[[], None]) -> Question:
    """Whether a real server is to get bytes that are no line."""
    return Question(
        "Raw bytes to a real server?",
        (
            Choice("y", "send them", send),
            Choice("n", "no", lambda: shell.voice.say("Not sent.")),
        ),
    )
