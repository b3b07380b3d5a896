"""Local commands that explain: :help :why :explain :dict :rfc :hint."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from smtpshell.catalogue import marked, tr
from smtpshell.errors import UsageError
from smtpshell.explain.entry import Entry, in_words
from smtpshell.shell.local.registry import (
    LOCALS,
    LocalCommand,
    Pairs,
    find_local,
    local,
    nearest_local,
)
from smtpshell.shell.remark import read_line
from smtpshell.shell.suggest import OPENINGS, verbs_in_order
from smtpshell.smtp.printable import printable
from smtpshell.smtp.table.command import COMMANDS

if TYPE_CHECKING:
    from smtpshell.explain.gloss import Gloss
    from smtpshell.shell.commentary import Spoken
    from smtpshell.shell.core import Shell

_KEYS = (
    ("Enter", marked("sends the line as it stands")),
    ("Tab", marked("lists what may stand here; again takes the next one")),
    (marked("Right arrow"), marked("takes the grey rest of the line")),
    ("F1", marked("explains the line you type, or the last reply")),
    (marked("Ctrl-]"), marked("a local command from anywhere, also inside a letter")),
    (marked("Ctrl-X Ctrl-E"), marked("your editor, for the line or the whole letter")),
    (marked("Ctrl-R"), marked("searches what you typed before")),
    (marked("Ctrl-C"), marked("clears the line; stops waiting; drops what waits to be sent")),
    (marked("Ctrl-D"), marked("leaves, at an empty prompt")),
)

# What helps most, at most a screen of 24 rows; all are in `_FAMILIES`.
_AT_FIRST = (
    "help", "why", "explain", "hint", "dict", "fix", "again", "undo", "state", "server", "mailbox",
    "tls", "auth", "set", "notes", "connect", "restart", "save", "lesson", "quit",
)  # fmt: skip
_OF_PRACTICE = frozenset({"undo", "server", "mailbox", "restart"})
_IN_A_LESSON = (
    "goal", "hint", "answer", "order", "fill", "show", "skip", "next", "undo", "reset", "catch-up",
    "why", "fix", "dict", "mailbox", "connect", "report", "review", "map", "lesson", "quit",
)  # fmt: skip
_FAMILIES = (
    (marked("to understand"), ("help", "why", "explain", "hint", "dict", "rfc")),
    (marked("the line"), ("again", "fix", "auth", "send", "raw")),
    (marked("to look at"), ("state", "server", "mailbox", "queue", "bytes", "tls")),
    (marked("to go back"), ("undo", "rewind", "fork")),
    (marked("the connection"),
     ("connect", "disconnect", "drop", "restart", "save", "quit")),
    (marked("how the shell behaves"), ("set", "notes", "hint-bar")),
    (marked("names and addresses"), ("dns", "whoami", "zone", "as")),
    (marked("faults, chance and time"), ("fault", "seed", "wait")),
    (marked("lessons"), ("lesson", "map", "list", "review")),
    (marked("in a lesson"),
     ("goal", "answer", "order", "fill", "show", "skip", "next", "play", "reset", "catch-up",
      "report")),
)  # fmt: skip


def _topics(shell: Shell, typed: str) -> Pairs:
    yield from ((name, command.help) for name, command in LOCALS.items())
    yield "keys", marked("what the keys do")
    yield "all", marked("all local commands, in a lesson too")
    yield from ((verb, shell.commentary.meaning("command", verb)) for verb in COMMANDS)


@local(
    "help",
    "h",
    ":help [NAME]",
    "local commands, keys, or more about one thing",
    "Without a name it lists the local commands that help most where you are, with `all` every"
    " one. With the name of one (`:help fix`) it says more about that, with an SMTP command"
    " (`:help MAIL`) what the reference says, with `keys` what the keys do.",
    _topics,
)
def help_(shell: Shell, argument: str) -> None:
    voice = shell.voice
    if not argument:
        _list(shell, _most_useful(shell))
        voice.say(tr(":help all lists the others; :help keys, :help NAME."))
        return
    if argument == "all":
        for head, names in _FAMILIES:
            voice.say(tr(head), "note.head")
            _list(shell, names)
        voice.say(tr(":help keys, :help NAME. A beginning that only one name has will do."))
        return
    word = argument.removeprefix(":")
    if word == "keys":
        voice.table([(tr(keys), tr(words)) for keys, words in _KEYS])
        return
    found = find_local(word)
    if found is not None:
        short = _short(found)
        words = f"{tr(found.help)}."
        voice.note(found.syntax, f"{words} {tr('Short: {name}', name=short)}" if short else words)
        voice.say(" ".join(tr(one) for one in (found.long, found.also) if one))
        return
    if word.upper() in COMMANDS:
        _show_entries(shell, shell.commentary.reference.lookup(word))
        return
    nearest = nearest_local(word)
    raise UsageError(
        tr("there is no help on {word}", word=repr(printable(word))),
        hint=tr("did you mean {name}?", name=f":help {nearest}")
        if nearest
        else tr(":dict WORD knows codes and words"),
    )


def _most_useful(shell: Shell) -> list[str]:
    """The names of those that help most where the learner is."""
    if shell.tutor is not None:
        return list(_IN_A_LESSON)
    practice = shell.place.where == "practice"
    return [name for name in _AT_FIRST if practice or name not in _OF_PRACTICE]


def _list(shell: Shell, names: Iterable[str]) -> None:
    wide = max(map(len, LOCALS)) if shell.voice.marks.seen else 0
    found = [LOCALS[name] for name in names]
    shell.voice.table([(f"{_short(c):2} :{c.name:{wide}}", tr(c.help)) for c in found])


def _short(command: LocalCommand) -> str:
    return f":{command.letter}" if command.letter else ""


@local(
    "why",
    "w",
    ":why",
    "the long words on the last reply, and its reason",
    "Everything there is to say on the last reply: the notes in full, those that were not shown,"
    " their sources, and on the practice server the rule that made it answer like this. A real"
    " server never tells that.",
)
def why(shell: Shell, argument: str) -> None:
    if shell.tutor is not None and shell.tutor.in_exam:
        raise UsageError(
            tr("this is an exam: there are no notes"),
            hint=tr(":explain takes a line apart; the report tells afterwards what went wrong"),
        )
    exchange = shell.narrator.last()
    spoken = [one for one in exchange.notes if one.moment.on != "command"] or exchange.notes
    shell.commentary.asked(one.note for one in spoken)
    for one in spoken:
        _show_note(shell, one)
    reason = shell.place.reason(shell.client)
    if reason:
        shell.voice.note(tr("The practice server's reason"), reason)
    if not spoken and not reason:
        shell.voice.say(tr("There is nothing more to say on this. :explain takes it apart."))


def _show_note(shell: Shell, one: Spoken) -> None:
    note = one.note
    voice = shell.voice
    voice.note(note.headline, note.short, "note.error" if note.kind == "error" else "note.head")
    for paragraph in note.long:
        voice.say(paragraph)
    for line in note.tries:
        voice.say(tr("Try: {line}", line=line))
    if note.refs:
        voice.say("; ".join(note.refs), "note.line")


@local(
    "explain",
    "e",
    ":explain [LINE]",
    "takes a line, or the last exchange, apart",
    "Each word of a command, each digit of a code and each keyword of an EHLO reply with its"
    " meaning, or the honest word that it is unknown. F1 does the same for the line you type.",
)
def explain(shell: Shell, argument: str) -> None:
    from smtpshell.explain.gloss_command import gloss_command
    from smtpshell.explain.gloss_reply import GREETING, gloss_reply
    from smtpshell.shell.lane import hidden_client_line

    if argument:
        _explain_line(shell, argument)
        return
    reference = shell.commentary.reference
    exchange = shell.narrator.last()
    command, reply = exchange.command, exchange.reply
    if shell.narrator.hides(exchange):
        shell.voice.write([hidden_client_line(shell.voice.marks)])
    elif command is not None:
        _show_glosses(shell, command.text, gloss_command(command, reference))
    if reply is not None:
        verb = command.verb if command is not None else GREETING
        for part, glosses in zip(reply.lines, gloss_reply(reply, verb, reference), strict=True):
            _show_glosses(shell, part.text, glosses)
    if command is None and reply is None:
        shell.voice.say(tr("Nothing has been said yet. `:explain LINE` takes any line apart."))


def _explain_line(shell: Shell, text: str) -> None:
    """Take *text* apart, with a side's mark or without; a word that is no line is looked up."""
    from smtpshell.explain.explain import SERVER, cut_mark
    from smtpshell.explain.gloss_command import gloss_command
    from smtpshell.explain.gloss_reply import gloss_reply_line
    from smtpshell.smtp.reply import parse_reply_line

    reference = shell.commentary.reference
    side, line = cut_mark(text)
    if side == SERVER:
        _show_glosses(shell, line, gloss_reply_line(parse_reply_line(line), "", reference))
        return
    command = read_line(line, shell.scene())
    if shell.at_command and not command.known and reference.knows(line):
        _show_entries(shell, reference.lookup(line))
    else:
        _show_glosses(shell, line, gloss_command(command, reference))


