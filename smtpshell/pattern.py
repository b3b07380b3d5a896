"""Regular expressions from files that strangers write.

Python's ``re`` may need time that doubles with every character, so a pattern out of a lesson or a
personality could hang the shell. RE2 needs time in proportion to the text, whatever the pattern;
in exchange it knows neither look-around nor back-references.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re2

LOOKED_AT = 1000  # characters of a text that a pattern gets to see
LONGEST = 1000  # characters of a pattern; ours have less than a hundred
_MEMORY = 1 << 20  # octets RE2 may spend on one pattern


class Pattern:
    """A compiled pattern: ``search`` says whether it occurs in the first 1000 characters."""

    __slots__ = ("_compiled", "source")

    def __init__(self, source: str, compiled: re2._Regexp) -> None:
        self.source = source
        self._compiled = compiled

    def search(self, text: str) -> bool:
        # In UTF-8, because the binding would turn its own positions back into characters otherwise.
        try:
            looked_at = text[:LOOKED_AT].encode()
        except UnicodeEncodeError:
            # Bytes that are no UTF-8 travel as surrogates, which RE2 cannot be given. Whatever
            # they were, they are one character that no pattern spells out.
            looked_at = _without_surrogates(text[:LOOKED_AT]).encode()
        return self._compiled.search(looked_at) is not None

    def __repr__(self) -> str:
        return f"Pattern({self.source!r})"


def compile_pattern(source: str) -> Pattern:
    """Compile *source*; ValueError says in words why RE2 does not take it."""
    import re2

    if len(source) > LONGEST:
        raise ValueError(f"pattern of {len(source)} characters; at most {LONGEST} are allowed")
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    try:
        return Pattern(source, re2.compile(source, options))
    except UnicodeEncodeError:
        raise ValueError("pattern holds half a character (a lone surrogate)") from None
    except re2.error as error:
        raise ValueError(f"bad pattern: {_words(error)}") from None


def _words(error: Exception) -> str:
    # RE2 hands its message over as bytes.
    said = error.args[0] if error.args else ""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


def _without_surrogates(text: str) -> str:
    return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
