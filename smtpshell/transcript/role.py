"""What a client said, to be said again to another server.

A line is more than its octets: one that was part of a letter must not go out where DATA was
refused, nor an answer to a challenge where there is none. So each line knows how it was meant.
"""

# No `from __future__ import annotations`: NamedTuple would compile each annotation anew.
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from smtpshell.fact.feed import Feed
from smtpshell.fact.watch import Watch
from smtpshell.smtp.event import Event, EventKind
from smtpshell.smtp.session import Session
from smtpshell.smtp.state import Mode
from smtpshell.smtp.text import to_text
from smtpshell.transcript.rewound import as_it_stands
from smtpshell.transcript.secret import MARKER, hide

# What answers these depends on the challenge.
_BOUND = ("CRAM-", "SCRAM-", "DIGEST-", "NTLM", "GSSAPI")


class Said(NamedTuple):
    """A line with its end, and what it was said as; None if nobody knows.

    *challenge* is the 334 that it answered, where the answer is good for no other. *hidden* tells
    that its secret was taken out, so that it is good for nothing. *shown* is the line without its
    secret.
    """

    data: bytes
    eol: bytes = b"\r\n"
    mode: Mode | None = None
    challenge: str | None = None
    hidden: bool = False
    shown: str = ""


class Scene(NamedTuple):
    """One connection: lines in groups, each of which goes out in one go.

    *early* tells that the client did not wait for the greeting, *pause* how many seconds lie
    between the end of the session before and this one.
    """

    groups: tuple[tuple[Said, ...], ...]
    early: bool = False
    pause: float = 0.0


class Role(NamedTuple):
    """Everything that a client said, connection by connection.

    *port* is where it was said, 0 if that is not known.
    """

    scenes: tuple[Scene, ...]
    lmtp: bool = False
    port: int = 0


def role_of(events: Iterable[Event], *, lmtp: bool = False) -> Role:
    """The client's part in *events*; what was taken back is no part of it."""
    sessions: list[list[Event]] = [[]]
    for event in as_it_stands(events):
        if event.kind is EventKind.CONNECT and any(one.kind in _SPOKEN for one in sessions[-1]):
            sessions.append([])
        sessions[-1].append(event)
    pauses = [0.0]
    for before, after in pairwise(sessions):
        pauses.append(max(0.0, after[0].time - before[-1].time))
    read = [_session(*one, lmtp=lmtp) for one in zip(sessions, pauses, strict=True)]
    ports = [one.detail.get("port", "") for one in sessions[0] if one.kind is EventKind.CONNECT]
    port = ports[0] if ports and ports[0].isascii() and ports[0].isdigit() else "0"
    return Role(tuple(read), lmtp, int(port))


def role_from_script(lines: Iterable[bytes]) -> Role:
    """A script: each line goes out when the one before has been answered."""
    return Role((Scene(tuple((Said(line),) for line in lines)),))


_SPOKEN = frozenset({EventKind.CLIENT, EventKind.SERVER})


def _session(events: list[Event], pause: float, *, lmtp: bool) -> Scene:
    feed = Feed(Watch(Session(lmtp=lmtp)))
    groups: list[list[Said]] = []
    together = False
    early = False
    challenge = ""
    for event in events:
        if event.kind is EventKind.CLIENT:
            early |= not feed.watch.session.greeted_by_server
            said = _said(event, feed.watch.session, challenge)
            if together:
                groups[-1].append(said)
            else:
                groups.append([said])
        elif event.kind is EventKind.SERVER and event.data.startswith(b"334"):
            challenge = to_text(event.data[4:])
        if event.kind in _SPOKEN:
            together = event.kind is EventKind.CLIENT
        feed.feed(event)
    return Scene(tuple(map(tuple, groups)), early, pause)


def _said(event: Event, session: Session, challenge: str) -> Said:
    mode = session.mode
    bound = None
    if mode is Mode.AUTH and session.exchange is not None:
        mechanism = session.exchange.mechanism.upper()
        bound = challenge if mechanism.startswith(_BOUND) else None
    text = to_text(event.data)
    return Said(
        event.data, event.eol, mode, bound, _is_hidden(text, mode), hide(text, session).text
    )


def _is_hidden(line: str, mode: Mode) -> bool:
    """Has the secret of a login been taken out of *line*?"""
    from smtpshell.smtp.base64_text import decode_base64

    if mode not in (Mode.AUTH, Mode.COMMAND):
        return False
    if mode is Mode.COMMAND and not line.upper().startswith(("AUTH ", "X-EXPS ", "PASS ")):
        return False
    words = line.split()
    decoded = [decode_base64(word) or b"" for word in words]
    return MARKER in line or any(MARKER.encode() in word for word in decoded)
