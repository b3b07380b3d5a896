"""LOGIN: user and password in two messages, after two prompts (draft-murchison-sasl-login).

Never a standard; old clients know nothing else. The prompts are words of the server's choice, and
clients answer them in this order whatever they say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.catalogue import marked, tr
from smtpshell.smtp.sasl.exchange import MALFORMED, SaslError, refuse
from smtpshell.smtp.sasl.field import CLIENT, Field, whole
from smtpshell.smtp.sasl.plain import check_password, refuse_octet
from smtpshell.smtp.text import to_bytes

if TYPE_CHECKING:
    from smtpshell.smtp.sasl.exchange import ClientSteps, ServerSteps
    from smtpshell.smtp.sasl.identity import Accounts, Credentials


def login_client(credentials: Credentials) -> ClientSteps:
    """The user's name after the first prompt, the password after the second."""
    refuse_octet("\0", credentials.user, credentials.password)
    first = yield None
    second = None
    if first is not None:
        second = yield to_bytes(credentials.user)
    if second is None:
        raise SaslError(tr("the server said yes before it had seen a password"))
    yield to_bytes(credentials.password)


def login_server(accounts: Accounts) -> ServerSteps:
    """Ask for both; an initial response is taken as the user's name."""
    user = yield b"Username:"
    password = yield b"Password:"
    try:
        return check_password(accounts, user.decode(), password.decode())
    except UnicodeDecodeError:
        return refuse(MALFORMED, marked("User and password must be UTF-8."))


def take_apart_login(step: int, side: str, data: bytes) -> tuple[Field, ...]:
    """Step 0 is the user's name; all after it is taken for a secret."""
    if side != CLIENT:
        return whole("prompt", data)
    if step == 0:
        return whole("authcid", data)
    return whole("password", data, secret=True)
