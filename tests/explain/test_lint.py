from __future__ import annotations

import pytest

from smtpshell.datafile import Where
from smtpshell.explain.lint import ERROR, WARNING, can_meet, lint_notes
from smtpshell.explain.note import Note
from smtpshell.explain.prose import belittling, obsolete, unreserved
from smtpshell.fact.condition import Condition, compile_condition


def condition(**when: object) -> Condition:
    return compile_condition({"on": "reply", **when}, Where("f.md"))


GOOD = Note(
    "a.b", "Head", "Short.", ("Long.",), ("RFC 5321 3.3", "a draft"), "", ("a.b",),
    ("`{arg.domain}`",), "info", "normal", 0, condition(code="250"), 0, "f.md:1",
)  # fmt: skip


def messages(*notes: Note) -> list[str]:
    return [str(finding) for finding in lint_notes(notes)]


def test_a_good_note_passes() -> None:
    """Nothing to say."""
    assert messages(GOOD) == []
    assert messages(GOOD._replace(refs=("RFC 5321 D.1", "RFC 1034"), tries=("{cause.line}",))) == []


FAULTS = [
    pytest.param({"short": "x" * 141}, "error: a.b: the short text has 141 characters", id="short"),
    pytest.param({"long": ("x " * 60, "y " * 61)}, "the long text has 121 words", id="long"),
    pytest.param({"headline": "x" * 999}, "a line of more than 998 characters", id="line"),
    pytest.param({"short": "ana@mail.com"}, "mail.com may belong to somebody", id="address"),
    pytest.param({"long": ("at 10.1.2.3.",)}, "10.1.2.3 may belong", id="network-address"),
    pytest.param({"headline": "Just do it"}, '"Just" tells readers', id="style"),
    pytest.param({"tries": ("{arg.moon}",)}, "{arg.moon} is no place", id="place"),
    pytest.param({"tries": ("{state.tls}",)}, "{state.tls} is no place", id="other-fact"),
    pytest.param({"refs": ("RFC 5321 section 3",)}, "is not", id="ref"),
    pytest.param({"refs": ("RFC 2821 3.3",)}, "warning: a.b: RFC 2821 3.3 is obsolete", id="old"),
    pytest.param({"see": ("a.c",)}, 'see: no note "a.c"; did you mean "a.b"?', id="see"),
]


@pytest.mark.parametrize(("change", "message"), FAULTS)
def test_a_fault_is_found(change: dict[str, object], message: str) -> None:
    """What an author must mend, or think over."""
    (found,) = messages(GOOD._replace(**change))  # type: ignore[arg-type]  # a field of each kind
    assert found.startswith("f.md:1: ")
    assert message in found


def test_the_same_id_twice_in_one_pack_is_an_error() -> None:
    """In two packs it is an override."""
    again = GOOD._replace(where="g.md:9")
    assert messages(GOOD, again) == ["g.md:9: error: a.b stands at f.md:1 already"]
    assert messages(GOOD, again._replace(pack=1)) == []


def test_two_notes_of_the_same_weight_that_can_meet_are_told() -> None:
    """Only the id would decide between them."""
    rival = GOOD._replace(id="a.c", condition=condition(code="250"), where="f.md:20")
    (finding,) = lint_notes([GOOD, rival])
    assert finding.severity == WARNING
    assert "a.c and a.b (f.md:1) weigh the same and can meet" in finding.message
    for other in (
        rival._replace(priority=1),
        rival._replace(condition=condition(code="251")),
        rival._replace(condition=condition(code="2xx")),
    ):
        assert lint_notes([GOOD, other]) == []


MEETINGS = [
    pytest.param({"verb": "MAIL"}, {"verb": "RCPT"}, False, id="verbs"),
    pytest.param({"verb": ["MAIL", "RCPT"]}, {"verb": "RCPT"}, True, id="verb-in-list"),
    pytest.param({"verb": "MAIL"}, {"code": "250"}, True, id="different-facts"),
    pytest.param({"code": "25x"}, {"code": "2x1"}, True, id="codes"),
    pytest.param({"code": "25x"}, {"code": ["450", "550"]}, False, id="no-code"),
    pytest.param({"enhanced": "5.7.*"}, {"enhanced": "x.7.1"}, True, id="enhanced"),
    pytest.param({"enhanced": "5.7.1"}, {"enhanced": ["5.7.2", "5.1.1"]}, False, id="no-enhanced"),
    pytest.param({"state": {"tls": True}}, {"state": {"tls": False}}, False, id="flags"),
    pytest.param({"arg": {"host": True}}, {"arg": {"host": False}}, False, id="there-or-not"),
    pytest.param({"arg": {"host": True}}, {"arg": {"host": "x"}}, True, id="there-and-pattern"),
    pytest.param({"state": {"messages": 1}}, {"state": {"messages": 2}}, False, id="numbers"),
    pytest.param({"state": {"messages": 1}}, {"state": {"messages": ">0"}}, True, id="comparison"),
    pytest.param({"text": "a"}, {"text": "b"}, True, id="patterns"),
    pytest.param({"issue": "tab"}, {"issue": "nbsp"}, True, id="issues"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "expected"), MEETINGS)
def test_which_conditions_one_event_can_meet(
    one: dict[str, object], other: dict[str, object], expected: bool
) -> None:
    """True also where nobody can tell."""
    assert can_meet(condition(**one), condition(**other)) is expected
    assert can_meet(condition(**other), condition(**one)) is expected


PROSE = [
    pytest.param("ana@office.test, x@a.example, y@example.org, z@sub.example.com", [], id="ours"),
    pytest.param("<name@domain> and rcpt.ok and notes.md", [], id="no-domains"),
    pytest.param("mail.google.com, x@yahoo.de", ["yahoo.de", "mail.google.com"], id="theirs"),
    pytest.param("192.0.2.7 198.51.100.1 203.0.113.9 127.0.0.1", [], id="our-ipv4"),
    pytest.param("8.8.8.8", ["8.8.8.8"], id="their-ipv4"),
    pytest.param("[IPv6:2001:db8::7] 2001:DB8::1 ::1 at 12:00:00", [], id="our-ipv6"),
    pytest.param("2001:4860::8888 [IPv6:fe80::1]", ["2001:4860::8888", "fe80::1"], id="ipv6"),
]


@pytest.mark.parametrize(("text", "expected"), PROSE)
def test_names_that_may_belong_to_somebody(text: str, expected: list[str]) -> None:
    """RFC 2606, 5737 and 3849 set names and addresses aside for us."""
    assert list(unreserved(text)) == expected


def test_belittling_words() -> None:
    """Whole words only."""
    assert list(belittling("Simply adjust it, obviously.")) == ["Simply", "obviously"]


def test_obsolete_standards() -> None:
    """The number decides; what is no RFC is nobody's business."""
    assert [obsolete(ref) for ref in ("RFC 821 3.4", "RFC 8210", "draft")] == ["5321", None, None]


def test_our_own_notes_have_no_errors(notes: list[Note]) -> None:
    """Lint finds nothing in them that must be mended."""
    errors = [str(found) for found in lint_notes(notes) if found.severity == ERROR]
    assert errors == []
