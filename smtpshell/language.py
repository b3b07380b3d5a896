"""Which language the words are in, and which files of a lessons folder belong together.

English is the source: every translation is laid over it, text by text, so that nothing is missing
where it has gaps.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False  # typing's own costs more than this module
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SOURCE = "en"
OURS = "SMTPSHELL_LANG"
# What POSIX asks for the language of messages, the strongest first.
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")


def chosen() -> str:
    """The reader's language as "de": SMTPSHELL_LANG, or the locale's; "en" where that is none."""
    environ = os.environ
    name = environ.get(OURS) or next((environ[key] for key in _LOCALE if environ.get(key)), "")
    code = name.replace("-", "_").partition(".")[0].partition("_")[0].lower()
    return code if is_language(code) else SOURCE


def choose(language: str) -> None:
    """Let *language* be the reader's from now on, for all rooms and for what they start."""
    os.environ[OURS] = language


def is_language(code: str) -> bool:
    """Whether *code* is written as a language is: two or three small letters."""
    return len(code) in (2, 3) and code.isascii() and code.isalpha() and code.islower()


def there(folder: str, language: str) -> str:
    """*language* if the lessons *folder* has words in it, else the source's."""
    if language == SOURCE or os.path.isdir(os.path.join(folder, language)):
        return language
    return SOURCE


def pairs(sources: Iterable[str], translations: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The files of a folder to be read, each with its translation or "".

    Both are names such as "en/notes/rcpt.md". A translation without a source is a file of its own.
    """
    mirrored = {inside(name): name for name in translations}
    for name in sources:
        yield name, mirrored.pop(inside(name), "")
    for name in mirrored.values():
        yield name, ""


def inside(name: str) -> str:
    """The part of a file's name behind the language: "notes/rcpt.md"."""
    return name.partition("/")[2]
