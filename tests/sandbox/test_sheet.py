"""The score sheet of a spam scorer: what counts, what it comes to, and what is written of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from smtpshell.errors import DataFileError
from smtpshell.sandbox.nature.personality import load_personality
from tests.sandbox.play import HELLO, MAIL, RCPT, Talk, codes, make_part

HEAD = 'format = 1\nkind = "personality"\nid = "mine"\nabout = "x"\nlike = "by-the-book"\n'
SHEET = (
    "[checks]\ntag = 2\n"
    '[sheet.no-date]\nif = { header_absent = "Date" }\npoints = 1.5\nwhy = "It is due."\n'
    '[sheet.capitals]\nif = { "header.subject" = "^[^a-z]+$" }\npoints = 1\nwhy = "Loud."\n'
    '[sheet.known]\nif = { body = "secret word" }\npoints = -1\nwhy = "A friend."\n'
    '[rules.x]\nat = "DOT"\nif = { "peer.spam_score" = ">=2.5" }\n'
    'reply = "550 5.7.1 {points} points are too many"\nwhy = "Spam."\n'
)


def scorer(folder: Path, sheet: str = SHEET) -> Talk:
    (folder / "mine.toml").write_text(HEAD + sheet)
    talk = Talk(make_part("mine", folder=folder))
    talk.say(HELLO)
    return talk


def trace(talk: Talk) -> str:
    return talk.part.world.mailboxes["ana@office.test"][-1].trace.decode()


@pytest.mark.parametrize(
    ("letter", "code", "points", "tagged"),
    [
        pytest.param("Date: now\r\nSubject: hi\r\n\r\nx", "250 2.0.0", "0", False, id="nothing"),
        pytest.param("Subject: hi\r\n\r\nx", "250 2.0.0", "1.5", False, id="one"),
        pytest.param("Subject: HI\r\n\r\nsecret word", "250 2.0.0", "1.5", False, id="below-zero"),
        pytest.param("Subject: HI\r\n\r\nx", "550 5.7.1", "2.5", True, id="too-many"),
    ],
)
def test_points_are_added_up(
    tmp_path: Path, letter: str, code: str, points: str, tagged: bool
) -> None:
    """Each entry whose facts hold counts; a rule decides what is done about the sum."""
    talk = scorer(tmp_path)
    reply = talk.letter(letter)
    assert codes(reply) == [code]
    happened = talk.part.world.happenings[0]
    assert (happened.kind, happened.session) == ("scored", 1)
    assert happened.words.startswith(f"{points} points")
    if code.startswith("250"):
        assert f"X-Spam-Score: {points} (marked from 2)\r\n" in trace(talk)
        assert ("X-Spam-Flag: YES" in trace(talk)) is tagged
    else:
        assert f"{points} points" in reply


def test_each_letter_has_a_sheet_of_its_own(tmp_path: Path) -> None:
    """What one letter was charged with is not held against the next one."""
    talk = scorer(tmp_path)
    assert codes(talk.letter("Subject: HI\r\n\r\nx")) == ["550 5.7.1"]
    assert codes(talk.letter("Date: x\r\nSubject: HI\r\n\r\nx")) == ["250 2.0.0"]
    assert "X-Spam-Rules: capitals=1\r\n" in trace(talk)


def test_marks_that_the_sender_wrote_are_taken_away(tmp_path: Path) -> None:
    """X-Spam fields are ours alone, folded ones too; a line in the body is nobody's field."""
    talk = scorer(tmp_path)
    talk.letter("X-Spam-Score: -9\r\n\tvery good\r\nDate: x\r\nx-spam-flag: NO\r\n\r\nX-Spam-A: b")
    data = talk.part.world.mailboxes["ana@office.test"][-1].data
    assert data == b"Date: x\r\n\r\nX-Spam-A: b\r\n"


def test_many_rules_are_folded(tmp_path: Path) -> None:
    """No line of the header is too long."""
    entries = "".join(
        f'[sheet.an-entry-with-a-name-{number}]\nif = {{ header_absent = "Date" }}\n'
        f'points = 0.1\nwhy = "x"\n'
        for number in range(30)
    )
    talk = scorer(tmp_path, "[checks]\ntag = 2\n" + entries)
    talk.letter()
    assert max(map(len, trace(talk).split("\r\n"))) <= 78
    assert "X-Spam-Flag: YES" in trace(talk)


def test_by_chunks_it_is_the_same(tmp_path: Path) -> None:
    """BDAT LAST is the end of a letter, too."""
    talk = scorer(tmp_path)
    talk.say(MAIL, RCPT)
    assert codes(talk.send(b"BDAT 15 LAST\r\nSubject: HI\r\n\r\n")) == ["550 5.7.1"]


def test_an_entry_can_be_struck_off(tmp_path: Path) -> None:
    """By whoever inherits it, and changed as well."""
    scorer(tmp_path)
    child = HEAD.replace("mine", "child").replace("by-the-book", "mine")
    (tmp_path / "child.toml").write_text(child + "[sheet]\ncapitals = false\n")
    sheet = load_personality("child", [tmp_path]).sheet
    assert [entry.name for entry in sheet] == ["no-date", "known"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[sheet]\nx = 3\n", "mine.toml:7: sheet.x is a table, or false"),
        ("[sheet.x]\npoints = 1\nwhy = 'x'\n", "sheet.x: if is a table of facts"),
        ("[sheet.x]\nif = { body = 'x' }\nwhy = 'x'\n", "points is a number"),
        (
            "[sheet.x]\nif = { body = 'x' }\npoints = true\nwhy = 'x'\n",
            "mine.toml:8: sheet.x: points",
        ),
        ("[sheet.x]\nif = { body = 'x' }\npoints = 1e9\nwhy = 'x'\n", "from -100 to 100"),
        ("[sheet.x]\nif = { body = 'x' }\npoints = 1\n", "sheet.x needs a why"),
        ("[sheet.x]\nif = { body = 'x' }\npoints = 1\nwhy = 'x'\nref = 3\n", "ref is a text"),
        ("[sheet.x]\nif = { bdy = 'x' }\npoints = 1\nwhy = 'x'\n", 'did you mean "body"'),
        ("[sheet.x]\nif = { body = 'x' }\npoint = 1\nwhy = 'x'\n", 'unknown key "point"'),
        (
            "[sheet.x]\nif = { peer.spam_score = 1 }\npoints = 1\nwhy = 'x'\n",
            "cannot ask for the sum",
        ),
    ],
)
def test_what_is_wrong_with_an_entry_is_said(tmp_path: Path, text: str, words: str) -> None:
    """By file and line, with a way out."""
    (tmp_path / "mine.toml").write_text(HEAD + text)
    with pytest.raises(DataFileError) as caught:
        load_personality("mine", [tmp_path])
    assert words in f"{caught.value} {caught.value.hint}"
