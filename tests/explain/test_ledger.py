from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpshell.explain.ledger import Form, Ledger, Place, Showing, Verbosity
from smtpshell.explain.note import Note
from smtpshell.fact.condition import Condition

DAY = date(2025, 11, 24)
FULL, LINE, MARK, NONE = Form.FULL, Form.LINE, Form.MARK, Form.NONE


def make(kind: str = "info", fade: str = "normal", ident: str = "rcpt.ok") -> Note:
    condition = Condition({"on": "reply"})
    return Note(ident, "Head", "Short.", (), (), "", (), (), kind, fade, 0, condition, 0, "f.md:1")


def forms(ledger: Ledger, note: Note, times: int) -> list[Form]:
    return [ledger.show(note, DAY).form for _ in range(times)]


FADING = [
    pytest.param(make(), [FULL, LINE, LINE, LINE, MARK, MARK], id="info"),
    pytest.param(make("error"), [FULL, LINE, LINE, LINE, LINE, LINE], id="error"),
    pytest.param(make("warning"), [FULL, LINE, LINE, LINE, LINE, LINE], id="warning"),
    pytest.param(make(fade="sticky"), [FULL] * 6, id="sticky"),
    pytest.param(make(fade="once"), [FULL, NONE, NONE, NONE, NONE, NONE], id="once"),
    pytest.param(make("error", "once"), [FULL, LINE, LINE, LINE, LINE, LINE], id="once-but-error"),
]


@pytest.mark.parametrize(("note", "expected"), FADING)
def test_notes_fade(note: Note, expected: list[Form]) -> None:
    """First in full, then a line, then a mark; errors and warnings never below a line."""
    assert forms(Ledger(), note, 6) == expected


def test_the_long_text_comes_with_errors_and_where_a_lesson_wants_it() -> None:
    """A first session must not scroll away under prose."""
    assert Ledger().show(make("error"), DAY) == Showing(FULL, long=True)
    assert Ledger().show(make("warning"), DAY) == Showing(FULL, long=False)
    assert Ledger().show(make(), DAY, place=Place(long=True)) == Showing(FULL, long=True)
    ledger = Ledger()
    ledger.show(make("error"), DAY)
    assert ledger.show(make("error"), DAY) == Showing(LINE, long=False)


def test_the_same_error_twice_in_a_row_is_told_again_once() -> None:
    """Repeat 2 brings it back in full, repeat 3 does not; a new row may again."""
    ledger = Ledger()
    error = make("error")
    row = [ledger.show(error, DAY, repeat=times).form for times in (1, 2, 3, 1, 2, 3)]
    assert row == [FULL, FULL, LINE, LINE, FULL, LINE]
    late = Ledger()
    late.show(error, DAY)
    assert [late.show(error, DAY, repeat=times).form for times in (3, 4)] == [FULL, LINE]
    info = Ledger()
    assert [info.show(make(), DAY, repeat=times).form for times in (1, 2)] == [FULL, LINE]


def test_an_error_not_met_for_two_weeks_is_told_again() -> None:
    """13 days are not yet enough."""
    ledger = Ledger()
    error = make("error")
    ledger.show(error, DAY)
    assert ledger.show(error, DAY + timedelta(days=13)).form is LINE
    assert ledger.show(error, DAY + timedelta(days=27)).form is FULL
    assert ledger.show(error, DAY + timedelta(days=28)).form is LINE


def test_an_error_is_told_again_in_a_new_track() -> None:
    """Once in each."""
    ledger = Ledger()
    places = [Place(track=track) for track in ("1", "1", "2", "2", "1")]
    shown = [ledger.show(make("error"), DAY, place=place).form for place in places]
    assert shown == [FULL, LINE, FULL, LINE, LINE]


def test_a_lesson_may_want_a_note_told_again() -> None:
    """Front matter `refresh`: in full, once in that lesson."""
    ledger = Ledger()
    note = make()
    forms(ledger, note, 5)
    place = Place(lesson="2-2", refresh=["rcpt.ok"])
    assert [ledger.show(note, DAY, place=place).form for _ in range(2)] == [FULL, MARK]
    other = Place(lesson="2-3", refresh=["mail.ok"])
    assert ledger.show(note, DAY, place=other).form is MARK


