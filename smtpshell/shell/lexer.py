"""The typed line in colours: the parser's own tokens, turned into prompt_toolkit's fragments."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.lexers import Lexer

from smtpshell.shell.lane import STYLES
from smtpshell.smtp.command import Command
from smtpshell.smtp.span import Problem


class LineLexer(Lexer):
    """Colours the tokens of the line and underlines what is odd about it.

    *read* parses a line as the session would take it now, *look* gives the remarks on it.
    """

    def __init__(
        self, read: Callable[[str], Command], look: Callable[[str], list[Problem]]
    ) -> None:
        self._read = read
        self._look = look

    def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
        text = document.text
        return lambda number: self._fragments(text) if number == 0 else []

    def _fragments(self, text: str) -> StyleAndTextTuples:
        if text.startswith(":"):
            return [("class:verb", text)]
        fragments: StyleAndTextTuples = []
        for token in self._read(text).tokens:
            style = STYLES.get(token.kind, "")
            fragments.append((f"class:{style}" if style else "", text[token.start : token.end]))
        return _underlined(fragments, self._look(text))


def _underlined(fragments: StyleAndTextTuples, odd: list[Problem]) -> StyleAndTextTuples:
    """Add the style `problem` to what lies in the spans of *odd*."""
    spans = [(problem.start, problem.end) for problem in odd if problem.end > problem.start]
    if not spans:
        return fragments
    cuts = sorted({edge for span in spans for edge in span})
    marked: StyleAndTextTuples = []
    at = 0
    for style, text, *_ in fragments:
        end = at + len(text)
        edges = [at, *(cut for cut in cuts if at < cut < end), end]
        for start, stop in pairwise(edges):
            inside = any(first <= start and stop <= last for first, last in spans)
            piece = text[start - at : stop - at]
            marked.append((f"{style} class:problem" if inside else style, piece))
        at = end
    return marked
