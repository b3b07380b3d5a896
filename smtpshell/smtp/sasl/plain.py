"""PLAIN, EXTERNAL and ANONYMOUS: one message of the client, and that is all.

PLAIN      message = [authzid] NUL authcid NUL passwd       (RFC 4616 2)
EXTERNAL   initial-response = *( UTF8-char-no-nul )         (RFC 4422 A.1)
ANONYMOUS  message = [ email / token ]                      (RFC 4505 2)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.catalogue import marked, tr
from smtpshell.smtp.sasl.exchange import (
    MALFORMED,
    UNKNOWN_USER,
    WRONG_SECRET,
    SaslError,
    Verdict,
    admit,
    refuse,
)
from smtpshell.smtp.sasl.field import CLIENT, Cutter, Field, whole
from smtpshell.smtp.sasl.identity import same
from smtpshell.smtp.sasl.prepare import prepared
from smtpshell.smtp.text import to_bytes

if TYPE_CHECKING:
    from smtpshell.smtp.sasl.exchange import ClientSteps, ServerSteps
    from smtpshell.smtp.sasl.identity import Accounts, Credentials

ANONYMOUS_USER = "anonymous"
_LONGEST_TRACE = 255  # characters, RFC 4505 2


def refuse_octet(octet: str, *words: str) -> None:
    """Refuse to build a message out of words with the octet that separates them."""
    if any(octet in word for word in words):
        raise SaslError(tr("a control character cannot be part of a user name, password or token"))


def plain_client(credentials: Credentials) -> ClientSteps:
    """User and password in one message."""
    words = (credentials.acting_as, credentials.user, credentials.password)
    refuse_octet("\0", *words)
    yield to_bytes("\0".join(words))


def plain_server(accounts: Accounts) -> ServerSteps:
    """Compare both as SASLprep makes them (RFC 4616 2)."""
    message = yield b""
    parts = message.split(b"\0")
    try:
        acting_as, user, password = (part.decode() for part in parts)
    except ValueError:
        return refuse(MALFORMED, marked("PLAIN is NUL user NUL password, in UTF-8."))
    if not user or not password:
        return refuse(MALFORMED, marked("User and password must both be there."), user)
    return check_password(accounts, user, password, acting_as)


def check_password(accounts: Accounts, user: str, password: str, acting_as: str = "") -> Verdict:
    """The verdict on a password sent as such."""
    account = accounts.named(user)
    if account is None or not account.password:
        return refuse(UNKNOWN_USER, marked("There is no such user with a password."), user)
    if not same(prepared(account.password), prepared(password)):
        return refuse(WRONG_SECRET, marked("The password is wrong."), user)
    return admit(user, acting_as)


def take_apart_plain(step: int, side: str, data: bytes) -> tuple[Field, ...]:
    """A message without its two NULs is all secret: the password is somewhere in it."""
    if side != CLIENT:
        return whole("challenge", data)
    separators = data.count(b"\0")
    if separators == 0:
        return whole("unreadable", data, secret=True)
    cutter = Cutter(data)
    for name in ("authzid", "authcid")[-separators:]:
        cutter.take(name, cutter.find(b"\0"))
        cutter.separator()
    cutter.take("password", cutter.find(b"\0"), secret=True)
    cutter.rest("unreadable", secret=True)
    return cutter.done()


def external_client(credentials: Credentials) -> ClientSteps:
    """Who the client wants to be; mostly nothing: whoever the certificate names."""
    refuse_octet("\0", credentials.acting_as)
    yield to_bytes(credentials.acting_as)


def external_server(accounts: Accounts, identity: str) -> ServerSteps:
    """*identity* is who TLS has shown the client to be, "" if nobody."""
    message = yield b""
    try:
        acting_as = message.decode()
    except UnicodeDecodeError:
        return refuse(MALFORMED, marked("The name must be UTF-8."))
    if not identity:
        return refuse(
            WRONG_SECRET, marked("Nothing outside says who this is: no client certificate.")
        )
    if accounts.named(identity) is None:
        return refuse(UNKNOWN_USER, marked("The certificate names nobody known here."), identity)
    return admit(identity, acting_as)


def take_apart_external(step: int, side: str, data: bytes) -> tuple[Field, ...]:
    """No secret at all."""
    return whole("authzid" if side == CLIENT else "challenge", data)


def anonymous_client(credentials: Credentials) -> ClientSteps:
    """A trace, such as a mail address, or nothing."""
    yield to_bytes(credentials.trace[:_LONGEST_TRACE])


def anonymous_server() -> ServerSteps:
    """Everybody is welcome."""
    message = yield b""
    try:
        trace = message.decode()
    except UnicodeDecodeError:
        return refuse(MALFORMED, marked("The trace must be UTF-8."))
    if len(trace) > _LONGEST_TRACE:
        words = marked("The trace has at most {most} characters.", most=_LONGEST_TRACE)
        return refuse(MALFORMED, words)
    return Verdict(True, ANONYMOUS_USER, ANONYMOUS_USER)


def take_apart_anonymous(step: int, side: str, data: bytes) -> tuple[Field, ...]:
    """No secret at all."""
    return whole("trace" if side == CLIENT else "challenge", data)
