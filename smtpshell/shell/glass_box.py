"""What a practice server thinks of a session, in rows and words: the glass box on the screen."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from smtpshell.catalogue import counted, tr
from smtpshell.resource import lessons_dir

if TYPE_CHECKING:
    from smtpshell.sandbox.mind.view import ServerView
    from smtpshell.sandbox.nature.reason import Reason


def view_rows(view: ServerView) -> Iterator[tuple[str, str]]:
    """A practice server's view of one session, in rows of a name and words."""
    yield (
        tr("server"),
        tr(
            "{personality}, {door} door, session {session}",
            personality=view.personality,
            door=view.door,
            session=view.session,
        ),
    )
    if view.weak:
        yield tr("weak"), tr("on purpose: {weak}", weak=tr(view.weak))
        # Somebody in between may have let less of it through.
        yield (
            tr("offered"),
            ", ".join(line.split()[0] for line in view.offered) or tr("nothing so far"),
        )
    yield tr("state"), f"{view.phase} ({view.state.value})"
    yield (
        tr("client"),
        tr("{name}, from {peer}", name=view.client_name, peer=view.peer)
        if view.client_name
        else tr("has not greeted, from {peer}", peer=view.peer),
    )
    yield tr("encrypted"), view.tls or tr("no, plain text")
    yield tr("logged in"), view.user or tr("no")
    envelope = view.envelope
    if envelope.sender is not None:
        yield tr("from"), f"<{envelope.sender}> {' '.join(envelope.parameters)}".rstrip()
        for recipient in envelope.recipients:
            yield tr("to"), f"<{recipient}>"
        if envelope.refused:
            yield (
                tr("refused"),
                counted(envelope.refused, "{count} recipient", "{count} recipients"),
            )
    yield tr("letters"), tr("{count} taken in this session", count=view.letters)
    budget = (
        tr("{errors} of {budget}", errors=view.errors, budget=view.error_budget)
        if view.error_budget
        else tr("{errors}, without a limit", errors=view.errors)
    )
    yield tr("errors"), budget
    if view.sheet is not None:
        yield (
            tr("score"),
            tr("{points} points for the last letter", points=f"{view.sheet.points:g}"),
        )
        for entry in view.sheet.entries:
            ref = f" ({entry.ref})" if entry.ref else ""
            yield f"  {entry.points:+g}", f"{entry.name}: {tr(entry.why)}{ref}"
    for tally, points in view.scores.items():
        yield tr("points"), f"{tally} {points:g}"
    for remark in view.remarks:
        yield tr("remark"), tr(remark)
    for judged in view.verdicts[-5:]:
        said = tr(" to {said}", said=judged.said) if judged.said else ""
        yield tr("verdict"), f"{judged.code}{said}: {judged.situation}"
        for rule in judged.fired:
            yield tr("rule"), shown_place(rule)
    if view.last_reason is not None:
        yield (
            tr("reason"),
            tr("of the last refusal: {words}", words=reason_words(view.last_reason)),
        )


def reason_words(reason: Reason) -> str:
    """Why, and which rule said so."""
    return str(reason.said()._replace(file=shown_place(reason.file)))


def shown_place(place: str) -> str:
    """A file's name, alone or in a text, without the way to it if the file is one of ours."""
    ours = lessons_dir()
    return place.replace(f"{ours}{os.sep}", f"{ours.name}{os.sep}")
