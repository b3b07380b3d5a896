"""Somebody between client and server, who changes what both say in clear: a firewall, an attacker.

The server behind is one like any other and hears what is left; `:server` and the record show that.
Under TLS the one in between sees nothing, and changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.sandbox.mind.responder import ENDLESS, Responder, Wish
from smtpshell.smtp.later import later
from smtpshell.smtp.table.command import COMMANDS

if TYPE_CHECKING:
    from smtpshell.sandbox.mind.part import Part
    from smtpshell.sandbox.nature.setting import Between

_GREETINGS = ("greeting", "greeting-lmtp")
_HELLOS = ("EHLO", "LHLO")
_IDLE = (("*",), False, (), (), False, ())  # nobody is there
_VERB = later(rb"[^ \r\n]+")
_MASKED = later(rb"[^20\r\n]")


def responder_at(part: Part, peer: str = "127.0.0.1") -> Responder:
    """The responder for one client at the door of this *part*, with whoever stands before it."""
    nobody = part.personality.between == _IDLE
    return Responder(part, peer) if nobody else Intercepted(part, peer)


class Intercepted(Responder):
    """A responder behind somebody who goes through what is said, line by line."""

    __slots__ = ("_held",)

    def __init__(self, part: Part, peer: str = "127.0.0.1") -> None:
        super().__init__(part, peer)
        self._held = b""  # on its way to the server

    @property
    def _between(self) -> Between:
        return self.part.personality.between

    def opened(self, now: float, *, tls: str = "") -> bytes:
        return self._passed_on(super().opened(now, tls=tls))

    def turned_away(self, situation: str, now: float) -> bytes:
        return self._passed_on(super().turned_away(situation, now))

    def received(self, data: bytes, now: float) -> bytes:
        if self.standing.tls:
            return super().received(data, now)
        in_line = self.reader is None and self.exchange is None
        if self._between.crosses_out_single_octets and in_line and len(data) == 1:
            data = data if data in b"\r\n" else b"X"
        self._held += data
        return self._let_through(now)

    def timer(self, now: float) -> bytes:
        late = self.wish is Wish.WAIT  # what comes then has been gone through already
        wire = super().timer(now)
        return (wire if late else self._passed_on(wire)) + self._let_through(now)

    def drained(self, now: float) -> bytes:
        return self._passed_on(super().drained(now)) + self._let_through(now)

    def _let_through(self, now: float) -> bytes:
        """Hand the server what is there of whole lines, one by one, as long as it listens."""
        out = []
        while self._held and self.wish is Wish.READ:
            piece = self._next_piece()
            if not piece:
                break
            out.append(self._passed_on(super().received(piece, now)))
        if self.wish is Wish.CLOSE:
            self._held = b""
        return b"".join(out)

    def _next_piece(self) -> bytes:
        """Up to the next line's end, changed; b"" if that has not come yet."""
        stop = self._held.find(b"\r\n") + 2
        words = self.reader is not None or self.exchange is not None
        if stop < 2:
            if not words and len(self._held) < ENDLESS:
                return b""
            stop = len(self._held)
        piece = self._held[:stop] if words else self._upwards(self._held[:stop])
        if not words and piece[:8].upper() == b"STARTTLS":
            stop = len(self._held)  # what came with it is for the server to judge
            piece = self._held
        self._held = self._held[stop:]
        return piece

    def _upwards(self, line: bytes) -> bytes:
        """A command line as the server gets to hear it."""
        verb = _VERB.match(line)
        if verb is None or self._passes(verb[0].decode("latin-1").upper()):
            return line
        return b"X" * verb.end() + line[verb.end() :]

    def _passes(self, verb: str) -> bool:
        between = self._between
        if "*" not in between.passes and verb not in between.passes:
            return False
        spec = COMMANDS.get(verb)
        lost = (*between.hides, *between.garbles)
        return spec is None or not spec.extension or not _in(spec.extension, lost)

    def _passed_on(self, wire: bytes) -> bytes:
        """*wire*, gone through; of a reply that takes its time it is done before it comes."""
        if self.wish is Wish.WAIT:
            self._late = self._downwards(self._late)
            return wire
        return self._downwards(wire)

    def _downwards(self, wire: bytes) -> bytes:
        """What the server said, as the client gets to hear it."""
        if not wire or self.standing.tls or not self.history:
            return wire
        move, between = self.history[-1], self._between
        if between.masks_greeting and move.answer.name in _GREETINGS:
            return wire[:4] + _MASKED.sub(b"*", wire[4:])
        if move.command.verb in _HELLOS and move.answer.accepts:
            return _without(wire, between)
        if between.slips_in and move.command.verb == "STARTTLS" and move.answer.digit == 2:
            return wire + b"".join(line.encode() + b"\r\n" for line in between.slips_in)
        return wire


def _without(wire: bytes, between: Between) -> bytes:
    """The reply to EHLO without what is hidden of it, and with Xs for what is garbled."""
    code = wire[:3]
    first, *others = [line[4:] for line in wire.removesuffix(b"\r\n").split(b"\r\n")]
    lines, garbled = [first], 0
    for line in others:
        keyword = line.split(b" ", 1)[0].decode("latin-1")
        if _in(keyword, between.hides):
            continue
        if _in(keyword, between.garbles):
            line = b"X" * (len(keyword) - 1) + b"%c" % (ord("A") + garbled % 26)
            garbled += 1
        lines.append(line)
    last = lines.pop()
    return b"".join(code + b"-" + line + b"\r\n" for line in lines) + code + b" " + last + b"\r\n"


def _in(keyword: str, names: tuple[str, ...]) -> bool:
    return keyword in names or "*" in names
