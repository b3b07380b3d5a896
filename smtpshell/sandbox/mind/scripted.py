"""A session in which a script answers, whatever is said: nothing is judged and nothing delivered.

Only what must be known to tell one command from the next is watched: where a letter begins and
ends, how many octets a chunk has, and which lines answer a 334, for these are never written down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.sandbox.mind.intake import hopeless
from smtpshell.sandbox.mind.login import without_secret
from smtpshell.sandbox.mind.record import CLIENT, LETTER, REMARK, SERVER
from smtpshell.sandbox.mind.responder import ENDLESS, MOST_REPLIES, Responder
from smtpshell.sandbox.mind.speaker import Wish
from smtpshell.sandbox.nature.script import CONNECT, Step, Steps
from smtpshell.smtp.command import AUTHLINE, Command, parse_command
from smtpshell.smtp.data import ChunkReader, MailDataReader
from smtpshell.smtp.state import State

if TYPE_CHECKING:
    from smtpshell.sandbox.mind.part import Part

DOT = "DOT"
MOST_STRAYS = 20  # lines that no step expects

_BYE = Step((), b"221 2.0.0 Bye\r\n", close=True)
_END = Step((), b"421 4.3.0 The script ends here\r\n", close=True)


class ScriptedResponder(Responder):
    """One session with one client, answered by these *steps*."""

    __slots__ = ("_place", "_reading", "_said", "_steps", "_strays")

    def __init__(self, part: Part, steps: Steps) -> None:
        super().__init__(part)
        self._steps = steps
        self._place = 0  # of the step that is next
        self._said = b""  # what was said last
        self._reading = ""  # what ends what is being read: a letter's DOT, or BDAT
        self._strays = 0

    # ------------------------------------------------------------ events

    def opened(self, now: float, *, tls: str = "") -> bytes:
        self.begin(now)
        if tls:
            self._encrypted(now, tls)
        self.stand(self.standing._replace(state=State.CONNECTED))
        step = self._next(CONNECT)
        if step is None:
            step = Step((), f"220 {self.part.host} ready for the script\r\n".encode())
        return self._play_step(step, now)

    def received(self, data: bytes, now: float) -> bytes:
        self._begun += data
        return self._go_on(now)

    def timer(self, now: float) -> bytes:
        if now < self.deadline or self.wish in (Wish.CLOSE, Wish.DRAIN):
            return b""
        if self.wish is Wish.WAIT:
            return self.late_reply(now) + self._go_on(now)
        return self.say_alone("timeout", now)

    def drained(self, now: float) -> bytes:
        self.wish = Wish.READ
        return self._go_on(now)

    def tls_started(self, now: float, words: str) -> bytes:
        self._encrypted(now, words)
        self.wish = Wish.READ
        return self._go_on(now)

    # ------------------------------------------------------------ what came, piece by piece

    def _go_on(self, now: float) -> bytes:
        """Answer what waits to be answered, as far as that goes now."""
        out: list[bytes] = []
        while self.wish is Wish.READ:
            if len(out) >= MOST_REPLIES:
                self.wish = Wish.DRAIN
                break
            verb = self._read_on(now) if self.reader is not None else self._read_line(now)
            if not verb:
                break
            out.append(self._answer(verb, now))
        if self.wish is Wish.READ:
            self.deadline = now + self.part.idle
            if hopeless(self) or (self.reader is None and len(self._begun) > ENDLESS):
                situation = "endless-line" if self.reader is None else "data-flood"
                out.append(self.say_alone(situation, now))
        return b"".join(out)

    def _read_on(self, now: float) -> str:
        """More of a letter or chunk; its name when it is there."""
        reader = self.reader
        assert reader is not None  # who calls looks
        used = reader.feed(self._begun)
        self._begun = self._begun[used:]
        if not reader.done:
            return ""
        self.reader = None
        if isinstance(reader, MailDataReader):
            self.record.add(now, LETTER, reader.stored)
        return self._reading

    def _read_line(self, now: float) -> str:
        """The verb of the next line, "" if it is not there yet or its octets follow."""
        line, end, rest = self._begun.partition(b"\r\n")
        if not end:
            return ""
        self._begun = rest
        if self._said[:3] == b"334":
            self.record.add(now, CLIENT, b"(%d octets)\r\n" % len(line))
            return AUTHLINE
        command = parse_command(line)
        shown = without_secret(command) if command.verb == "AUTH" else command
        self.record.add(now, CLIENT, shown.wire() + b"\r\n")
        if command.chunk_size is not None:
            self._reading = command.verb
            self.reader = ChunkReader(command.chunk_size, keep=False)
            return self._read_on(now)
        return command.verb or _first_word(command)

    # ------------------------------------------------------------ what is said

    def _answer(self, verb: str, now: float) -> bytes:
        step = self._next(verb)
        if step is None and self._place < len(self._steps):
            return self._stray(verb, now)
        wire = self._play_step(step or (_BYE if verb == "QUIT" else _END), now)
        if self._said[:3] == b"354" and verb == "DATA":
            self._reading = DOT
            self.reader = MailDataReader(limit=self.part.personality.limits.size)
        return wire

    def _next(self, verb: str) -> Step | None:
        """The step that answers *verb*, if that is what the script expects."""
        steps, place = self._steps, self._place
        while place < len(steps):
            step = steps[place]
            if step.expects(verb):
                self._place = place if step.repeat else place + 1
                return step
            if not step.repeat:
                return None
            place += 1
        return None

    def _stray(self, verb: str, now: float) -> bytes:
        """Something came that is not in the script: say so, and wait for what is.

        A client that has seen enough says QUIT, whatever the script would like to hear.
        """
        if verb == "QUIT":
            return self._play_step(_BYE, now)
        self._strays += 1
        wanted = " or ".join(self._steps[self._place].expect)
        self.record.add(now, REMARK, f"The script expects {wanted} here, not {verb}.".encode())
        wire = f"503 5.5.1 The script expects {wanted} here\r\n".encode()
        if self._strays >= MOST_STRAYS:
            return self._play_step(_END, now)
        return self._play_step(Step((), wire), now)

    def _play_step(self, step: Step, now: float) -> bytes:
        then = Wish.CLOSE if step.close or step.drop else Wish.TLS if step.tls else Wish.READ
        self.reset = self.reset or step.drop
        self._said = step.wire
        if step.delay or step.drip:
            self._late, self._then = step.wire, then
            self._rhythm, self._sent = step.drip, 0
            self.wish = Wish.WAIT
            self.deadline = now + (step.delay or step.drip)
            return b""
        self.wish = then
        self.deadline = now + self.part.idle
        if step.wire:
            self.record.add(now, SERVER, step.wire)
        return step.wire


def _first_word(command: Command) -> str:
    return command.text.split(" ", 1)[0].upper() or "(nothing)"
