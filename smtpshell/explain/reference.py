"""The reference: one meaning, and often a longer text, for every row of every table.

The words stand in `lessons/en/reference` (read by `reference_file`), the structure in
`smtp.table`. Every extension, provider and typing mistake brings names that are in neither, so
nothing here ends in "not found": an unknown code still has digits that speak, an unknown name has
neighbours, and what is not known is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from smtpshell.explain.entry import Entry, Row, from_row
from smtpshell.smtp.later import later
from smtpshell.smtp.table.command import find_command
from smtpshell.smtp.table.enhanced_code import registered
from smtpshell.smtp.table.extension import find_extension, is_private
from smtpshell.smtp.table.reply_code import first_digit, second_digit

__all__ = ["KINDS", "UNKNOWN", "Entry", "Reference", "Row", "from_row"]

KINDS = (
    "command",
    "parameter",
    "reply",
    "enhanced",
    "extension",
    "mechanism",
    "first-digit",
    "second-digit",
    "enhanced-class",
    "enhanced-subject",
    "limit",
    "with-protocol",
    "state",
    "issue",
    "token",
    "unknown",
)
UNKNOWN = "unknown"

# Those that are looked up by name; the others by the numbers in a code.
_NAMED = (
    "command",
    "parameter",
    "extension",
    "mechanism",
    "limit",
    "with-protocol",
    "state",
    "issue",
)

_REPLY = later(r"(\d{3})(?:[ -].*)?", re.ASCII)
_ENHANCED = later(r"([\dX])\.(\d{1,3})\.(\d{1,3})(?: .*)?", re.ASCII | re.IGNORECASE)
_FIRST = later(r"(\d)(?:yz|xx|\.[xy]\.[xyz])", re.ASCII | re.IGNORECASE)
_SUBJECT = later(r"([\dX])\.(\d)(?:\.[xyz])?", re.ASCII | re.IGNORECASE)
_DIGIT = later(r"\d", re.ASCII)
_HEAD = later(r"[^\s:=<]+")


class Reference:
    """All entries, to be asked by kind and key or by whatever word a learner has met."""

    __slots__ = ("_names", "_rows")

    def __init__(self, rows: Iterable[Row]) -> None:
        """*rows*: entries, or what an index keeps of them; of two with one key the later wins."""
        # Rows become entries when they are asked for: the prompt needs a dozen of some 600.
        self._rows = {(row[0], row[1].casefold()): row for row in rows}
        self._names: dict[str, list[tuple[str, str]]] | None = None

    def entry(self, kind: str, key: str) -> Entry | None:
        """The entry under exactly this key, in any case; None if there is none."""
        row = self._rows.get((kind, key.casefold()))
        return None if row is None else from_row(row)

    def reply(self, code: int) -> Entry:
        """The words about a reply code; of a stranger, that it is one."""
        key, digit = f"{code:03}", first_digit(code)
        what = "reply" if digit and digit.legal else "impossible"
        return self.entry("reply", key) or self._stranger(what, key)

    def lookup(self, word: str) -> list[Entry]:
        """All about a code, verb, keyword, parameter, mechanism, state or issue; never empty.

        The best entry comes first. A code brings the entries of its parts where these add
        something. A word nobody knows gives one entry of the kind "unknown".
        """
        word = " ".join(word.split())
        return self._numbers(word) or self._named(word) or [self._stranger_named(word)]

    def knows(self, word: str) -> bool:
        """Has `lookup` anything to say on *word* but that nobody knows it?"""
        return self.lookup(word)[0].kind != UNKNOWN

    def names(self) -> list[str]:
        """Every name that `lookup` knows, for completion: verbs, codes, keywords and so on."""
        codes = [row[1] for row in self._rows.values() if row[0] in ("reply", "enhanced")]
        return codes + [row[1] for row in self._rows.values() if row[0] in _NAMED]

    # -- by number ---------------------------------------------------------------------------

    def _numbers(self, word: str) -> list[Entry]:
        if match := _REPLY.fullmatch(word):
            return self._reply_parts(int(match[1]))
        if match := _ENHANCED.fullmatch(word):
            return self._enhanced_parts(*(part.upper() for part in match.groups()))
        if match := _FIRST.fullmatch(word):
            return self._entries(("first-digit", match[1]), ("enhanced-class", match[1]))
        if match := _SUBJECT.fullmatch(word):
            return self._entries(("enhanced-class", match[1]), ("enhanced-subject", match[2]))
        if _DIGIT.fullmatch(word):
            kinds = ("first-digit", "second-digit", "enhanced-class", "enhanced-subject")
            return self._entries(*((kind, word) for kind in kinds))
        return []

    def _reply_parts(self, code: int) -> list[Entry]:
        found = self.reply(code)
        if found.kind != UNKNOWN:
            return [found]
        first, second = first_digit(code), second_digit(code)
        keys = [("first-digit", first.key)] if first else []
        # Where the first digit is none of SMTP's, the second has nothing to say.
        if second and first and first.legal:
            keys.append(("second-digit", second.key))
        return [found, *self._entries(*keys)]

    def _enhanced_parts(self, klass: str, subject: str, detail: str) -> list[Entry]:
        code = f"{klass}.{subject}.{detail}"
        spec = registered(code) if klass in "X245" else None
        keys = [spec.code] if spec else []
        if code not in keys:
            keys.append(code)  # perhaps a provider uses it in a way of its own
        found = self._entries(*(("enhanced", key) for key in keys))
        parts = [("enhanced-class", klass)]
        if spec is None:
            parts.append(("enhanced-subject", subject))
        return [*(found or [self._stranger("enhanced", code)]), *self._entries(*parts)]

    # -- by name -----------------------------------------------------------------------------

    def _named(self, word: str) -> list[Entry]:
        """The entries of a name, else those of the name that *word* begins with ("SIZE=100")."""
        keys = self._keys_of(word)
        if not keys and (head := _HEAD.match(word)):
            keys = self._keys_of(head[0])
        return self._entries(*keys)

    def _keys_of(self, name: str) -> list[tuple[str, str]]:
        keys = list(self._index().get(name.casefold(), ()))
        if command := find_command(name):
            keys.append(("command", command.verb))
        if extension := find_extension(name):
            keys.append(("extension", extension.keyword))
        return sorted(set(keys), key=lambda key: (KINDS.index(key[0]), key[1]))

    def _index(self) -> dict[str, list[tuple[str, str]]]:
        if self._names is None:
            self._names = {}
            for kind, key, *_ in self._rows.values():
                if kind in _NAMED:
                    self._names.setdefault(key.casefold(), []).append((kind, key))
                if kind == "parameter":
                    keyword = key.rpartition(" ")[2].casefold()
                    self._names.setdefault(keyword, []).append((kind, key))
        return self._names

    def _entries(self, *keys: tuple[str, str]) -> list[Entry]:
        return [entry for kind, key in keys if (entry := self.entry(kind, key)) is not None]

    # -- strangers ---------------------------------------------------------------------------

    def _stranger(self, what: str, key: str) -> Entry:
        words = self.entry(UNKNOWN, what)
        return Entry(UNKNOWN, key, "") if words is None else words._replace(key=key)

    def _stranger_named(self, word: str) -> Entry:
        import difflib

        # No name is that long; and the time this takes grows with the length of the word.
        head = word.casefold()[:40]
        near = difflib.get_close_matches(head, self._index(), n=3, cutoff=0.6)
        what = "private" if is_private(word) and " " not in word else "word"
        shown = tuple(self._index()[name][0][1] for name in near)
        return self._stranger(what, word)._replace(see=shown)
