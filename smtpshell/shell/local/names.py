"""Local commands about names and addresses: :dns :whoami :zone :as.

In practice they speak of the DNS that the scenario carries. With a real server `:dns` and `:whoami`
ask the real DNS, in a thread of its own, because a name server may take its time.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from smtpshell.errors import ConnectError, UsageError
from smtpshell.shell.local.registry import Pairs, local
from smtpshell.smtp.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from smtpshell.lookup.identity import Triangle
    from smtpshell.lookup.resolver import Resolver
    from smtpshell.lookup.zone import ZoneResolver
    from smtpshell.shell.core import Shell

Found = TypeVar("Found")

PATIENCE = 5.0  # seconds for all questions of one command to the real DNS
MOST_LINES = 400  # shown of one answer
_NO_ZONE = "this scenario has no DNS of its own"
_NO_ZONE_HINT = ":restart fcrdns-strict dns-town begins anew in a town that has"


# -------------------------------------------------------------- :dns


def _questions(shell: Shell, typed: str) -> Pairs:
    from smtpshell.lookup.question import KINDS

    kind, space, _ = typed.partition(" ")
    if not space:
        yield from ((f"{name} ", words) for name, words in KINDS.items())
        yield from _names(shell)
    elif kind in KINDS:
        yield from ((f"{kind} {name}", words) for name, words in _names(shell))


def _names(shell: Shell) -> Pairs:
    """The domains of the zone: whose mail there is a word about."""
    zone = shell.place.zone()
    if zone is None:
        return []
    return [(name, "") for name in zone.domains()]


@local(
    "dns",
    "",
    ":dns [KIND] NAME, :dns NAME TYPE",
    "asks DNS, and says what the answers come to",
    "`:dns NAME` says all about the mail of a domain. With a kind it shows each question and"
    " answer: `:dns mx NAME`, `:dns ptr ADDRESS`, `:dns spf NAME [ADDRESS]`, `:dns dkim NAME"
    " SELECTOR`, `:dns dmarc NAME`, `:dns dane NAME`, `:dns sts NAME`, `:dns tlsrpt NAME`,"
    " `:dns dnsbl ADDRESS ZONE`; `:dns NAME TXT` shows records of a type. In practice the"
    " scenario's own DNS is asked and nothing leaves this machine; with a real server your name"
    " server is.",
    _questions,
)
async def dns(shell: Shell, argument: str) -> None:
    from smtpshell.lookup.question import tell

    said = argument.split()
    zone = _zone_or_none(shell)
    host = shell.place.host() if zone is not None else None
    ip = host.address if host is not None else ""
    told = await _looked_up(shell, zone, lambda resolver: tell(resolver, said, ip=ip))
    shell.voice.note(told.title, "" if zone is not None else "(asked of your name server)")
    _show(shell, (line for answer in told.answers for line in answer.lines()))
    shell.voice.say("\n".join(told.words[:MOST_LINES]))


def _show(shell: Shell, lines: Iterable[str]) -> None:
    """Questions and answers, a line each, cut where the screen ends."""
    room = max(40, shell.voice.columns - len(shell.voice.marks.note) - 1)
    for number, line in enumerate(lines):
        if number == MOST_LINES:
            shell.voice.say("and more")
            break
        cut = line if len(line) <= room or not shell.voice.marks.seen else line[: room - 3] + "..."
        shell.voice.write([(("note", shell.voice.marks.note), ("value", cut))])


def _zone_or_none(shell: Shell) -> ZoneResolver | None:
    """The scenario's DNS; None where the real one is to be asked."""
    return _zone_of(shell) if shell.place.where == "practice" else None


def _zone_of(shell: Shell) -> ZoneResolver:
    zone = shell.place.zone()
    if zone is None:
        if shell.place.where != "practice":
            raise UsageError("only the practice server has a DNS of its own", hint=":dns NAME asks")
        raise UsageError(_NO_ZONE, hint=_NO_ZONE_HINT)
    return zone


async def _looked_up(
    shell: Shell, zone: ZoneResolver | None, work: Callable[[Resolver], Found]
) -> Found:
    """What *work* finds out; the real DNS is asked beside the loop, and Ctrl-C ends the wait."""
    if zone is not None:
        return work(zone)
    from smtpshell.lookup.live import LiveResolver

    resolver = LiveResolver(patience=PATIENCE)
    words = "the answer of your name server"
    return await shell.wait_for(lambda: beside(lambda: work(resolver)), words)