def _show_glosses(shell: Shell, text: str, glosses: Iterable[Gloss]) -> None:
    from smtpshell.shell.lane import gloss_lines

    voice = shell.voice
    voice.write(gloss_lines(text, glosses, voice.columns, voice.marks))


def _words(shell: Shell, typed: str) -> Pairs:
    return [(name, "") for name in shell.commentary.reference.names()]


@local(
    "dict",
    "d",
    ":dict WORD",
    "what a code, verb, keyword or word means",
    "Knows every reply code, enhanced status code, command, parameter, EHLO keyword and login"
    " mechanism. Of a stranger it says what its digits tell, and the nearest known name.",
    _words,
)
def dict_(shell: Shell, argument: str) -> None:
    if not argument:
        raise UsageError(tr("which word?"), hint=":dict 550, :dict SIZE, :dict 5.7.1")
    _show_entries(shell, shell.commentary.reference.lookup(argument))


def _show_entries(shell: Shell, entries: list[Entry]) -> None:
    voice = shell.voice
    for entry in entries:
        status = f", {in_words(entry.status)}" if entry.status not in ("", "standard") else ""
        kind = "" if entry.kind == "unknown" else f" ({in_words(entry.kind)}{status})"
        voice.note(f"{printable(entry.key)}{kind}", entry.short)
        for paragraph in entry.long:
            voice.say(paragraph)
        if entry.refs:
            voice.say("; ".join(entry.refs), "note.line")
        if entry.see:
            voice.say(tr("See also: {names}", names=", ".join(entry.see)), "note.line")


