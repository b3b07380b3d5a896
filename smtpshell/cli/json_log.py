"""The log of a practice server for programs: one JSON object a line.

The first line says where the server listens. Each further one is something that happened:
`session`, `time` (seconds since 1970), `kind`, `tls`, and what was said as `text`, or as `base64`
where it is no UTF-8. Kinds: `connect` (with `peer`, `port`, `door`), `client`, `server`, `letter`
and `chunk` (with `octets`, and `cut` if not all of them are here), `tls`, `remark`, `close` (with
`by`), `left-out` (with `count`); and what becomes of letters, on the server's clock: `delivered`,
`queued`, `retried`, `hopped`, `bounced`, `discarded`, `scored` (with `letter`, `mailbox`,
`address`). The last line of a refusal has its `reason`, the `situation` or
rule that spoke, where that is written (`place`), and the `ref` to the standard. Secrets of logins
are never in it.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

from smtpshell.cli.log import MOST_SESSIONS, refusals
from smtpshell.sandbox.mind.record import CHUNK, CLOSE, LETTER, SERVER, events_of
from smtpshell.sandbox.mind.standing import Move
from smtpshell.sandbox.wire.witness import Heard
from smtpshell.sandbox.world.happening import Happening
from smtpshell.smtp.event import Event, EventKind
from smtpshell.transcript.redact import Redactor

_WORDS = {LETTER: "letter", CHUNK: "chunk"}


class JsonLog:
    """Writes what was heard to *out*."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self._sessions: dict[int, Redactor] = {}

    def begin(self, place: Mapping[str, Any]) -> None:
        """The first line: what a client has to know."""
        self._write(place)

    def tell(self, heard: Heard, octets: int) -> None:
        """Write what happened."""
        base = {"session": heard.session, "time": round(heard.at, 6)}
        redactor = self._sessions.get(heard.session)
        if redactor is None:
            if len(self._sessions) >= MOST_SESSIONS:
                del self._sessions[next(iter(self._sessions))]
            redactor = self._sessions[heard.session] = Redactor(lmtp=heard.door == "lmtp")
            redactor.redact(Event(EventKind.CONNECT))
            began = {**base, "time": round(heard.began, 6)}
            where = {"peer": heard.peer, "port": heard.port, "door": heard.door}
            self._write({**began, "kind": "connect", "tls": False, **where})
        for found in self._objects(heard, octets, redactor):
            kind = found.pop("kind")
            self._write({**base, "kind": kind, "tls": heard.tls, **found})
        self._out.flush()
        if heard.kind == CLOSE:
            del self._sessions[heard.session]

    def happened(self, found: Sequence[Happening]) -> None:
        """Write what became of letters."""
        for one in found:
            about = {"mailbox": one.mailbox, "address": one.address, "text": one.words}
            letter = {"letter": one.message.id} if one.message is not None else {}
            kept = {key: value for key, value in {**letter, **about}.items() if value}
            time = round(one.at, 6)
            self._write({"session": one.session, "time": time, "kind": one.kind, **kept})

    def left_out(self, count: int) -> None:
        """So much happened too fast to be written."""
        self._write({"kind": "left-out", "count": count})

    def _objects(self, heard: Heard, octets: int, redactor: Redactor) -> Iterator[dict[str, Any]]:
        kind, data = heard.kind, heard.data
        if kind == CLOSE:
            redactor.redact(Event(EventKind.CLOSE, detail={"by": data.decode()}))
            yield {"kind": "close", "by": data.decode()}
        elif kind in (LETTER, CHUNK):
            _follow(redactor, kind, data, octets)
            cut = {"cut": True} if octets > len(data) else {}
            yield {"kind": _WORDS[kind], **_text(data), "octets": octets, **cut}
        elif kind != SERVER:
            for event in events_of(kind, data, b"", 0, 0.0, heard.tls):
                shown = redactor.redact(event)
                yield {"kind": shown.kind.value, **_text(shown.data)}
        for reply, move in refusals(heard):
            lines = [
                _text(redactor.redact(event).data)
                for event in events_of(SERVER, reply, b"", 0, 0.0, heard.tls)
            ]
            for line in lines[:-1]:
                yield {"kind": "server", **line}
            yield {"kind": "server", **lines[-1], **(_reason(move) if move is not None else {})}

    def _write(self, found: Mapping[str, Any]) -> None:
        self._out.write(json.dumps(found) + "\n")
        self._out.flush()


def _follow(redactor: Redactor, kind: int, data: bytes, octets: int) -> None:
    """Let the redactor know what was no command: a letter's lines, a chunk's octets."""
    if kind == LETTER:
        for event in events_of(kind, data, b"", 0, 0.0, False):
            redactor.redact(event)
    elif octets:
        redactor.redact(Event(EventKind.CLIENT, data + bytes(octets - len(data)), eol=b""))


def _reason(move: Move) -> dict[str, str]:
    reason = move.answer.reason(move.detail)
    place = f"{reason.file}:{reason.line}"
    found = {"reason": reason.words, "situation": reason.rule, "place": place}
    return {**found, "ref": reason.ref} if reason.ref else found


def _text(data: bytes) -> dict[str, str]:
    try:
        return {"text": data.decode()}
    except UnicodeDecodeError:
        return {"base64": b64encode(data).decode("ascii")}
