"""SCRAM: both sides prove that they know the password, and neither sends it (RFC 5802).

How it works
============

    C: gs2-header n=user,r=cnonce                      client-first-message
    S: r=cnonce+snonce,s=salt,i=iterations             server-first-message
    C: c=base64(gs2-header binding-data),r=nonce,p=proof    client-final-message
    S: v=signature                                     server-final-message

    SaltedPassword  = Hi(SASLprep(password), salt, i)            slow on purpose
    ClientKey       = HMAC(SaltedPassword, "Client Key")
    StoredKey       = H(ClientKey)                               what the server keeps
    AuthMessage     = all of the above but gs2-header and proof
    ClientProof     = ClientKey XOR HMAC(StoredKey, AuthMessage)
    ServerSignature = HMAC(HMAC(SaltedPassword, "Server Key"), AuthMessage)

The proof fits only this exchange, as both nonces are part of AuthMessage. With -PLUS the data of
the TLS channel is part of it as well, so a man in the middle cannot pass it on. In SMTP the last
message of the server comes in a 334, which is answered with an empty line before the 235.

The dangers for a client: a server that names few iterations (the proof is then quickly guessed
from), one that names very many (the client computes for minutes), and one that says yes without
having proved anything. Each ends the exchange.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from smtpshell.catalogue import marked, tr
from smtpshell.smtp.base64_text import decode_base64
from smtpshell.smtp.later import later
from smtpshell.smtp.sasl.exchange import (
    MALFORMED,
    UNKNOWN_USER,
    WRONG_BINDING,
    WRONG_SECRET,
    SaslError,
    admit,
    refuse,
)
from smtpshell.smtp.sasl.gs2 import escape, read_gs2, unescape, write_gs2
from smtpshell.smtp.sasl.identity import ScramKeys, same
from smtpshell.smtp.sasl.prepare import prepared, saslprep
from smtpshell.smtp.text import to_bytes

if TYPE_CHECKING:
    from smtpshell.smtp.sasl.exchange import ClientSteps, ServerSteps
    from smtpshell.smtp.sasl.gs2 import Gs2Header
    from smtpshell.smtp.sasl.identity import Account, Accounts, ChannelBinding, Credentials

LEAST_ITERATIONS = 4096  # RFC 7677 4
MOST_ITERATIONS = 600_000

# printable = %x21-2B / %x2D-7E, so no comma
_NONCE = r"[\x21-\x2b\x2d-\x7e]+"
_FIRST_BARE = later(rf"n=(?P<user>[^,]+),r=(?P<nonce>{_NONCE})(?:,.*)?".encode(), re.DOTALL)
_SERVER_FIRST = later(
    rf"r=(?P<nonce>{_NONCE}),s=(?P<salt>[A-Za-z0-9+/=]+),i=(?P<count>[1-9][0-9]{{0,8}})(?:,.*)?"
)
_FINAL = later(
    rf"(?P<bare>c=(?P<binding>[A-Za-z0-9+/=]+),r=(?P<nonce>{_NONCE})(?:,.*)?),p=(?P<proof>[^,]*)",
    re.DOTALL,
)


class Derived(NamedTuple):
    """What follows from the salted password and AuthMessage."""

    proof: bytes
    signature: bytes


def hash_name(mechanism: str) -> str:
    """The hash that a SCRAM mechanism uses, as hashlib calls it.

    >>> hash_name("SCRAM-SHA-256-PLUS"), hash_name("SCRAM-SHA3-512")
    ('sha256', 'sha3_512')
    """
    name = mechanism.removeprefix("SCRAM-").removesuffix("-PLUS").lower()
    return name.replace("sha-", "sha").replace("sha3-", "sha3_")


def scram_keys(mechanism: str, password: str, salt: bytes, iterations: int) -> ScramKeys:
    """What a server keeps of a password (RFC 5802 3)."""
    hash_ = hash_name(mechanism)
    salted = _salted(hash_, prepared(password), salt, iterations)
    stored = _hash(hash_, _hmac(hash_, salted, b"Client Key"))
    return ScramKeys(salt, iterations, stored, _hmac(hash_, salted, b"Server Key"))


def scram_client(
    mechanism: str, credentials: Credentials, nonce: str, binding: ChannelBinding | None
) -> ClientSteps:
    """*nonce* must be unguessable and never used before.

    With a *binding* but without -PLUS the client says "y": it could, and thinks the server cannot.
    So give none if the server did offer -PLUS, or it takes that for an attack.
    """
    plus = mechanism.endswith("-PLUS")
    if plus and binding is None:
        raise SaslError(tr("{mechanism} needs the data of the TLS channel", mechanism=mechanism))
    if not re.fullmatch(_NONCE, nonce):
        raise SaslError(tr("a nonce is printable ASCII without commas"))
    flag = "n" if binding is None else f"p={binding.name}" if plus else "y"
    header = write_gs2(flag, saslprep(credentials.acting_as))
    first_bare = f"n={escape(saslprep(credentials.user))},r={nonce}"
    challenge = yield header + first_bare.encode()

    server_first = _text(challenge)
    full_nonce, salt, iterations = _read_server_first(server_first, nonce)
    bound = header + (binding.data if plus and binding is not None else b"")
    final_bare = f"c={_encode(bound)},r={full_nonce}"
    hash_ = hash_name(mechanism)
    salted = _salted(hash_, saslprep(credentials.password), salt, iterations)
    message = f"{first_bare},{server_first},{final_bare}".encode()
    derived = _derive(hash_, salted, message)
    challenge = yield f"{final_bare},p={_encode(derived.proof)}".encode()

    _check_server_final(_text(challenge), derived.signature)
    yield b""


def _text(challenge: bytes | None) -> str:
    if challenge is None:
        raise SaslError(tr("the server said yes without proving that it knows the password"))
    try:
        return challenge.decode()
    except UnicodeDecodeError:
        raise SaslError(tr("the server's message is not UTF-8")) from None


def _read_server_first(message: str, nonce: str) -> tuple[str, bytes, int]:
    """Nonce, salt and iterations, if they can be trusted."""
    if message.startswith("m="):
        raise SaslError(tr("the server demands an extension that nobody knows"))
    match = _SERVER_FIRST.fullmatch(message)
    salt = decode_base64(match["salt"]) if match else None
    if match is None or not salt:
        raise SaslError(tr("the server's message is not nonce, salt and iteration count"))
    if not match["nonce"].startswith(nonce) or match["nonce"] == nonce:
        raise SaslError(
            tr("the server's nonce does not continue ours, so the answer may be an old one")
        )
    iterations = int(match["count"])
    if iterations < LEAST_ITERATIONS:
        raise SaslError(
            tr("{count} iterations would make the password easy to guess", count=iterations)
        )
    if iterations > MOST_ITERATIONS:
        raise SaslError(
            tr("{count} iterations would keep this machine busy for too long", count=iterations)
        )
    return match["nonce"], salt, iterations


def _check_server_final(message: str, signature: bytes) -> None:
    kind, _, value = message.partition("=")
    if kind == "e":
        raise SaslError(tr("the server says that the login has failed"))
    if kind != "v" or not same(signature, decode_base64(value.partition(",")[0]) or b""):
        raise SaslError(tr("the server has not proved that it knows the password"))


def scram_server(
    mechanism: str,
    accounts: Accounts,
    *,
    nonce: str,
    salt: bytes,
    iterations: int = LEAST_ITERATIONS,
    binding: ChannelBinding | None = None,
) -> ServerSteps:
    """*nonce* is the server's part. *salt* and *iterations* are for accounts that keep no keys.

    A *binding* says that the server can bind to the channel and has offered -PLUS. Whether there
    is such a user comes out at the end only, as with a wrong password.
    """
    message = yield b""
    header = read_gs2(message)
    first = _FIRST_BARE.fullmatch(message, header.length) if header is not None else None
    user = unescape(first["user"]) if first is not None else None
    if header is None or first is None or user is None:
        return refuse(MALFORMED, marked("A SCRAM login begins with n,,n=user,r=nonce."))
    if wrong := _judge_flag(mechanism, header, binding):
        return refuse(WRONG_BINDING, wrong, user)
    keys = _keys_of(accounts.named(user), mechanism, salt, iterations)
    full_nonce = first["nonce"].decode("ascii") + nonce
    server_first = f"r={full_nonce},s={_encode(keys.salt)},i={keys.iterations}"
    answer = yield server_first.encode()

    final = _FINAL.fullmatch(answer.decode("utf-8", "replace"))
    if final is None:
        return refuse(MALFORMED, marked("The second message is c=, r= and p=."), user)
    if final["nonce"] != full_nonce:
        return refuse(WRONG_SECRET, marked("This nonce belongs to another exchange."), user)
    plus = binding is not None and header.flag.startswith("p=")
    bound = message[: header.length] + (binding.data if plus and binding is not None else b"")
    if decode_base64(final["binding"]) != bound:
        return refuse(WRONG_BINDING, marked("The login was made for another channel."), user)
    transcript = message[header.length :] + f",{server_first},{final['bare']}".encode()
    signature = _verify(hash_name(mechanism), keys, transcript, decode_base64(final["proof"]))
    if not keys.stored_key:
        return refuse(UNKNOWN_USER, marked("There is no such user with a password."), user)
    if signature is None:
        return refuse(
            WRONG_SECRET, marked("The proof was not made with this user's password."), user
        )
    verdict = admit(user, header.acting_as)
    if verdict.ok:
        yield f"v={_encode(signature)}".encode()
    return verdict


def _judge_flag(mechanism: str, header: Gs2Header, binding: ChannelBinding | None) -> str:
    """What is wrong with the client's channel binding flag (RFC 5802 6), "" for nothing."""
    if mechanism.endswith("-PLUS"):
        if binding is None:
            return marked("This server cannot bind to the channel.")
        if header.flag != f"p={binding.name}":
            return marked("This mechanism needs the flag p={name}.", name=binding.name)
        return ""
    if header.flag.startswith("p="):
        return marked("The flag p= belongs to a mechanism that ends in -PLUS.")
    if header.flag == "y" and binding is not None:
        return marked(
            "The client did not see that -PLUS was offered: somebody may have taken it away."
        )
    return ""


