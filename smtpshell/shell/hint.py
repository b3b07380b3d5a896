"""The hint bar: the syntax of what is being typed, what may come next, and where one is."""

from __future__ import annotations

from typing import NamedTuple

from smtpshell.catalogue import counted, marked, tr
from smtpshell.shell.fragment import Fragment, clip_line, columns_of, foreign
from smtpshell.shell.scene import Scene
from smtpshell.shell.suggest import OPENINGS, verbs_in_order
from smtpshell.smtp.base64_text import decode_base64
from smtpshell.smtp.command import parse_command
from smtpshell.smtp.state import Mode, State
from smtpshell.smtp.table.command import COMMANDS
from smtpshell.smtp.text import to_text

# In order nearly always, so not worth their place in the bar.
_EVER = frozenset({"NOOP", "HELP", "VRFY", "EXPN", "ETRN"})
_WHERE = {
    "practice": marked("practice"),
    "loopback": marked("this machine"),
    "live": marked("REAL SERVER"),
}


class Hint(NamedTuple):
    """What the bar says: *syntax* of the line being typed, verbs that may come *next* or other
    *words*, *security* of the connection, *where* it leads, and local commands (*keys*).
    """

    syntax: str
    next: tuple[str, ...] = ()
    words: str = ""
    security: str = ""
    where: str = ""
    keys: str = ""


def hint(line: str, scene: Scene, *, local: bool = False) -> Hint:
    """The bar's words for *line* at this moment; *local*: it was opened with Ctrl-]."""
    session = scene.session
    where = tr(_WHERE[scene.where])
    if local or (line.startswith(":") and (session.mode is Mode.COMMAND or not scene.connected)):
        return Hint(_local_syntax(line.removeprefix(":")), where=where)
    if not scene.connected:
        return Hint(tr("not connected"), words=":connect  :restart  :mailbox  :quit", where=where)
    base = Hint("", security="TLS" if session.tls else tr("plain text"), where=where)
    if scene.queued:
        return base._replace(
            syntax=counted(scene.queued, "{count} line to come", "{count} lines to come"),
            words=tr("Ctrl-C drops them"),
        )
    if scene.waiting:
        return base._replace(
            syntax=tr("no reply yet to {what}", what=scene.waiting),
            words=tr("Ctrl-C stops waiting"),
        )
    if session.mode is Mode.TEXT:
        return _in_letter(base, scene)
    if session.mode is Mode.CHUNK:
        return _in_chunk(base, line, session.chunk_octets_left)
    if session.mode is Mode.AUTH:
        return _in_login(base, line, scene)
    if session.state is State.ENDED:
        return base._replace(syntax=tr("the session is over"), words=tr("the server hangs up"))
    if session.state is State.BEFORE_GREETING:
        return base._replace(syntax=tr("the server speaks first"), words=tr("wait for its 220"))
    verbs = verbs_in_order(scene)
    return base._replace(
        syntax=syntax_of(line, verbs),
        next=tuple(OPENINGS.get(v, v).rstrip("<: ") for v in verbs if v not in _EVER),
        keys=":why :hint :state",
    )


def syntax_of(line: str, verbs: list[str]) -> str:
    """The syntax of the command that *line* begins, of *verbs* if more than one is meant."""
    typed = line.strip()
    if not typed:
        spec = COMMANDS[verbs[0]] if verbs else None
    else:
        spec = parse_command(line).spec
        if spec is None:
            near = [v for v in COMMANDS if OPENINGS.get(v, v).startswith(typed.upper())]
            likely = [verb for verb in verbs if verb in near] or near
            spec = COMMANDS[likely[0]] if likely else None
    if spec is None:
        return tr("no command we know")
    # Parameters come behind the path, and are worth their place only there.
    return spec.syntax if ">" in line else spec.syntax.replace(" [parameters]", "")


def _local_syntax(line: str) -> str:
    # Not on the way to the first prompt.
    from smtpshell.shell.local import LOCALS, find_local, split_local

    name, _ = split_local(line)
    if not name:
        return tr("a local command; nothing is sent")
    found = find_local(name)
    if found is not None:
        return f"{found.syntax}   {tr(found.help)}"
    near = [local.name for local in LOCALS.values() if local.name.startswith(name)]
    return ":" + ", :".join(near) if near else tr("no local command we know; :help lists them")


def _in_login(base: Hint, line: str, scene: Scene) -> Hint:
    asked = decode_base64(scene.challenge)
    syntax = (
        tr("asked: {words}", words=foreign(to_text(asked)))
        if asked
        else tr("an answer in base64, or *")
    )
    exchange = scene.session.exchange
    said = decode_base64(line)
    if not line or said is None or exchange is None:
        return base._replace(syntax=syntax, words=tr("Ctrl-] auth builds the answer, * cancels"))
    # Not on the way to the first prompt.
    from smtpshell.shell.login import fields_of

    return base._replace(syntax=syntax, words=fields_of(exchange.mechanism, exchange.answers, said))


def _in_letter(base: Hint, scene: Scene) -> Hint:
    letter = scene.letter
    if letter is None or not letter.lines:
        return base._replace(
            syntax=tr("the letter"), words=tr("headers, empty line, text, lone dot")
        )
    if letter.in_header:
        return base._replace(
            syntax=tr("headers"), words=tr("an empty line ends them, a lone dot sends")
        )
    return base._replace(
        syntax=counted(letter.lines, "{count} line", "{count} lines"),
        words=tr("a lone dot ends the letter"),
    )


def _in_chunk(base: Hint, line: str, left: int) -> Hint:
    rest = left - len(line.encode("utf-8", "surrogateescape")) - 2
    words = tr("{count} left after this line", count=rest)
    if rest < 0:
        words = tr("this line has {count} too many: read as a command", count=-rest)
    return base._replace(syntax=tr("{count} octets to go", count=left), words=words)


def bar(hint: Hint, width: int) -> list[Fragment]:
    """The bar in at most *width* columns; what is least needed is left out first."""
    row: list[Fragment] = [("bar.syntax", f" {hint.syntax}")]
    marks: list[Fragment] = []
    if hint.security:
        marks.append(("bar.mark" if hint.security == "TLS" else "bar", f"   {hint.security}"))
    if hint.where:
        live = hint.where == tr(_WHERE["live"])
        marks.append(("bar.live" if live else "bar", f"   {hint.where}"))
    left = width - sum(columns_of(text) for _, text in [*row, *marks])
    middle = _middle(hint, left)
    if middle:
        row.append(("bar", middle))
        left -= columns_of(middle)
    row += marks
    if hint.keys and columns_of(hint.keys) + 3 <= left:
        row.append(("bar", f"   {hint.keys}"))
    return clip_line(row, width)


def _middle(hint: Hint, room: int) -> str:
    if hint.words:
        return f"   {hint.words}" if columns_of(hint.words) + 3 <= room else ""
    shown = ""
    for count in range(1, len(hint.next) + 1):
        longer = f"   {tr('next:')} " + ", ".join(hint.next[:count])
        if len(longer) > room:
            break
        shown = longer
    return shown
