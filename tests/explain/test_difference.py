"""Words on how servers differ: every class has some, and they name the server."""

from __future__ import annotations

from typing import Any

import pytest

from smtpshell.explain.difference import Heard, explain_difference
from smtpshell.explain.library import Library, load_library
from smtpshell.explain.notebook import Notebook
from smtpshell.fact.moment import Moment
from smtpshell.smtp.command import parse_command
from smtpshell.smtp.reply import parse_reply

LIBRARY = load_library()


def said(name: str, code: int, enhanced: str = "", **more: Any) -> Heard:
    return Heard(name, (code,), (enhanced,), **more)


A_OK = said("a", 250, "2.1.0", state="mail")

CASES = [
    pytest.param(A_OK, said("b", 550), ["code"], "a says yes, b says no", id="yes-no"),
    pytest.param(A_OK, said("b", 451), ["code"], "a says yes, b says not now", id="yes-later"),
    pytest.param(said("a", 451), said("b", 550), ["code"], "tries again after 4yz", id="4-5"),
    pytest.param(said("a", 354), said("b", 503), ["code"], "a waits for more", id="3-5"),
    pytest.param(said("a", 501), said("b", 555), ["code"], "the same class, 5yz", id="5-5"),
    pytest.param(said("a", 501), said("b", 555), ["code"], "555: ", id="meaning"),
    pytest.param(said("a", 250), Heard("b"), ["code"], "b says nothing", id="silence"),
    pytest.param(A_OK, said("b", 250), ["enhanced"], "only a adds", id="enhanced"),
    pytest.param(
        said("a", 550, "5.1.1"), said("b", 550, "5.7.1"), ["enhanced"], "5.7.1: ", id="enhanced-two"
    ),
    pytest.param(
        A_OK._replace(offers={"DSN": (), "SIZE": ("1",)}),
        said("b", 250, offers={"SIZE": ("2",)}),
        ["offers"],
        "a offers also: DSN",
        id="offers",
    ),
    pytest.param(
        A_OK._replace(offers={"SIZE": ("1",)}),
        said("b", 250, offers={"SIZE": ("2",)}),
        ["offers"],
        "SIZE: a: SIZE 1; b: SIZE 2",
        id="parameters",
    ),
    pytest.param(A_OK, said("b", 421, closed="server"), ["closed"], "b hangs up", id="closed"),
    pytest.param(A_OK, said("b", 550, state="greeted"), ["state"], "a: an envelope", id="state"),
    pytest.param(
        A_OK, Heard("b", sent=False, remark="why not"), ["sent"], "b was not sent this: Why not.",
        id="sent",
    ),
    pytest.param(
        A_OK, said("b", 550, reason="it is full"), ["code"], "why b: it is full", id="reason"
    ),
]  # fmt: skip


@pytest.mark.parametrize(("left", "right", "classes", "words"), CASES)
def test_words(left: Heard, right: Heard, classes: list[str], words: str) -> None:
    """Of the class that was found."""
    found = explain_difference([left, right], classes, LIBRARY)
    assert words in "\n".join(f"{one.head}: {one.body}" for one in found)


def test_several_servers() -> None:
    """Those that agree are named together."""
    sides = [said("a", 250), said("b", 250), said("c", 550)]
    found = explain_difference(sides, ["code"], LIBRARY)
    assert found[0].head == "a and b say yes, c says no"


def test_one_reason_is_said_once() -> None:
    """With the names of all who have it."""
    sides = [said("a", 550, reason="full"), said("b", 552, reason="full"), said("c", 250)]
    found = explain_difference(sides, ["code"], LIBRARY)
    assert [one.head for one in found if one.of == "reason"] == ["why a and b"]


def test_words_alone_need_no_words() -> None:
    """Nothing is said about what is no difference."""
    assert explain_difference([A_OK, A_OK], ["words"], LIBRARY) == ()


def test_a_note_explains_a_refusal_that_has_no_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """A real server gives none; then our own note on the reply says what it seems to be."""
    command = parse_command("RCPT TO:<x@far.test>")
    reply = parse_reply(b"554 5.7.1 <x@far.test>: Relay access denied\r\n")
    moment = Moment("reply", command=command, reply=reply)
    real = said("real", 554, "5.7.1", moment=moment)
    found = explain_difference([A_OK, real], ["code"], LIBRARY)
    assert any(one.head == "why real, as it seems" and "domains" in one.body for one in found)
    monkeypatch.setattr(Library, "notebook", Notebook([]))
    assert not [
        one for one in explain_difference([A_OK, real], ["code"], LIBRARY) if one.of == "note"
    ]


def test_offers_that_are_the_same_are_not_told() -> None:
    """Only what differs has words."""
    same: dict[str, tuple[str, ...]] = {"SIZE": ("1",)}
    sides = [A_OK._replace(offers=same), said("b", 250, offers=same)]
    assert list(explain_difference(sides, ["offers"], LIBRARY)) == []
