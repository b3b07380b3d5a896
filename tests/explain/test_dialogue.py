from __future__ import annotations

import json

import pytest

from smtpshell import resource
from smtpshell.explain.build import build_index
from smtpshell.explain.dialogue import Explainer, Explanation, explain_lines
from smtpshell.explain.library import Library
from smtpshell.explain.render import render_explanation, render_note, to_object
from smtpshell.fact.moment import Moment
from smtpshell.smtp.reply import parse_reply

WORDS = Library([build_index(resource.lessons_dir())])

WHOLE = """\
S: 220 mail.office.test ESMTP
C: EHLO client
S: 250-mail.office.test
S: 250 SIZE 1000
C: MAIL FROM:<dora@office.test>
S: 250 2.1.0 Ok
C: RCPT TO:<ana@far.test>
S: 504 5.5.2 <client>: Helo command rejected: need fully-qualified hostname
"""


def explain(text: str) -> list[Explanation]:
    return list(explain_lines(text.splitlines(), WORDS))


def test_a_whole_session_is_explained() -> None:
    """Each thing said with its notes; the refusal with its earlier cause."""
    told = explain(WHOLE)
    assert [(one.moment.on, one.moment.verb) for one in told][:4] == [
        ("greeting", ""), ("command", "EHLO"), ("reply", "EHLO"), ("command", "MAIL"),
    ]  # fmt: skip
    assert len(told[2].lines) == 2
    last = told[-1]
    assert last.diagnosis is not None
    assert last.diagnosis.cause == "bad-client-name"
    assert last.selection.primary is not None
    assert last.selection.primary.id == "diagnosis.bad-client-name"


MIDDLES = [
    "C: RCPT TO:<a@b.test>", "C: DATA", "C: BDAT 3", "C: MAIL FROM:<a@b.test>", "C: QUIT",
    "C: EHLO a.example.org", "C: AUTH LOGIN", "C: STARTTLS",
]  # fmt: skip


@pytest.mark.parametrize("line", MIDDLES)
def test_what_comes_out_of_the_middle_is_not_out_of_order(line: str) -> None:
    """Nobody is told that RCPT needs a MAIL that was not pasted."""
    (told,) = explain(line)
    assert "out-of-order" not in told.moment.issues
    assert "early-talk" not in told.moment.issues


def test_an_exchange_out_of_the_middle() -> None:
    """The reply belongs to the command above it, and is no greeting even if it is 554."""
    _, reply = explain("RCPT TO:<ana@far.test>\n554 5.7.1 Relay access denied")
    assert (reply.moment.on, reply.moment.verb) == ("reply", "RCPT")
    assert reply.selection.primary is not None


def test_a_reply_alone() -> None:
    """Nobody knows what it answers; that nobody asked for it is not held against the server."""
    (told,) = explain("S: 550 5.1.1 no such user")
    assert (told.moment.on, told.moment.verb, told.moment.issues) == ("reply", "", frozenset())
    second = explain("250-one\n251 two\n250 again")
    assert second[0].moment.issues == {"reply-codes-differ"}
    assert len(second) == 2


GREETINGS = [
    pytest.param("S: 220 mx\nC: NOOP", "greeting", id="220"),
    pytest.param("220 2.0.0 ready", "greeting", id="220-alone"),
    pytest.param("S: 554 no mail here\nC: QUIT", "greeting", id="turned-away"),
    pytest.param("554 5.7.1 Relay access denied", "reply", id="refusal-alone"),
    pytest.param("S: 554 5.7.1 Relay access denied\nC: QUIT", "reply", id="out-of-the-middle"),
]


@pytest.mark.parametrize(("text", "on"), GREETINGS)
def test_a_greeting_is_told_from_a_refusal(text: str, on: str) -> None:
    """Both may be 554; people ask about refusals."""
    assert explain(text)[0].moment.on == on


