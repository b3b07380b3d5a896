"""Local commands that stage what a practice server meets with: :fault :seed :wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.catalogue import marked, tr
from smtpshell.errors import UsageError
from smtpshell.shell.local.registry import Pairs, local
from smtpshell.shell.local.wire import given_by_lesson
from smtpshell.shell.practice import PracticePlace
from smtpshell.smtp.printable import printable

if TYPE_CHECKING:
    from smtpshell.shell.core import Shell

LONGEST_WAIT = 366 * 86400.0  # seconds
LARGEST_SEED = 10**9

_AT = (
    ("at CONNECT", marked("the greeting of the next session")),
    ("at EHLO", marked("where it would be let through")),
    ("at STARTTLS", ""),
    ("at AUTH", ""),
    ("at MAIL", ""),
    ("at RCPT", ""),
    ("at DATA", ""),
    ("at DOT", marked("the end of the letter")),
    ("at QUIT", ""),
    ("at command", marked("any line, before it is judged")),
    ("at reply", marked("any reply, as it goes out")),
)


def _practice(shell: Shell) -> PracticePlace:
    if not isinstance(shell.place, PracticePlace):
        raise UsageError(tr("only the practice server does that"), hint=":connect practice")
    return shell.place


def _faults(shell: Shell, typed: str) -> Pairs:
    from smtpshell.sandbox.mind.injected import KINDS

    kind, space, rest = typed.partition(" ")
    if not space:
        return (
            *KINDS,
            ("list", marked("the faults still to come")),
            ("off", marked("none of them is to come")),
        )
    before = typed[: typed.rfind(" at") if " at" in typed else len(typed)].rstrip()
    if kind in ("delay", "drip", "raw") and not rest.strip():
        example = '"25 hi"' if kind == "raw" else "5"
        return [(f"{kind} {example}", marked("for example"))]
    return [(f"{before} {at}", meaning) for at, meaning in _AT]


@local(
    "fault",
    "",
    ":fault WHAT [at WHERE] | list | off",
    "the next reply goes wrong as you say; practice only",
    "WHAT is a code with or without words (451 Try later), drop, close, silence, delay"
    ' SECONDS, drip SECONDS for each octet, or raw "BYTES" (\\r \\n \\xNN; a line end is added'
    " unless you write one). WHERE is a verb that would be let through, DOT for the end of a"
    " letter, CONNECT for the next greeting, or a situation such as rcpt-unknown; without it,"
    " it is the next reply. Each is good for once. `:fault list` shows what is still to come,"
    " `:fault off` ends it. :why knows that you asked for it.",
    _faults,
)
def fault(shell: Shell, argument: str) -> None:
    place = _practice(shell)
    if argument in ("", "list"):
        _list_faults(shell, place)
    elif argument == "off":
        place.clear_faults(shell.client)
        shell.voice.say(tr("No fault is to come any more."))
    elif place.fault(shell.client, argument):
        shell.voice.say(tr("It will come, once: {argument}", argument=printable(argument)))
    else:
        shell.voice.say(
            tr(
                "It will come in the next session, once: {argument}. :connect opens one.",
                argument=printable(argument),
            )
        )


def _list_faults(shell: Shell, place: PracticePlace) -> None:
    now, later = place.faults(shell.client)
    rows = [(order, tr("in this session")) for order in now]
    rows += [(order, tr("in the next session")) for order in later]
    if rows:
        shell.voice.table(rows)
    else:
        shell.voice.say(
            tr("No fault is to come. For example: :fault 451 at RCPT, :fault drop at DOT")
        )


@local(
    "seed",
    "",
    ":seed [NUMBER]",
    "shows or sets what chance begins with; practice only",
    "What looks like chance on the practice server (dice of rules, names of letters,"
    " challenges, the case that a scenario picks) is drawn from this number: the same seed,"
    " lines and times bring the same session. A new seed holds from the next connection on,"
    " which begins a new world with empty mailboxes.",
)
def seed(shell: Shell, argument: str) -> None:
    place = _practice(shell)
    if not argument:
        drawn_by = shell.tutor.run.lesson.seed if shell.tutor is not None else 0
        if drawn_by:
            words = tr(
                "This try was drawn with {seed}; `:reset lesson {seed}` draws the same again.",
                seed=drawn_by,
            )
            shell.voice.say(words)
        shell.voice.say(
            tr("The seed is {seed}. The same seed brings the same session.", seed=place.seed)
        )
        return
    digits = argument.isascii() and argument.isdigit() and len(argument) <= len(str(LARGEST_SEED))
    if not digits or int(argument) > LARGEST_SEED:
        raise UsageError(
            tr("a seed is a whole number, not {argument}", argument=printable(argument)),
            hint=tr(":seed 11, up to 1000000000"),
        )
    if shell.tutor is not None:
        raise given_by_lesson(tr("`smtpshell` without a lesson takes any seed"))
    place.seed = int(argument)
    shell.voice.say(
        tr(
            "The seed is {seed} from the next connection on; it begins a new world, with"
            " empty mailboxes. :connect opens it.",
            seed=place.seed,
        )
    )


@local(
    "wait",
    "",
    ":wait TIME",
    "puts the practice world's clock forward (10m, 2h, 3d)",
    "Nobody has to sit and wait for a greylist or a queue: the world's clock is put forward,"
    " and what would have happened meanwhile happens now. Sessions do not time out by that."
    " Without a time it says what that clock shows.",
)
def wait(shell: Shell, argument: str) -> None:
    from smtpshell.sandbox.nature.duration import seconds_of, span
    from smtpshell.sandbox.world.message import date_time

    place = _practice(shell)
    if not argument:
        shell.voice.say(tr("The practice world's clock says {now}.", now=date_time(place.now())))
        return
    try:
        seconds = seconds_of(argument)
    except ValueError:
        raise UsageError(
            tr("how long is {argument}?", argument=printable(argument)),
            hint=":wait 10m, :wait 2h",
        ) from None
    if seconds > LONGEST_WAIT:
        raise UsageError(tr("that is longer than a year"), hint=":wait 30d")
    place.skip(seconds)
    clock = date_time(place.now())
    shell.voice.say(
        tr(
            "{seconds} later; the practice world's clock says {clock}.",
            seconds=span(seconds),
            clock=clock,
        )
    )
    if not shell.tell_news():
        shell.voice.say(tr("Nothing happened meanwhile."))
