"""Where it went wrong: for each cause the search for the moment that a later refusal comes from.

Each function is handed the moment of a refusal and what came before it, and gives the earlier
moment, or None if the cause is another one. It must be sure: where a refusal may come from either
of two things, nothing is said.
"""

from __future__ import annotations

import re

from smtpshell.explain.past import Past, digit_of, refused
from smtpshell.fact.moment import Moment
from smtpshell.smtp.later import later

HELLO = ("EHLO", "HELO", "LHLO")
LOGIN = ("AUTH", "X-EXPS", "AUTHLINE")
# What ends the transaction, or drops what there is of it (RFC 5321 4.1.1.1, 4.1.1.4, 4.1.1.5).
DROPS = ("RSET", *HELLO, "DOT", "STARTTLS")

_NEEDS_EHLO = frozenset({"AUTH", "STARTTLS", "BDAT", "BURL", "ETRN"})
# What a server says to a parameter or a verb it does not take. Other codes are about something
# else: Postfix minds a SIZE after HELO, and its 552 is an honest one.
_NOT_KNOWN = frozenset({500, 501, 502, 503, 504, 555})
_NOT_TRIED = frozenset({502, 503, 530, 538})  # to AUTH: not here, not now, not without TLS
_STRANGERS = frozenset(
    {"unknown-verb", "unknown-verb-close", "header-as-command", "dot-as-command"}
)
_BAD_NAMES = frozenset(
    {"ehlo-not-fqdn", "not-a-domain", "no-argument", "bad-domain", "literal-without-brackets"}
)
_NOT_MEANT = frozenset({"smart-quotes", "nbsp", "look-alike", "invisible-char"})  # came by a paste
_MANY_ERRORS = 3  # in a row; Exim hangs up after more

_ABOUT_NAME = later(r"\b(?:helo|ehlo|hello|host ?name|fqdn|fully.qualified)\b", re.I)
# The name of the client's address is another thing, though servers call it a host name too.
_ABOUT_ADDRESS = later(r"\b(?:ptr|reverse|rdns|fcrdns)\b", re.I)
_ABOUT_SENDER = later(r"\b(?:sender|mail from|return.path|reverse.path)\b", re.I)
_ABOUT_LOGIN = later(r"\b(?:auth\w*|log ?in|relay\w*)\b", re.I)
_ABOUT_BUDGET = later(
    r"\btoo many\b.{0,40}\b(?:errors?|bad|unknown|unrecogni[sz]ed|syntax)\b", re.I
)
_LIKE_COMMAND = later(r"(?:quit|rset|noop|(?:mail from|rcpt to):.*|bdat [0-9].*)\r\n", re.I)

_LOOKED_AT = 1000  # characters of a reply's text


def _says(moment: Moment, about: re.Pattern[str]) -> bool:
    return moment.reply is not None and about.search(moment.reply.text[:_LOOKED_AT]) is not None


def _reason(moment: Moment) -> tuple[int, int]:
    """Subject and detail of the enhanced code, (-1, -1) without one."""
    enhanced = moment.reply.enhanced if moment.reply else None
    return (enhanced.subject, enhanced.detail) if enhanced else (-1, -1)


def _out_of_order(moment: Moment) -> bool:
    """Does the server say that the command came at the wrong time? Postfix has 554 for DATA."""
    return moment.code in (503, 554)


def _good(moment: Moment | None) -> Moment | None:
    return moment if moment is not None and digit_of(moment) == 2 else None


def _bad(moment: Moment | None) -> Moment | None:
    return moment if moment is not None and refused(moment) else None


def greeting_refused(moment: Moment, past: Past) -> Moment | None:
    """The server turned us away when it first spoke, and takes nothing but QUIT."""
    if not _out_of_order(moment) or moment.verb == "QUIT":
        return None
    return _bad(next((earlier for earlier in reversed(past) if earlier.on == "greeting"), None))


def hello_refused(moment: Moment, past: Past) -> Moment | None:
    """The greeting was refused, so nobody is known to the server yet."""
    if moment.before.phase != "connected" or moment.code != 503:
        return None
    return _bad(past.reply(*HELLO))