def test_verbosity() -> None:
    """A teacher's projector shows all, always; an exam nothing."""
    ledger = Ledger()
    told = [ledger.show(make(), DAY, verbosity=Verbosity.TEACH).form for _ in range(9)]
    assert told == [FULL] * 9
    quiet = Ledger()
    assert quiet.show(make(), DAY, verbosity=Verbosity.EXAM) == Showing(NONE)
    assert quiet.seen == set()


def test_a_note_beside_another_is_a_line() -> None:
    """Being seen as a one-liner is not being told: the first time as primary it comes in full."""
    ledger = Ledger()
    assert [ledger.show(make(), DAY, aside=True).form for _ in range(4)] == [LINE] * 4
    assert forms(ledger, make(), 2) == [FULL, MARK]
    assert ledger.seen == {"rcpt.ok"}


ASIDE = [
    pytest.param(make(), [LINE, LINE, LINE, LINE, MARK, MARK], id="info"),
    pytest.param(make("warning"), [LINE] * 6, id="warning"),
    pytest.param(make(fade="once"), [LINE, NONE, NONE, NONE, NONE, NONE], id="once"),
]


@pytest.mark.parametrize(("note", "expected"), ASIDE)
def test_what_stands_beside_fades_too(note: Note, expected: list[Form]) -> None:
    """An info that is always there besides the primary note is known after a while."""
    ledger = Ledger()
    assert [ledger.show(note, DAY, aside=True).form for _ in range(6)] == expected


def full_ledger() -> Ledger:
    ledger = Ledger()
    place = Place(lesson="2-2", track="2", refresh=["rcpt.ok"])
    ledger.show(make(), DAY, place=place)
    ledger.show(make(), DAY)
    ledger.show(make("error", ident="rcpt.no"), DAY)
    ledger.asked("rcpt.no", DAY)
    ledger.asked("never.shown", DAY)
    return ledger


def test_a_ledger_survives_its_file() -> None:
    """JSON in and out; what was asked with :why is kept too."""
    ledger = full_ledger()
    back = Ledger.from_json(ledger.to_json())
    assert back.to_json() == ledger.to_json()
    assert not back.damaged
    record = back.record("rcpt.no")
    assert record is not None
    assert (record.full, record.asked, record.last) == (1, 1, DAY)
    assert back.record("unknown") is None
    first = back.record("rcpt.ok")
    assert first is not None
    assert (first.tracks, first.refreshed, first.shown) == ({"2"}, {"2-2"}, 2)


GOOD = json.loads(full_ledger().to_json())["notes"]["rcpt.ok"]
DAMAGED = [
    pytest.param("", id="empty"),
    pytest.param("{", id="cut"),
    pytest.param("[]", id="no-object"),
    pytest.param("{}", id="nothing-in-it"),
    pytest.param('{"format": 9, "notes": {}}', id="another-format"),
    pytest.param('{"format": 1, "notes": []}', id="notes-no-object"),
    pytest.param("[" * 100_000, id="deep"),
    *(
        pytest.param(json.dumps({"format": 1, "notes": {"a": {**GOOD, **change}}}), id=str(change))
        for change in (
            {"full": -1}, {"line": True}, {"mark": "x"}, {"last": "yesterday"}, {"last": 5},
            {"lesson": 5}, {"tracks": "12"}, {"refreshed": [1]},
        )
    ),
    pytest.param('{"format": 1, "notes": {"a": 5}}', id="no-record"),
    pytest.param('{"format": 1, "notes": {"a": {}}}', id="empty-record"),
]  # fmt: skip


@pytest.mark.parametrize("text", DAMAGED)
def test_a_damaged_file_is_an_empty_ledger(text: str) -> None:
    """And says so, that the file may be put aside and not written over."""
    ledger = Ledger.from_json(text)
    assert ledger.damaged
    assert ledger.seen == set()


def test_what_is_whole_in_a_damaged_file_is_kept() -> None:
    """One bad record does not cost the others."""
    notes = {"a": {**GOOD, "full": "x"}, "b": GOOD}
    ledger = Ledger.from_json(json.dumps({"format": 1, "notes": notes}))
    assert (ledger.damaged, ledger.seen) == (True, {"b"})


@given(st.text())
def test_any_text_can_be_read_as_a_ledger(text: str) -> None:
    """Nothing raises."""
    assert isinstance(Ledger.from_json(text), Ledger)
