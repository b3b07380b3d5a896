"""Keeping the garbage collector from stopping a class."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# So many middle collections go before a full one: 1.4 million objects that have stayed.
_MIDDLE_ONES = 200


@contextmanager
def full_collections_seldom() -> Iterator[None]:
    """Meanwhile the garbage collector looks through all there is only when it must.

    It would do so each time that there is a quarter more, and a class that comes in is just that:
    everybody waits while each session is looked at, 0.1 s with 5,000 of them. What is there
    already is not looked at any more. What ended sessions leave behind in cycles is little, and
    still found in the end.
    """
    thresholds = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*thresholds[:2], _MIDDLE_ONES)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()
