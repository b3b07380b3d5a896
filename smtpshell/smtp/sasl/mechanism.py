"""All mechanisms that we can speak, by name; and all others, as far as one can say anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from smtpshell.catalogue import tr
from smtpshell.smtp.sasl.cram import cram_client, cram_server, take_apart_cram
from smtpshell.smtp.sasl.exchange import SaslError
from smtpshell.smtp.sasl.field import CLIENT, Field, whole
from smtpshell.smtp.sasl.identity import Accounts, ChannelBinding, Credentials
from smtpshell.smtp.sasl.login import login_client, login_server, take_apart_login
from smtpshell.smtp.sasl.oauth import (
    bearer_client,
    bearer_server,
    take_apart_bearer,
    take_apart_xoauth2,
    xoauth2_client,
    xoauth2_server,
)
from smtpshell.smtp.sasl.plain import (
    anonymous_client,
    anonymous_server,
    external_client,
    external_server,
    plain_client,
    plain_server,
    take_apart_anonymous,
    take_apart_external,
    take_apart_plain,
)
from smtpshell.smtp.sasl.scram import LEAST_ITERATIONS, scram_client, scram_server
from smtpshell.smtp.sasl.scram_field import take_apart_scram

if TYPE_CHECKING:
    from collections.abc import Callable

    from smtpshell.smtp.sasl.exchange import ClientSteps, ServerSteps

_SIMPLE_CLIENTS: dict[str, Callable[[Credentials], ClientSteps]] = {
    "PLAIN": plain_client,
    "LOGIN": login_client,
    "CRAM-MD5": cram_client,
    "XOAUTH2": xoauth2_client,
    "OAUTHBEARER": bearer_client,
    "EXTERNAL": external_client,
    "ANONYMOUS": anonymous_client,
}
_SIMPLE_SERVERS: dict[str, Callable[[Accounts], ServerSteps]] = {
    "PLAIN": plain_server,
    "LOGIN": login_server,
    "XOAUTH2": xoauth2_server,
    "OAUTHBEARER": bearer_server,
}
_SCRAM = ("SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512", "SCRAM-SHA3-512")
_TAKE_APART: dict[str, Callable[[int, str, bytes], tuple[Field, ...]]] = {
    "PLAIN": take_apart_plain,
    "LOGIN": take_apart_login,
    "CRAM-MD5": take_apart_cram,
    "XOAUTH2": take_apart_xoauth2,
    "OAUTHBEARER": take_apart_bearer,
    "EXTERNAL": take_apart_external,
    "ANONYMOUS": take_apart_anonymous,
    **{name + plus: take_apart_scram for name in _SCRAM for plus in ("", "-PLUS")},
}

SPOKEN = tuple(_TAKE_APART)  # mechanisms that client() and server() know


class Terms(NamedTuple):
    """What a server puts into an exchange besides its accounts.

    *nonce* must be unguessable and used once; *host* is the server's name, in CRAM-MD5's challenge.
    *salt* and *iterations* are for accounts without SCRAM keys of their own. *binding* ties to the
    TLS channel, and says that a -PLUS mechanism was offered. *identity* is who the TLS certificate
    has shown the client to be, for EXTERNAL.
    """

    nonce: str
    host: str
    salt: bytes
    iterations: int = LEAST_ITERATIONS
    binding: ChannelBinding | None = None
    identity: str = ""


def client(
    mechanism: str,
    credentials: Credentials,
    *,
    nonce: str = "",
    binding: ChannelBinding | None = None,
) -> ClientSteps:
    r"""The client's side; how to drive it stands in `exchange`. SCRAM needs a *nonce*.

    >>> next(client("PLAIN", Credentials("tim", "tanstaaftanstaaf")))
    b'\x00tim\x00tanstaaftanstaaf'
    """
    if mechanism.removesuffix("-PLUS") in _SCRAM:
        return scram_client(mechanism, credentials, nonce, binding)
    if mechanism in _SIMPLE_CLIENTS:
        return _SIMPLE_CLIENTS[mechanism](credentials)
    raise SaslError(
        tr("smtpshell does not speak this mechanism"), hint=tr("it speaks {names}", names=_names())
    )


def server(mechanism: str, accounts: Accounts, terms: Terms) -> ServerSteps:
    """The server's side; how to drive it stands in `exchange`."""
    if mechanism.removesuffix("-PLUS") in _SCRAM:
        return scram_server(
            mechanism,
            accounts,
            nonce=terms.nonce,
            salt=terms.salt,
            iterations=terms.iterations,
            binding=terms.binding,
        )
    if mechanism == "CRAM-MD5":
        return cram_server(accounts, terms.nonce, terms.host)
    if mechanism == "EXTERNAL":
        return external_server(accounts, terms.identity)
    if mechanism == "ANONYMOUS":
        return anonymous_server()
    if mechanism in _SIMPLE_SERVERS:
        return _SIMPLE_SERVERS[mechanism](accounts)
    raise SaslError(
        tr("smtpshell does not speak this mechanism"), hint=tr("it speaks {names}", names=_names())
    )


def take_apart(mechanism: str, step: int, side: str, data: bytes) -> tuple[Field, ...]:
    """What each byte of a decoded message is; any bytes will do.

    *step* counts the messages of one *side* ("client" or "server") from 0; an initial response is
    the client's message 0. What clients say in a mechanism that is not known counts as secret.

    >>> [field.name for field in take_apart("PLAIN", 0, "client", b"\\0tim\\0tanstaaftanstaaf")]
    ['authzid', 'separator', 'authcid', 'separator', 'password']
    """
    if mechanism in _TAKE_APART:
        return _TAKE_APART[mechanism](step, side, data)
    if side == CLIENT:
        return whole("response", data, secret=True)
    return whole("challenge", data)


def _names() -> str:
    return ", ".join(SPOKEN)
