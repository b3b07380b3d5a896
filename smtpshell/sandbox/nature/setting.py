"""The sections of a personality that are plain settings: what each key may be, and its meaning.

The values come from files; the root personality `by-the-book` gives every one of them, so there are
no second defaults here.
"""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from smtpshell.datafile import Where, meant
from smtpshell.sandbox.nature.phrase import read_phrase
from smtpshell.sandbox.nature.situation import SITUATIONS
from smtpshell.smtp.domain import domain_problems, is_literal
from smtpshell.smtp.issue_table import ISSUES
from smtpshell.smtp.lenient import ENDS
from smtpshell.smtp.printable import printable
from smtpshell.smtp.table.command import COMMANDS

Names = tuple[str, ...]


class Ehlo(NamedTuple):
    """The EHLO list (RFC 5321 4.1.1.1); STARTTLS and AUTH are left out where they cannot work."""

    keywords: Names
    before_tls: Names = ()  # the list in clear, if it is another one


class Auth(NamedTuple):
    """Logging in (RFC 4954)."""

    mechanisms: Names
    without_tls: bool


class Commands(NamedTuple):
    """Verbs that the server does without."""

    unknown: Names  # has never heard of (500); "*" = all that it does not do
    disabled: Names  # knows and does not do (502)


class Strict(NamedTuple):
    """How exactly the server takes it."""

    forgives: Names  # names of issues (smtp.issue_table), alone or behind a verb
    form_first: Names  # verbs whose form is looked at before their place in the session
    helo_required: bool
    needs_helo: Names  # verbs that are refused until the client has said who it is
    helo_name: str
    helo_letters: str  # that a name may hold beside those of a domain
    helo_judged_at: str
    second_ehlo: bool
    parameters_need_ehlo: bool
    verbs_need_ehlo: Names  # verbs of extensions that HELO does not bring
    starttls_in_mail: bool
    announced_size: bool  # is what SIZE announces held against limits.size?
    literals: bool  # address literals in paths
    pipelining: str
    bare_newline: str
    also_ends: Names  # what ends a letter beside CRLF.CRLF: names out of smtp.lenient.ENDS
    behind_starttls: str  # what becomes of bytes that came in clear behind STARTTLS


class Between(NamedTuple):
    """Somebody on the way, who reads along and changes what is said in clear (sandbox.between)."""

    passes: Names  # verbs that are let through; of others every letter becomes an X; "*" = all
    masks_greeting: bool
    hides: Names  # EHLO keywords that are taken out of the list; "*" = all
    garbles: Names  # EHLO keywords that are overwritten with X
    crosses_out_single_octets: bool
    slips_in: Names  # lines put in behind the 220 to STARTTLS


class Limits(NamedTuple):
    """How much of anything the server takes; octets unless said otherwise."""

    line: int
    mail_line: int
    auth_line: int
    text_line: int
    size: int
    recipients: int  # in a transaction
    mails: int  # transactions in a session
    errors: int  # refused commands
    counted: Names  # which refusals: beginnings of codes, or situations
    parting: str  # where the last words stand when errors are used up
    slow_after: int  # refused commands; 0 = never
    junk: int  # commands between two letters
    logins: int  # failed ones


class Timing(NamedTuple):
    """Seconds, and octets a second."""

    greeting_delay: float
    error_delay: float
    idle: float
    line: float
    handshake: float
    letter: float
    data_rate: float


class Checks(NamedTuple):
    """What is looked up in the scenario's zone, and written on letters."""

    results: Names  # methods whose results are written on each letter (RFC 8601)
    lists: Names  # blocklists of the zone that the client's address is looked up in
    tag: float  # points of the score sheet from which a letter is marked; 0 = never


class Reputation(NamedTuple):
    """What an address is remembered for: a session counts by the points of one tally at its end."""

    tally: str  # "" = nothing is remembered
    good: float  # points that make a session a good one
    bad: float  # points below 0 that make it a bad one
    remember: float  # seconds after the last session that counted


class Queue(NamedTuple):
    """How the server tries again what it could not hand on; seconds (RFC 5321 4.5.4.1)."""

    first_wait: float  # after the first try; doubled after each further one
    longest_wait: float
    warn_after: float  # until the sender hears that the letter is late; 0 = never
    expire: float  # until the server gives up
    hops: int  # Received fields in a letter that goes round in circles


class Door(NamedTuple):
    """What is asked of whoever comes in by one of the ports."""

    login: bool = True  # AUTH is offered
    implicit_tls: bool = False  # the handshake comes first, and the greeting under TLS
    tls_required: bool = False
    auth_required: bool = False
    own_sender: bool = False
    completes: bool = False  # Date and Message-ID are added where they are missing


