"""`:again on SERVER`: the learner's own lines, said to another server as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.catalogue import counted, tr
from smtpshell.errors import UsageError
from smtpshell.shell.caution import LIVE_RULES
from smtpshell.shell.local.names import beside
from smtpshell.shell.practice import PracticePlace
from smtpshell.shell.question import Choice, Question
from smtpshell.smtp.event import EventKind
from smtpshell.smtp.printable import printable
from smtpshell.smtp.text import to_text

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from smtpshell.shell.core import Shell
    from smtpshell.shell.stage import Terms
    from smtpshell.smtp.event import Event
    from smtpshell.transcript.turn import Turn


MOST_NAMED = 3  # recipients
PATIENCE = 30.0  # seconds for each reply of a server elsewhere


def again_on(shell: Shell, name: str) -> Awaitable[None] | None:
    """Say all that stands of this session to *name* too, and show where it answers differently.

    A server on another machine is real, so it is asked first whether it may be done.
    """
    from smtpshell.shell.stage import is_elsewhere

    if not name:
        raise UsageError(
            tr("on which server?"), hint=":again on by-the-book, :again on localhost:2525"
        )
    events = _events(shell)
    if not any(event.kind is EventKind.CLIENT for event in events):
        raise UsageError(tr("nothing has been said in this session yet"))
    if not is_elsewhere(name):
        return _say_to(shell, name, _terms(shell))
    terms = _terms(shell)._replace(real_servers=True, timeout=PATIENCE)
    shell.ask(
        of_real_server(
            name, _turns(shell, events), lambda: shell.start(_say_to(shell, name, terms)), shell
        )
    )
    return None


def of_real_server(
    name: str, turns: Sequence[Turn], then: Callable[[], None], shell: Shell
) -> Question:
    """Whether all that was said in this session is to be said to a server elsewhere."""
    letters = sum(turn.verb == "DOT" for turn in turns)
    taken = [turn.line for turn in turns if turn.verb == "RCPT" and turn.code in (250, 251)]
    rcpts = [printable(to_text(line)) for line in dict.fromkeys(taken)]
    words = [tr("{name} is a real server, and mail that is sent to it is real.", name=name)]
    if letters:
        named = ", ".join(rcpts[:MOST_NAMED]) + (", ..." if len(rcpts) > MOST_NAMED else "")
        words.append(
            counted(
                letters,
                "{count} letter is among your lines ({rcpts}).",
                "{count} letters are among your lines ({rcpts}).",
                rcpts=named,
            )
        )
    words.append(tr("Passwords of this session are left out."))
    words.append(tr(LIVE_RULES))
    return Question(
        " ".join(words),
        (
            Choice("y", tr("say all of it to {name}", name=name), then),
            Choice("n", tr("no"), lambda: shell.voice.say(tr("Nothing was said to it."))),
        ),
    )


async def _say_to(shell: Shell, name: str, terms: Terms) -> None:
    from smtpshell.shell.contrast import contrast_of, show
    from smtpshell.shell.perform import play
    from smtpshell.shell.stage import stage_at
    from smtpshell.transcript.compare import compare
    from smtpshell.transcript.redact import Redactor
    from smtpshell.transcript.role import role_of

    events = _events(shell)
    lmtp = shell.place.target.lmtp
    said = map(Redactor(lmtp=lmtp).redact, events) if terms.real_servers else events
    role = role_of(said, lmtp=lmtp)

    def perform() -> tuple[Turn, ...]:
        with stage_at(name, terms, lmtp=lmtp) as stage:
            return play(role, stage, terms)

    shell.voice.say(tr("Saying your lines of this session to {name}...", name=name))
    ours = _with_reasons(shell, _turns(shell, events))
    theirs = await shell.wait_for(lambda: beside(perform), name)
    mine = shell.place.personality if isinstance(shell.place, PracticePlace) else ""
    names = (mine or str(shell.place.target), name)
    if names[0] == names[1]:
        names = (f"{names[0]} (here)", name)
    contrast = contrast_of(names, compare((ours, theirs)), shell.commentary.library)
    with shell.view.gathered():
        show(contrast, shell.voice)


def _turns(shell: Shell, events: list[Event]) -> tuple[Turn, ...]:
    """What was said here, without secrets, as theirs is, so that lines are the same again."""
    from smtpshell.transcript.redact import Redactor
    from smtpshell.transcript.turn import turns_of

    lmtp = shell.place.target.lmtp
    return turns_of(map(Redactor(lmtp=lmtp).redact, events), lmtp=lmtp)


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
