"""`:auth`: builds what AUTH sends, shows each step of it, and leaves sending to the learner.

The secret stays in here until the exchange has ended. It is in no history, transcript or message;
what is shown of a step has stars where the secret stands.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import TYPE_CHECKING

from smtpshell.catalogue import tr
from smtpshell.errors import UsageError
from smtpshell.shell.question import Inquiry
from smtpshell.smtp.base64_text import decode_base64
from smtpshell.smtp.printable import printable
from smtpshell.smtp.sasl.exchange import ClientSteps, SaslError, answer_to
from smtpshell.smtp.sasl.identity import Credentials
from smtpshell.smtp.sasl.mechanism import SPOKEN, client, take_apart
from smtpshell.smtp.state import Mode
from smtpshell.smtp.text import to_text

if TYPE_CHECKING:
    from smtpshell.shell.sending import Sending

_NO_PASSWORD = frozenset({"EXTERNAL", "ANONYMOUS"})
_TOKENS = frozenset({"XOAUTH2", "OAUTHBEARER"})


class Login:
    """A login under way: the mechanism's own steps, and how many of ours were built."""

    __slots__ = ("built", "mechanism", "steps")

    def __init__(self, mechanism: str, user: str, secret: str) -> None:
        from secrets import token_urlsafe

        self.mechanism = mechanism
        self.steps: ClientSteps = client(
            mechanism, Credentials(user, secret), nonce=token_urlsafe()
        )
        self.built = 0

    def first(self) -> bytes | None:
        """What may go along with AUTH; None if the server asks first."""
        message = next(self.steps)
        self.built += message is not None
        return message

    def answer(self, challenge: bytes) -> bytes:
        """What answers a 334."""
        message = answer_to(self.steps, challenge)
        self.built += 1
        return message


def begin_login(shell: Sending, argument: str) -> None:
    """Ask for what is needed, then put the line, or the answer to an open 334, at the prompt."""
    session = shell.narrator.session
    if session.mode is Mode.AUTH:
        if shell.login is not None:
            continue_login(shell)
            return
        mechanism = session.exchange.mechanism if session.exchange is not None else ""
    else:
        word, _, argument = argument.partition(" ")
        mechanism = word.upper() or _first_offered(shell)
    if mechanism not in SPOKEN:
        known = ", ".join(name for name in SPOKEN if not name.endswith("-PLUS"))
        raise UsageError(
            tr("there is no help for {mechanism}", mechanism=printable(mechanism))
            if mechanism
            else tr("there is no help for this login"),
            hint=tr("there is for {known}; a lone * cancels", known=known),
        )
    if not session.tls:
        shell.voice.note(
            tr("Not encrypted"), tr("Everybody on the way can read this login."), "note.error"
        )

    def ready(user: str, secret: str) -> None:
        shell.login = Login(mechanism, user, secret)
        first = shell.login.first()
        if shell.narrator.session.mode is Mode.AUTH:
            _answer(shell, first)
            return
        if first is None:
            shell.voice.say(
                tr(
                    "With {mechanism} the server asks first; the answers follow its 334.",
                    mechanism=mechanism,
                )
            )
            shell.view.prefill(f"AUTH {mechanism}")
            return
        _show_step(shell, mechanism, 0, first)
        shell.view.prefill(f"AUTH {mechanism} {_encoded(first) or '='}")

    _ask(shell, mechanism, argument.strip(), ready)


def continue_login(shell: Sending) -> None:
    """A 334 has come in a login that was begun here: put the next answer at the prompt."""
    exchange = shell.narrator.session.exchange
    if shell.login is None or exchange is None:
        return
    if exchange.mechanism.upper() != shell.login.mechanism:
        shell.login = None  # the learner has typed another way to log in meanwhile
        return
    _answer(shell, None)


def _answer(shell: Sending, held_back: bytes | None) -> None:
    """*held_back* is an initial response that did not go along with AUTH."""
    login = shell.login
    assert login is not None
    text = shell.narrator.challenge
    challenge = decode_base64(text) or b""
    if challenge:
        shell.voice.say(tr("The server asks: {words}", words=printable(to_text(challenge))))
    step = login.built
    if held_back is not None and not challenge:
        message, step = held_back, 0
    else:
        try:
            message = login.answer(challenge)
        except SaslError as error:
            shell.login = None
            shell.voice.complain(error)
            shell.view.prefill("*")
            return
    _show_step(shell, login.mechanism, step, message)
    shell.view.prefill(_encoded(message))


def _first_offered(shell: Sending) -> str:
    offered = [name.upper() for name in shell.narrator.session.offered.get("AUTH", ())]
    if not offered:
        raise UsageError(
            tr("the server has offered no AUTH"),
            hint=tr("it may after STARTTLS and EHLO; :auth PLAIN builds a line all the same"),
        )
    return next((name for name in ("PLAIN", "LOGIN") if name in offered), offered[0])


def _ask(shell: Sending, mechanism: str, user: str, then: Callable[[str, str], None]) -> None:
    def with_user(name: str) -> None:
        if mechanism in _NO_PASSWORD:
            then(name, "")
            return
        shown = printable(name)
        prompt = (
            tr("Token of {name} (not shown): ", name=shown)
            if mechanism in _TOKENS
            else tr("Password of {name} (not shown): ", name=shown)
        )
        shell.ask(Inquiry(prompt, lambda secret: then(name, secret), secret=True))

    if user:
        with_user(user)
    else:
        shell.ask(Inquiry(tr("User name: "), with_user))


def fields_of(mechanism: str, step: int, message: bytes) -> str:
    """A message of the client in its parts, with stars for secrets.

    >>> fields_of("PLAIN", 0, b"\\0ana\\0secret")
    'authzid empty, NUL, authcid ana, NUL, password ******'
    """
    parts = []
    for field in take_apart(mechanism, step, "client", message):
        value = "*" * len(field.value) if field.secret else printable(field.value)
        if field.name == "separator":
            parts.append("NUL" if field.value == "\0" else value)
        else:
            parts.append(f"{field.name} {value or tr('empty')}")
    return ", ".join(parts)


def _show_step(shell: Sending, mechanism: str, step: int, message: bytes) -> None:
    words = fields_of(mechanism, step, message) or tr("nothing")
    shell.voice.say(
        tr("{words}: {count} octets, then base64. Enter sends it.", words=words, count=len(message))
    )


def _encoded(message: bytes) -> str:
    return base64.b64encode(message).decode("ascii")
