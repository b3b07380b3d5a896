"""Glosses on what AUTH exchanges carry: base64, taken apart, secrets covered."""

# No `from __future__ import annotations` here: NamedTuple compiles every annotation that is a
# string, which would more than double the import time of this module.
from typing import NamedTuple

from smtpshell.catalogue import Filled, marked
from smtpshell.explain.gloss import Glossary
from smtpshell.smtp.printable import printable
from smtpshell.smtp.sasl.field import CLIENT, SERVER, Field
from smtpshell.smtp.span import Token


class Login(NamedTuple):
    """Which AUTH exchange a line belongs to, and how many messages of its side came before."""

    mechanism: str = ""
    step: int = 0


NO_LOGIN = Login()

# Names of fields that are words of the language; authzid, authcid and nonce are the protocol's.
_NAMES = {
    "password": marked("password"),
    "digest": marked("digest"),
    "challenge": marked("challenge"),
    "prompt": marked("prompt"),
    "response": marked("response"),
    "unreadable": marked("unreadable"),
    "trace": marked("trace"),
    "channel-binding-flag": marked("channel-binding-flag"),
    "channel-binding": marked("channel-binding"),
    "salt": marked("salt"),
    "iteration-count": marked("iteration-count"),
    "proof": marked("proof"),
    "verifier": marked("verifier"),
    "error": marked("error"),
    "mandatory-extension": marked("mandatory-extension"),
    "extension": marked("extension"),
    "auth-scheme": marked("auth-scheme"),
    "token": marked("token"),
    "user": marked("user"),
    "host": marked("host"),
    "port": marked("port"),
    "acknowledgement": marked("acknowledgement"),
}


def gloss_response(
    glossary: Glossary, token: Token, said: str, login: Login, *, first: bool, reveal: bool
) -> None:
    """What the client answers; *first*: it came along with AUTH (RFC 4954 4)."""
    what = marked("initial response" if first else "answer")
    key = "initial-response" if first else "answer"
    if first and said == "=":
        glossary.token(token.start, token.end, what, f"{key} empty")
        return
    glossary.token(token.start, token.end, what, key)
    _gloss_fields(glossary, token, said, login, CLIENT, reveal)


def gloss_challenge(
    glossary: Glossary, token: Token, said: str, login: Login, *, reveal: bool
) -> None:
    """What the server asks behind 334."""
    glossary.token(token.start, token.end, marked("challenge"), "challenge")
    _gloss_fields(glossary, token, said, login, SERVER, reveal)


def _gloss_fields(
    glossary: Glossary, token: Token, said: str, login: Login, side: str, reveal: bool
) -> None:
    for field in _fields(said, login, side):
        if field.name == "separator":
            continue
        head = _head(field, reveal)
        glossary.token(token.start, token.end, head, f"field {field.name}")
        if field.secret and not reveal:
            glossary.token(token.start, token.end, head, "secret")


def _head(field: Field, reveal: bool) -> str:
    """What the *field* is, and its value if that may be seen."""
    name = _NAMES.get(field.name, field.name)
    if field.secret and not reveal:
        return name
    if not field.value:
        return marked("{name} (empty)", name=name)
    return Filled("{name} {value}", {"name": name, "value": printable(field.value)})


def _fields(said: str, login: Login, side: str) -> tuple[Field, ...]:
    from base64 import b64decode

    from smtpshell.smtp.sasl.mechanism import take_apart

    try:
        data = b64decode(said, validate=True)
    except ValueError:  # the parser has pointed at it already
        return ()
    return take_apart(login.mechanism, login.step, side, data)
