"""`:again on SERVER`: the learner's own lines, said to another server as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.catalogue import tr
from smtpshell.errors import UsageError
from smtpshell.shell.practice import PracticePlace
from smtpshell.smtp.event import EventKind

if TYPE_CHECKING:
    from smtpshell.shell.core import Shell
    from smtpshell.shell.stage import Terms
    from smtpshell.smtp.event import Event
    from smtpshell.transcript.turn import Turn


async def again_on(shell: Shell, name: str) -> None:
    """Say all that stands of this session to *name* too, and show where it answers differently."""
    import asyncio

    from smtpshell.shell.contrast import contrast_of, show
    from smtpshell.shell.perform import play
    from smtpshell.shell.stage import stage_at
    from smtpshell.transcript.compare import compare
    from smtpshell.transcript.redact import Redactor
    from smtpshell.transcript.role import role_of
    from smtpshell.transcript.turn import turns_of

    if not name:
        raise UsageError(
            tr("on which server?"), hint=":again on by-the-book, :again on localhost:2525"
        )
    events = _events(shell)
    if not any(event.kind is EventKind.CLIENT for event in events):
        raise UsageError(tr("nothing has been said in this session yet"))
    lmtp = shell.place.target.lmtp
    role = role_of(events, lmtp=lmtp)
    terms = _terms(shell)

    def perform() -> tuple[Turn, ...]:
        with stage_at(name, terms, lmtp=lmtp) as stage:
            return play(role, stage, terms)

    shell.voice.say(tr("Saying your lines of this session to {name}...", name=name))
    theirs = await asyncio.to_thread(perform)
    redact = Redactor(lmtp=lmtp).redact  # as theirs are, so that lines are the same again
    ours = _with_reasons(shell, turns_of(map(redact, events), lmtp=lmtp))
    mine = shell.place.personality if isinstance(shell.place, PracticePlace) else ""
    names = (mine or str(shell.place.target), name)
    if names[0] == names[1]:
        names = (f"{names[0]} (here)", name)
    contrast = contrast_of(names, compare((ours, theirs)), shell.commentary.library)
    with shell.view.gathered():
        show(contrast, shell.voice)


def _events(shell: Shell) -> list[Event]:
    """What stands of this session, in order."""
    events = [event for exchange in shell.narrator.exchanges for event in exchange.events]
    return sorted(events, key=lambda event: event.time)


def _terms(shell: Shell) -> Terms:
    """The same house and the same seed, so that nothing differs but the server."""
    from smtpshell.shell.stage import Terms

    place = shell.place
    if isinstance(place, PracticePlace):
        return Terms(seed=place.seed, scenario=place.house, folders=place.folders)
    return Terms()


def _with_reasons(shell: Shell, turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
    """*turns* with the practice server's reasons: its last verdict is on the last answered one."""
    reasons = shell.place.reasons(shell.client)
    found = list(turns)
    for index in reversed(range(len(found))):
        if not reasons:
            break
        if found[index].replies:
            found[index] = found[index]._replace(reason=reasons.pop())
    return tuple(found)
