"""Other houses: where letters for elsewhere go. They are data of the scenario, nothing is called.

[houses."branch.test"]
host = "mx.branch.test"
people = ["fred", "gina"]           # "*" takes whoever is written to
answers = "450 4.7.1 Not now"       # to everybody; "down" = nobody answers at all
until = "2h"                        # so long, from the first try on; without it for ever
via = ["relay.test"]                # hosts that hand the letter on, on its way
offers = ["8BITMIME", "SIZE 20000"] # in its EHLO list; all we know, if nothing is said
personality = "crlf-strict"         # a server like ours, which is handed the letter (`annex`)
[houses."branch.test".forwards]
max = "forward@office.test"         # his mail goes on to there
"""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from smtpshell.datafile import Where
from smtpshell.errors import UsageError
from smtpshell.sandbox.nature.duration import seconds_of
from smtpshell.sandbox.nature.personality import Personality, load_personality
from smtpshell.sandbox.nature.setting import (
    Names,
    check_domain,
    check_known,
    read_section,
    table_at,
)
from smtpshell.smtp.reply import parse_reply

DOWN = "down"  # nobody answers
WELCOME = "250"
ANYBODY = "*"
LONGEST_SIZE = 20  # digits (RFC 1870 4)
_OFFERS = ("8BITMIME", "BINARYMIME", "SMTPUTF8", "DSN")
_KNOWN = (*_OFFERS, "SIZE")


class House(NamedTuple):
    """A domain that is not ours, its server and the people with a mailbox there.

    *lasts* is how many seconds its *answers* last from the first try on; then it is as good as any.
    *nature* is its server's, if it has a real one.
    """

    domain: str
    host: str
    people: Names = ()
    answers: str = WELCOME
    lasts: float = float("inf")
    via: Names = ()
    offers: Names = _OFFERS
    forwards: Mapping[str, str] = MappingProxyType({})
    nature: Personality | None = None

    @property
    def takes_anybody(self) -> bool:
        """Has everybody who is written to a mailbox there?"""
        return ANYBODY in self.people

    def offer(self, keyword: str) -> bool:
        """Is the service extension in its EHLO list?"""
        lines = self.offers if self.nature is None else self.nature.ehlo.keywords
        return any(line.split()[0].upper() == keyword for line in lines)

    @property
    def size(self) -> int:
        """The octets it takes in a letter, 0 if it names no limit (RFC 1870 3)."""
        sizes = [line.split()[1] for line in self.offers if line.upper().startswith("SIZE ")]
        return int(sizes[0]) if sizes else 0


class _Written(NamedTuple):
    """A house as it is written."""

    host: str
    people: Names = ()
    answers: str = WELCOME
    until: str = ""
    via: Names = ()
    offers: Names = _OFFERS
    personality: str = ""


def read_houses(
    table: Mapping[str, Any], where: Where, folders: Sequence[Path] = ()
) -> dict[str, House]:
    """The section `houses` of a scenario; DataFileError names the line of what is wrong.

    *folders* are where personalities of the scenario's own may be.
    """
    houses = {}
    for domain in table_at(table, where, "houses"):
        house = _read(domain.lower(), table, where, ("houses", domain))
        nature = _nature(table_at(table, where, "houses", domain), where, domain, folders)
        houses[house.domain] = house._replace(nature=nature)
    return houses


def _nature(
    said: Mapping[str, Any], where: Where, domain: str, folders: Sequence[Path]
) -> Personality | None:
    if not said.get("personality"):
        return None
    where = where.at("houses", domain, "personality")
    if said.get("forwards"):
        raise where.error(f"{domain}: a house with a personality keeps its letters, no forwards")
    try:
        return load_personality(said["personality"], folders)
    except UsageError as error:
        raise where.error(f"{domain}: {error}") from None


def _read(domain: str, table: Mapping[str, Any], where: Where, keys: tuple[str, ...]) -> House:
    said = dict(table_at(table, where, *keys))
    check_known(said, (*_Written._fields, "forwards"), where, *keys)
    said.pop("forwards", None)
    if not said.get("host"):
        raise where.at(*keys).error(f"{domain}: host is missing")
    written = _Written(**read_section(_Written, said, where, *keys))
    check_domain(domain, where.at(*keys))
    check_domain(written.host, where.at(*keys, "host"))
    for host in written.via:
        check_domain(host, where.at(*keys, "via"))
    try:
        lasts = seconds_of(written.until) if written.until else float("inf")
    except ValueError as error:
        raise where.at(*keys, "until").error(f"until {error}") from None
    _check_answers(written.answers, where.at(*keys, "answers"))
    _check_offers(written.offers, where.at(*keys, "offers"))
    return House(
        domain=domain,
        host=written.host,
        people=tuple(name.lower() for name in written.people),
        answers=written.answers,
        lasts=lasts,
        via=written.via,
        offers=written.offers,
        forwards=MappingProxyType(_forwards(table, where, (*keys, "forwards"))),
    )


def _check_answers(answers: str, where: Where) -> None:
    code = parse_reply(answers.encode()).code
    if answers != DOWN and (code is None or code // 100 not in (2, 4, 5)):
        raise where.error('answers is a reply, like "250" or "450 4.7.1 Not now", or "down"')


def _check_offers(offers: Names, where: Where) -> None:
    for line in offers:
        keyword, *words = line.split() or [""]
        size = keyword.upper() == "SIZE"
        number = "".join(words)
        digits = number.isascii() and number.isdigit() and len(number) <= LONGEST_SIZE
        if keyword.upper() not in _KNOWN or (size and not digits):
            known = ", ".join(_OFFERS)
            raise where.error(f'offers knows {known} and "SIZE 20000", not "{line}"')


def _forwards(table: Mapping[str, Any], where: Where, keys: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for name, value in table_at(table, where, *keys).items():
        if not isinstance(value, str) or "@" not in value:
            raise where.at(*keys, name).error(f"forwards.{name} is an address")
        found[name.lower()] = value
    return found
