"""Local commands about the town that a scenario may have: :zone :as."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.catalogue import marked, tr
from smtpshell.errors import ConnectError, UsageError
from smtpshell.shell.local.names import show_lines, zone_of
from smtpshell.shell.local.registry import Pairs, local
from smtpshell.smtp.printable import printable

if TYPE_CHECKING:
    from smtpshell.lookup.zone import ZoneResolver
    from smtpshell.shell.core import Shell

_EDITS = {
    "add": ("NAME TYPE DATA", marked("one record more")),
    "set": ("NAME TYPE DATA", marked("in the place of all of that name and type")),
    "remove": ("NAME [TYPE]", marked("takes records away")),
    "reset": ("", marked("as it was in the beginning")),
}


def _zone_words(shell: Shell, typed: str) -> Pairs:
    from smtpshell.lookup.question import TYPES

    words = typed.split(" ")
    if len(words) == 1:
        for name, (syntax, about) in _EDITS.items():
            yield name, f"{syntax}: {tr(about)}" if syntax else about
    if len(words) == 2 or words[0] not in _EDITS:
        begin = f"{words[0]} " if words[0] in _EDITS else ""
        zone = shell.place.zone()
        yield from ((begin + name, "") for name in (zone.names() if zone is not None else ()))
    if len(words) == 3 and words[0] in ("add", "set", "remove"):
        yield from ((f"{words[0]} {words[1]} {type}", "") for type in TYPES)


@local(
    "zone",
    "",
    ":zone [NAME], :zone add|set|remove|reset ...",
    "the practice DNS: shows it, and changes it",
    "`:zone` lists all records, `:zone NAME` those of a name and below it. `:zone set NAME TYPE"
    " DATA` puts one record in the place of all of that name and type, `:zone add NAME TYPE"
    " DATA` adds one, `:zone remove NAME [TYPE]` takes away, `:zone reset` brings back what was."
    " Names are written in full. For a PTR an address will do as the name: `:zone set 192.0.2.10"
    " PTR mail.student.test`. Changes count at once, and are gone with this practice server.",
    _zone_words,
)
def zone(shell: Shell, argument: str) -> None:
    found = zone_of(shell)
    word, _, rest = argument.partition(" ")
    if word in _EDITS:
        _edit(shell, found, word, rest.strip())
        return
    name = _owner(argument)
    lines = list(found.listing(name))
    if not lines:
        raise UsageError(
            tr("nothing lies at {name} or below it", name=printable(name)),
            hint=tr(":zone lists all"),
        )
    show_lines(shell, map(printable, lines))
    for fault in found.faults if not name else ():
        place = f"{fault.name}. {fault.type}"
        shell.voice.say(
            tr(
                "Questions for {place} fail on purpose: {status}.",
                place=printable(place),
                status=fault.status.value,
            )
        )


def _owner(text: str) -> str:
    """The name of records; that of its PTR record for an address."""
    from smtpshell.lookup.name import canonical, reverse_name

    name = reverse_name(text) or text
    if canonical(name) is None:
        raise UsageError(tr("{name} is no name that DNS could hold", name=repr(printable(text))))
    return name


def _edit(shell: Shell, zone: ZoneResolver, word: str, rest: str) -> None:
    if word == "reset":
        if rest:
            raise UsageError(tr(":zone reset takes nothing else"))
        shell.place.reset_zone()
        shell.voice.say(tr("The zone is as it was in the beginning."))
        return
    first, _, data = rest.partition(" ")
    if not first or (word != "remove" and len(rest.split()) < 3):
        raise UsageError(
            tr("which record? :zone {word} {syntax}", word=word, syntax=_EDITS[word][0])
        )
    name = _owner(first)
    if word == "remove":
        _remove(shell, zone, name, data.strip())
        return
    change = zone.add if word == "add" else zone.replace
    entry = change(f"{name.removesuffix('.')}. {data.strip()}")
    record = entry.record
    shell.voice.say(
        tr("Now: {record}", record=printable(f"{entry.name}. {record.type} {record.text}"))
    )
    if record.type == "PTR":
        shell.voice.say(
            tr("In real life you do not write this one: whoever owns the address does.")
        )


def _remove(shell: Shell, zone: ZoneResolver, name: str, type: str) -> None:
    gone = zone.remove(name, type)
    if not gone:
        words = (
            tr("{name} has no {type} record", name=printable(name), type=printable(type.upper()))
            if type
            else tr("{name} has no record", name=printable(name))
        )
        raise UsageError(words, hint=tr(":zone lists all"))
    for record in gone:
        shell.voice.say(
            tr("Gone: {record}", record=printable(f"{name} {record.type} {record.text}"))
        )


def _hosts(shell: Shell, typed: str) -> Pairs:
    yield "me", marked("whom you were taken for in the beginning")
    zone = shell.place.zone()
    if zone is not None and " " not in typed:
        for name in zone.names("A"):
            yield f"{name} {zone.query(name, 'A').records[0].value}", marked("a host of this zone")


@local(
    "as",
    "",
    ":as [NAME] [ADDRESS], :as me",
    "which host the practice server takes you for",
    "`:as` says who you are. `:as mail.student.test 192.0.2.10` makes the practice server believe"
    " that you come from there: in what it says, writes on letters and looks up. A name alone is"
    " looked up in the scenario's DNS. `:as me` ends it. Nothing on the network changes.",
    _hosts,
)
def as_(shell: Shell, argument: str) -> None:
    from smtpshell.sandbox.nature.scenario import read_host

    if shell.place.where != "practice":
        raise UsageError(tr("only in practice can you be another host"))
    said = argument.split()
    if said == ["me"]:
        shell.place.take_for(None, shell.client)
    elif len(said) == 2:
        name, ip = said if _is_address(said[1]) else (said[1], said[0])
        shell.place.take_for(read_host(ip, name), shell.client)
    elif said and _is_address(said[0]):
        shell.place.take_for(read_host(said[0]), shell.client)
    elif len(said) == 1:
        shell.place.take_for(read_host(_address_of(shell, said[0]), said[0]), shell.client)
    elif said:
        raise UsageError(
            tr("a name and an address, please"), hint=":as mail.student.test 192.0.2.10"
        )
    _tell_who(shell)
    host, greeted = shell.place.host(), shell.narrator.session.client_name
    if said and shell.connected and greeted and host is not None and greeted != host.name:
        name = printable(greeted)
        shell.voice.say(
            tr("In this session you said EHLO {name}; say it again under the new name.", name=name)
        )


def _is_address(text: str) -> bool:
    from smtpshell.lookup.name import address

    return address(text) is not None


def _address_of(shell: Shell, name: str) -> str:
    zone = shell.place.zone()
    found = zone.query(name, "A").values() if zone is not None else ()
    if not found:
        words = tr("{name} has no address here", name=printable(name))
        raise UsageError(words, hint=f":as {printable(name)} 192.0.2.10")
    return found[0]


def _tell_who(shell: Shell) -> None:
    host = shell.place.host()
    if host is None:
        raise ConnectError(tr("there is no practice server yet"), hint=tr(":connect starts it"))
    words = (
        tr(
            "The practice server takes you for {name} at {address}.",
            name=printable(host.name),
            address=host.address,
        )
        if host.name
        else tr("The practice server takes you for {address}.", address=host.address)
    )
    shell.voice.say(words)
