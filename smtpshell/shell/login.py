"""`:auth`: builds what AUTH sends, shows each step of it, and leaves sending to the learner.

The secret stays in this module's hands until the line stands at the prompt. It is not in any
history, transcript or message.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import TYPE_CHECKING

from smtpshell.errors import UsageError
from smtpshell.shell.question import Inquiry
from smtpshell.smtp.printable import printable
from smtpshell.smtp.state import Mode

if TYPE_CHECKING:
    from smtpshell.shell.core import Shell

_WITH_AUTH = ("PLAIN", "XOAUTH2", "OAUTHBEARER", "EXTERNAL", "ANONYMOUS")


def begin_login(shell: Shell, argument: str) -> None:
    """Ask for what is needed, then put the line or the answer at the prompt."""
    session = shell.narrator.session
    if session.mode is Mode.AUTH:
        _answer(shell, session.exchange.mechanism if session.exchange is not None else "")
        return
    mechanism, _, user = argument.partition(" ")
    mechanism = mechanism.upper() or _first_offered(shell)
    if mechanism not in _WITH_AUTH:
        shell.voice.say(
            f"{mechanism} begins with a question of the server: send the line, then :auth at the"
            " auth: prompt (through Ctrl-]) builds the answer."
        )
        shell.view.prefill(f"AUTH {mechanism}")
        return
    if not session.tls:
        shell.voice.note("Not encrypted", "Everybody on the way can read this login.", "note.error")
    _ask_user(shell, user.strip(), lambda name: _ask_secret(shell, name, mechanism))


def _first_offered(shell: Shell) -> str:
    offered = shell.narrator.session.offered.get("AUTH", ())
    if not offered:
        raise UsageError(
            "the server has offered no AUTH",
            hint="it may offer it after STARTTLS and EHLO; :auth PLAIN builds a line all the same",
        )
    return "PLAIN" if "PLAIN" in offered else offered[0].upper()


def _ask_user(shell: Shell, user: str, then: Callable[[str], None]) -> None:
    if user:
        then(user)
    else:
        shell.ask(Inquiry("User name: ", then))


def _ask_secret(shell: Shell, user: str, mechanism: str) -> None:
    word = "Token" if mechanism in ("XOAUTH2", "OAUTHBEARER") else "Password"
    if mechanism in ("EXTERNAL", "ANONYMOUS"):
        _offer(shell, mechanism, user.encode())
        return
    shell.ask(
        Inquiry(
            f"{word} of {printable(user)} (not shown): ",
            lambda secret: _offer(shell, mechanism, _message(mechanism, user, secret)),
            secret=True,
        )
    )


def _message(mechanism: str, user: str, secret: str) -> bytes:
    if mechanism == "PLAIN":  # RFC 4616 2: [authzid] NUL authcid NUL passwd
        return b"\0" + user.encode() + b"\0" + secret.encode()
    if mechanism == "XOAUTH2":
        return f"user={user}\x01auth=Bearer {secret}\x01\x01".encode()
    return f"n,a={user},\x01auth=Bearer {secret}\x01\x01".encode()  # RFC 7628 3.1


def _offer(shell: Shell, mechanism: str, message: bytes) -> None:
    _show_step(shell, message)
    encoded = base64.b64encode(message).decode("ascii") or "="
    shell.view.prefill(f"AUTH {mechanism} {encoded}")


def _show_step(shell: Shell, message: bytes) -> None:
    shape = message.replace(b"\0", b"<NUL>").replace(b"\x01", b"<^A>")
    fields = shape.decode("utf-8", "replace")
    # The last field is the secret; its length is enough to see the shape.
    for mark in ("<NUL>", "Bearer "):
        before, found, after = fields.rpartition(mark)
        if found:
            fields = f"{before}{found}{'*' * len(after.removesuffix('<^A><^A>'))}"
            break
    else:
        fields = "*" * len(fields)
    shell.voice.say(f"{printable(fields)}: {len(message)} octets, then base64. Enter sends it.")


def _answer(shell: Shell, mechanism: str) -> None:
    """The answer to the 334 that is open."""
    asked = _decoded(shell.narrator.challenge)
    if asked:
        words = printable(asked.decode("utf-8", "replace"))
        shell.voice.say(f"The server asks, in base64: {words}")
    if mechanism == "LOGIN":
        exchange = shell.narrator.session.exchange
        if exchange is None or not exchange.answers:
            shell.ask(Inquiry("User name: ", lambda text: _put(shell, text.encode())))
        else:
            _ask_password(shell, lambda secret: _put(shell, secret.encode()))
        return
    if mechanism != "CRAM-MD5" and mechanism not in _WITH_AUTH:
        raise UsageError(
            f"no helper for {printable(mechanism)}", hint="type base64, or * to cancel"
        )

    def with_user(user: str) -> None:
        def with_secret(secret: str) -> None:
            if mechanism == "CRAM-MD5":
                _put(shell, _cram(user, secret, asked))
            else:
                _put(shell, _message(mechanism, user, secret))

        _ask_password(shell, with_secret)

    _ask_user(shell, "", with_user)


def _ask_password(shell: Shell, then: Callable[[str], None]) -> None:
    shell.ask(Inquiry("Password (not shown): ", then, secret=True))


def _cram(user: str, secret: str, challenge: bytes) -> bytes:
    import hashlib
    import hmac

    digest = hmac.new(secret.encode(), challenge, hashlib.md5).hexdigest()  # RFC 2195 2
    return f"{user} {digest}".encode()


def _put(shell: Shell, message: bytes) -> None:
    _show_step(shell, message)
    shell.view.prefill(base64.b64encode(message).decode("ascii"))


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
