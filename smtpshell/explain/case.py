"""Which refusals may come from an earlier line, and from which."""

# No `from __future__ import annotations` here: NamedTuple compiles every annotation that is a
# string, which would more than double the import time of this module.
from collections.abc import Callable
from typing import NamedTuple

from smtpshell.explain import cause
from smtpshell.explain.past import Past
from smtpshell.fact.moment import Moment


class Case(NamedTuple):
    """A symptom, and how to look for the cause.

    *on* is the event that shows it, *verbs* the commands whose refusal may (none: any); *find*
    gives the earlier moment, None if the refusal has another reason. *closes*: a server may end the
    session for it (421), so that this is no word about the server alone.
    """

    cause: str
    on: str
    verbs: tuple[str, ...]
    find: Callable[[Moment, Past], Moment | None]
    closes: bool = False


_MAIL = ("MAIL", "SEND", "SOML", "SAML")
_SENDS = ("DATA", "BDAT", "BURL")
_ENVELOPE = (*_MAIL, "RCPT", *_SENDS)

# The first row that fits counts, so what came earlier in a session stands before what came later.
CASES = (
    Case("greeting-refused", "reply", (), cause.greeting_refused),
    Case("hello-refused", "reply", (*_ENVELOPE, "AUTH", "STARTTLS"), cause.hello_refused),
    Case("no-ehlo-after-tls", "reply", ("AUTH", *_ENVELOPE), cause.no_ehlo_after_tls),
    Case("mail-refused", "reply", ("RCPT", *_SENDS), cause.mail_refused),
    Case("envelope-dropped", "reply", ("RCPT", *_SENDS), cause.envelope_dropped),
    Case("mail-open", "reply", _MAIL, cause.mail_open),
    Case("rcpts-refused", "reply", _SENDS, cause.rcpts_refused),
    Case("bdat-then-data", "reply", ("DATA",), cause.bdat_then_data),
    Case("binary-by-data", "reply", ("DATA",), cause.binary_by_data),
    Case("chunk-refused", "reply", ("BDAT",), cause.chunk_refused),
    Case("helo-without-extensions", "reply", (), cause.helo_without_extensions),
    Case("tls-refused", "reply", (*_MAIL, "AUTH"), cause.tls_refused),
    Case("login-forgotten", "reply", ("MAIL", "RCPT"), cause.login_forgotten),
    Case("login-failed", "reply", ("MAIL", "RCPT"), cause.login_failed),
    Case("utf8-not-declared", "reply", ("RCPT",), cause.utf8_not_declared),
    Case("bad-client-name", "reply", (*_ENVELOPE, "DOT"), cause.bad_client_name, closes=True),
    Case("bad-sender", "reply", ("RCPT", *_SENDS), cause.bad_sender, closes=True),
    Case("auth-still-open", "reply", ("AUTHLINE",), cause.auth_still_open),
    Case("auth-newline", "reply", ("AUTHLINE",), cause.auth_newline),
    Case("auth-not-base64", "reply", ("AUTHLINE",), cause.auth_not_base64),
    Case("error-budget", "reply", (), cause.error_budget, closes=True),
    Case("short-bdat", "reply", (), cause.short_bdat, closes=True),
    Case("header-before-data", "reply", (), cause.header_before_data, closes=True),
    Case("long-bdat", "timer", (), cause.long_bdat),
    Case("error-budget", "close", (), cause.error_budget),
)
