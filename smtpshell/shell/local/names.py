"""Local commands about names and addresses: :dns :whoami.

In practice they speak of the DNS that the scenario carries. With a real server `:dns` and `:whoami`
ask the real DNS, in a thread of its own, because a name server may take its time.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from smtpshell.catalogue import marked, tr
from smtpshell.errors import UsageError
from smtpshell.shell.local.registry import Pairs, local
from smtpshell.smtp.printable import printable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from smtpshell.lookup.identity import Triangle
    from smtpshell.lookup.question import Told
    from smtpshell.lookup.resolver import Resolver
    from smtpshell.lookup.zone import ZoneResolver
    from smtpshell.shell.core import Shell

Found = TypeVar("Found")

PATIENCE = 5.0  # seconds for all questions of one command to the real DNS
MOST_LINES = 400  # shown of one answer
_NO_ZONE = marked("this scenario has no DNS of its own")
_NO_ZONE_HINT = marked(":restart fcrdns-strict dns-town begins anew in a town that has")


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
def dns(shell: Shell, argument: str) -> Awaitable[None] | None:
    from smtpshell.lookup.question import tell

    said = argument.split()
    zone = _zone_or_none(shell)
    host = shell.place.host() if zone is not None else None
    ip = host.address if host is not None else ""

    def show(told: Told) -> None:
        shell.voice.note(told.title, "" if zone is not None else tr("(asked of your name server)"))
        show_lines(shell, (line for answer in told.answers for line in answer.lines()))
        shell.voice.say("\n".join(told.words[:MOST_LINES]))

    return _look_up(shell, zone, lambda resolver: tell(resolver, said, ip=ip), show)


def show_lines(shell: Shell, lines: Iterable[str]) -> None:
    """Questions and answers, a line each, cut where the screen ends."""
    room = max(40, shell.voice.columns - len(shell.voice.marks.note) - 1)
    for number, line in enumerate(lines):
        if number == MOST_LINES:
            shell.voice.say(tr("and more"))
            break
        cut = line if len(line) <= room or not shell.voice.marks.seen else line[: room - 3] + "..."
        shell.voice.write([(("note", shell.voice.marks.note), ("value", cut))])


def _zone_or_none(shell: Shell) -> ZoneResolver | None:
    """The scenario's DNS; None where the real one is to be asked."""
    return zone_of(shell) if shell.place.where == "practice" else None


def zone_of(shell: Shell) -> ZoneResolver:
    """The scenario's DNS; UsageError where there is none."""
    zone = shell.place.zone()
    if zone is None:
        if shell.place.where != "practice":
            raise UsageError(
                tr("only the practice server has a DNS of its own"), hint=tr(":dns NAME asks")
            )
        raise UsageError(tr(_NO_ZONE), hint=tr(_NO_ZONE_HINT))
    return zone


def _look_up(
    shell: Shell,
    zone: ZoneResolver | None,
    work: Callable[[Resolver], Found],
    show: Callable[[Found], None],
) -> Awaitable[None] | None:
    """Show what *work* finds out: at once, or when the real DNS has answered."""
    if zone is None:
        return _look_up_live(shell, work, show)
    show(work(zone))
    return None


async def _look_up_live(
    shell: Shell, work: Callable[[Resolver], Found], show: Callable[[Found], None]
) -> None:
    """The real DNS is asked beside the loop, and Ctrl-C ends the wait."""
    from smtpshell.lookup.live import LiveResolver

    resolver = LiveResolver(patience=PATIENCE)
    words = tr("the answer of your name server")
    found = await shell.wait_for(lambda: beside(lambda: work(resolver)), words)
    with shell.view.gathered():
        show(found)


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


@local(
    "whoami",
    "",
    ":whoami [NAME [ADDRESS]]",
    "your EHLO name and address, as a receiver checks them",
    "Plays the receiver's part: the name in EHLO leads to an address, the address has a name (PTR),"
    " and that name leads back to an address. It shows which of the three edges hold, who writes"
    " each, and which of them a server may refuse for. In practice it is about the host you are"
    " taken for (`:as`), otherwise about the NAME and ADDRESS you give.",
)
def whoami(shell: Shell, argument: str) -> Awaitable[None] | None:
    from smtpshell.lookup.identity import triangle

    name, ip = _me(shell, argument.split())
    zone = _zone_or_none(shell)

    def show(three: Triangle) -> None:
        voice = shell.voice
        voice.note(tr("You"), tr("EHLO {name}, coming from {ip}", name=printable(name), ip=ip))
        voice.table(list(_edges(three)))
        voice.say(_verdict(three))
        if zone is not None and not three.fcrdns:
            voice.say(tr("`:zone` lists the records of this town, `:zone set` changes them."))

    return _look_up(shell, zone, lambda resolver: triangle(resolver, ip, name), show)


def _me(shell: Shell, said: list[str]) -> tuple[str, str]:
    """The name and the address that it is about."""
    from smtpshell.lookup.name import address

    greeted = shell.narrator.session.client_name or ""
    host = shell.place.host()
    name = said[0] if said else greeted or (host.name if host is not None else "")
    ip = said[1] if len(said) > 1 else (host.address if host is not None else "")
    if len(said) > 2 or (ip and address(ip) is None):
        raise UsageError(
            tr("a name and an address, please"), hint=":whoami mail.student.test 192.0.2.10"
        )
    if not name:
        raise UsageError(tr("you have not said EHLO yet"), hint=tr(":whoami NAME checks any name"))
    if not ip:
        hint = tr(":whoami NAME ADDRESS; behind a router the address is not this machine's own")
        raise UsageError(tr("from which address do servers see you?"), hint=hint)
    return name, ip


_WRITTEN_BY = (
    marked("Written by the owner of the name."),
    marked("Written by the owner of the address."),
    marked("Written by the owner of that name."),
)


def _edges(three: Triangle) -> Pairs:
    marks = {True: tr("holds"), False: tr("BROKEN"), None: tr("unknown")}
    for number, (edge, owner) in enumerate(zip(three.edges, _WRITTEN_BY, strict=True), 1):
        ref = f" ({edge.ref})" if edge.ref else ""
        words = f"{marks[edge.ok]}: {printable(tr(edge.words))}{ref}. {tr(owner)}"
        yield f"{number} {tr(edge.title)}", words


def _verdict(three: Triangle) -> str:
    if three.fcrdns:
        words = tr("Edges 2 and 3 hold: your address has a confirmed name (FCrDNS).")
    elif three.iprev.value == "temperror":
        words = tr(
            "DNS gave no answer, so nothing follows: a careful server asks you to come again."
        )
    else:
        words = tr(
            "Your address has no confirmed name (FCrDNS): strict sites refuse that, with 5.7.25."
        )
    policy = tr(
        "Sites may have a policy on edges 2 and 3, and large ones do (RFC 5321 7.9). Edge 1 is"
        " about the EHLO name: a server may look and count, but must not refuse mail because the"
        " name does not belong to the address (RFC 5321 4.1.4)."
    )
    return f"{words}\n{policy}"
