"""A blocking client whose patience ends with an event, not with a stopwatch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from smtpshell.net.blocking import BlockingClient

LOOK = 0.01  # seconds between two looks at whether the server has fallen silent


@contextmanager
def patient_until(silent: Callable[[], bool]) -> Iterator[None]:
    """Within it, a wait ends when *silent* is true: the server will say no more until spoken to.

    A deadline in seconds would come too early on a machine with much to do, and too late on all
    others.
    """
    receive = BlockingClient._receive

    def hear_out(client: BlockingClient, seconds: float) -> bytes | None:
        data = receive(client, 0.0)
        while data is None and seconds and not silent():
            data = receive(client, LOOK)
        return receive(client, 0.0) if data is None else data

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BlockingClient, "_receive", hear_out)
        yield
