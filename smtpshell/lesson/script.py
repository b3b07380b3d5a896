"""Dialogues as lessons write them: `C:` and `S:` lines, and directives behind `%`.

    S: 220 *                  a reply: its code, and a pattern in which * stands for anything
    C: EHLO desk7.office.test a line of the client
    C:                        an empty line of a letter
    % wait 10m                the clock is put forward
    % tls                     the handshake that STARTTLS has begun
    % new-session [SERVER]    the connection is dropped and opened again, to another server perhaps
    % connect [SERVER]        the same, after the connection has ended
    % close                   the client hangs up without QUIT
    % pipeline / % end        what stands between goes out in one piece
    % early                   the next line or pipeline goes out before the greeting
    % :zone set ...           a local command, as the learner would type it

In a `C:` line `\\xNN` stands for a byte, and a backslash is written as two.
"""

# No `from __future__ import annotations` here, see smtp/table/row.py.
import re
from collections.abc import Iterator
from typing import NamedTuple

from smtpshell.datafile import Where, meant
from smtpshell.smtp.later import later

CLIENT, SERVER, DIRECTIVE, DISTRACTOR = "C", "S", "%", "#!"
GAP = "____"
MOST_LINES = 500
LONGEST_LINE = 998

DIRECTIVES = ("wait", "tls", "new-session", "connect", "close", "pipeline", "end", "early")
_IN_WORDS = {
    "wait": "{} later",
    "tls": "the TLS handshake",
    "new-session": "a new connection",
    "connect": "a new connection",
    "close": "the client hangs up",
    "pipeline": "all in one go:",
    "end": "and now the replies:",
    "early": "before the greeting:",
}
_WITH_WORD = ("wait", "new-session", "connect")
_ESCAPE = later(r"\\(?:x([0-9A-Fa-f]{2})|(\\)|(.?))", re.DOTALL)
_SPAN = later(r"([0-9]+(?:\.[0-9]+)?)\s*([smhd]?)")
_UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_REPLY = later(r"([2-5x*](?:[0-9x][0-9x])?)([ -]|$)(.*)", re.DOTALL)


class Line(NamedTuple):
    """One line of a script. *kind* is C, S, % or #!; *number* is its line in the file."""

    kind: str
    text: str
    number: int = 0

    @property
    def data(self) -> bytes:
        """The bytes of a client's line, without its CRLF."""
        return unescape(self.text).encode("utf-8", "surrogateescape")

    @property
    def word(self) -> str:
        """The name of a directive."""
        return self.text.partition(" ")[0]

    @property
    def argument(self) -> str:
        """What stands behind the name of a directive."""
        return self.text.partition(" ")[2].strip()

    @property
    def shown(self) -> str:
        """The line as it is shown to learners, to whom a pattern means nothing."""
        if self.kind == SERVER:
            return f"S: {self.text.replace('*', '...')}"
        if self.kind == DIRECTIVE:
            return f"   ({_IN_WORDS.get(self.word, self.text).format(self.argument)})"
        return str(self)

    def __str__(self) -> str:
        if self.kind in (CLIENT, SERVER):
            return f"{self.kind}: {self.text}".rstrip()
        return f"{self.kind} {self.text}"


class Script(NamedTuple):
    """A dialogue. *name* is "" for the main one of its kind; *where* is FILE:LINE."""

    name: str
    lines: tuple[Line, ...]
    where: str = ""

    def said(self) -> tuple[str, ...]:
        """What the client says in it."""
        return tuple(line.text for line in self.lines if line.kind == CLIENT)


def read_script(text: str, where: Where, name: str = "", *, distractors: bool = False) -> Script:
    """The script in a block whose text begins at *where*; DataFileError for a line that is none."""
    lines = []
    for offset, row in enumerate(text.split("\n")):
        if not row.strip():
            continue
        place = where._replace(line=where.line + offset)
        if len(row) > LONGEST_LINE:
            raise place.error(f"a line of more than {LONGEST_LINE} characters")
        lines.append(_read_line(row.rstrip("\n"), place, distractors))
    if not lines:
        raise where.error("this dialogue is empty")
    if len(lines) > MOST_LINES:
        raise where.error(f"a dialogue of more than {MOST_LINES} lines")
    _check_pipelines(lines, where)
    return Script(name, tuple(lines), str(where._replace(line=where.line - 1)))


def _read_line(row: str, place: Where, distractors: bool) -> Line:
    if row.startswith("#!") and distractors:
        return Line(DISTRACTOR, row[2:].strip().removeprefix("C:").strip(), place.line)
    if row.startswith("%"):
        return _directive(row[1:].strip(), place)
    kind, colon, text = row.partition(":")
    if not colon or kind not in (CLIENT, SERVER):
        raise place.error('each line begins with "C:", "S:" or "%"')
    text = text.removeprefix(" ")
    if kind == CLIENT:
        bad = next((found[0] for found in _ESCAPE.finditer(text) if found[3] is not None), None)
        if bad is not None:
            raise place.error(f'"{bad}" is no escape; a backslash is written as two')
    elif not _REPLY.fullmatch(text):
        raise place.error('behind "S:" stands a reply code, then words or *')
    return Line(kind, text, place.line)