def beside(work: Callable[[], Found]) -> asyncio.Future[Found]:
    """Run *work* in a thread that nobody waits for at the end of the program."""
    from threading import Thread

    loop = asyncio.get_running_loop()
    future: asyncio.Future[Found] = loop.create_future()

    def done(found: Found | None, error: BaseException | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(found)  # type: ignore[arg-type]  # found, as there was no error

    def run() -> None:
        found, error = None, None
        try:
            found = work()
        except Exception as raised:
            error = raised
        with suppress(RuntimeError):  # the loop is closed: nobody wants to know any more
            loop.call_soon_threadsafe(done, found, error)

    Thread(target=run, daemon=True).start()
    return future


# -------------------------------------------------------------- :whoami


@local(
    "whoami",
    "y",
    ":whoami [NAME [ADDRESS]]",
    "your EHLO name and address, as a receiver checks them",
    "Plays the receiver's part: the name in EHLO leads to an address, the address has a name (PTR),"
    " and that name leads back to an address. It shows which of the three edges hold, who writes"
    " each, and which of them a server may refuse for. In practice it is about the host you are"
    " taken for (`:as`), otherwise about the NAME and ADDRESS you give.",
)
async def whoami(shell: Shell, argument: str) -> None:
    from smtpshell.lookup.identity import triangle

    name, ip = _me(shell, argument.split())
    zone = _zone_or_none(shell)
    three = await _looked_up(shell, zone, lambda resolver: triangle(resolver, ip, name))
    voice = shell.voice
    voice.note("You", f"EHLO {printable(name)}, coming from {ip}")
    voice.table(list(_edges(three)))
    voice.say(_verdict(three))
    if zone is not None and not three.fcrdns:
        voice.say("`:zone` lists the records of this town, `:zone set` changes them.")


def _me(shell: Shell, said: list[str]) -> tuple[str, str]:
    """The name and the address that it is about."""
    from smtpshell.lookup.name import address

    greeted = shell.narrator.session.client_name or ""
    host = shell.place.host()
    name = said[0] if said else greeted or (host.name if host is not None else "")
    ip = said[1] if len(said) > 1 else (host.address if host is not None else "")
    if len(said) > 2 or (ip and address(ip) is None):
        raise UsageError(
            "a name and an address, please", hint=":whoami mail.student.test 192.0.2.10"
        )
    if not name:
        raise UsageError("you have not said EHLO yet", hint=":whoami NAME checks any name")
    if not ip:
        hint = ":whoami NAME ADDRESS; behind a router the address is not this machine's own"
        raise UsageError("from which address do servers see you?", hint=hint)
    return name, ip


_WRITTEN_BY = ("the owner of the name", "the owner of the address", "the owner of that name")


def _edges(three: Triangle) -> Pairs:
    marks = {True: "holds", False: "BROKEN", None: "unknown"}
    for number, (edge, owner) in enumerate(zip(three.edges, _WRITTEN_BY, strict=True), 1):
        ref = f" ({edge.ref})" if edge.ref else ""
        words = f"{marks[edge.ok]}: {printable(edge.words)}{ref}. Written by {owner}."
        yield f"{number} {edge.title}", words


def _verdict(three: Triangle) -> str:
    if three.fcrdns:
        words = "Edges 2 and 3 hold: your address has a confirmed name (FCrDNS)."
    elif three.iprev.value == "temperror":
        words = "DNS gave no answer, so nothing follows: a careful server asks you to come again."
    else:
        words = (
            "Your address has no confirmed name (FCrDNS): strict sites refuse that, with 5.7.25."
        )
    return (
        f"{words}\nSites may have a policy on edges 2 and 3, and large ones do (RFC 5321 7.9). Edge"
        " 1 is about the EHLO name: a server may look and count, but must not refuse mail because"
        " the name does not belong to the address (RFC 5321 4.1.4)."
    )


# -------------------------------------------------------------- :zone

_EDITS = {
    "add": "NAME TYPE DATA: one record more",
    "set": "NAME TYPE DATA: in the place of all of that name and type",
    "remove": "NAME [TYPE]: takes records away",
    "reset": "as it was in the beginning",
}


def _zone_words(shell: Shell, typed: str) -> Pairs:
    from smtpshell.lookup.question import TYPES

    words = typed.split(" ")
    if len(words) == 1:
        yield from ((name, about) for name, about in _EDITS.items())
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
    found = _zone_of(shell)
    word, _, rest = argument.partition(" ")
    if word in _EDITS:
        _edit(shell, found, word, rest.strip())
        return
    name = _owner(argument)
    lines = list(found.listing(name))
    if not lines:
        raise UsageError(f"nothing lies at {printable(name)} or below it", hint=":zone lists all")
    _show(shell, map(printable, lines))
    for fault in found.faults if not name else ():
        place = f"{fault.name}. {fault.type}"
        shell.voice.say(f"Questions for {printable(place)} fail on purpose: {fault.status.value}.")


def _owner(text: str) -> str:
    """The name of records; that of its PTR record for an address."""
    from smtpshell.lookup.name import canonical, reverse_name

    name = reverse_name(text) or text
    if canonical(name) is None:
        raise UsageError(f"{printable(text)!r} is no name that DNS could hold")
    return name


def _edit(shell: Shell, zone: ZoneResolver, word: str, rest: str) -> None:
    if word == "reset":
        if rest:
            raise UsageError(":zone reset takes nothing else")
        shell.place.reset_zone()
        shell.voice.say("The zone is as it was in the beginning.")
        return
    first, _, data = rest.partition(" ")
    if not first or (word != "remove" and len(rest.split()) < 3):
        raise UsageError(f"which record? :zone {word} {_EDITS[word].partition(':')[0]}")
    name = _owner(first)
    if word == "remove":
        _remove(shell, zone, name, data.strip())
        return
    change = zone.add if word == "add" else zone.replace
    entry = change(f"{name.removesuffix('.')}. {data.strip()}")
    record = entry.record
    shell.voice.say(f"Now: {printable(f'{entry.name}. {record.type} {record.text}')}")
    if record.type == "PTR":
        shell.voice.say("In real life not you write this one, but whoever owns the address.")


def _remove(shell: Shell, zone: ZoneResolver, name: str, type: str) -> None:
    gone = zone.remove(name, type)
    if not gone:
        what = f"{type.upper()} record" if type else "record"
        raise UsageError(f"{printable(name)} has no {printable(what)}", hint=":zone lists all")
    for record in gone:
        shell.voice.say(f"Gone: {printable(f'{name} {record.type} {record.text}')}")


# -------------------------------------------------------------- :as


def _hosts(shell: Shell, typed: str) -> Pairs:
    yield "me", "whom you were taken for in the beginning"
    zone = shell.place.zone()
    if zone is not None and " " not in typed:
        for name in zone.names("A"):
            yield f"{name} {zone.query(name, 'A').records[0].value}", "a host of this zone"


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
    from smtpshell.sandbox.scenario import read_host

    if shell.place.where != "practice":
        raise UsageError("only in practice can you be another host")
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
        raise UsageError("a name and an address, please", hint=":as mail.student.test 192.0.2.10")
    _tell_who(shell)
    host, greeted = shell.place.host(), shell.narrator.session.client_name
    if said and shell.connected and greeted and host is not None and greeted != host.name:
        name = printable(greeted)
        shell.voice.say(f"In this session you said EHLO {name}; say it again under the new name.")


def _is_address(text: str) -> bool:
    from smtpshell.lookup.name import address

    return address(text) is not None


def _address_of(shell: Shell, name: str) -> str:
    zone = shell.place.zone()
    found = zone.query(name, "A").values() if zone is not None else ()
    if not found:
        words = f"{printable(name)} has no address here"
        raise UsageError(words, hint=f":as {printable(name)} 192.0.2.10")
    return found[0]


def _tell_who(shell: Shell) -> None:
    host = shell.place.host()
    if host is None:
        raise ConnectError("there is no practice server yet", hint=":connect starts it")
    name = f"{printable(host.name)} at " if host.name else ""
    shell.voice.say(f"The practice server takes you for {name}{host.address}.")
