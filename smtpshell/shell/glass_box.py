"""What a practice server thinks of a session, in rows and words: the glass box on the screen."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from smtpshell.resource import lessons_dir

if TYPE_CHECKING:
    from smtpshell.sandbox.mind.view import ServerView
    from smtpshell.sandbox.nature.reason import Reason


def view_rows(view: ServerView) -> Iterator[tuple[str, str]]:
    """A practice server's view of one session, in rows of a name and words."""
    yield "server", f"{view.personality}, {view.door} door, session {view.session}"
    if view.weak:
        yield "weak", f"on purpose: {view.weak}"
        # Somebody in between may have let less of it through.
        yield "offered", ", ".join(line.split()[0] for line in view.offered) or "nothing so far"
    yield "state", f"{view.phase} ({view.state.value})"
    yield "client", f"{view.client_name or 'has not greeted'}, from {view.peer}"
    yield "encrypted", view.tls or "no, plain text"
    yield "logged in", view.user or "no"
    envelope = view.envelope
    if envelope.sender is not None:
        yield "from", f"<{envelope.sender}> {' '.join(envelope.parameters)}".rstrip()
        for recipient in envelope.recipients:
            yield "to", f"<{recipient}>"
        if envelope.refused:
            yield "refused", f"{envelope.refused} recipients"
    yield "letters", f"{view.letters} taken in this session"
    budget = f"of {view.error_budget}" if view.error_budget else "without a limit"
    yield "errors", f"{view.errors} {budget}"
    if view.sheet is not None:
        yield "score", f"{view.sheet.points:g} points for the last letter"
        for entry in view.sheet.entries:
            ref = f" ({entry.ref})" if entry.ref else ""
            yield f"  {entry.points:+g}", f"{entry.name}: {entry.why}{ref}"
    for tally, points in view.scores.items():
        yield "points", f"{tally} {points:g}"
    for remark in view.remarks:
        yield "remark", remark
    for judged in view.verdicts[-5:]:
        said = f" to {judged.said}" if judged.said else ""
        yield "verdict", f"{judged.code}{said}: {judged.situation}"
        for rule in judged.fired:
            yield "rule", shown_place(rule)
    if view.last_reason is not None:
        yield "reason", f"of the last refusal: {reason_words(view.last_reason)}"


def reason_words(reason: Reason) -> str:
    """Why, and which rule said so."""
    return str(reason._replace(file=shown_place(reason.file)))


def shown_place(place: str) -> str:
    """A file's name, alone or in a text, without the way to it if the file is one of ours."""
    ours = lessons_dir()
    return place.replace(f"{ours}{os.sep}", f"{ours.name}{os.sep}")
