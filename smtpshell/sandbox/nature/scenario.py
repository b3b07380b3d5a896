"""A scenario: who lives where, read from a TOML file.

    host = "mail.office.test"
    domains = ["office.test"]           # the first one is the mailboxes' own
    [people.ana]
    name = "Ana Albers"
    password = "..."
    [lists.sales]
    members = ["ana", "ben"]
    owner = "dora"
    [aliases]
    postmaster = ["dora"]
    [houses."branch.test"]              # where letters for elsewhere go: see `house`
    host = "mx.branch.test"
    people = ["fred"]

    zone = "dns-town.zone"              # its DNS, from the folder zones/ beside; or a list of files
    [client]                            # whom a client is taken for, instead of 127.0.0.1
    name = "mail.student.test"
    address = "192.0.2.10"

Beside that a scenario may hold any section of a personality: the rules of its house, which come on
top of the personality's own habits as an administrator's settings come on top of a program's. Of
its `cases`, which hold such sections too, the seed picks one.
"""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from smtpshell.datafile import Where, meant
from smtpshell.errors import UsageError
from smtpshell.resource import lessons_dir
from smtpshell.sandbox.nature.personality import HOUSE_RULES, Layer, find_file, read_layer
from smtpshell.sandbox.nature.setting import (
    Names,
    check_domain,
    check_known,
    read_section,
    table_at,
)
from smtpshell.sandbox.world.house import House, read_houses
from smtpshell.smtp.later import later
from smtpshell.smtp.printable import printable

if TYPE_CHECKING:
    from smtpshell.lookup.zone import ZoneResolver

MOST_ZONES = 10  # files
_ZONE = later(r"[a-z0-9][a-z0-9.-]{0,79}\.zone")
_HEAD = (
    *("format", "kind", "id", "about", "host", "domains", "keep", "codes", "zone", "client"),
    *("people", "lists", "aliases", "houses", "cases"),
)


class Person(NamedTuple):
    """Somebody with a name at this server. Without a password they cannot log in."""

    name: str = ""
    password: str = ""
    token: str = ""  # for XOAUTH2
    full: bool = False  # the mailbox has no room left
    quota: int = 0  # octets that the mailbox holds; 0 = as many as come
    moved_to: str = ""  # where they are now; we only say so
    forward_to: str = ""  # where their mail is sent on to

    @property
    def has_mailbox(self) -> bool:
        return not (self.moved_to or self.forward_to)

    def __repr__(self) -> str:
        return f"Person(name={self.name!r})"  # passwords stay out of logs and tracebacks


class MailingList(NamedTuple):
    """A list: its members get the mail, its owner the failure reports (RFC 5321 3.9.2)."""

    members: Names
    owner: str
    name: str = ""


class Host(NamedTuple):
    """A host by its address, and the name it goes by; "" if it has none."""

    address: str
    name: str = ""


class Scenario(NamedTuple):
    """The facts of a world. *keep*: letters a mailbox holds, the oldest go first; 0 = all.

    *zone* is its DNS as it is in the beginning: whoever uses it takes a copy. *client* is the host
    that a client is taken for.
    *codes*: there are addresses that are answered with the code they name (see `asked`). *case* is
    the one that the seed has picked.
    """

    id: str
    about: str
    host: str
    domains: Names
    people: Mapping[str, Person]
    lists: Mapping[str, MailingList]
    aliases: Mapping[str, Names]
    house: Layer
    keep: int = 0
    zone: "ZoneResolver | None" = None
    client: Host | None = None
    houses: Mapping[str, House] = MappingProxyType({})  # the others, by domain
    codes: bool = False
    case: str = ""


class _Place(NamedTuple):
    host: str
    domains: Names
    keep: int = 0
    codes: bool = False


def load_scenario(name: str, folders: Sequence[Path] = (), seed: int = 7) -> Scenario:
    """Read the scenario *name* from the first of *folders* that has it, then from our own.

    If it has cases, the *seed* says which one it is.
    """
    places = [*folders, lessons_dir() / "sandbox" / "scenarios"]
    path = find_file(name, places, "scenario")
    layer = read_layer(path, "scenario")
    table, where, _ = layer
    check_known(table, (*_HEAD, *HOUSE_RULES), where)
    place = _place(table, where)
    people = _entries(Person, "people", layer)
    lists = _entries(MailingList, "lists", layer)
    cases = _cases(layer)
    case = list(cases)[seed % len(cases)] if cases else ""
    scenario = Scenario(
        id=name,
        about=table["about"],
        host=place.host,
        domains=tuple(domain.lower() for domain in place.domains),
        people=MappingProxyType(people),
        lists=MappingProxyType(lists),
        aliases=MappingProxyType(_aliases(layer)),
        house=Layer(
            {key: table[key] for key in HOUSE_RULES if key in table},
            where,
            (cases[case],) if case else (),
        ),
        keep=place.keep,
        zone=_zone(layer, [path.parent.parent / "zones", lessons_dir() / "sandbox" / "zones"]),
        client=_client(layer),
        houses=MappingProxyType(read_houses(table, where, [path.parent.parent / "personalities"])),
        codes=place.codes,
        case=case,
    )
    _check_members(scenario)
    return scenario