def no_ehlo_after_tls(moment: Moment, past: Past) -> Moment | None:
    """TLS made both sides forget the EHLO, and it was not said again."""
    if not moment.before.tls or moment.before.ehlo_since_tls:
        return None
    # Of AUTH servers say also that they do not know it, or do not offer it.
    if moment.code != 503 and (moment.verb != "AUTH" or digit_of(moment) != 5):
        return None
    return _good(past.reply("STARTTLS"))


def mail_refused(moment: Moment, past: Past) -> Moment | None:
    """The sender was refused, so no transaction is open."""
    if moment.before.phase in ("mail", "rcpt", "data"):
        return None
    last = past.reply("MAIL", *DROPS)
    return _bad(last) if last is not None and last.verb == "MAIL" else None


def rcpts_refused(moment: Moment, past: Past) -> Moment | None:
    """Every recipient was refused: the envelope is empty."""
    if moment.before.rcpts_ok or not moment.before.rcpts_refused:
        return None
    return _bad(past.reply("RCPT"))


def mail_open(moment: Moment, past: Past) -> Moment | None:
    """A transaction is open already."""
    if moment.before.phase not in ("mail", "rcpt", "data") or moment.code != 503:
        return None
    return past.reply("MAIL", digit=2)


def envelope_dropped(moment: Moment, past: Past) -> Moment | None:
    """There was a transaction, and something ended it."""
    if moment.before.phase not in ("connected", "greeted") or not _out_of_order(moment):
        return None
    after = past.since(lambda earlier: earlier.verb == "MAIL" and digit_of(earlier) == 2)
    for earlier in after:
        ends = earlier.verb in DROPS or (earlier.command is not None and earlier.command.last)
        if ends and (digit_of(earlier) == 2 or earlier.verb == "DOT"):
            return earlier
    return None


def bdat_then_data(moment: Moment, past: Past) -> Moment | None:
    """A letter begun with BDAT cannot go on with DATA (RFC 3030 2)."""
    return past.reply("BDAT", digit=2) if moment.before.phase == "data" else None


def chunk_refused(moment: Moment, past: Past) -> Moment | None:
    """A chunk was refused, and what follows cannot mend that (RFC 3030 2)."""
    for earlier in past.since(lambda earlier: earlier.verb == "MAIL"):
        if earlier.verb == "BDAT" and refused(earlier):
            return earlier
    return None


def binary_by_data(moment: Moment, past: Past) -> Moment | None:
    """What MAIL announced as BINARYMIME must come by BDAT (RFC 3030 3)."""
    mail = past.reply("MAIL", digit=2)
    body = mail.command.parameter("BODY") if mail and mail.command else None
    binary = body is not None and (body.value or "").upper() == "BINARYMIME"
    return mail if binary else None


def utf8_not_declared(moment: Moment, past: Past) -> Moment | None:
    """An address in UTF-8, and MAIL did not say SMTPUTF8 (RFC 6531 3.4)."""
    if "utf8-undeclared" not in moment.issues or moment.issues & _NOT_MEANT:
        return None
    return past.reply("MAIL", digit=2)


def bad_sender(moment: Moment, past: Past) -> Moment | None:
    """Servers look at the sender only when a recipient gives them reason to."""
    if moment.code == 503:
        return None
    if _reason(moment) in ((1, 7), (1, 8)) or _says(moment, _ABOUT_SENDER):
        return past.reply("MAIL", digit=2)
    return None


def bad_client_name(moment: Moment, past: Past) -> Moment | None:
    """The name in EHLO was taken, and is held against the client now."""
    hello = past.reply(*HELLO, digit=2)
    if hello is None or not hello.issues & _BAD_NAMES:
        return None
    about_name = _says(moment, _ABOUT_NAME) and not _says(moment, _ABOUT_ADDRESS)
    return hello if about_name else None


def helo_without_extensions(moment: Moment, past: Past) -> Moment | None:
    """After HELO there are no extensions, and so no parameters."""
    hello = past.reply(*HELLO, digit=2)
    if hello is None or hello.verb != "HELO" or moment.command is None:
        return None
    wanted = moment.verb in _NEEDS_EHLO or moment.command.parameters
    return hello if wanted and moment.code in _NOT_KNOWN else None


