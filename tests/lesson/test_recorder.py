"""A teacher's first lesson, by doing: what was played lints clean and tests true."""

from __future__ import annotations

from pathlib import Path

import pytest

from smtpshell.errors import UsageError
from smtpshell.explain.library import load_library
from smtpshell.lesson import workshop
from smtpshell.lesson.recorder import draft_of, new_draft, title_of, write_draft
from smtpshell.smtp.event import Event, EventKind
from smtpshell.smtp.printable import printable
from tests.sandbox.play import Talk, make_part

LIBRARY = load_library()


def session(*lines: str) -> list[Event]:
    """A session with the practice server as a transcript has it."""
    talk = Talk(make_part("postfix-like"))
    events = [Event(EventKind.CONNECT)]
    events += [Event(EventKind.SERVER, row.encode()) for row in talk.greeting.splitlines()]
    for line in lines:
        events.append(Event(EventKind.CLIENT, line.encode()))
        events += [Event(EventKind.SERVER, row.encode()) for row in talk.say(line).splitlines()]
    return events


def check(folder: Path) -> None:
    bench = workshop.lay_out([str(folder)])
    assert [str(one) for one in workshop.lint(bench)] == []
    assert [(one.name, *one.faults) for one in workshop.play(bench) if not one.ok] == []


def test_a_new_lesson_is_without_fault(tmp_path: Path) -> None:
    """Before a word of it was written."""
    write_draft(new_draft("9-1-try", "mine", LIBRARY), tmp_path, "mine", "9-1-try")
    check(tmp_path)


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(["EHLO desk7.office.test", "QUIT"], id="short"),
        pytest.param(
            ["EHLO desk7.office.test", "MAIL FROM:<dora@office.test>", "RCPT TO:<ana@office.test>",
             "RCPT TO:<ben@office.test>", "DATA", "Subject: hi", "", "Hello.", ".", "QUIT"],
            id="letter",
        ),
        pytest.param(
            ["EHLO desk7.office.test", "RCPT TO:<ana@office.test>", "MAIL FROM:<dora@office.test>",
             "RCPT TO:<nobody@office.test>", "RCPT TO:<ana@office.test>", "DATA", "Subject: a\\b",
             "", "..dot", ".", "QUIT"],
            id="with-mistakes",
        ),
        pytest.param(
            ["EHLO desk7.office.test", "MAIL FROM:<dora@office.test>", "RCPT TO:<ana@office.test>",
             "DATA", "Subject: one", "", "1", ".", "MAIL FROM:<dora@office.test>",
             "RCPT TO:<ben@office.test>", "DATA", "Subject: two", "", "2", ".", "QUIT"],
            id="two-letters",
        ),
    ],
)  # fmt: skip
def test_a_session_becomes_a_lesson(tmp_path: Path, lines: list[str]) -> None:
    """Its solution is what was typed, its mistakes are what was refused."""
    draft = draft_of(session(*lines), "9-2-mine", "mine", LIBRARY)
    write_draft(draft, tmp_path, "mine", "9-2-mine")
    check(tmp_path)


def test_refused_lines_are_mistakes() -> None:
    """With the note that spoke, and not in the solution."""
    text = draft_of(session("EHLO x.test", "RCPT TO:<a@office.test>"), "x", "t", LIBRARY).text
    assert "```smtp mistake rcpt.before-mail\nC: RCPT TO:<a@office.test>\nS: 503" in text


def test_what_is_refused(tmp_path: Path) -> None:
    """A bad id, an empty session, a file that is there."""
    with pytest.raises(UsageError, match="is no id"):
        new_draft("Mine!", "t", LIBRARY)
    with pytest.raises(UsageError, match="nothing was said"):
        draft_of([], "x", "t", LIBRARY)
    draft = new_draft("x", "t", LIBRARY)
    with pytest.raises(UsageError, match="no name of a track"):
        write_draft(draft, tmp_path, "../t", "x")
    write_draft(draft, tmp_path, "t", "x")
    with pytest.raises(UsageError, match="is there already"):
        write_draft(draft, tmp_path, "t", "x")


@pytest.mark.parametrize(
    ("ident", "title"), [("2-9-two-letters", "Two letters"), ("x", "X"), ("1-1", "1")]
)
def test_titles(ident: str, title: str) -> None:
    """Made of the id's words."""
    assert title_of(ident) == title


@pytest.mark.parametrize(
    "title", [r"C:\mail und „Büro“", 'a "quoted" one', "two\nlines", "\x1b[31mred\x7f"]
)
def test_any_title_will_do(tmp_path: Path, title: str) -> None:
    """It is quoted as TOML wants it, and the file is UTF-8 wherever it is written."""
    write_draft(new_draft("x", "t", LIBRARY, title=title), tmp_path, "t", "x")
    check(tmp_path)
    lesson = workshop.lay_out([str(tmp_path)]).lessons[0]
    assert lesson.title == printable(" ".join(title.split()))


def test_a_transcript_writes_nothing_of_its_own_into_the_file() -> None:
    """Whoever made it may have called its server as they liked."""
    events = session("EHLO desk7.office.test", "QUIT")
    draft = draft_of(events, "x", "t", LIBRARY, personality='x"\n[servers.evil]\nseed = "1')
    assert 'personality = "postfix-like"' in draft.text
    assert "evil" not in draft.text


def test_what_the_server_forgave_is_told() -> None:
    """A solution is what learners are shown: it had better have no fault."""
    draft = draft_of(
        session("EHLO desk7.office.test", "MAIL FROM: <dora@office.test>"), "x", "t", LIBRARY
    )
    [remark] = draft.remarks
    assert remark.endswith("put it right in the file: MAIL FROM: <dora@office.test>")
