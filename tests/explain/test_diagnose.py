from __future__ import annotations

import re

import pytest

from smtpshell.explain.case import CASES
from smtpshell.explain.diagnose import Diagnosis, judge
from smtpshell.explain.fill import fill, fill_note
from smtpshell.explain.note import Note
from smtpshell.explain.notebook import Notebook
from smtpshell.explain.past import KEPT, Past
from smtpshell.fact.moment import Moment
from smtpshell.fact.vocabulary import CAUSES
from smtpshell.fact.watch import Watch
from smtpshell.smtp.command import Command, parse_client_line, parse_command
from smtpshell.smtp.reply import parse_reply
from smtpshell.smtp.state import Mode
from smtpshell.smtp.text import to_bytes


class Session:
    """A dialogue whose moments are judged as they come."""

    def __init__(self) -> None:
        self.watch = Watch()
        self.past = Past()
        self.moment = Moment("connect")
        self.found: Diagnosis | None = None

    def play(self, dialogue: str) -> Diagnosis | None:
        """What is found about the last moment that is no message or auth."""
        for line in dialogue.strip().split("\n"):
            for moment in self._moments(line.strip()):
                found = judge(moment, self.past)
                if moment.on not in ("message", "auth"):
                    self.moment, self.found = moment, found
        return self.found

    def _moments(self, line: str) -> tuple[Moment, ...]:
        kind, _, text = line.partition(" ")
        session = self.watch.session
        if kind == "S:":
            return self.watch.reply(parse_reply(text.replace("|", "\r\n").encode()))
        if kind == "C:":
            mechanism = session.exchange.mechanism if session.exchange else None
            command = parse_client_line(
                to_bytes(text), session.mode, mechanism=mechanism, first=False
            )
            if session.mode is Mode.CHUNK:
                command = Command(text + "\r\n", "CHUNK", argument=text + "\r\n")
            return self.watch.command(command)
        if kind == "tls":
            return self.watch.tls()
        return self.watch.timer("reply") if kind == "timer" else self.watch.close(text)


GREETED = "S: 220 mx\nC: EHLO a.example.org\nS: 250-mx|250 AUTH PLAIN LOGIN\n"
MAIL = GREETED + "C: MAIL FROM:<a@b.test>\nS: 250 ok\n"
RCPT = MAIL + "C: RCPT TO:<c@d.test>\nS: 250 ok\n"
LOGIN = GREETED + "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\n"

