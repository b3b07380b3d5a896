"""CRAM-MD5: the password is never sent, only a keyed digest of a fresh challenge (RFC 2195)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.catalogue import marked, tr
from smtpshell.smtp.sasl.exchange import (
    MALFORMED,
    UNKNOWN_USER,
    WRONG_SECRET,
    SaslError,
    admit,
    refuse,
)
from smtpshell.smtp.sasl.field import CLIENT, Cutter, Field, whole
from smtpshell.smtp.sasl.identity import same
from smtpshell.smtp.text import to_bytes

if TYPE_CHECKING:
    from smtpshell.smtp.sasl.exchange import ClientSteps, ServerSteps
    from smtpshell.smtp.sasl.identity import Accounts, Credentials


def digest(password: str, challenge: bytes) -> str:
    """HMAC-MD5 of *challenge* under *password*, in hexadecimal (RFC 2195 2).

    >>> digest("tanstaaftanstaaf", b"<1896.697170952@postoffice.reston.mci.net>")
    'b913a602c7eda7a495b4e6e7334d3890'
    """
    import hmac

    return hmac.new(to_bytes(password), challenge, "md5").hexdigest()


def cram_client(credentials: Credentials) -> ClientSteps:
    """Sign the server's challenge."""
    challenge = yield None
    if challenge is None:
        raise SaslError(tr("the server said yes without a challenge"))
    signature = digest(credentials.password, challenge)
    yield to_bytes(f"{credentials.user} {signature}")


def cram_server(accounts: Accounts, nonce: str, host: str) -> ServerSteps:
    """*nonce* must be one that was never used before, or an old answer would fit again."""
    challenge = to_bytes(f"<{nonce}@{host}>")
    message = yield challenge
    user_part, space, said = message.rpartition(b" ")
    try:
        user = user_part.decode()
    except UnicodeDecodeError:
        space = b""
    if not space:
        return refuse(MALFORMED, marked("The answer is user, space, and 32 hexadecimal digits."))
    account = accounts.named(user)
    if account is None or not account.password:
        return refuse(UNKNOWN_USER, marked("There is no such user with a password."), user)
    if not same(digest(account.password, challenge), said):
        return refuse(
            WRONG_SECRET, marked("The digest was not made with this user's password."), user
        )
    return admit(user, "")


def take_apart_cram(step: int, side: str, data: bytes) -> tuple[Field, ...]:
    """The digest is secret: with the challenge beside it one can try passwords until one fits."""
    if side != CLIENT:
        return whole("challenge", data)
    space = data.rfind(b" ")
    if space < 0:
        return whole("unreadable", data, secret=True)
    cutter = Cutter(data)
    cutter.take("authcid", space)
    cutter.separator()
    cutter.take("digest", len(data), secret=True)
    return cutter.done()