def tls_refused(moment: Moment, past: Past) -> Moment | None:
    """The server wants TLS first, and that did not come about."""
    if moment.before.tls or moment.code not in (503, 530, 538):
        return None
    tried = _bad(past.reply("STARTTLS"))
    # Too early, or with words behind it: said properly, it may well work.
    return None if tried is not None and tried.code in (501, 503) else tried


def login_failed(moment: Moment, past: Past) -> Moment | None:
    """A stranger is refused what a user may do, and the login before had failed."""
    if moment.before.auth or not (moment.code == 530 or _says(moment, _ABOUT_LOGIN)):
        return None
    tried = _bad(past.reply(*LOGIN))
    if tried is not None and tried.before.tls != moment.before.tls:
        return None  # what was refused in clear says nothing of a login under TLS
    return None if tried is not None and tried.code in _NOT_TRIED else tried


def login_forgotten(moment: Moment, past: Past) -> Moment | None:
    """The login had worked; some servers forget it when EHLO is said again."""
    if moment.code != 530:
        return None
    last = past.reply(*LOGIN, *HELLO, digit=2)
    logged_in = last is not None and moment.before.auth and last.verb in HELLO
    return last if logged_in else None


def _earlier_in_exchange(moment: Moment, past: Past, issues: frozenset[str]) -> Moment | None:
    """The first line of the AUTH exchange which *moment* ends that has one of these *issues*."""
    if moment.verb != "AUTHLINE" or moment.issues & issues:
        return None  # nothing came before, or the line at hand is odd enough itself
    for line in past.since(lambda earlier: earlier.verb in ("AUTH", "X-EXPS")):
        if line.issues & issues:
            return line
    return None


def auth_newline(moment: Moment, past: Past) -> Moment | None:
    """A line end was encoded along with the user name."""
    return _earlier_in_exchange(moment, past, frozenset({"base64-trailing-newline"}))


def auth_not_base64(moment: Moment, past: Past) -> Moment | None:
    """The user name was never encoded."""
    return _earlier_in_exchange(moment, past, frozenset({"base64-bad", "base64-not-text"}))


def auth_still_open(moment: Moment, past: Past) -> Moment | None:
    """A command was typed where the server waited for an answer to its 334."""
    if "command-in-auth" not in moment.issues:
        return None
    return past.reply("AUTH", "X-EXPS", "AUTHLINE", digit=3)


def short_bdat(moment: Moment, past: Past) -> Moment | None:
    """BDAT counted too few octets, so the rest of the text was read as commands."""
    if not moment.issues & _STRANGERS:
        return None
    for earlier in past.replies():
        if not earlier.issues & _STRANGERS:
            return earlier if earlier.verb == "BDAT" and digit_of(earlier) == 2 else None
    return None


def long_bdat(moment: Moment, past: Past) -> Moment | None:
    """BDAT counted too many octets, so the next command was read as part of the letter."""
    last = next(reversed(past), None)
    unanswered = last is not None and last.on == "command" and last.verb == "BDAT"
    return last if unanswered and _LIKE_COMMAND.fullmatch(past.last_chunk) else None


def header_before_data(moment: Moment, past: Past) -> Moment | None:
    """The letter was typed where commands are read, from its first header line on."""
    if not moment.issues & _STRANGERS:
        return None
    first = None
    for earlier in past.replies():
        if not earlier.issues & _STRANGERS:
            break
        if "header-as-command" in earlier.issues:
            first = earlier
    return first


def error_budget(moment: Moment, past: Past) -> Moment | None:
    """The server counts errors, and its patience has ended."""
    if moment.on == "close":
        ended_by_server = moment.more.get("by") == "server" and moment.code not in (221, 421)
        if not ended_by_server:
            return None
    elif not _says(moment, _ABOUT_BUDGET):
        return None
    first, errors = None, 0
    for earlier in past.replies():
        if not refused(earlier):
            break
        first, errors = earlier, errors + 1
    return first if errors >= _MANY_ERRORS else None