def test_words_of_a_stranger_are_cleaned() -> None:
    """A note out of somebody's folder may hold escape sequences, as a server's reply may."""
    told = explain(WHOLE)[2]
    primary = told.selection.primary
    assert primary is not None
    evil = primary._replace(headline="\x1b]0;x\x07", short="a\x9bb", long=("c\nd\x07",))
    text = "\n".join(render_note(evil, long=True))
    assert text.startswith("| \\x1b]0;x\\x07\n|   a\\x9bb\n|   c\n|   d\\x07\n")


def test_a_reply_that_was_cut_off() -> None:
    """The dash promised more; what there is is explained."""
    (told,) = explain("S: 250-SIZE 1000")
    assert told.lines[0].text == "250-SIZE 1000"


def test_a_login_is_followed() -> None:
    """Each answer is taken apart by what its exchange wants; the end makes an event of its own."""
    told = explain(
        "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: YW5h\nS: 334 UGFzc3dvcmQ6\nC: eA==\nS: 235 ok"
    )
    assert [one.moment.on for one in told][-2:] == ["reply", "auth"]
    assert told[-1].lines == ()
    heads = [gloss.head for one in told for line in one.lines for gloss in line.glosses]
    assert "authcid ana" in heads
    assert "prompt Password:" in heads


def test_whoever_has_moments_hands_them_in() -> None:
    """The shell watches the session itself."""
    explainer = Explainer(WORDS)
    selection, diagnosis = explainer.on_moment(Moment("greeting", reply=parse_reply(b"220 mx")))
    assert diagnosis is None
    assert selection.primary is not None


def test_an_explanation_as_text() -> None:
    """What was said, each piece, then the notes with what they suggest and where it stands."""
    told = explain(WHOLE)
    text = "\n".join(render_explanation(told[-1]))
    assert text.startswith("S: 504 5.5.2 <client>: Helo")
    assert "| The name you gave in your greeting is the problem" in text
    assert "You said `EHLO client`." in text
    assert "|   Try: `EHLO desk7.office.test`" in text
    assert "|   RFC 5321 4.1.4; RFC 5321 2.3.5" in text
    offers = list(render_explanation(told[2]))
    assert sum("third digit" in line for line in offers) == 1
    assert any(line.startswith("| ") for line in offers)
    silent = told[2]._replace(selection=told[2].selection._replace(primary=None, others=()))
    assert not any(line.startswith("|") for line in render_explanation(silent))


def test_a_note_without_sources_and_others_beside_it() -> None:
    """Only what is there is shown; the others are one line and a short text each."""
    told = explain(WHOLE)[2]
    primary = told.selection.primary
    assert primary is not None
    bare = primary._replace(refs=(), tries=(), long=())
    lines = list(render_explanation(told._replace(selection=told.selection._replace(primary=bare))))
    after = lines[lines.index(f"| {bare.headline}") :]
    assert after[1:3] == [f"|   {bare.short}", f"| {told.selection.others[0].headline}"]
    assert list(render_note(primary)) == [
        f"| {primary.headline}", f"|   {primary.short}",
        *(f"|   Try: {line}" for line in primary.tries), f"|   {'; '.join(primary.refs)}",
    ]  # fmt: skip


def test_an_explanation_as_json() -> None:
    """Everything a program may want, and nothing raw."""
    told = explain(WHOLE)
    last = json.loads(json.dumps(to_object(told[-1])))
    assert (last["on"], last["verb"], last["code"]) == ("reply", "RCPT", 504)
    assert last["cause"] == {"name": "bad-client-name", "earlier": "EHLO client"}
    assert last["notes"][0]["id"] == "diagnosis.bad-client-name"
    (line,) = last["lines"]
    assert line["side"] == "server"
    assert line["pieces"][0] == {
        "text": "504", "start": 0, "end": 3, "head": "reply code",
        "words": line["pieces"][0]["words"], "ref": "RFC 5321 4.2.3", "known": True,
    }  # fmt: skip
    odd = to_object(explain("MAIL FROM: <a@b.test>")[0])
    assert odd["lines"][0]["problems"][0]["issue"] == "space-after-colon"
    assert "cause" not in odd
    turned_away = to_object(explain("S: 554 no\nC: EHLO a.test\nS: 503 no")[-1])
    assert turned_away["cause"] == {"name": "greeting-refused", "earlier": "(greeting)"}
