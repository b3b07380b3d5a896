"""Local commands that look: :state :server :mailbox :bytes :tls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.catalogue import counted, marked, tr
from smtpshell.errors import UsageError
from smtpshell.shell.fragment import foreign
from smtpshell.shell.lane import hex_lines, hidden_client_line, visible_end
from smtpshell.shell.local.registry import Pairs, local
from smtpshell.shell.prompt import prompt_word
from smtpshell.shell.suggest import OPENINGS, verbs_in_order
from smtpshell.smtp.event import EventKind
from smtpshell.smtp.printable import printable

if TYPE_CHECKING:
    from smtpshell.shell.core import Shell


@local(
    "state",
    "s",
    ":state",
    "where the session stands, and what is in order",
    "All of it is worked out from what both sides said, so it is what a careful client would know."
    " :server shows what the practice server itself thinks.",
)
def state(shell: Shell, argument: str) -> None:
    session = shell.narrator.session
    envelope = session.envelope
    rows = [
        (tr("server"), str(shell.place.target) if shell.connected else tr("no connection")),
        (tr("state"), f"{prompt_word(shell.scene())} ({session.state.value})"),
        (tr("greeted as"), printable(session.client_name or tr("not yet"))),
        (tr("encrypted"), tr("yes, TLS") if session.tls else tr("no, plain text")),
        (tr("logged in"), _login(session.auth_mechanism) if session.auth else tr("no")),
        (tr("offered"), _offers(shell)),
    ]
    if envelope.reverse_path is not None:
        rows.append((tr("from"), printable(str(envelope.reverse_path))))
        rows += [(tr("to"), f"{_path(r.path)}  {tr('accepted')}") for r in envelope.accepted]
        rows += [
            (tr("to"), f"{_path(r.path)}  {tr('refused')}: {r.reply.code}")
            for r in envelope.refused
        ]
    rows.append((tr("letters"), tr("{count} accepted in this session", count=session.messages)))
    if session.pending:
        rows.append((tr("waiting for"), ", ".join(printable(c.verb) for c in session.pending)))
    verbs = verbs_in_order(shell.scene()) if shell.connected else []
    in_order = ", ".join(OPENINGS.get(v, v).rstrip("<: ") for v in verbs)
    rows.append((tr("in order"), in_order or tr("nothing")))
    shell.voice.table(rows)


def _login(mechanism: str | None) -> str:
    return tr("yes, with {mechanism}", mechanism=mechanism)


def _path(path: object) -> str:
    return printable(str(path)) if path is not None else "?"


def _offers(shell: Shell) -> str:
    session = shell.narrator.session
    offers = [printable(" ".join((word, *args))) for word, args in session.offered.items()]
    return ", ".join(offers) or (
        tr("nothing") if session.client_name else tr("say EHLO to learn it")
    )


@local(
    "server",
    "v",
    ":server",
    "what the practice server thinks of this session",
    "The practice server's own view of this session: how far it is, what stands on its envelope,"
    " what it made of each recipient, how many errors it will still bear, and which rule answered"
    " last. A real server shows none of this.",
)
def server(shell: Shell, argument: str) -> None:
    rows = shell.place.view(shell.client)
    if rows:
        shell.voice.table(rows)
    else:
        shell.voice.say(
            tr("A real server does not let one look inside. :state is what we can know.")
        )


def _boxes(shell: Shell, typed: str) -> Pairs:
    return [(name, _count(len(letters))) for name, letters in shell.place.mailboxes().items()]


@local(
    "mailbox",
    "m",
    ":mailbox [ADDRESS [NUMBER]]",
    "the practice server's letters, as they are stored",
    "Without an address it lists the mailboxes. With one it lists the letters in it; if there is"
    " only one, or with its number, it shows the letter raw: with the Return-Path and Received"
    " lines that the server put on top, and with the dots of transparency taken away.",
    _boxes,
)
def mailbox(shell: Shell, argument: str) -> None:
    boxes = shell.place.mailboxes()
    if not boxes:
        shell.voice.say(tr("Only the practice server has mailboxes one can look into."))
        return
    address, _, number = argument.partition(" ")
    if not address:
        shell.voice.table([(name, _count(len(letters))) for name, letters in boxes.items()])
        return
    name = _box_named(address.lower().strip("<>"), list(boxes))
    letters = boxes[name]
    if not letters:
        shell.voice.say(tr("{name} is empty.", name=name))
    elif len(letters) == 1 or number:
        _show_letter(shell, name, letters, number or "1")
    else:
        rows = [(str(n), _subject(raw)) for n, raw in enumerate(letters, 1)]
        shell.voice.table(rows)
        shell.voice.say(
            tr("`:mailbox {name} {number}` shows the last one.", name=name, number=len(letters))
        )


def _box_named(typed: str, names: list[str]) -> str:
    """The mailbox of that address, or the only one that begins like that."""
    exact = [name for name in names if name.lower() == typed]
    near = exact or [name for name in names if name.lower().startswith(typed)]
    if len(near) != 1:
        hint = ", ".join(near) if near else tr(":mailbox lists them")
        raise UsageError(tr("there is no mailbox {typed}", typed=printable(typed)), hint=hint)
    return near[0]


def _count(letters: int) -> str:
    return counted(letters, "{count} letter", "{count} letters") if letters else tr("empty")


def _subject(raw: bytes) -> str:
    for line in raw.split(b"\r\n"):
        if line.lower().startswith(b"subject:"):
            return foreign(line.decode("utf-8", "surrogateescape"))
        if not line:
            break
    return tr("(no subject), {count} octets", count=len(raw))


def _show_letter(shell: Shell, name: str, letters: list[bytes], number: str) -> None:
    if not (number.isascii() and number.isdigit() and 1 <= int(number[:9]) <= len(letters)):
        raise UsageError(
            f"{name}: {_count(len(letters))}",
            hint=f":mailbox {name} 1",
        )
    raw = letters[int(number[:9]) - 1]
    shell.voice.note(
        tr("{name}, letter {number}", name=name, number=number),
        tr("{count} octets, as it is stored:", count=len(raw)),
    )
    # A tab at the start of a line folds a header; here it may take its room, :bytes shows octets.
    lines = raw.removesuffix(b"\r\n").expandtabs(4).split(b"\r\n")
    mark = ("note", shell.voice.marks.note)
    shell.voice.write(
        (mark, ("", foreign(line.decode("utf-8", "surrogateescape")))) for line in lines
    )


@local(
    "bytes",
    "b",
    ":bytes [hex|on|off]",
    "the last exchange with its line ends, or in hex",
    "`:bytes` shows the lines of the last exchange with <CR><LF> written out, `:bytes hex` every"
    " octet. `:bytes on` does so in both lanes from now on, `:bytes off` ends that.",
    lambda shell, typed: [
        ("hex", marked("every octet")),
        ("on", marked("from now on, in both lanes")),
        ("off", marked("no more")),
    ],
)
def bytes_(shell: Shell, argument: str) -> None:
    if argument in ("on", "off"):
        shell.options.set("bytes", argument)
        shell.voice.say(
            tr("Line ends are shown.") if argument == "on" else tr("Line ends are not shown.")
        )
        return
    if argument not in ("", "hex"):
        raise UsageError(
            tr(":bytes takes hex, on or off, not {argument}", argument=repr(printable(argument)))
        )
    exchange = shell.narrator.last()
    marks = shell.voice.marks
    for event in exchange.events:
        if event.kind not in (EventKind.CLIENT, EventKind.SERVER):
            continue
        client = event.kind is EventKind.CLIENT
        if client and shell.narrator.hides(exchange):
            shell.voice.write([hidden_client_line(marks)])
            continue
        name = ("client", marks.client) if client else ("server", marks.server)
        text = foreign(event.data.decode("utf-8", "surrogateescape"))
        shell.voice.write([(name, ("", text), ("value", visible_end(event.eol)))])
        if argument == "hex":
            shell.voice.write(hex_lines(event.data + event.eol, marks))


@local(
    "tls",
    "t",
    ":tls",
    "the encryption and the certificate, in words",
    "Version and cipher, who issued the certificate to whom and for how long, and each check by"
    " itself: the name, the dates, the trust.",
)
def tls(shell: Shell, argument: str) -> None:
    report = shell.client.report if shell.client is not None else None
    if report is None:
        offered = "STARTTLS" in shell.narrator.session.offered
        words = tr("This connection is plain text: everybody on the way can read it.")
        shell.voice.say(f"{words} {tr('The server offers STARTTLS.')}" if offered else words)
        return
    for line in report.lines():
        shell.voice.say(line)