def _place(table: Mapping[str, Any], where: Where) -> _Place:
    said = {key: table[key] for key in _Place._fields if key in table}
    for key in ("host", "domains"):
        if not said.get(key):
            raise where.at(key).error(f"{key} is missing")
    place = _Place(**read_section(_Place, said, where))
    check_domain(place.host, where.at("host"))
    for domain in place.domains:
        check_domain(domain, where.at("domains"))
    return place


def _entries(kind: type[Any], section: str, layer: Layer) -> dict[str, Any]:
    entries = {}
    for name in table_at(layer.table, layer.where, section):
        if not name.isprintable():  # it is written on letters
            words = f"{section}: a name is printable, not {printable(name[:80])}"
            raise layer.where.at(section, name).error(words)
        table = table_at(layer.table, layer.where, section, name)
        values = read_section(kind, table, layer.where, section, name)
        for key in kind._fields:
            if key not in values and key not in kind._field_defaults:
                raise layer.where.at(section, name).error(f"{section}.{name}.{key} is missing")
        entries[name.lower()] = kind(**values)
    return entries


def _cases(layer: Layer) -> dict[str, Layer]:
    """What differs from case to case; all of them are checked, whichever it will be."""
    cases = {}
    for name in table_at(layer.table, layer.where, "cases"):
        table = table_at(layer.table, layer.where, "cases", name)
        check_known(table, ("about", *HOUSE_RULES), layer.where, "cases", name)
        if not isinstance(table.get("about"), str):
            raise layer.where.at("cases", name).error(f"cases.{name}.about says what is wrong")
        rules = {key: value for key, value in table.items() if key != "about"}
        cases[name] = Layer(rules, layer.where.at("cases", name))
    return cases


def _aliases(layer: Layer) -> dict[str, Names]:
    table = table_at(layer.table, layer.where, "aliases")
    aliases = {}
    for name, value in table.items():
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise layer.where.at("aliases", name).error(f"aliases.{name} is a list of people")
        aliases[name.lower()] = tuple(value)
    return aliases


def _zone(layer: Layer, folders: Sequence[Path]) -> "ZoneResolver | None":
    """The zone files of a scenario, read: each from the first of *folders* that has it."""
    if "zone" not in layer.table:
        return None
    where = layer.where.at("zone")
    said = layer.table["zone"]
    names = [said] if isinstance(said, str) else said
    if not isinstance(names, list) or not 0 < len(names) <= MOST_ZONES:
        raise where.error(f"zone is the name of a file, or a list of 1 to {MOST_ZONES} of them")
    paths = []
    for name in names:
        if not isinstance(name, str) or not _ZONE.fullmatch(name):
            words = "a zone is the name of a file that ends with .zone, without folders"
            raise where.error(words, hint="it lies in the folder zones/ beside scenarios/")
        found = [folder / name for folder in folders if (folder / name).is_file()]
        if not found:
            there = {path.name for folder in folders for path in folder.glob("*.zone")}
            raise where.error(f'there is no zone file "{name}"{meant(name, there)}')
        paths.append(found[0])
    from smtpshell.lookup.zone import ZoneResolver

    return ZoneResolver.load(paths)


def _client(layer: Layer) -> Host | None:
    table = table_at(layer.table, layer.where, "client")
    if not table:
        return None
    said = Host(**{"address": "", **read_section(Host, table, layer.where, "client")})
    try:
        return read_host(said.address, said.name)
    except UsageError as error:
        raise layer.where.at("client").error(str(error), hint=error.hint) from None


def read_host(address: str, name: str = "") -> Host:
    """A host that a client may be taken for; UsageError says what is wrong with it."""
    from smtpshell.lookup.name import address as read_address
    from smtpshell.smtp.domain import domain_problems

    found = read_address(address)
    if found is None:
        raise UsageError(f"{printable(address[:80])!r} is no address", hint="such as 192.0.2.10")
    if name and (problems := domain_problems(name, 0)):
        raise UsageError(f"{printable(name[:80])!r}: {problems[0].message}")
    return Host(str(found), name)


def _check_members(scenario: Scenario) -> None:
    """Everybody named has a mailbox, and somebody reads the postmaster's (RFC 5321 4.5.1)."""
    where = scenario.house.where
    groups = [("aliases", name, names) for name, names in scenario.aliases.items()]
    for name, found in scenario.lists.items():
        groups.append(("lists", name, (*found.members, found.owner)))
        if "@" in found.owner:
            raise where.at("lists", name).error(f"lists.{name}: the owner lives in this house")
    for section, name, names in groups:
        for one in names:
            if "@" in one:
                continue  # who gets the mail may live elsewhere
            person = scenario.people.get(one)
            if person is None or not person.has_mailbox:
                words = f"{section}.{name} names {one}, who has no mailbox"
                raise where.at(section, name).error(words)
    if "postmaster" not in scenario.aliases and "postmaster" not in scenario.people:
        raise where.error("nobody is the postmaster; every server has one (RFC 5321 4.5.1)")
