"""`smtpshell lesson record`: a session that was played becomes the skeleton of a lesson.

The dialogue is cut into the parts that every session has: greet, envelope, letter, leave. Each is a
step with its lines as the solution and a goal that asks for what they brought; a line that was
refused becomes a mistake with the note that spoke. What is left for the author are the words.
"""

# No `from __future__ import annotations` here, see smtp/table/row.py.
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from smtpshell.errors import UsageError
from smtpshell.explain.dialogue import Explainer
from smtpshell.explain.library import Library
from smtpshell.fact.feed import Feed
from smtpshell.fact.moment import Moment
from smtpshell.lesson.block import ID
from smtpshell.lesson.script import escape
from smtpshell.smtp.event import Event, EventKind
from smtpshell.smtp.printable import printable

GREET, ENVELOPE, LETTER, LEAVE = "greet", "envelope", "letter", "leave"
_PART_OF = {
    "EHLO": GREET, "HELO": GREET, "LHLO": GREET, "STARTTLS": GREET, "AUTH": GREET,
    "AUTHLINE": GREET, "MAIL": ENVELOPE, "RCPT": ENVELOPE, "DATA": LETTER, "TEXT": LETTER,
    "DOT": LETTER, "BDAT": LETTER, "CHUNK": LETTER, "QUIT": LEAVE,
}  # fmt: skip
_SILENT = frozenset({"TEXT", "CHUNK"})
_POINTS = 2

# Of each part: the title, what to do, the check-list line, and the first two hints.
_WORDS = {
    GREET: (
        "Greet",
        "Wait for the greeting. Then introduce your machine.",
        "The server has accepted your greeting",
        ("Who has to speak now, and what does it want to know?", "The name of your machine."),
    ),
    ENVELOPE: (
        "Write the envelope",
        "Say who sends the letter, and who gets it.",
        "The envelope is ready",
        ("The envelope is made of commands.", "First the sender, then each recipient."),
    ),
    LETTER: (
        "Write the letter",
        "Write the letter, and end it.",
        "The server has taken the letter",
        ("Which command begins the letter?", "Header, empty line, text, and a dot alone."),
    ),
    LEAVE: (
        "Leave",
        "End the session politely.",
        "The goodbye was answered by 221",
        ("The last word of the talk is yours.", "It has four letters."),
    ),
}


class Part(NamedTuple):
    """One part of the session. *mistakes* are notes with the lines that brought them."""

    kind: str
    lines: list[str]
    goal: str
    mistakes: list[tuple[str, list[str]]]


class Draft(NamedTuple):
    """A skeleton: its text, and what the author has to know about it."""

    text: str
    remarks: tuple[str, ...] = ()


def draft_of(
    events: Iterable[Event],
    ident: str,
    track: str,
    library: Library,
    *,
    title: str = "",
    personality: str = "postfix-like",
) -> Draft:
    """The skeleton of a lesson out of the *events* of a session.

    *personality* is what the transcript says, which anybody may have written.
    """
    if not ID.fullmatch(ident):
        raise UsageError(f'"{ident}" is no id: small letters, digits and hyphens')
    writer = _Writer(library)
    for event in events:
        writer.take(event)
    parts: list[Part] = []
    for part in writer.parts:
        if part.lines:
            parts.append(part)
        elif parts:  # all of it was refused
            parts[-1].mistakes.extend(part.mistakes)
    if not parts:
        raise UsageError("nothing was said in this session")
    nature = personality if ID.fullmatch(personality) else "postfix-like"
    words = printable(" ".join(title.split())) or title_of(ident)
    head = _head(ident, track, words, nature, _POINTS * len(parts))
    steps = [_step(number, part) for number, part in enumerate(parts, 1)]
    return Draft("\n".join([head, *steps]), tuple(writer.remarks))


def new_draft(ident: str, track: str, library: Library, *, title: str = "") -> Draft:
    """The skeleton of a lesson that nobody has played yet: a greeting and a goodbye."""
    said = (
        (EventKind.SERVER, b"220 mail.office.test ESMTP"),
        (EventKind.CLIENT, b"EHLO desk7.office.test"),
        (EventKind.SERVER, b"250 mail.office.test"),
        (EventKind.CLIENT, b"QUIT"),
        (EventKind.SERVER, b"221 2.0.0 Bye"),
    )
    events = (Event(kind, data) for kind, data in said)
    return draft_of(events, ident, track, library, title=title)


def write_draft(draft: Draft, folder: Path, track: str, ident: str) -> Path:
    """Put the skeleton where it belongs in a pack; UsageError if there is one already."""
    if not ID.fullmatch(track):
        raise UsageError(f'"{track}" is no name of a track: small letters, digits and hyphens')
    path = folder / "en" / track / f"{ident}.md"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644), "wb") as file:
            file.write(draft.text.encode())
    except FileExistsError:
        raise UsageError(f"{path} is there already", hint="remove it, or take another id") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None
    return path


def title_of(ident: str) -> str:
    """A title made of an id.

    >>> title_of("2-9-two-letters")
    'Two letters'
    """
    words = re.sub(r"^(?:[0-9]+-)*", "", ident).replace("-", " ")
    return words[:1].upper() + words[1:] or ident


