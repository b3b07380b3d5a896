"""Which part of a client's line is a secret, and the line without it.

What AUTH carries is base64, and it stays readable: the message is decoded, each secret in it
replaced by `MARKER`, and encoded again. So a transcript still shows who logged in, by which steps,
and what was wrong with their form. What cannot be read is hidden as a whole.

Lines that hold a secret by mistake count as well: an answer sent at the wrong moment, a credential
behind a misspelled verb, POP3's PASS.
"""

# No `from __future__ import annotations`: NamedTuple would compile each annotation anew.
import re
from binascii import b2a_base64
from typing import NamedTuple

from smtpshell.smtp.change import Exchange
from smtpshell.smtp.command import Command, parse_command
from smtpshell.smtp.later import later
from smtpshell.smtp.session import Session
from smtpshell.smtp.state import Mode
from smtpshell.smtp.text import to_bytes, to_text

MARKER = "[hidden]"
_MARKER = MARKER.encode()

NO_STEP = 99  # an answer of which nobody knows the number; taken for a late one, so for a secret
_AUTH = later(r"(?i)[ \t]*(?:AUTH|X-EXPS)[ \t]")
_WORD = later(r"\S+")
_BASE64 = later(r"[A-Za-z0-9+/]{8,}={0,2}")
_KEYED = frozenset({"proof", "verifier"})  # SCRAM's, written p=... and v=... (RFC 5802 5.1)

# Verbs whose arguments are a secret from that word on (0 is the verb itself): POP3's password, and
# the token of CLIENTID, which some servers take as part of the credentials.
_SECRET_FROM = {"PASS": 1, "CLIENTID": 2}
# The token in a URLAUTH URL lets anybody fetch the message (RFC 4467 4).
_URLAUTH = later(r"(?i)(;urlauth=[^\s:]*:[^\s:]*:)(\S+)")


class Hidden(NamedTuple):
    """A line without its secrets, and what they were, in each form the server may echo."""

    text: str
    secrets: tuple[bytes, ...] = ()

    def __repr__(self) -> str:
        return f"Hidden(text={self.text!r})"


def hide(line: str, session: Session, *, stray: bool = False) -> Hidden:
    """*line*, which is about to be said in *session*, without its secrets.

    *stray* says that an AUTH exchange has just failed, so that a lone word may be an answer to a
    question that was never asked.
    """
    if session.mode is Mode.CHUNK:
        return Hidden(line)
    if session.mode is Mode.TEXT:
        # A letter; or else the server took for its end what we did not, and this is a command.
        begins = line.lstrip(" \t")[:4].upper() in ("AUTH", "X-EX")
        return _hide_credentials(line) if begins and _AUTH.match(line) else Hidden(line)
    if session.mode is Mode.AUTH:
        exchange = session.exchange or Exchange("", NO_STEP, 0)
        return hide_answer(line, exchange.mechanism, exchange.answers)
    command = parse_command(line)
    if command.verb in ("AUTH", "X-EXPS"):
        return _hide_auth(command)
    if session.exchange is not None and not command.known:
        return hide_answer(line, session.exchange.mechanism, NO_STEP)
    if command.verb in _SECRET_FROM:
        return _hide_words(line, _SECRET_FROM[command.verb])
    if command.verb == "BURL":
        return _hide_urlauth(line)
    if stray and not command.known and _decoded(line.strip()):
        return hide_answer(line, "", NO_STEP)
    return _hide_credentials(line)


def hide_answer(line: str, mechanism: str, step: int) -> Hidden:
    """An answer to a 334, the client's message number *step* (from 0), without its secrets."""
    word = line.strip()
    if word in ("", "*", "="):
        return Hidden(line)
    shown, secrets = _hide_message(word, mechanism, step)
    return Hidden(line.replace(word, shown), secrets)


def hide_challenge(line: str, mechanism: str, step: int) -> Hidden:
    """A 334, the server's message number *step* (from 0), without its secrets (SCRAM has one)."""
    code, space, word = line.partition(" ")
    if not word or not _decoded(word):
        return Hidden(line)
    shown, secrets = _hide_message(word, mechanism, step, server=True)
    return Hidden(code + space + shown, secrets)


def _hide_auth(command: Command) -> Hidden:
    """AUTH itself: the initial response, or all that stands where one should stand."""
    words = list(_WORD.finditer(command.text))
    if len(words) == 3:
        mechanism = words[1][0].upper()
        word = words[2]
        if word[0] == "=":  # RFC 4954 4: an initial response of no octets
            return Hidden(command.text)
        shown, secrets = _hide_message(word[0], mechanism, 0)
        return Hidden(command.text[: word.start()] + shown + command.text[word.end() :], secrets)
    if len(words) > 3:
        return _hide_words(command.text, 2)
    return _hide_credentials(command.text)


def _hide_words(line: str, first: int) -> Hidden:
    words = list(_WORD.finditer(line))[first:]
    if not words:
        return Hidden(line)
    start, end = words[0].start(), words[-1].end()
    secrets = tuple(form for word in words for form in _forms(to_bytes(word[0])))
    return Hidden(line[:start] + MARKER + line[end:], secrets)


def _hide_urlauth(line: str) -> Hidden:
    secrets = tuple(to_bytes(match[2]) for match in _URLAUTH.finditer(line))
    return Hidden(_URLAUTH.sub(lambda match: match[1] + MARKER, line), secrets)


def _hide_credentials(line: str) -> Hidden:
    """Words that decode to what PLAIN or OAuth send, wherever they stand."""
    found: list[bytes] = []

    def shown(match: re.Match[str]) -> str:
        message = _decoded(match[0])
        if message is None:
            return match[0]
        if message.count(b"\0") in (1, 2) and to_text(message).replace("\0", "").isprintable():
            text, secrets = _hide_message(match[0], "PLAIN", 0)
        elif b"auth=Bearer " in message:
            text, secrets = _hide_message(match[0], "", NO_STEP)
        else:
            return match[0]
        found.extend(secrets)
        return text

    return Hidden(_BASE64.sub(shown, line), tuple(found))


def _hide_message(
    word: str, mechanism: str, step: int, *, server: bool = False
) -> tuple[str, tuple[bytes, ...]]:
    """One base64 message with its secrets replaced, and the secrets."""
    from smtpshell.smtp.sasl.field import CLIENT, SERVER  # only who logs in needs these
    from smtpshell.smtp.sasl.mechanism import take_apart

    message = _decoded(word)
    whole = to_bytes(word)
    if message is None:
        return MARKER, (whole,)
    shown = bytearray()
    secrets: list[bytes] = []
    for field in take_apart(mechanism, step, SERVER if server else CLIENT, message):
        value = message[field.start : field.end]
        if field.secret and value:
            key = value[:2] if field.name in _KEYED else b""
            secret = value[len(key) :].rstrip(b"\r\n")  # a line end is often the fault looked for
            secrets += _forms(secret)
            shown += key + _MARKER + value[len(key) + len(secret) :]
        else:
            shown += value
    if not secrets:
        return word, ()
    return encode(bytes(shown)), (whole, *secrets)


def _forms(secret: bytes) -> tuple[bytes, ...]:
    """A secret as such and as base64, the ways in which a server may repeat it."""
    if secret in (b"", _MARKER):  # nothing, or hidden before
        return ()
    return (secret, encode(secret).encode())


def _decoded(word: str) -> bytes | None:
    from smtpshell.smtp.base64_text import decode_base64  # few lines have a word that looks like it

    return decode_base64(word)


def encode(message: bytes) -> str:
    """*message* as base64 on one line."""
    return b2a_base64(message, newline=False).decode("ascii")