def _directive(text: str, place: Where) -> Line:
    word, _, argument = text.partition(" ")
    if re.fullmatch(r":[a-z]+", word):
        return Line(DIRECTIVE, text, place.line)
    if word not in DIRECTIVES:
        raise place.error(f'unknown directive "{word}"{meant(word, DIRECTIVES)}')
    if argument and word not in _WITH_WORD:
        raise place.error(f'nothing stands behind "% {word}"')
    if word == "wait":
        try:
            seconds(argument)
        except ValueError as error:
            raise place.error(f"wait: {error}") from None
    return Line(DIRECTIVE, text, place.line)


def _check_pipelines(lines: list[Line], where: Where) -> None:
    begun = 0
    for line in lines:
        if line.kind != DIRECTIVE:
            continue
        if line.word == "pipeline":
            begun = line.number
        elif line.word == "end" and not begun:
            raise where._replace(line=line.number).error('"% end" without a "% pipeline"')
        elif line.word == "end":
            begun = 0
    if begun:
        raise where._replace(line=begun).error('this "% pipeline" has no "% end"')


def seconds(text: str) -> float:
    """A span of time as it is written: "300", "10m", "5 h"; ValueError if it is none."""
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        raise ValueError(f'"{text}" is no span of time; write 300, 10m, 4h or 5d')
    return float(found[1]) * _UNITS[found[2]]


def unescape(text: str) -> str:
    r"""*text* of a client's line with `\xNN` and `\\` made what they stand for."""
    if "\\" not in text:
        return text
    return _ESCAPE.sub(_unescape_one, text)


def _unescape_one(found: re.Match[str]) -> str:
    if found[1] is None:
        return "\\" if found[2] else found[0]
    byte = int(found[1], 16)
    return chr(byte) if byte < 0x80 else chr(0xDC00 + byte)


def escape(text: str) -> str:
    r"""The other way: *text* of a client as a script holds it.

    >>> escape("a\\b\x00")
    'a\\\\b\\x00'
    """
    pieces = []
    for char in text.replace("\\", "\\\\"):
        if char.isprintable():
            pieces.append(char)
        else:
            octets = char.encode("utf-8", "surrogateescape")
            pieces.append("".join(f"\\x{byte:02x}" for byte in octets))
    return "".join(pieces)


def replies(lines: tuple[Line, ...]) -> Iterator[tuple[Line, ...]]:
    """The `S:` lines among *lines*, those of one reply together."""
    group: tuple[Line, ...] = ()
    for line in lines:
        if line.kind == SERVER:
            group = (*group, line)
            if not goes_on(line):
                yield group
                group = ()
    if group:
        yield group


def goes_on(line: Line) -> bool:
    """Does the reply go on behind this `S:` line?"""
    found = _REPLY.fullmatch(line.text)
    return found is not None and found[2] == "-"


def matches(group: tuple[Line, ...], code: int | None, texts: tuple[str, ...]) -> bool:
    """Is the reply of *code* with these lines of text what the `S:` lines of *group* ask for?

    Each of them must fit a line of the reply, in their order; so one line is enough for a reply of
    many.
    """
    rest = list(texts) or [""]
    for line in group:
        found = _REPLY.fullmatch(line.text)
        if found is None or code is None or not _code_fits(found[1], code):
            return False
        while rest and not glob(found[3].strip(), rest[0].strip()):
            rest.pop(0)
        if not rest:
            return False
    return True


def _code_fits(wanted: str, code: int) -> bool:
    return all(w in ("x", "*", had) for w, had in zip(wanted, f"{code:03}", strict=False))


def glob(pattern: str, text: str) -> bool:
    """Does *text* fit *pattern*, in which * stands for anything? In time linear in both, nearly."""
    if not pattern:
        return not text
    pieces = pattern.split("*")
    if len(pieces) == 1:
        return pattern == text
    first, *middle, last = pieces
    if not text.startswith(first) or len(text) < len(first) + len(last):
        return False
    if not text.endswith(last):
        return False
    at, end = len(first), len(text) - len(last)
    for piece in middle:
        at = text.find(piece, at, end)
        if at < 0:
            return False
        at += len(piece)
    return True


def fits_gap(line: str, whole: str) -> bool:
    """Is *whole* the line that *line* with its gaps stands for?"""
    return glob(line.replace("*", "\\").replace(GAP, "*"), whole.replace("*", "\\"))


def half(text: str) -> str:
    """A line half filled in: the words of the command stand, what the learner chooses does not.

    >>> half("RCPT TO:<ana@office.test>"), half("Subject: cake"), half("There will be cake.")
    ('RCPT TO:<____>', 'Subject: ____', 'There ____')
    """
    inside, bracket, _ = text.partition("<")
    if bracket and ":" in inside:
        return f"{inside}<{GAP}>"
    name, colon, value = text.partition(":")
    if colon and value.strip() and " " not in name:
        return f"{name}: {GAP}"
    word, space, rest = text.partition(" ")
    return f"{word} {GAP}" if space and rest else text