SECTIONS: dict[str, type[Any]] = {
    "ehlo": Ehlo,
    "auth": Auth,
    "commands": Commands,
    "strict": Strict,
    "between": Between,
    "limits": Limits,
    "timing": Timing,
    "checks": Checks,
    "reputation": Reputation,
    "queue": Queue,
}
DOORS = ("mx", "submission", "smtps", "lmtp")

# What a reply code may begin with: a class, a subject, or all of it (RFC 5321 4.2.1).
_CODES = [str(code) for code in range(400, 600)]
CODE_BEGINNINGS = tuple({code[:digits] for code in _CODES for digits in (1, 2, 3)})

_CHOICES = {
    "helo_name": ("any", "letters", "domain", "full"),
    "helo_judged_at": ("HELO", "RCPT"),
    "form_first": tuple(COMMANDS),
    "needs_helo": tuple(COMMANDS),
    "verbs_need_ehlo": ("AUTH", "BDAT", "ETRN", "STARTTLS"),
    "parting": ("after", "with", "instead", "silent"),
    "counted": (*SITUATIONS, *CODE_BEGINNINGS),
    "pipelining": ("rfc", "none", "lax"),
    "bare_newline": ("reject", "normalize", "accept"),
    "also_ends": tuple(ENDS),
    "behind_starttls": ("refuse", "discard", "run"),
    "results": ("spf", "dkim", "dmarc", "iprev"),
    "forgives": tuple(name for name, issue in ISSUES.items() if issue.side == "client"),
}


def table_at(table: Mapping[str, Any], where: Where, *keys: str) -> Mapping[str, Any]:
    """The table that stands at *keys* in the file's *table*, empty if there is none."""
    found: Any = table
    for key in keys:
        found = found.get(key, {})
        if not isinstance(found, Mapping):
            raise where.at(*keys).error(f"{key} is a table")
    return found  # type: ignore[no-any-return]  # narrowed by the loop


def check_known(table: Mapping[str, Any], allowed: Iterable[str], where: Where, *keys: str) -> None:
    """Raise for the first key of the *table* at *keys* that is not *allowed*."""
    known = set(allowed)
    for key in table:
        if key not in known:
            raise where.at(*keys, key).error(f'unknown key "{key}"{meant(key, known)}')


def check_domain(name: str, where: Where) -> None:
    """Raise for a *name* that no host and no domain can have: it is written on letters."""
    problems = domain_problems(name, 0)
    if problems or is_literal(name):
        words = str(problems[0].message) if problems else "a name is wanted, not an address"
        raise where.error(f'"{printable(name[:80])}" is no domain: {words}')


def read_section(
    kind: type[Any], table: Mapping[str, Any], where: Where, *keys: str
) -> dict[str, Any]:
    """Check the values that the *table* at *keys* gives for the settings of *kind*."""
    types = kind.__annotations__
    check_known(table, types, where, *keys)
    values = {}
    for key, value in table.items():
        try:
            values[key] = _read(value, types[key])
            _check_choice(key, values[key])
        except ValueError as error:
            raise where.at(*keys, key).error(f"{key} {error}") from None
    return values


def _read(value: Any, wanted: Any) -> Any:
    if wanted == Names:
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise ValueError("is a list of texts")
        return tuple(value)
    if wanted is bool:
        if not isinstance(value, bool):
            raise ValueError("is true or false")
    elif wanted is str:
        if not isinstance(value, str):
            raise ValueError("is a text")
    elif isinstance(value, bool) or not isinstance(value, (int, wanted)) or not _is_real(value):
        raise ValueError("is a number, 0 or more")
    return value


def read_issues(table: Mapping[str, Any], where: Where) -> dict[str, str]:
    """The section `issues`: by which situation a fault is answered, if not by the usual one."""
    for key, value in table.items():
        try:
            _check_choice("forgives", (key,))
            if not isinstance(value, str) or SITUATIONS.get(value) != "":
                refusals = [name for name, verb in SITUATIONS.items() if not verb]
                raise ValueError(f"is answered by a refusal{meant(str(value), refusals)}")
        except ValueError as error:
            raise where.at("issues", key).error(f"{key} {error}") from None
    return dict(table)


def _is_real(number: float) -> bool:
    """Is it 0 or more, and neither without end (inf) nor no number at all (nan)?"""
    return 0 <= number < float("inf")


def _check_choice(key: str, value: Any) -> None:
    if key in ("keywords", "before_tls"):
        for line in value:
            read_phrase(line)
            if not line.strip():
                raise ValueError("holds an empty line")
    choices = _CHOICES.get(key, ())
    for one in value if isinstance(value, tuple) else (value,):
        if key == "forgives":
            one = one.split(" ", 1)[-1]
        if choices and one not in choices:
            raise ValueError(f'does not know "{one}"{meant(str(one), choices)}')
