"""Why the practice server answered as it did: what a real server never tells."""

# No `from __future__ import annotations` here: NamedTuple compiles every annotation that is a
# string, which would more than double the import time of this module.
from typing import NamedTuple

from smtpshell.catalogue import tr


class Reason(NamedTuple):
    """The words behind an answer, and the place in a data file that made it.

    The *words* are English; `said` has those of the reader. *rule* is the situation or the rule
    that answered, *file* and *line* where it is written, *ref* the section of the standard,
    *answer* the reply's first line.
    """

    words: str
    rule: str
    file: str
    line: int
    ref: str = ""
    answer: str = ""

    def said(self) -> "Reason":
        """The same reason in the reader's language."""
        return self._replace(words=tr(self.words))

    @property
    def brief(self) -> str:
        """The words with their source, without the place where they stand."""
        return f"{self.words} ({self.ref})" if self.ref else self.words

    def __str__(self) -> str:
        return f"{self.brief} [{self.rule}, {self.file}:{self.line}]"
