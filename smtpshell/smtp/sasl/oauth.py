"""XOAUTH2 and OAUTHBEARER: a token that an OAuth 2 server gave out stands in for a password.

    XOAUTH2      "user=" name ^A "auth=Bearer " token ^A ^A          (Google, Microsoft)
    OAUTHBEARER  gs2-header ^A *( key "=" value ^A ) ^A              (RFC 7628 3.1)

A refusal comes as a 334 with JSON in it; the client answers with next to nothing and then gets the
real refusal (RFC 7628 3.2.2 and 3.2.3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.catalogue import marked
from smtpshell.smtp.sasl.exchange import MALFORMED, NOT_ALLOWED, WRONG_SECRET, Verdict, refuse
from smtpshell.smtp.sasl.field import CLIENT, Cutter, Field, whole
from smtpshell.smtp.sasl.gs2 import read_gs2, take_gs2, write_gs2
from smtpshell.smtp.sasl.plain import refuse_octet
from smtpshell.smtp.text import to_bytes

if TYPE_CHECKING:
    from smtpshell.smtp.sasl.exchange import ClientSteps, ServerSteps
    from smtpshell.smtp.sasl.identity import Accounts, Credentials

_A = b"\x01"
_SCHEME = b"Bearer "


def xoauth2_client(credentials: Credentials) -> ClientSteps:
    """User and token; a refusal with JSON is answered with an empty message."""
    refuse_octet("\x01", credentials.user, credentials.token)
    message = f"user={credentials.user}\x01auth=Bearer {credentials.token}\x01\x01"
    refused = yield to_bytes(message)
    if refused is not None:
        yield b""


def bearer_client(credentials: Credentials) -> ClientSteps:
    """User, token and where it is used; a refusal with JSON is answered with one ^A."""
    refuse_octet("\x01", credentials.user, credentials.token, credentials.host)
    pairs = [("host", credentials.host), ("port", str(credentials.port or ""))]
    pairs = [pair for pair in pairs if pair[1]] + [("auth", f"Bearer {credentials.token}")]
    text = "".join(f"{key}={value}\x01" for key, value in pairs)
    header = write_gs2("n", credentials.acting_as or credentials.user)
    refused = yield header + _A + to_bytes(text) + _A
    if refused is not None:
        yield _A


def xoauth2_server(accounts: Accounts) -> ServerSteps:
    """Look the token up, and see whether it was given to this user."""
    message = yield b""
    pairs = _pairs(message)
    user = pairs.get(b"user", b"").decode("utf-8", "replace")
    verdict = _judge(accounts, pairs.get(b"auth"), user)
    if not user:
        verdict = refuse(
            MALFORMED, marked("XOAUTH2 is user=, ^A, auth=Bearer and the token, ^A ^A.")
        )
    if not verdict.ok and verdict.why != MALFORMED:
        yield b'{"status":"401","schemes":"Bearer","scope":"https://mail.example.org/"}'
    return verdict


def bearer_server(accounts: Accounts) -> ServerSteps:
    """Look the token up; the user may be named in the header or left out (RFC 7628 3.1)."""
    message = yield b""
    header = read_gs2(message)
    if header is None or message[header.length : header.length + 1] != _A:
        return refuse(MALFORMED, marked("OAUTHBEARER begins with n,a=user, and ^A."))
    if header.flag.startswith("p="):
        return refuse(MALFORMED, marked("OAUTHBEARER has no channel binding."))
    pairs = _pairs(message[header.length + 1 :])
    verdict = _judge(accounts, pairs.get(b"auth"), header.acting_as)
    if not verdict.ok and verdict.why != MALFORMED:
        yield b'{"status":"invalid_token","scope":"mail"}'
    return verdict


def _pairs(text: bytes) -> dict[bytes, bytes]:
    """The key=value pairs between ^A; nothing if the two ^A at the end are missing."""
    if not text.endswith(_A + _A):
        return {}
    pairs = (part.partition(b"=") for part in text[:-2].split(_A))
    return {key: value for key, equals, value in pairs if equals}


def _judge(accounts: Accounts, auth: bytes | None, user: str) -> Verdict:
    """The verdict on auth=Bearer token, sent for *user* or for whom it was given to."""
    if auth is None or auth[: len(_SCHEME)].lower() != _SCHEME.lower():
        return refuse(
            MALFORMED, marked("auth=Bearer and a token are missing, or the ^A ^A at the end.")
        )
    account = accounts.with_token(auth[len(_SCHEME) :].decode("utf-8", "replace"))
    if account is None:
        return refuse(
            WRONG_SECRET, marked("This token was given to nobody, or is valid no more."), user
        )
    if user not in ("", account.name):
        return refuse(NOT_ALLOWED, marked("This token was given to somebody else."), user)
    return Verdict(True, account.name, account.name)


def take_apart_xoauth2(step: int, side: str, data: bytes) -> tuple[Field, ...]:
    """The token is secret, and so is whatever cannot be read."""
    if side != CLIENT:
        return whole("error", data)
    cutter = Cutter(data)
    _take_pairs(cutter)
    return cutter.done()


def take_apart_bearer(step: int, side: str, data: bytes) -> tuple[Field, ...]:
    """The token is secret, and so is whatever cannot be read."""
    if side != CLIENT:
        return whole("error", data)
    if data == _A:
        return whole("acknowledgement", data)
    cutter = Cutter(data)
    if read_gs2(data) is not None:
        take_gs2(cutter)
    _take_pairs(cutter)
    return cutter.done()


def _take_pairs(cutter: Cutter) -> None:
    while cutter.at < len(cutter.data):
        end = cutter.find(_A)
        part = cutter.data[cutter.at : end]
        if part.lower().startswith(b"auth=" + _SCHEME.lower()):
            cutter.take("auth-scheme", cutter.at + len(b"auth=" + _SCHEME))
            cutter.take("token", end, secret=True)
        elif part.startswith((b"user=", b"host=", b"port=")):
            cutter.take(part[:4].decode("ascii"), end)
        elif part:
            cutter.take("unreadable", end, secret=True)
        if cutter.at < len(cutter.data):
            cutter.separator()
