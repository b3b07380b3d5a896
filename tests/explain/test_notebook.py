from __future__ import annotations

from typing import Any

import pytest

from smtpshell.datafile import Where
from smtpshell.explain.note import Note
from smtpshell.explain.notebook import Notebook, Streaks
from smtpshell.fact.condition import compile_condition
from smtpshell.fact.moment import Moment
from smtpshell.fact.snapshot import Snapshot
from smtpshell.smtp.command import parse_command
from smtpshell.smtp.reply import parse_reply


def make(ident: str, *, concept: str = "", priority: int = 0, pack: int = 0, **when: Any) -> Note:
    condition = compile_condition({"on": "reply", **when}, Where("f.md"))
    return Note(
        ident, "Head", "Short.", (), (), concept, (), (), "info", "normal", priority, condition,
        pack, f"f.md:{pack}",
    )  # fmt: skip


def reply(said: str, line: str = "RCPT TO:<x@far.test>", **facts: Any) -> Moment:
    return Moment("reply", command=parse_command(line), reply=parse_reply(said.encode()), **facts)


DENIED = "554 5.7.1 <x@far.test>: Relay access denied"

# The worked case of the lesson format, as it stands there.
REFUSED = make("rcpt.refused", verb="RCPT", code="5xx", concept="reply-class")
RELAY = make(
    "rcpt.relay-denied", verb="RCPT", code=["454", "550", "551", "553", "554"],
    text=r"(?i)\brelay", state={"auth": False}, concept="relay",
)  # fmt: skip
RELAY_TLS = make(
    "rcpt.relay-denied-tls", verb="RCPT", code=["454", "550", "551", "553", "554"],
    text=r"(?i)\brelay", state={"auth": False, "tls": True}, concept="relay",
)  # fmt: skip
WORKED = Notebook([REFUSED, RELAY, RELAY_TLS, make("rcpt.ok", verb="RCPT", code="2xx")])


def test_the_worked_case() -> None:
    """Relay denied wins in clear; the note on any 5yz says nothing new beside it."""
    assert [note.condition.specificity for note in (REFUSED, RELAY, RELAY_TLS)] == [15, 40, 48]
    selection = WORKED.select(reply(DENIED))
    assert (selection.primary, selection.others, selection.hidden) == (RELAY, (), 0)
    assert selection.met == {"rcpt.refused", "rcpt.relay-denied"}


def test_what_a_hidden_note_says_better_is_not_said_aside() -> None:
    """A note of the primary's concept is left out, and takes its more general ones with it."""
    cause = make("cause", cause="mail-open", concept="transaction")
    nested = make("nested", verb="RCPT", code="554", text="denied", concept="transaction")
    notebook = Notebook([cause, nested, make("any", verb="RCPT", code="5xx"), RELAY_TLS])
    assert notebook.select(reply(DENIED, cause="mail-open")).shown == (cause,)


def test_the_same_under_tls() -> None:
    """The most special note wins; the one of the same concept is left out."""
    selection = WORKED.select(reply(DENIED, before=Snapshot(tls=True)))
    assert selection.shown == (RELAY_TLS,)


def test_an_event_without_notes() -> None:
    """Nothing is selected, and nothing breaks."""
    selection = WORKED.select(reply("450 later"))
    assert (selection.primary, selection.shown, selection.met) == (None, (), frozenset())
    assert WORKED.select(Moment("close")).primary is None
    assert Notebook([]).select(reply("250 ok")).primary is None


TIES = [
    pytest.param([make("b", code="250"), make("a", code="250")], "a", id="id"),
    pytest.param([make("b", code="250", priority=1), make("a", code="250")], "b", id="priority"),
    pytest.param([make("b", code="250", pack=1), make("a", code="250")], "b", id="later-pack"),
    pytest.param(
        [make("b", code="250", pack=1), make("a", code="250", priority=1)], "a", id="priority-first"
    ),
    pytest.param(
        [make("b", code="2xx", priority=50), make("a", code="250")], "a", id="specificity-first"
    ),
]


@pytest.mark.parametrize(("notes", "winner"), TIES)
def test_ties_are_broken_in_order(notes: list[Note], winner: str) -> None:
    """Specificity, then priority, then the pack that was loaded later, then the id."""
    primary = Notebook(notes).select(reply("250 ok")).primary
    assert primary is not None
    assert primary.id == winner


def test_two_others_appear_and_the_rest_wait() -> None:
    """At most two one-liners; the others are behind :why."""
    facts = ["tls", "auth", "esmtp", "ehlo_since_tls"]
    notes = [make(f"n.{fact}", state={fact: False}) for fact in facts]
    selection = Notebook([make("first", code="250"), *notes]).select(reply("250 ok"))
    assert [note.id for note in selection.shown] == ["first", "n.auth", "n.ehlo_since_tls"]
    assert [note.id for note in selection.rest] == ["n.esmtp", "n.tls"]
    assert selection.hidden == 2
    assert len(selection.met) == 5


def test_a_later_pack_overrides_by_id() -> None:
    """A teacher's note with the id of ours stands in its place."""
    book = Notebook([make("a", code="250"), make("a", code="2xx", pack=1)])
    assert len(book) == 1
    note = book.get("a")
    assert note is not None
    assert note.pack == 1
    assert book.get("b") is None


def test_a_note_on_several_things_is_told_once() -> None:
    """It lies in several drawers; an event may open two of them."""
    book = Notebook([make("a", verb=["MAIL", "RCPT"], code=["2xx", "250"], issue=["tab", "nbsp"])])
    selection = book.select(reply("250 ok", issues=["tab", "nbsp"]))
    assert [note.id for note in selection.shown] == ["a"]
    assert not selection.others


def test_a_stranger_among_verbs_is_other() -> None:
    """Notes for verbs that have no name of their own."""
    book = Notebook([make("a", verb="OTHER")])
    assert book.select(reply("500 what", "FROBNICATE")).primary is not None
    assert book.select(reply("500 what", "TURN")).primary is not None
    assert book.select(reply("500 what", "MAIL FROM:<>")).primary is None


def test_repeated_and_seen_notes() -> None:
    """What depends on the learner: how often in a row, and what was shown before."""
    again = make("again", code="250", repeat=2)
    known = make("known", code="250", seen="first")
    book = Notebook([make("first", code="250"), again, known])
    streaks = Streaks()
    event = reply("250 ok")

    def primary(seen: set[str]) -> str:
        selection = book.select(event, seen, streaks.before("reply"))
        streaks.count("reply", selection.met)
        assert selection.primary is not None
        return selection.primary.id

    assert primary(set()) == "first"
    assert primary(set()) == "again"
    assert primary({"first"}) == "again"
    streaks.count("command", set())  # another sort of event between does not matter
    assert streaks.before("reply")["first"] == 3
    streaks.count("reply", set())  # the same sort without them does
    assert primary({"first"}) == "known"


def test_copied_counts_go_on_by_themselves() -> None:
    """Going back in a session takes the counts back, too."""
    streaks = Streaks()
    streaks.count("reply", {"first"})
    twin = streaks.copy()
    streaks.count("reply", {"first"})
    assert (streaks.before("reply")["first"], twin.before("reply")["first"]) == (2, 1)
