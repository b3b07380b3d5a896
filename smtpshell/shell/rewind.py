"""Going back in a practice session: both sides are put back together, and the paper says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.catalogue import tr
from smtpshell.errors import UsageError
from smtpshell.shell.caution import Caution
from smtpshell.shell.timeline import Station, Stations, server_side
from smtpshell.smtp.printable import printable
from smtpshell.smtp.state import Mode
from smtpshell.transcript.rewound import rewound_words

if TYPE_CHECKING:
    from smtpshell.net.client import Client
    from smtpshell.shell.connection import Connection
    from smtpshell.shell.core import Shell
    from smtpshell.shell.exchange import Exchange


def take_station(shell: Connection, more: bytes = b"") -> None:
    """It is the learner's turn: keep how things stand, where that can be gone back to.

    *more* are lines of a letter that were sent since the last station, which nothing answers.
    """
    client = shell.client
    if client is None or not client.settled or client.closed is not None or client.held is not None:
        return
    narrator = shell.narrator
    within = bool(more)
    if narrator.session.mode is Mode.TEXT and (
        not _in_letter(shell.timeline.stations) if within else narrator.letter.lines
    ):
        return  # it began in the middle of something that went out in one go
    point = None if within else shell.place.keep(client)
    if point is None and not within:
        return
    exchange = narrator.exchanges[-1]
    shell.timeline.arrive(
        Station(
            shell.timeline.lines,
            label_of(exchange),
            _reply_of(exchange) if not within else "",
            point,
            more,
            client.dialogue(),
            narrator.copy(),
            shell.commentary.streaks.copy(),
            shell.place.records.keep(),
            tuple(shell.said),
            shell.tutor.copy_of_run() if shell.tutor is not None else None,
        )
    )


def _in_letter(stations: list[Station]) -> bool:
    return bool(stations) and stations[-1].dialogue.session.mode is Mode.TEXT


def refresh_station(shell: Connection) -> None:
    """A local command has changed the server, its world or the lesson: the present is new."""
    stations, client = shell.timeline.stations, shell.client
    if not stations or client is None or client.closed is not None:
        return
    if shell.timeline.moved_on:
        return
    here = stations[-1]
    if shell.tutor is not None:  # a question that was answered is not asked again
        here = here._replace(run=shell.tutor.copy_of_run())
    if here.point is not None and client.settled and (point := shell.place.keep(client)):
        here = here._replace(point=point)
    stations[-1] = here


def label_of(exchange: Exchange) -> str:
    """The line that the learner said last in *exchange*, fit to be shown."""
    command = exchange.command
    if command is None:
        return tr("(the greeting)")
    if exchange.of_login:  # a list is looked at by more people than a line
        words = printable(command.text).split()
        return " ".join((*words[:2], "...")) if command.verb != "AUTHLINE" else tr("(an answer)")
    events = [event for event in exchange.events if event.kind.value == "client"]
    text = events[-1].data.decode("utf-8", "surrogateescape") if events else command.text
    return printable(text) or tr("(an empty line)")


def _reply_of(exchange: Exchange) -> str:
    reply = exchange.reply
    if reply is None or not reply.lines:
        return ""
    return printable(reply.lines[0].text)


def moved_on(shell: Shell) -> bool:
    """Has anything happened since the last station: an unanswered line, or the end?"""
    return not shell.connected or shell.timeline.moved_on


def check_practice(shell: Shell) -> None:
    """UsageError where there is nothing to go back in."""
    if not shell.place.rewinds:
        raise UsageError(
            tr("only the practice server can be taken back; a real one has acted by now"),
            hint=tr("RSET gives up an open envelope; a letter is gone with its dot"),
        )
    if not shell.timeline.stations:
        raise UsageError(tr("nothing has been said on this connection yet"))


async def go_to(shell: Shell, stations: Stations) -> None:
    """Let things be as they were at the last of *stations*.

    The connection stays if it can. Within a letter, across STARTTLS, and after the end of the old
    one a new one takes its place, of which nobody is told.
    """
    station = stations[-1]
    point, more = server_side(stations)
    shell.queue.drop()
    shell.login = None
    shell.caution = Caution()
    old = shell.client
    if old is not None and not more and _is_quiet(shell, old) and shell.place.rewind(old, point):
        old.rewind(station.dialogue)
    else:
        shell.client = None
        if old is not None:
            old.vanish()
        client = shell.place.client(shell.hear)
        old_port = old.port if old is not None else 0
        await client.resume(
            station.dialogue, lambda port: shell.place.resume(old_port, port, point, more)
        )
        shell.client = client
    shell.narrator = station.narrator.copy()
    shell.narrator.watch.peer = shell.place.peer(shell.client)
    shell.commentary.streaks = station.streaks.copy()
    shell.place.records.go_back(station.redactor)
    shell.said = list(station.said)
    shell.stopped_waiting = False
    shell.timeline.go_back(stations)
    if shell.tutor is not None and station.run is not None:
        shell.tutor.go_back(station.run)
    if shell.tutor is not None:  # what the world has forgotten may happen once more
        shell.tutor.connected()
    assert shell.client is not None
    shell.client.remark(rewound_words(station.number))
    shell.view.busy(False)
    shell.view.refresh()


def _is_quiet(shell: Shell, client: Client) -> bool:
    """Is nothing on its way between the two sides, so that they can go on where they are?"""
    mode = shell.narrator.session.mode
    return shell.connected and client.settled and mode not in (Mode.TEXT, Mode.CHUNK)