@local(
    "rfc",
    "r",
    ":rfc [WORD]",
    "which RFC and section says so",
    "The sources of the last exchange, or of a word as :dict knows it.",
)
def rfc(shell: Shell, argument: str) -> None:
    rows: dict[str, str] = {}
    if argument:
        for entry in shell.commentary.reference.lookup(argument):
            rows |= dict.fromkeys(entry.refs, f"{entry.key}: {entry.short}")
    else:
        rows = dict(_sources(shell))
    if not rows:
        shell.voice.say(tr("No source stands for this."))
    shell.voice.table(list(rows.items()))


def _sources(shell: Shell) -> Iterator[tuple[str, str]]:
    exchange = shell.narrator.last()
    command = exchange.command
    if command is not None and command.spec is not None:
        for ref in command.spec.refs:
            yield ref, f"{command.verb}: {shell.commentary.meaning('command', command.verb)}"
    for problem in exchange.problems:
        if problem.ref:
            yield problem.ref, tr(problem.message)
    for one in exchange.notes:
        for ref in one.note.refs:
            yield ref, one.note.headline


@local(
    "hint",
    "i",
    ":hint",
    "what would come next; nothing is sent",
    "In a lesson: a hint for the step at hand; a further one comes when you have tried something."
    " Otherwise names the commands that are in order now, the likeliest first, with their meaning"
    " and an example. Nothing is sent.",
)
def hint(shell: Shell, argument: str) -> None:
    if shell.tutor is not None:
        from smtpshell.shell.course import wish

        wish.hint(shell.tutor)
        return
    from smtpshell.shell.next_line import next_lines

    scene = shell.scene()
    if not scene.connected:
        shell.voice.say(tr("There is no connection. :connect opens one."))
        return
    verbs = verbs_in_order(scene)
    shell.voice.table(
        [(OPENINGS.get(v, v).rstrip("<: "), scene.meaning("command", v)) for v in verbs]
    )
    example = next(iter(next_lines(scene)), "")
    if example:
        shell.voice.say(tr("For example: {example}", example=example))