def _keys_of(account: Account | None, mechanism: str, salt: bytes, iterations: int) -> ScramKeys:
    """The keys of an account; for one that cannot log in so, keys that no proof fits."""
    name = mechanism.removesuffix("-PLUS")
    for kept_for, keys in account.keys if account is not None else ():
        if kept_for == name:
            return keys
    if account is None or not account.password:
        return ScramKeys(salt, iterations, b"", b"")
    return scram_keys(name, account.password, salt, iterations)


def _verify(hash_: str, keys: ScramKeys, message: bytes, proof: bytes | None) -> bytes | None:
    """The server's signature if the proof is right, None if it is not."""
    expected = _hmac(hash_, keys.stored_key, message)
    if proof is None or len(proof) != len(expected):
        return None
    client_key = _xor(proof, expected)
    if not same(keys.stored_key, _hash(hash_, client_key)):
        return None
    return _hmac(hash_, keys.server_key, message)


def _derive(hash_: str, salted: bytes, message: bytes) -> Derived:
    client_key = _hmac(hash_, salted, b"Client Key")
    signature = _hmac(hash_, _hash(hash_, client_key), message)
    server_key = _hmac(hash_, salted, b"Server Key")
    return Derived(_xor(client_key, signature), _hmac(hash_, server_key, message))


def _salted(hash_: str, password: str, salt: bytes, iterations: int) -> bytes:
    from hashlib import pbkdf2_hmac  # Hi() of RFC 5802 2.2 is PBKDF2 with one block

    return pbkdf2_hmac(hash_, to_bytes(password), salt, iterations)


def _hmac(hash_: str, key: bytes, message: bytes) -> bytes:
    import hmac

    return hmac.digest(key, message, hash_)


def _hash(hash_: str, data: bytes) -> bytes:
    import hashlib

    return hashlib.new(hash_, data).digest()


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def _encode(data: bytes) -> str:
    import binascii

    return binascii.b2a_base64(data, newline=False).decode("ascii")
