"""Local commands that go back in a practice session: :undo :rewind :fork."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.catalogue import counted, marked, tr
from smtpshell.errors import UsageError
from smtpshell.shell.fragment import Line, clip, columns_of
from smtpshell.shell.local.registry import Pairs, local
from smtpshell.shell.rewind import check_practice, go_to, label_of, moved_on
from smtpshell.smtp.printable import printable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

    from smtpshell.shell.core import Shell
    from smtpshell.shell.timeline import Stations
    from smtpshell.shell.voice import Voice

_HOW = marked(
    "Everything goes back: the server, its mailboxes and its clock, and what the shell knows. The"
    " transcript keeps what was said and says that it was taken back."
)
_WIDEST = 100  # columns of a list


@local(
    "undo",
    "z",
    ":undo [NUMBER]",
    "takes your last line back, as if it had not been said",
    "With a number it takes so many lines back. Lines that went out in one go count as one. In a"
    " letter it takes the last line of the letter back (Ctrl-] first, then `undo`); `:rewind` can"
    " take back the whole. After QUIT or another end the session is open again.",
    also=_HOW,
)
async def undo(shell: Shell, argument: str) -> None:
    check_practice(shell)
    steps = _number(argument or "1")
    stations = shell.timeline.stations
    left = len(stations) - steps + moved_on(shell)
    if left < 1 or not steps:
        words, hint = _too_far(shell, len(stations) - 1 + moved_on(shell))
        raise UsageError(words, hint=hint)
    await _go(shell, tuple(stations[:left]))


def _too_far(shell: Shell, most: int) -> tuple[str, str]:
    """Why so many lines cannot be taken back, and what to do instead."""
    if most:
        words = counted(
            most,
            "only {count} step can be taken back here",
            "only {count} steps can be taken back here",
        )
        return words, tr(":rewind lists them")
    words = (
        tr("nothing has been said on this connection yet; what was said on the one before stays")
        if shell.said
        else tr("nothing has been said on this connection yet")
    )
    if shell.tutor is not None:
        return words, tr("`:reset` begins the step of the lesson again")
    return words, tr(":connect opens another one")


async def _go(shell: Shell, stations: Stations) -> None:
    await go_to(shell, stations)
    tip = stations[-1]
    _write(shell.voice, [(str(tip.number), tip.label, tip.reply or tr("(letter)"))], 0)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise UsageError(
            tr("{typed} is no number", typed=printable(text)), hint=tr(":rewind lists the numbers")
        )
    return int(text)


def _stations(shell: Shell, typed: str) -> Pairs:
    return [(str(one.number), one.label) for one in shell.timeline.stations]


@local(
    "rewind",
    "",
    ":rewind [NUMBER]",
    "lists your lines with their replies, or goes back to one",
    "`:rewind 4` goes back to where line 4 had just been answered, so that line 4 still counts and"
    " what came after it does not; 0 is the greeting. Numbers are those of the transcript, and none"
    " is given twice.",
    _stations,
    _HOW,
)
def rewind(shell: Shell, argument: str) -> Awaitable[None] | None:
    check_practice(shell)
    if not argument:
        _list(shell)
        return None
    number = _number(argument)
    way = shell.timeline.way_to(number)
    if not way:
        raise UsageError(
            tr("there is no way back to line {number}", number=number), hint=_near(shell, number)
        )
    if way[-1] is shell.timeline.stations[-1] and not moved_on(shell):
        raise UsageError(
            tr("you are at line {number} now", number=number), hint=tr(":undo takes it back")
        )
    return _go(shell, way)


def _near(shell: Shell, number: int) -> str:
    numbers = [one.number for one in shell.timeline.stations]
    before = [one for one in numbers if one < number]
    after = [one for one in numbers if one > number]
    near = [f":rewind {one}" for one in (*before[-1:], *after[:1])]
    return tr("near it: {names}", names=", ".join(near)) if near else tr(":rewind lists them")


def _list(shell: Shell) -> None:
    stations = shell.timeline.stations
    over = moved_on(shell)
    rows = [(str(one.number), one.label, one.reply or tr("(letter)")) for one in stations]
    if over:
        label = label_of(shell.narrator.exchanges[-1])
        end = tr("(a reply is due)") if shell.connected else tr("(closed)")
        rows.append(("-", label, end))
    _write(shell.voice, rows, len(rows) - 1)
    shell.voice.say(tr("`:rewind NUMBER` goes back to where that line had just been answered."))


def _write(voice: Voice, rows: Sequence[tuple[str, str, str]], here: int) -> None:
    """Number, line and reply in columns, with a mark before the row where one is."""
    if not voice.marks.seen:
        marks = [tr("you are here: ") if index == here else "" for index in range(len(rows))]
        voice.write(
            [
                (("note", voice.marks.note), ("", f"{mark}{number}, {label}: {reply}"))
                for mark, (number, label, reply) in zip(marks, rows, strict=True)
            ]
        )
        return
    wide = max(len(number) for number, _, _ in rows)
    room = (min(voice.columns, _WIDEST) - wide - 11) // 2
    used = min(room, max(columns_of(label) for _, label, _ in rows))
    lines: list[Line] = []
    for index, (number, label, reply) in enumerate(rows):
        mark = "> " if index == here else "  "
        shown = clip(label, used)
        gap = " " * (used - columns_of(shown))
        lines.append(
            (
                ("note", voice.marks.note),
                ("ask", mark),
                ("verb", f"{number:>{wide}}"),
                ("", f"  {shown}{gap}  "),
                ("note.line", clip(reply, 2 * room - used)),
            )
        )
    voice.write(lines)


def _branches(shell: Shell, typed: str) -> Pairs:
    return [(str(n), branch[-1].label) for n, branch in shell.timeline.branches.items()]


@local(
    "fork",
    "",
    ":fork [NUMBER]",
    "keeps the present as a branch, or goes over to one",
    "Keep how things stand, try one thing, then `:fork 1` to try another from there. Going over to"
    " a branch keeps what you leave as a branch of its own, so nothing is lost. Branches last as"
    " long as the connection is not opened anew.",
    _branches,
    _HOW,
)
def fork(shell: Shell, argument: str) -> Awaitable[None] | None:
    check_practice(shell)
    timeline = shell.timeline
    over = moved_on(shell)
    if not argument:
        if not over:
            timeline.keep()
        _list_branches(shell)
        if over:
            shell.voice.say(
                tr("The present is not kept: it is over, or a reply is due. :undo first.")
            )
        return None
    branch = timeline.branches.get(_number(argument))
    if branch is None:
        numbers = ", ".join(map(str, timeline.branches))
        hint = (
            tr("there are {numbers}", numbers=numbers)
            if numbers
            else tr(":fork keeps the present as the first one")
        )
        raise UsageError(tr("there is no branch {argument}", argument=argument), hint=hint)
    if not over and branch[-1].number != timeline.stations[-1].number:
        left = timeline.kept(timeline.stations[-1])
        number = timeline.keep()
        if not left:
            shell.voice.say(tr("What you leave is kept as branch {number}.", number=number))
    return _go(shell, branch)


def _list_branches(shell: Shell) -> None:
    timeline = shell.timeline
    now = timeline.stations[-1].number if not moved_on(shell) else -1
    rows: list[tuple[str, str, str]] = []
    here = -1
    for number, branch in timeline.branches.items():
        tip = branch[-1]
        here = len(rows) if tip.number == now else here
        rows.append(
            (
                str(number),
                tr("to line {number}, {label}", number=tip.number, label=tip.label),
                tip.reply or tr("(letter)"),
            )
        )
    if rows:
        _write(shell.voice, rows, here)
        shell.voice.say(tr("`:fork NUMBER` goes over to a branch."))
