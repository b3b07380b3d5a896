"""One sentence of a verdict, how much it matters, and the section of the standard it rests on."""

# No `from __future__ import annotations` in the modules of this room that hold NamedTuples: they
# compile every annotation that is a string, which more than doubles the time of the import.
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from smtpshell.catalogue import Filled, marked, tr
from smtpshell.smtp.printable import printable

LONGEST = 400  # characters of a stranger's text in one line of ours


class Level(Enum):
    """How much a finding matters to whoever wants mail to arrive, from least to most."""

    GOOD = marked("ok")
    NOTE = marked("note")  # worth knowing, nothing to mend
    ODD = marked("odd")  # works, but somebody will hold it against you
    UNKNOWN = "?"  # DNS gave no answer, so nothing can be said
    BAD = marked("BAD")  # mail is lost or refused because of it


class Finding(NamedTuple):
    """What was found out. *words* may hold a stranger's text; `line` makes it fit to be shown.

    They are English, for headers of letters and reports; `line` has the reader's language.
    """

    level: Level
    words: str
    ref: str = ""

    def line(self) -> str:
        ref = f" ({self.ref})" if self.ref else ""
        return f"{tr(self.level.value)}: {shown(tr(self.words))}{ref}"


def worst(findings: Iterable[Finding]) -> Level:
    """The gravest level among *findings*; GOOD when there are none."""
    gravity = list(Level)
    return max((found.level for found in findings), key=gravity.index, default=Level.GOOD)


def shown(text: str) -> str:
    """Text of a stranger, printable and of bounded length."""
    return printable(text if len(text) <= LONGEST else text[: LONGEST - 3] + "...")


def about(name: str, words: str) -> str:
    """*words* about what has this *name*; each of them is translated by itself."""
    return Filled("{name}: {words}", {"name": name, "words": words})


def some_of(names: Sequence[str], most: int = 3) -> str:
    """The first *most* of *names*, and how many more there are."""
    first = ", ".join(names[:most])
    if len(names) <= most:
        return first
    return marked("{names} and {count} more", names=first, count=len(names) - most)


def finding_lines(findings: Iterable[Finding], indent: str = "  ") -> Iterator[str]:
    """Each finding as a line."""
    for found in findings:
        yield indent + found.line()