class _Writer:
    def __init__(self, library: Library) -> None:
        self.parts: list[Part] = []
        self.remarks: list[str] = []
        self._feed = Feed()
        self._explainer = Explainer(library)
        self._main = ""  # note on the line at hand
        self._accepted = 0  # recipients
        self._opened = False

    def take(self, event: Event) -> None:
        """What happened next."""
        if event.kind is EventKind.TLS:
            self._part(GREET).lines.append("% tls")
        elif event.kind is EventKind.CONNECT:
            if self._opened:
                self._begin(GREET).lines.append("% new-session")
            self._opened = True
        for moment in self._feed.feed(event):
            selection, _ = self._explainer.on_moment(moment)
            primary = selection.primary
            if primary is not None and (moment.on == "reply" or primary.kind != "info"):
                self._main = primary.id
            self._moment(moment)

    def _moment(self, moment: Moment) -> None:
        if moment.on == "command" and moment.command is not None:
            self._said(moment)
        elif moment.on in ("greeting", "reply") and moment.reply is not None:
            self._heard(moment)
        elif moment.on == "close" and "closed-without-quit" in moment.issues and self.parts:
            self.parts[-1].lines.append("% close")

    def _said(self, moment: Moment) -> None:
        command = moment.command
        assert command is not None
        text = escape(command.text)
        if "(hidden" in text or "[redacted" in text.lower():
            self.remarks.append(f"a secret was left out of the transcript: {text}")
        part = self._part(_PART_OF.get(moment.verb, ""))
        part.lines.append(f"C: {text}".rstrip())

    def _heard(self, moment: Moment) -> None:
        assert moment.reply is not None
        pattern = f"S: {moment.reply.code} {_enhanced(moment)}*"
        part = self._part(GREET if moment.on == "greeting" else _PART_OF.get(moment.verb, ""))
        refused = (moment.code or 0) >= 400 and moment.verb not in ("DOT", "AUTH", "AUTHLINE")
        if refused and self._main and part.lines and part.lines[-1].startswith("C: "):
            part.mistakes.append((self._main, [part.lines.pop(), pattern]))
            self._main = ""
            return
        if moment.on == "reply" and moment.issues and (moment.code or 0) < 400:
            line = moment.command.text if moment.command is not None else ""
            self.remarks.append(f"the server forgave a fault; put it right in the file: {line}")
        part.lines.append(pattern)
        self._main = ""
        if moment.on == "reply" and (moment.code or 0) < 400:
            self._goal(part, moment)

    def _goal(self, part: Part, moment: Moment) -> None:
        verb = moment.verb
        goal = ""
        if part.kind == GREET and verb in ("EHLO", "HELO", "LHLO"):
            goal = f'all = [ {{ on = "reply", verb = "{verb}", code = "2xx" }} ]'
            if moment.before.tls:
                goal = goal.replace(" }", ", state.tls = true }")
        elif part.kind == GREET and moment.code == 235:
            goal = 'all = [ { on = "auth", code = "235" } ]'
        elif verb == "MAIL":
            self._accepted = 0
            goal = 'all = [ { on = "reply", verb = "MAIL", code = "2xx" } ]'
        elif verb == "RCPT":
            self._accepted += 1
            goal = (
                'within = "transaction"\nall = [ { on = "reply", verb = "RCPT", code = "2xx",'
                f" count = {self._accepted} }} ]"
            )
        elif verb in ("DOT", "BDAT") and moment.code == 250:
            goal = 'all = [ { on = "message", code = "250", body = \'\\S\' } ]'
        elif verb == "QUIT":
            goal = (
                'sequence = [\n  { on = "reply", verb = "QUIT", code = "221" },\n'
                '  { on = "close" },\n]'
            )
        if not goal:
            return
        number = self.parts.index(part)
        if any(one.kind == part.kind for one in self.parts[:number]):  # it was reached before
            goal = 'within = "step"\n' + goal.removeprefix('within = "transaction"\n')
        self.parts[number] = part._replace(goal=goal)

    def _part(self, kind: str) -> Part:
        if self.parts and kind in ("", self.parts[-1].kind):
            return self.parts[-1]
        return self._begin(kind or GREET)

    def _begin(self, kind: str) -> Part:
        self.parts.append(Part(kind, [], "", []))
        return self.parts[-1]


def _enhanced(moment: Moment) -> str:
    found = moment.fact("enhanced")
    return f"{found[0]} " if found and len(found) == 1 else ""


def _head(ident: str, track: str, title: str, personality: str, points: int) -> str:
    return f"""+++
format = 1
kind = "lesson"
id = "{ident}"
title = {_quoted(title)}
track = "{track}"
minutes = 10
teaches = []
fixes = []
refs = []

[sandbox]
personality = "{personality}"
scenario = "small-office"

[score]
points = {points}
pass = {points // 2}
+++

# {title}

Say here what the lesson is for, in two or three short sentences.
"""


def _quoted(text: str) -> str:
    """*text*, which is printable, as a string of TOML."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _step(number: int, part: Part) -> str:
    return "\n".join(_step_lines(number, part))


def _step_lines(number: int, part: Part) -> Iterator[str]:
    title, prose, say, hints = _WORDS[part.kind]
    goal = part.goal or 'all = [ { on = "command" } ]'
    yield f"## {number}. {title}\n\n{prose}\n"
    yield "```toml goal"
    yield f'id = "{part.kind}-{number}"\nsay = "{say}"\npoints = {_POINTS}'
    yield f"{goal}\n```\n"
    last = next((line[3:] for line in part.lines if line.startswith("C: ")), "")
    yield "### Hints"
    yield from (f"{n}. {hint}" for n, hint in enumerate(hints, 1))
    yield f"3. `{last}`\n" if last else "3. Read the last line of the server.\n"
    yield from _fenced("smtp solution", part.lines)
    for note, lines in part.mistakes:
        yield from _fenced(f"smtp mistake {note}", lines)


def _fenced(info: str, lines: list[str]) -> Iterator[str]:
    yield f"```{info}"
    yield from lines
    yield "```\n"
