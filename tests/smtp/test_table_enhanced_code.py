"""The table of enhanced status codes."""

from __future__ import annotations

import pytest

from smtpshell.smtp.table.enhanced_code import (
    ENHANCED_CLASSES,
    ENHANCED_CODES,
    ENHANCED_SUBJECTS,
    WILD_ENHANCED_CODES,
    registered,
)
from smtpshell.smtp.table.reply_code import REPLY_CODES


@pytest.mark.parametrize("code", ENHANCED_CODES)
def test_registered_code_is_whole(code: str) -> None:
    """Class is left open, subject is one of RFC 3463's, basic codes have rows of their own."""
    spec = ENHANCED_CODES[code]
    klass, subject, detail = code.split(".")
    assert spec.key == code
    assert klass == "X"
    assert int(subject) in ENHANCED_SUBJECTS
    assert str(int(detail)) == detail
    assert set(spec.classes) <= set(ENHANCED_CLASSES)
    assert spec.intended_class in {0, *spec.classes}
    for basic in spec.basic:
        assert basic in ("any", "5yz") or int(basic) in REPLY_CODES


def test_the_registry_has_no_holes() -> None:
    """Details of a subject are numbered from 0 without a gap (IANA, up to X.7.30)."""
    details: dict[int, list[int]] = {}
    for code in ENHANCED_CODES:
        _, subject, detail = code.split(".")
        details.setdefault(int(subject), []).append(int(detail))
    assert all(found == list(range(len(found))) for found in details.values())
    last = {subject: found[-1] for subject, found in details.items()}
    assert last == {0: 0, 1: 10, 2: 4, 3: 6, 4: 7, 5: 6, 6: 10, 7: 30}


@pytest.mark.parametrize("code", WILD_ENHANCED_CODES)
def test_wild_code_is_whole(code: str) -> None:
    """A code of the wild has a class and a subject that say something."""
    spec = WILD_ENHANCED_CODES[code]
    klass, subject, _ = (int(part) for part in code.split("."))
    assert spec.key == code
    assert klass in ENHANCED_CLASSES
    assert subject in ENHANCED_SUBJECTS


@pytest.mark.parametrize(
    ("code", "key"),
    [
        pytest.param("5.1.1", "X.1.1", id="permanent"),
        pytest.param("4.7.1", "X.7.1", id="transient"),
        pytest.param("X.7.30", "X.7.30", id="class-open"),
        pytest.param("5.7.139", None, id="wild"),
        pytest.param("5.01.1", None, id="leading-zero"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_registered(code: str, key: str | None) -> None:
    """A code of any class leads to its registered row; a stranger is None."""
    spec = registered(code)
    assert (spec.code if spec else None) == key


def test_classes_and_subjects_are_under_their_numbers() -> None:
    """Each part is filed under its own number."""
    assert [part.key for part in ENHANCED_CLASSES.values()] == list("245")
    assert [part.key for part in ENHANCED_SUBJECTS.values()] == list("01234567")
