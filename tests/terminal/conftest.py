"""The fixture that opens terminals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.terminal.driver import Terminal, terminal

Open = Callable[..., Terminal]


def opened(home: Path) -> Iterator[Open]:
    """What the fixture does, for the other folders that open terminals."""
    with ExitStack() as stack:

        def open_one(*arguments: str, **options: object) -> Terminal:
            return stack.enter_context(terminal(list(arguments), home, **options))

        yield open_one


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Open]:
    """Open smtpshell with these arguments on a terminal: `shell("connect", ..., columns=200)`."""
    yield from opened(tmp_path)
