"""Who wants in, and who may come in. No password ever stands in a repr."""

# No `from __future__ import annotations`: NamedTuple would compile each annotation anew.
from typing import NamedTuple, Protocol

from smtpshell.smtp.text import to_bytes


class ChannelBinding(NamedTuple):
    """What ties an exchange to its TLS channel (RFC 5056).

    *name* is "tls-exporter" (RFC 9266), "tls-unique" or "tls-server-end-point" (RFC 5929).
    """

    name: str
    data: bytes


class Credentials(NamedTuple):
    """What a client has to show.

    *user* is whose credentials these are, *acting_as* who the client wants to be (the authorization
    identity, mostly empty). *token* is OAuth's access token; *host* and *port* say to OAUTHBEARER
    where it is used. *trace* is what ANONYMOUS leaves behind.

    >>> Credentials("dora", password="pea-soup")
    Credentials(user='dora', acting_as='')
    """

    user: str = ""
    password: str = ""
    acting_as: str = ""
    token: str = ""
    host: str = ""
    port: int = 0
    trace: str = ""

    def __repr__(self) -> str:
        return f"Credentials(user={self.user!r}, acting_as={self.acting_as!r})"


class ScramKeys(NamedTuple):
    """What a server keeps instead of a password (RFC 5802 3); who steals it cannot log in with it.

    >>> ScramKeys(b"salt", 4096, b"stored", b"server")
    ScramKeys(iterations=4096)
    """

    salt: bytes
    iterations: int
    stored_key: bytes
    server_key: bytes

    def __repr__(self) -> str:
        return f"ScramKeys(iterations={self.iterations})"


class Account(NamedTuple):
    """One who may come in. Instead of the *password* keys may be kept, by name of SCRAM mechanism.

    >>> Account("dora", password="pea-soup")
    Account(name='dora')
    """

    name: str
    password: str = ""
    token: str = ""
    keys: tuple[tuple[str, ScramKeys], ...] = ()  # ("SCRAM-SHA-256", keys)

    def __repr__(self) -> str:
        return f"Account(name={self.name!r})"


class Accounts(Protocol):
    """Where a server looks up who may come in."""

    def named(self, name: str) -> Account | None: ...
    def with_token(self, token: str) -> Account | None: ...


def same(kept: str | bytes, said: str | bytes) -> bool:
    """Are the two secrets equal? How long this takes does not tell where they differ."""
    from hmac import compare_digest

    return compare_digest(_bytes(kept), _bytes(said))


def _bytes(secret: str | bytes) -> bytes:
    return to_bytes(secret) if isinstance(secret, str) else secret
