"""The shell's own words in the reader's language, by way of gettext. English needs neither.

An installed package carries the compiled catalogues (.mo) that its build has made. In a checkout
there are only the .po files: they are compiled in memory when the first word is asked for (40 ms
for fifteen hundred messages), so a translator sees a change at once.
"""

from __future__ import annotations

import os

from smtpshell.errors import DataFileError
from smtpshell.language import SOURCE, chosen

TYPE_CHECKING = False  # typing's own costs more than this module
if TYPE_CHECKING:
    from collections.abc import Mapping
    from gettext import NullTranslations

DOMAIN = "smtpshell"
LOCALE = os.path.join(os.path.dirname(__file__), "locale")


class Filled(str):
    """English words that know what they were made of, so that they can be said anew elsewhere."""

    __slots__ = ("template", "values")
    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, values: Mapping[str, object]) -> Filled:
        self = super().__new__(cls, template.format(**values) if values else template)
        self.template, self.values = template, values
        return self


class Sentences(str):
    """Texts one behind the other; *parts* are those, for each of them is translated by itself."""

    __slots__ = ("parts",)
    parts: tuple[str, ...]

    def __new__(cls, *texts: str) -> Sentences:
        parts = tuple(filter(None, texts))
        self = super().__new__(cls, " ".join(parts))
        self.parts = parts
        return self


def tr(text: str, **values: object) -> str:
    """*text* in the reader's language, *values* put where it says {name}."""
    language = chosen()
    if language != SOURCE and text:  # gettext keeps its own head under ""
        if isinstance(text, Sentences):
            return " ".join(map(tr, text.parts))
        if isinstance(text, Filled):
            values = values or {name: _again(value) for name, value in text.values.items()}
            text = text.template
        text = _words(language).gettext(text)
    return text.format(**values) if values else text


def _again(value: object) -> object:
    return tr(value) if isinstance(value, Filled) else value


def counted(count: int, one: str, many: str, **values: object) -> str:
    """How many of something: *one* and *many* say it with {count}, as "{count} steps".

    The language's own rule says which of its forms goes with *count*.
    """
    language = chosen()
    if language != SOURCE:
        text = _words(language).ngettext(one, many, count)
    else:
        text = one if count == 1 else many
    return text.format(count=count, **values)


def marked(text: str, **values: object) -> str:
    """*text* in English, *values* put where it says {name}; whoever shows it says `tr(words)`.

    For tables, which are made before the reader is known, and for rooms that know no readers.
    Words that are a value of others are translated with them.
    """
    return Filled(text, values)


def po_file(language: str) -> str:
    """Where a translator writes the words in *language*."""
    return os.path.join(LOCALE, language, "LC_MESSAGES", f"{DOMAIN}.po")


def compiled(path: str) -> bytes:
    """What the .po file at *path* is as a .mo file; DataFileError for a file that is none."""
    import polib

    try:
        return bytes(polib.pofile(path, encoding="utf-8").to_binary())
    except (OSError, UnicodeDecodeError) as error:
        raise DataFileError(f"{path}: {error}") from None


_known: dict[str, NullTranslations] = {}


def _words(language: str) -> NullTranslations:
    if language not in _known:
        _known[language] = _read(language)
    return _known[language]


def _read(language: str) -> NullTranslations:
    """The words in *language*; none where nobody has translated them."""
    import gettext

    if gettext.find(DOMAIN, LOCALE, [language]) is None and os.path.exists(po_file(language)):
        from io import BytesIO

        return gettext.GNUTranslations(BytesIO(compiled(po_file(language))))
    return gettext.translation(DOMAIN, LOCALE, [language], fallback=True)
