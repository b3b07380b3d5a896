"""How the two sides of an exchange are driven.

A client is a generator of messages. Start it with `next()`: it gives the message that may go along
with AUTH as initial response, or None if the server speaks first. `answer_to()` gives the answer to
each challenge. After 235 call `finish()`.

    steps = client("CRAM-MD5", credentials)
    next(steps)                      # None: AUTH CRAM-MD5 goes without initial response
    answer = answer_to(steps, challenge)   # decoded from the 334

If the initial response was held back, the server's empty 334 asks for it, and it is sent then.

A server is a generator of challenges. Start it with `next()`: the first challenge, empty where the
client speaks first. Then `send()` it each message of the client. It returns a Verdict, as the value
of StopIteration; `reply_to()` makes that easy to use. With an initial response the first challenge
is not put on the wire, and the response is sent right away.

Everything here is decoded: base64, 334 and the lone * are SMTP's business.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import NamedTuple

from smtpshell.catalogue import marked, tr
from smtpshell.errors import SmtpshellError

ClientSteps = Generator[bytes | None, bytes | None, None]
ServerSteps = Generator[bytes, bytes, "Verdict"]


class SaslError(SmtpshellError):
    """The other side cannot be trusted, or cannot be answered; a client then cancels with *."""


class Verdict(NamedTuple):
    """How an exchange ended on the server's side.

    *user* is who logged in, or tried to; *acting_as* on whose behalf (the authorization identity).
    *why* names the reason of a refusal, one of the constants below; *words* tell it.
    """

    ok: bool
    user: str = ""
    acting_as: str = ""
    why: str = ""
    words: str = ""


MALFORMED = "malformed"  # not a message of this mechanism: 501 rather than 535
UNKNOWN_USER = "unknown-user"  # a server does not tell its client which of
WRONG_SECRET = "wrong-secret"  # the two it was (RFC 4954 4)
NOT_ALLOWED = "not-allowed"  # may not act as somebody else
WRONG_BINDING = "wrong-binding"  # not bound to this TLS channel, so perhaps relayed by somebody


def refuse(why: str, words: str, user: str = "") -> Verdict:
    """A verdict against the client."""
    return Verdict(False, user, "", why, words)


def admit(user: str, acting_as: str) -> Verdict:
    """Let *user* in, if it acts for nobody else: that needs a permission no account here has."""
    if acting_as in ("", user):
        return Verdict(True, user, user)
    words = marked("{user} may not act as somebody else.", user=user)
    return refuse(NOT_ALLOWED, words, user)


def reply_to(steps: ServerSteps, message: bytes) -> bytes | Verdict:
    """Hand *message* to a server; its next challenge, or the verdict that ends the exchange."""
    try:
        return steps.send(message)
    except StopIteration as end:
        verdict: Verdict = end.value
        return verdict


def answer_to(steps: ClientSteps, challenge: bytes) -> bytes:
    """Hand *challenge* to a client; its answer. SaslError if the mechanism has no answer to it."""
    try:
        answer = steps.send(challenge)
    except StopIteration:
        raise SaslError(tr("the server asks for more than this mechanism has to say")) from None
    return answer or b""


def finish(steps: ClientSteps) -> None:
    """Tell a client that the server has said 235; raise SaslError if that came too early.

    A server that has not proved what the mechanism lets it prove may be anybody (RFC 5802 5).
    """
    try:
        steps.send(None)
    except StopIteration:
        return
    raise SaslError(tr("the server said yes before the exchange was complete"))
