"""The typed line in colours. No Pygments: the parser's own tokens are all there is to know."""

from __future__ import annotations

from collections.abc import Callable

from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.lexers import Lexer


class LineLexer(Lexer):
    """*colours* gives the fragments of a line."""

    def __init__(self, colours: Callable[[str], StyleAndTextTuples]) -> None:
        self._colours = colours

    def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
        text = document.text
        return lambda number: self._colours(text) if number == 0 else []
