""":queue, the letters that wait for their way on in the practice world."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from smtpshell.catalogue import counted, marked, tr
from smtpshell.errors import UsageError
from smtpshell.shell.local.registry import Pairs, local
from smtpshell.smtp.printable import printable

if TYPE_CHECKING:
    from smtpshell.sandbox.world.outgoing import Outgoing, Try, Waiting
    from smtpshell.shell.core import Shell

RUN = "run"
MOST_GONE = 5  # entries that have left, shown in the list
MOST_TRIES = 8  # of one entry that are shown


def _arguments(shell: Shell, typed: str) -> Pairs:
    queue, _ = shell.place.queue()
    found = [(RUN, marked("try everything now"))]
    if queue is not None:
        found += [
            (one.message.id, tr("to {address}", address=printable(one.address)))
            for one in queue.entries()
        ]
    return found


@local(
    "queue",
    "",
    ":queue [ID | run]",
    "letters that wait for their way to other houses",
    "After its 250 a server is responsible for the letter: it tries again and again, for days, or"
    " sends a report back. `:queue` lists what waits, `:queue ID` shows each try, and `:queue run`"
    " tries everything now. The clock of the practice world can be put forward with `:wait`.",
    _arguments,
)
def queue(shell: Shell, argument: str) -> None:
    if argument.lower() == RUN:
        _run(shell)
        return
    shell.tell_news()
    found, now = shell.place.queue()
    if found is None:
        shell.voice.say(tr("Only the practice server has a queue one can look into."))
    elif argument:
        _show(shell, found, argument, now)
    else:
        _list(shell, found, now)


def _run(shell: Shell) -> None:
    if shell.place.queue()[0] is None:
        shell.voice.say(tr("Only the practice server has a queue of ours."))
        return
    tried = shell.place.hurry_queue()
    shell.voice.say(
        counted(tried, "{count} letter tried.", "{count} letters tried.")
        if tried
        else tr("Nothing waits.")
    )
    shell.tell_news()


def _list(shell: Shell, queue: Outgoing, now: float) -> None:
    rows = [row for entry in queue.entries() for row in _rows(entry, now)]
    if rows:
        shell.voice.table(rows)
        shell.voice.say(
            tr("`:queue ID` shows each try of one; `:queue run` tries all of them now.")
        )
    else:
        shell.voice.say(tr("The queue is empty: nothing waits for its way on."))
    gone = [one for one in queue.gone if one.message.origin.protocol][-MOST_GONE:]
    if gone:
        shell.voice.say(tr("The last ones that have left it:"))
        shell.voice.table(
            [
                (one.message.id, tr("to {address}: {end}", address=_to(one), end=one.end))
                for one in gone
            ]
        )


def _rows(entry: Waiting, now: float) -> Iterator[tuple[str, str]]:
    from smtpshell.sandbox.nature.duration import span

    sender = printable(entry.message.return_path)
    yield (
        entry.message.id,
        tr(
            "to {address} from <{sender}>{where}: {age} old, {tries}, next in {span}",
            address=_to(entry),
            sender=sender,
            where=tr(", at {host}", host=printable(entry.holder)) if entry.holder else "",
            age=span(now - entry.since),
            tries=counted(entry.tries, "{count} try", "{count} tries"),
            span=span(entry.due - now),
        ),
    )
    if entry.log:
        yield (f"  {tr('last')}", _said(entry.log[-1]))


def _to(entry: Waiting) -> str:
    return f"<{printable(entry.address)}>"


def _said(one: Try) -> str:
    words = printable(one.words.replace("\n", " "))
    if one.host:
        words = tr("{host} said: {words}", host=printable(one.host), words=words)
    return "; ".join((*map(printable, one.passed), words))


def _show(shell: Shell, queue: Outgoing, name: str, now: float) -> None:
    known = [*queue.entries(), *queue.gone]
    found = [one for one in known if one.message.id == name.upper()]
    if not found:
        names = ", ".join(dict.fromkeys(one.message.id for one in queue.entries()))
        hint = tr("there are {names}", names=names) if names else tr(":queue lists what waits")
        raise UsageError(
            tr("there is no letter {name} in the queue", name=printable(name)), hint=hint
        )
    for entry in found:
        shell.voice.table(list(_details(entry, queue, now)))


def _in(span: str, time: str) -> str:
    return tr("in {span}, {time}", span=span, time=time)


def _details(entry: Waiting, queue: Outgoing, now: float) -> Iterator[tuple[str, str]]:
    from smtpshell.sandbox.nature.duration import span
    from smtpshell.sandbox.world.message import date_time

    octets = counted(len(entry.message.data), "{count} octet", "{count} octets")
    yield tr("letter"), f"{entry.message.id}, {octets}"
    yield tr("from"), f"<{printable(entry.message.return_path)}>"
    yield tr("to"), _to(entry)
    if entry.asked != entry.address:
        yield tr("sent to"), f"<{printable(entry.asked)}>"
    if entry.holder:
        yield tr("waits at"), printable(entry.holder)
    yield tr("since"), date_time(entry.since)
    shown = entry.log[-MOST_TRIES:]
    if entry.tries > len(shown):
        words = tr("{count}; the last {shown} of them:", count=entry.tries, shown=len(shown))
        yield tr("tries"), words
    for number, one in enumerate(shown, entry.tries - len(shown) + 1):
        yield (
            tr("try {number}", number=number),
            f"{date_time(one.at)}: {_said(one)}",
        )
    if entry.end:
        yield tr("end"), entry.end
        return
    yield tr("next try"), _in(span(entry.due - now), date_time(entry.due))
    end = entry.since + queue.habits.expire
    yield tr("given up"), _in(span(end - now), date_time(end))
    if entry.warned:
        yield tr("warned"), tr("the sender was told that it is late")
