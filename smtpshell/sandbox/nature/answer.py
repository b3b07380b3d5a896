"""What a personality says in one situation, or a rule instead of it: one reply and its reasons."""

# No `from __future__ import annotations` here, see smtp/table/row.py.
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from smtpshell.catalogue import Sentences, marked
from smtpshell.datafile import Where
from smtpshell.sandbox.nature.phrase import Phrase, cut, read_phrase
from smtpshell.sandbox.nature.reason import Reason
from smtpshell.sandbox.nature.setting import read_section

_REPLY = re.compile(r"([2-5][0-9]{2})(?: (.*))?", re.ASCII)
_ENHANCED = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3} ?")

MOST_RAW = 1024 * 1024  # octets, all repetitions together

KEYS = ("reply", "raw", "repeat", "close", "drop", "delay", "drip", "why", "ref")


class Answer(NamedTuple):
    """A reply, what happens beside it, and where it is written.

    *phrases* are its lines behind the code. *close*: the server hangs up afterwards; *drop*: it
    cuts the connection. *delay* is how many seconds it takes its time, and *drip* how many for each
    octet. *why* and *ref* are for `:why`.

    *raw* are bytes that go out in place of a proper reply. The *code* is then the one that they
    begin with, or 0: then the server goes on as if it had said the usual. In a file they may be
    said to `repeat` so many times.
    """

    name: str
    code: int
    phrases: tuple[Phrase, ...]
    where: Where
    keys: tuple[str, ...]
    close: bool = False
    delay: float = 0.0
    why: str = ""
    ref: str = ""
    raw: bytes | None = None
    drop: bool = False
    drip: float = 0.0

    @property
    def digit(self) -> int:
        """The first digit of the code, by which a client decides what to do."""
        return self.code // 100

    @property
    def accepts(self) -> bool:
        """Does the reply let the command through?"""
        return self.code < 400

    @property
    def ends(self) -> bool:
        """Is the session over with it?"""
        return self.close or self.drop

    @property
    def slow(self) -> bool:
        """Does it take its time?"""
        return bool(self.delay or self.drip)

    @property
    def fixed(self) -> bool:
        """Is the reply the same every time?"""
        return not any(phrase.gaps for phrase in self.phrases)

    def wire(
        self, values: Mapping[str, str], *, more: Sequence[str] = (), utf8: bool = False
    ) -> bytes:
        """The reply as it goes over the wire, the lines *more* after its own (RFC 5321 4.2.1)."""
        if self.raw is not None:
            return self.raw
        lines = [phrase.fill(values, utf8=utf8) for phrase in self.phrases]
        return wire_form(self.code, [*lines, *more])

    def bind(self, values: Mapping[str, str]) -> "Answer":
        """The same answer with the gaps filled that are the same for a whole server."""
        return self._replace(phrases=tuple(phrase.bind(values) for phrase in self.phrases))

    def signed(self, tail: Phrase) -> "Answer":
        """The same answer with *tail* at the end of its last line."""
        if self.raw is not None or not self.phrases:
            return self
        *phrases, last = self.phrases
        return self._replace(phrases=(*phrases, last.signed(tail)))

    def without_enhanced_code(self) -> "Answer":
        """The same answer as servers give it that do not offer ENHANCEDSTATUSCODES."""
        return self._replace(phrases=tuple(_strip(phrase) for phrase in self.phrases))

    def reason(self, detail: str = "", said: bytes = b"") -> Reason:
        """Why the server said so; *detail* is what only the command at hand tells."""
        detail = "" if detail in self.why else detail
        words = Sentences(self.why, detail) or marked("Nothing stood against it.")
        place = self.where.at(*self.keys)
        first, _, _ = said.decode("utf-8", "replace").partition("\r\n")
        return Reason(words, self.name, place.path, place.line, self.ref, first)


def wire_form(code: int, lines: Sequence[str]) -> bytes:
    """*lines* as one reply: a dash behind the code of all but the last."""
    *first, last = lines
    parts = [cut(f"{code}-{line}") for line in first]
    parts.append(cut(f"{code} {last}" if last else str(code)))
    return b"\r\n".join(parts) + b"\r\n"


def read_answer(name: str, value: object, where: Where, keys: tuple[str, ...]) -> Answer:
    """Read the reply of a situation or rule: text, a list of texts, or a table of `KEYS`."""
    table = value if isinstance(value, Mapping) else {"reply": value}
    if "repeat" in table and "raw" not in table:
        raise where.at(*keys, "repeat").error(f"{name}: only raw bytes are repeated")
    if "raw" in table:
        return with_details(_read_raw(name, table, where, keys), table)
    said = table.get("reply")
    texts = [said] if isinstance(said, str) else said
    if not isinstance(texts, list) or not texts or not all(isinstance(t, str) for t in texts):
        raise where.at(*keys).error(f"{name} needs a reply: text, or a list of texts")
    try:
        code, phrases = _read_lines(texts)
    except ValueError as error:
        raise where.at(*keys).error(f"{name}: {error}") from None
    answer = Answer(name, code, phrases, where, keys)
    return with_details(answer, table)


def with_details(answer: Answer, table: Mapping[str, object]) -> Answer:
    """*answer* with what *table* says beside the reply."""
    details = {key: table[key] for key in _Details._fields if key in table}
    read = read_section(_Details, details, answer.where, *answer.keys)
    return answer._replace(**read)


class _Details(NamedTuple):
    close: bool = False
    drop: bool = False
    delay: float = 0.0
    drip: float = 0.0
    why: str = ""
    ref: str = ""


def _read_raw(
    name: str, table: Mapping[str, object], where: Where, keys: tuple[str, ...]
) -> Answer:
    text = table["raw"]
    if "reply" in table:
        raise where.at(*keys, "raw").error(f"{name} has a reply or raw bytes, not both")
    if not isinstance(text, str):
        raise where.at(*keys, "raw").error(f"{name}: raw is a text")
    try:
        data = text.encode("latin-1")
    except UnicodeEncodeError:
        words = f"{name}: each character of raw is one byte, U+0000 to U+00FF"
        raise where.at(*keys, "raw").error(words) from None
    times = table.get("repeat", 1)
    if isinstance(times, bool) or not isinstance(times, int) or times < 1:
        raise where.at(*keys, "repeat").error(f"{name}: repeat is a number, 1 or more")
    if len(data) * times > MOST_RAW:
        words = f"{name}: at most {MOST_RAW} octets go out at a time, these are {len(data) * times}"
        raise where.at(*keys, "repeat").error(words)
    return Answer(name, code_of(data), (), where, keys, raw=data * times)


def code_of(data: bytes) -> int:
    """The reply code that raw bytes begin with, 0 if they begin with none."""
    match = re.match(rb"[2-5][0-9]{2}(?![0-9])", data)
    return int(match[0]) if match else 0


def _read_lines(texts: Iterable[str]) -> tuple[int, tuple[Phrase, ...]]:
    codes, phrases = set(), []
    for text in texts:
        match = _REPLY.fullmatch(text)
        if match is None:
            raise ValueError(f'a reply begins with a code and a space: "{text[:40]}"')
        codes.add(int(match[1]))
        phrases.append(read_phrase(match[2] or ""))
    if len(codes) > 1:
        raise ValueError("all lines of one reply have the same code")
    return codes.pop(), tuple(phrases)


def _strip(phrase: Phrase) -> Phrase:
    first, *rest = phrase.pieces
    return Phrase((_ENHANCED.sub("", first, count=1) if _ENHANCED.match(first) else first, *rest))