# A session that ends with the symptom; the cause; the line (or event) where it went wrong.
FOUND = [
    pytest.param(
        "S: 554 no mail here\nC: EHLO a.example.org\nS: 503 go away",
        "greeting-refused", "(greeting)", id="greeting",
    ),
    pytest.param(
        "S: 220 mx\nC: EHLO\nS: 501 name?\nC: MAIL FROM:<a@b.test>\nS: 503 hello first",
        "hello-refused", "EHLO", id="hello",
    ),
    pytest.param(
        GREETED + "C: STARTTLS\nS: 220 go\ntls\nC: AUTH PLAIN AGEAYg==\nS: 503 not advertised",
        "no-ehlo-after-tls", "STARTTLS", id="tls-auth",
    ),
    pytest.param(
        GREETED + "C: STARTTLS\nS: 220 go\ntls\nC: AUTH PLAIN AGEAYg==\nS: 500 what?",
        "no-ehlo-after-tls", "STARTTLS", id="tls-auth-unknown",
    ),
    pytest.param(
        GREETED + "C: STARTTLS\nS: 220 go\ntls\nC: MAIL FROM:<a@b.test>\nS: 503 hello first",
        "no-ehlo-after-tls", "STARTTLS", id="tls-mail",
    ),
    pytest.param(
        GREETED + "C: MAIL FROM:<a@b>\nS: 501 5.1.7 no\nC: RCPT TO:<c@d.test>\nS: 503 need MAIL",
        "mail-refused", "MAIL FROM:<a@b>", id="mail-then-rcpt",
    ),
    pytest.param(
        GREETED + "C: MAIL FROM:<a@b>\nC: RCPT TO:<c@d.test>\nC: DATA\nS: 450 no\nS: 503 no\n"
        "S: 503 no",
        "mail-refused", "MAIL FROM:<a@b>", id="mail-pipelined",
    ),
    pytest.param(
        RCPT + "C: RSET\nS: 250 ok\nC: DATA\nS: 503 need RCPT",
        "envelope-dropped", "RSET", id="rset",
    ),
    pytest.param(
        RCPT + "C: EHLO a.example.org\nS: 250 mx\nC: DATA\nS: 554 no valid recipients",
        "envelope-dropped", "EHLO a.example.org", id="ehlo-drops",
    ),
    pytest.param(
        RCPT + "C: DATA\nS: 354 go\nC: x\nC: .\nS: 550 spam\nC: RCPT TO:<c@d.test>\nS: 503 no",
        "envelope-dropped", ".", id="letter-done",
    ),
    pytest.param(
        RCPT + "C: BDAT 3 LAST\nC: x\nS: 250 ok\nC: RCPT TO:<c@d.test>\nS: 503 need MAIL",
        "envelope-dropped", "BDAT 3 LAST", id="chunks-done",
    ),
    pytest.param(
        RCPT + "C: MAIL FROM:<x@b.test>\nS: 503 nested MAIL", "mail-open",
        "MAIL FROM:<a@b.test>", id="second-mail",
    ),
    pytest.param(
        MAIL + "C: RCPT TO:<x@d.test>\nS: 550 no\nC: RCPT TO:<y@d.test>\nS: 450 no\nC: DATA\n"
        "S: 554 no valid recipients", "rcpts-refused", "RCPT TO:<y@d.test>", id="no-recipient",
    ),
    pytest.param(
        RCPT + "C: BDAT 3\nC: x\nS: 250 ok\nC: DATA\nS: 503 no", "bdat-then-data", "BDAT 3",
        id="bdat-data",
    ),
    pytest.param(
        GREETED + "C: MAIL FROM:<a@b.test> BODY=BINARYMIME\nS: 250 ok\nC: RCPT TO:<c@d.test>\n"
        "S: 250 ok\nC: DATA\nS: 503 use BDAT", "binary-by-data",
        "MAIL FROM:<a@b.test> BODY=BINARYMIME", id="binary",
    ),
    pytest.param(
        RCPT + "C: BDAT 3\nC: x\nS: 452 full\nC: BDAT 3 LAST\nC: y\nS: 503 no", "chunk-refused",
        "BDAT 3", id="chunk",
    ),
    pytest.param(
        "S: 220 mx\nC: HELO a.example.org\nS: 250 mx\nC: MAIL FROM:<a@b.test> SIZE=5\nS: 555 what?",
        "helo-without-extensions", "HELO a.example.org", id="helo-parameter",
    ),
    pytest.param(
        "S: 220 mx\nC: HELO a.example.org\nS: 250 mx\nC: STARTTLS\nS: 502 what?",
        "helo-without-extensions", "HELO a.example.org", id="helo-starttls",
    ),
    pytest.param(
        GREETED + "C: STARTTLS\nS: 454 not now\nC: AUTH PLAIN AGEAYg==\nS: 538 encrypt first",
        "tls-refused", "STARTTLS", id="tls-refused",
    ),
    pytest.param(
        GREETED + "C: AUTH PLAIN AGEAYg==\nS: 235 ok\nC: EHLO a.example.org\nS: 250 mx\n"
        "C: MAIL FROM:<a@b.test>\nS: 530 5.7.0 authenticate", "login-forgotten",
        "EHLO a.example.org", id="login-forgotten",
    ),
    pytest.param(
        LOGIN + "C: YQ==\nS: 334 UGFzc3dvcmQ6\nC: Yg==\nS: 535 no\nC: MAIL FROM:<a@b.test>\n"
        "S: 530 no",
        "login-failed", "AUTHLINE", id="login-failed-mail",
    ),
    pytest.param(
        GREETED + "C: AUTH PLAIN AGEAYg==\nS: 535 no\nC: MAIL FROM:<a@b.test>\nS: 250 ok\n"
        "C: RCPT TO:<c@far.test>\nS: 554 5.7.1 Relay access denied", "login-failed", "AUTH",
        id="login-failed-relay",
    ),
    pytest.param(
        MAIL + "C: RCPT TO:<\u00e4@d.test>\nS: 553 5.6.7 SMTPUTF8 needed", "utf8-not-declared",
        "MAIL FROM:<a@b.test>", id="utf8",
    ),
    pytest.param(
        "S: 220 mx\nC: EHLO client\nS: 250 mx\nC: MAIL FROM:<a@b.test>\nS: 250 ok\n"
        "C: RCPT TO:<c@d.test>\nS: 504 5.5.2 <client>: Helo command rejected: need fully-qualified"
        " hostname", "bad-client-name", "EHLO client", id="helo-name-at-rcpt",
    ),
    pytest.param(
        MAIL + "C: RCPT TO:<c@d.test>\nS: 450 4.1.8 <a@b.test>: Domain not found", "bad-sender",
        "MAIL FROM:<a@b.test>", id="sender-domain",
    ),
    pytest.param(
        MAIL + "C: RCPT TO:<c@d.test>\nS: 550 Sender verify failed", "bad-sender",
        "MAIL FROM:<a@b.test>", id="sender-verify",
    ),
    pytest.param(
        LOGIN + "C: EHLO a.example.org\nS: 501 bad base64", "auth-still-open", "AUTH", id="in-auth",
    ),
    pytest.param(
        LOGIN + "C: YWxpY2UK\nS: 334 UGFzc3dvcmQ6\nC: Yg==\nS: 535 no", "auth-newline", "AUTHLINE",
        id="newline-in-name",
    ),
    pytest.param(
        LOGIN + "C: al!ce\nS: 334 UGFzc3dvcmQ6\nC: Yg==\nS: 535 no", "auth-not-base64", "AUTHLINE",
        id="name-in-clear",
    ),
    pytest.param(
        MAIL + "C: XX\nS: 500 what?\nC: YY\nS: 500 what?\nC: NOOPE\nS: 500 what?\nC: ZZ\n"
        "S: 421 too many errors", "error-budget", "XX", id="budget",
    ),
    pytest.param(
        MAIL + "C: XX\nS: 500 what?\nC: YY\nS: 500 what?\nC: ZZ\nS: 500 what?\nclose server",
        "error-budget", "XX", id="budget-closed",
    ),
    pytest.param(
        RCPT + "C: BDAT 4 LAST\nC: ab\nS: 250 ok\nC: cd is left\nS: 500 what?\nC: and more\n"
        "S: 500 what?",
        "short-bdat", "BDAT 4 LAST", id="short-count",
    ),
    pytest.param(
        RCPT + "C: BDAT 900 LAST\nC: text\nC: QUIT\ntimer", "long-bdat", "BDAT 900 LAST",
        id="long-count",
    ),
    pytest.param(
        MAIL + "C:\nS: 500 a\nC: XX\nS: 500 b\nC: YY\nS: 500 c\nC: ZZ\nS: 421 too many errors",
        "error-budget", "(nothing)", id="budget-empty-line",
    ),
    pytest.param(
        MAIL + "C: RCPT TO:<a@d.test>\nS: 550 no\nC: RCPT TO:<b@d.test>\nS: 550 no\n"
        "C: RCPT TO:<c@d.test>\nS: 550 no\nC: DATA\nS: 421 too many errors",
        "error-budget", "RCPT TO:<a@d.test>", id="budget-of-recipients",
    ),
    pytest.param(
        MAIL + "C: Subject: hi\nS: 500 what?\nC: Hello there\nS: 500 what?", "header-before-data",
        "Subject: hi", id="header-early",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("dialogue", "cause", "where"), FOUND)
def test_the_earlier_cause_is_named(
    dialogue: str, cause: str, where: str, notebook: Notebook
) -> None:
    """Which line a refusal comes from, and the note that says so is the primary one."""
    session = Session()
    found = session.play(dialogue)
    assert found is not None
    assert found.cause == session.moment.cause == cause
    assert fill("{cause.line}", session.moment) == where
    primary = notebook.select(session.moment).primary
    assert primary is not None
    assert primary.condition.table.get("cause") == cause


# Where nothing earlier is to blame, or where nobody can know.
NOTHING = [
    pytest.param(RCPT, id="all-well"),
    pytest.param("S: 554 no\nC: QUIT\nS: 503 no", id="quit-after-refusal"),
    pytest.param("S: 220 mx\nC: MAIL FROM:<a@b.test>\nS: 503 hello first", id="no-hello-at-all"),
    pytest.param("S: 220 mx\nC: EHLO\nS: 501 x\nC: MAIL FROM:<>\nS: 550 no", id="other-code"),
    pytest.param(GREETED + "C: RCPT TO:<c@d.test>\nS: 503 need MAIL", id="no-mail-at-all"),
    pytest.param(
        GREETED + "C: STARTTLS\nS: 220 go\ntls\nC: MAIL FROM:<a@b.test>\nS: 550 no", id="tls-other"
    ),
    pytest.param(
        GREETED + "C: AUTH PLAIN\nS: 530 5.7.0 encrypt\nC: STARTTLS\nS: 220 go\ntls\n"
        "C: EHLO a.example.org\nS: 250 mx\nC: MAIL FROM:<a@b.test>\nS: 530 5.7.0 authenticate",
        id="login-tried-in-clear",
    ),
    pytest.param(
        "S: 220 mx\nC: STARTTLS\nS: 503 hello first\nC: EHLO a.example.org\nS: 250 mx\n"
        "C: MAIL FROM:<a@b.test>\nS: 530 encrypt",
        id="tls-too-early",
    ),
    pytest.param(
        GREETED + "C: AUTH PLAIN\nS: 530 5.7.0 encrypt\nC: MAIL FROM:<a@b.test>\nS: 530 encrypt",
        id="login-not-looked-at",
    ),
    pytest.param(GREETED + "C: RSET\nS: 500 x\nC: RCPT TO:<c@d.test>\nS: 503 x", id="refused-rset"),
    pytest.param(MAIL + "C: RCPT TO:<x@d.test>\nS: 550 5.1.1 no such user", id="own-fault"),
    pytest.param(MAIL + "C: RCPT TO:<x@d.test>\nS: 503 sender not yet given", id="sender-in-503"),
    pytest.param(MAIL + "C: DATA\nS: 503 need RCPT", id="no-rcpt-at-all"),
    pytest.param(RCPT + "C: MAIL FROM:<x@b.test>\nS: 501 syntax", id="not-nested"),
    pytest.param(RCPT + "C: DATA\nS: 451 later", id="put-off"),
    pytest.param(RCPT + "C: BDAT 3 LAST\nC: x\nS: 552 too big", id="first-chunk"),
    pytest.param("S: 220 mx\nC: HELO a.test\nS: 250 mx\nC: VRFY x\nS: 502 no", id="no-extension"),
    pytest.param("S: 220 mx\nC: HELO a.test\nS: 250 mx\nC: AUTH PLAIN\nS: 421 bye", id="421"),
    pytest.param(
        "S: 220 mx\nC: HELO a.test\nS: 250 mx\nC: MAIL FROM:<> SIZE=9\nS: 552 too big",
        id="size-minded-after-helo",
    ),
    pytest.param(GREETED + "C: AUTH PLAIN AGEAYgo=\nS: 535 no", id="own-newline"),
    pytest.param(LOGIN + "C: YQ==\nS: 334 UGFzc3dvcmQ6\nC: YgoK\nS: 535 no", id="own-line-odd"),
    pytest.param(LOGIN + "C: YQ==\nS: 334 UGFzc3dvcmQ6\nC: Yg==\nS: 535 no", id="wrong-password"),
    pytest.param(
        GREETED + "C: AUTH PLAIN AGEAYg==\nS: 235 ok\nC: MAIL FROM:<a@b.test>\nS: 530 no",
        id="logged-in",
    ),
    pytest.param(GREETED + "C: MAIL FROM:<a@b.test>\nS: 530 no", id="never-logged-in"),
    pytest.param(
        "S: 220 mx\nC: EHLO client\nS: 250 mx\nC: MAIL FROM:<a@b.test>\nS: 550 no",
        id="not-the-name",
    ),
    pytest.param(
        "S: 220 mx\nC: EHLO client\nS: 250 mx\nC: MAIL FROM:<a@b.test>\nS: 250 ok\n"
        "C: RCPT TO:<c@d.test>\nS: 450 4.7.25 cannot find your reverse hostname",
        id="name-of-the-address",
    ),
    pytest.param(
        MAIL + "C: RCPT TO:\u201cc@d.test\u201d\nS: 501 5.1.3 bad address", id="smart-quotes"
    ),
    pytest.param(MAIL + "C: RCPT TO:<x@d.test>\nS: 550 no\nC: DATA\nS: 421 bye", id="421-data"),
    pytest.param(
        GREETED + "C: MAIL FROM:<a@b>\nS: 550 no\nC: RCPT TO:<x@d.test>\nS: 421 shutting down",
        id="421-rcpt",
    ),
    pytest.param(MAIL + "C: FOO\nS: 500 x\nC: BAR\nS: 421 bye", id="few-errors"),
    pytest.param(MAIL + "C: FOO\nS: 500 x\nC: BAR\nS: 421 too many errors", id="too-few-for-many"),
    pytest.param(MAIL + "C: FOO\nS: 500 x\nC: BAR\nS: 500 x\nclose server", id="closed-early"),
    pytest.param(RCPT + "close client", id="closed-by-client"),
    pytest.param("C: FOO\nclose server", id="closed-at-once"),
    pytest.param(MAIL + "C: FOO\nS: 500 what?", id="unknown-verb"),
    pytest.param("S: 220 mx\nC: FOO\nS: 500 what?", id="unknown-verb-first"),
    pytest.param(RCPT + "C: DATA\ntimer", id="slow-server"),
    pytest.param(RCPT + "C: BDAT 900 LAST\nC: text\ntimer", id="slow-chunk"),
    pytest.param("timer", id="nothing-said"),
    pytest.param(
        RCPT + "C: BDAT 6 LAST\nC: QUIT\nS: 250 ok\ntimer", id="chunk-answered"
    ),
]  # fmt: skip


@pytest.mark.parametrize("dialogue", NOTHING)
def test_nothing_is_blamed_without_reason(dialogue: str) -> None:
    """A diagnosis must be sure: where a refusal may have another reason, none is given."""
    assert Session().play(dialogue) is None


def test_every_cause_has_a_case_a_note_and_a_test(notes: list[Note]) -> None:
    """No name in the vocabulary without the three."""
    by_case = {case.cause for case in CASES}
    by_note = {note.condition.table["cause"] for note in notes if "cause" in note.condition.table}
    by_test = {param.values[1] for param in FOUND}
    assert set(CAUSES) == by_case == by_note == by_test


def test_a_login_is_never_filled_in() -> None:
    """Of an AUTH line only the verb is told, whatever the note asks for."""
    session = Session()
    session.play(GREETED + "C: AUTH PLAIN AGFuYQBzZWNyZXQ=\nS: 535 no\nC: MAIL FROM:<>\nS: 530 no")
    assert fill("You said {cause.line}.", session.moment) == "You said AUTH."


FILLED = [
    pytest.param("Try {arg.domain}", "Try d.test", id="part"),
    pytest.param("{arg.first} {arg.path}", "c@d.test <c@d.test>", id="two"),
    pytest.param("{arg.param.SIZE} {arg.host}", "{arg.param.SIZE} {arg.host}", id="not-there"),
    pytest.param("{line} {text} {0.__class__}", "{line} {text} {0.__class__}", id="no-places"),
    pytest.param("{cause.line}", "{cause.line}", id="no-cause"),
    pytest.param("{arg.text}", "TO:<c@d.test>", id="whole-argument"),
    pytest.param("{arg.last} {arg.size}", "{arg.last} {arg.size}", id="no-text"),
]


@pytest.mark.parametrize(("text", "expected"), FILLED)
def test_places_are_filled_from_the_line(text: str, expected: str) -> None:
    """The few names that exist; everything else stays as it is."""
    session = Session()
    session.play(RCPT)
    assert fill(text, session.moment) == expected


def test_another_session_has_another_past(notebook: Notebook) -> None:
    """What went wrong before the last connection explains nothing."""
    session = Session()
    session.play("S: 554 no mail here\nC: EHLO a.example.org\nS: 503 go away")
    assert session.past.reply("EHLO") is not None
    assert judge(Moment("connect"), session.past) is None
    assert session.past.reply("EHLO") is None
    note = notebook.notes["diagnosis.mail-refused"]
    assert "`MAIL FROM:<a@b>`" in fill_note(note, played("mail-then-rcpt").moment).long[0]


def played(case: str) -> Session:
    session = Session()
    session.play(next(str(param.values[0]) for param in FOUND if param.id == case))
    return session


def test_what_is_filled_in_is_printable() -> None:
    """A learner's line may hold anything, and comes from a transcript perhaps."""
    session = Session()
    session.play(GREETED + "C: EHLO \x1b]0;x\x07\nS: 250 ok")
    assert fill("{arg.host}", session.moment) == r"\x1b]0;x\x07"


def test_the_past_is_bounded() -> None:
    """A session of many thousand lines does not grow in memory."""
    past = Past()
    for _ in range(KEPT + 10):
        past.add(Moment("command", verb="NOOP"))
    assert len(list(reversed(past))) == KEPT
    past.add(Moment("command", verb="TEXT"))
    assert next(iter(reversed(past))).verb == "NOOP"
    assert past.reply("NOOP") is None


def test_notes_on_causes_name_no_place_that_cannot_be_filled(notes: list[Note]) -> None:
    """{cause.line} stands only where there is a cause."""
    for note in notes:
        text = " ".join((note.headline, note.short, *note.long, *note.tries))
        if re.search(r"\{cause\.", text):
            assert "cause" in note.condition.table, note.id


def test_a_copied_past_goes_on_by_itself() -> None:
    """What happens in one has not happened in the other."""
    past = Past()
    past.add(Moment("reply", command=parse_command("NOOP"), reply=parse_reply(b"250 ok\r\n")))
    twin = past.copy()
    past.clear()
    assert twin.reply("NOOP") is not None
    assert past.reply("NOOP") is None
