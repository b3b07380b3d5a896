"""AUTH: may the client log in, and the exchange of challenges and answers (RFC 4954).

What a client answers is never logged, shown or kept beyond the exchange: everything that outlives
it knows the length alone. The mechanisms are imported when somebody logs in.
"""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

from smtpshell.sandbox.mind.fault import syntax_verdict
from smtpshell.sandbox.mind.moving import make_move
from smtpshell.sandbox.mind.standing import Move, Verdict
from smtpshell.smtp.base64_text import decode_base64
from smtpshell.smtp.command import AUTHLINE, Command
from smtpshell.smtp.state import IN_TRANSACTION
from smtpshell.smtp.table.mechanism import MECHANISMS
from smtpshell.smtp.text import to_text

if TYPE_CHECKING:
    from typing import Self

    from smtpshell.sandbox.mind.desk import Desk
    from smtpshell.sandbox.mind.part import Part
    from smtpshell.sandbox.mind.standing import Standing
    from smtpshell.sandbox.world.world import World
    from smtpshell.smtp.sasl.exchange import Verdict as Outcome
    from smtpshell.smtp.sasl.mechanism import Terms

_TOKEN = 18  # octets of a nonce; 24 characters in base64


class Exchange:
    """An exchange under way; *challenge* is what the server asks first."""

    __slots__ = ("_messages", "_steps", "_terms", "_world", "challenge", "mechanism")

    def __init__(self, mechanism: str, world: World, terms: Terms) -> None:
        from smtpshell.smtp.sasl.mechanism import server

        self.mechanism = mechanism
        self._world = world
        self._terms = terms
        self._messages: list[bytes] = []
        self._steps = server(mechanism, world, terms)
        self.challenge = next(self._steps)

    def hear(self, message: bytes) -> bytes | Outcome:
        """The client's next message: the next challenge, or how it ends."""
        from smtpshell.smtp.sasl.exchange import reply_to

        self._messages.append(message)
        return reply_to(self._steps, message)

    def copy(self) -> Self:
        """The same exchange, brought to the same point."""
        twin = type(self)(self.mechanism, self._world, self._terms)
        for message in self._messages:
            twin.hear(message)
        return twin


def judge_auth(part: Part, standing: Standing, command: Command) -> Verdict:
    """May this client log in, now and in this way?"""
    return (_not_now(part, standing) or _not_so(part, standing, command))._replace(lasting=False)


def _not_now(part: Part, standing: Standing) -> Verdict | None:
    if standing.user:
        return Verdict("auth-again")
    if standing.state in IN_TRANSACTION:
        return Verdict("auth-in-mail")
    if not (standing.tls or part.personality.auth.without_tls):
        return Verdict("auth-needs-tls")
    unsaid = not standing.esmtp and "AUTH" in part.personality.strict.verbs_need_ehlo
    if unsaid or "AUTH" not in part.offers(standing):
        return Verdict("auth-not-offered")
    return None


def _not_so(part: Part, standing: Standing, command: Command) -> Verdict:
    if not command.mechanism and not command.problems:
        return Verdict("auth-syntax")
    if wrong := syntax_verdict(part, command, "auth-syntax"):
        return wrong
    if command.mechanism not in part.offers(standing)["AUTH"]:
        return Verdict("auth-mechanism")
    spec = MECHANISMS.get(command.mechanism)
    if command.initial_response is not None and spec and spec.initial_response == "none":
        return Verdict("auth-no-initial")
    return Verdict("auth-challenge")


def without_secret(command: Command) -> Command:
    """An AUTH command with the length of its initial response in the response's place."""
    said = command.argument.split(None, 1)
    text = f"{command.verb} {command.mechanism or ''}".rstrip()
    if len(said) > 1:
        text = f"{text} ({len(said[1])} octets)"
    return Command(text, command.verb, mechanism=command.mechanism)


def begin(desk: Desk, command: Command) -> Move:
    """AUTH is in order: the first challenge, or with an initial response what that leads to."""
    from smtpshell.smtp.sasl.mechanism import Terms

    world = desk.part.world
    nonce = b64encode(world.token(_TOKEN)).decode()
    terms = Terms(nonce=nonce, host=desk.part.host, salt=world.token(_TOKEN))
    exchange = Exchange(command.mechanism or "", world, terms)
    said = command.initial_response
    shown = without_secret(command)
    if said is None:
        return _ask(desk, shown, exchange, exchange.challenge)
    return _hear(desk, shown, exchange, b"" if said == "=" else decode_base64(said))


def go_on(desk: Desk, line: bytes) -> Move:
    """The client's answer to a 334."""
    exchange = desk.exchange
    assert exchange is not None  # the responder asks only then
    shown = Command("*" if line == b"*" else f"({len(line)} octets)", AUTHLINE)
    if line == b"*":
        return _end(desk, shown, Verdict("auth-cancelled"))
    if len(line) + 2 > desk.part.personality.limits.auth_line:
        return _end(desk, shown, Verdict("line-too-long"))
    return _hear(desk, shown, exchange, decode_base64(to_text(line)))


def _hear(desk: Desk, shown: Command, exchange: Exchange, message: bytes | None) -> Move:
    from smtpshell.smtp.sasl.exchange import MALFORMED

    if message is None:
        return _end(desk, shown, Verdict("auth-base64"))
    outcome = exchange.hear(message)
    if isinstance(outcome, bytes):
        return _ask(desk, shown, exchange, outcome)
    if outcome.ok:
        user = desk.part.world.user(outcome.user)
        return _end(desk, shown, Verdict("auth-ok", {"user": user}, changes={"user": user}))
    situation = "auth-malformed" if outcome.why == MALFORMED else "auth-failed"
    return _end(desk, shown, Verdict(situation, detail=outcome.words, refused=_failed))


def _ask(desk: Desk, shown: Command, exchange: Exchange, challenge: bytes) -> Move:
    """A 334. Its line may be longer than that of other replies (RFC 4954 4)."""
    text = b64encode(challenge)
    move, _ = make_move(desk, shown, Verdict("auth-challenge", {"challenge": text.decode()}))
    if move.answer.digit != 3:
        desk.exchange = None
        return move
    desk.exchange = exchange
    if not any("challenge" in phrase.gaps for phrase in move.answer.phrases):
        return move
    return move._replace(wire=b"%d %b\r\n" % (move.answer.code, text))


def _end(desk: Desk, shown: Command, verdict: Verdict) -> Move:
    desk.exchange = None
    return make_move(desk, shown, verdict)[0]


def _failed(desk: Desk, move: Move) -> None:
    desk.failed_logins += 1
