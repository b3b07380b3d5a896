"""The garbage collector while `serve` is at work: it does not stop a class that comes in."""

import gc
import weakref
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from smtpshell.cli.collector import full_collections_seldom

CLASS = 5_000  # sessions, and what each of them is made of
OBJECTS = 30


class Session:
    """Something that holds itself, as a session and its connection do."""

    def __init__(self) -> None:
        self.parts: list[object] = [[self] for _ in range(OBJECTS)]


@contextmanager
def full_collections() -> Iterator[list[int]]:
    """The full collections there are meanwhile."""
    found: list[int] = []

    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "start" and info["generation"] == 2:
            found.append(info["collected"])

    gc.callbacks.append(note)
    try:
        yield found
    finally:
        gc.callbacks.remove(note)


@pytest.fixture(autouse=True)
def _little_is_there() -> Iterator[None]:
    """What the other tests have built is out of the way: a full one comes by what is new."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def test_a_class_comes_in_without_a_full_collection() -> None:
    """There would be several if nothing were done about it."""
    with full_collections_seldom(), full_collections() as found:
        assert len([Session() for _ in range(CLASS)]) == CLASS
    assert found == []
    with full_collections() as otherwise:
        assert len([Session() for _ in range(CLASS)]) == CLASS
    assert otherwise


def test_garbage_is_still_found() -> None:
    """Sessions that end soon are gone with the small collections; the others with the next one."""
    with full_collections_seldom():
        ended = [weakref.ref(Session()) for _ in range(CLASS)]
        assert sum(one() is None for one in ended) > CLASS * 0.9


def test_all_is_as_before_afterwards() -> None:
    """Whoever calls it from a program of their own has their collector back."""
    before = gc.get_threshold()
    with full_collections_seldom():
        assert gc.get_threshold() != before
        assert gc.get_freeze_count() > 0
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0
