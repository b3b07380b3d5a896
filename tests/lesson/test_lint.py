"""What lint says of lessons that load: one broken file after the other, each with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from smtpshell.explain.lint import ERROR
from smtpshell.lesson import workshop
from tests.lesson.pack import EXAMPLE, changed, line_of, write_pack

HINTS = (
    "### Hints\n1. The last word of the talk is yours.\n2. The verb has four letters.\n3. `QUIT`\n"
)
SOLUTION = EXAMPLE[EXAMPLE.index("```smtp solution\nC: QUIT") :]


def lint_text(folder: Path, text: str) -> list[str]:
    pack = write_pack(folder, text)
    found = workshop.lint(workshop.lay_out([str(pack)]))
    place = str(pack / "en" / "2-envelope" / "2-9-two-letters.md")
    return [str(one).replace(place, "FILE") for one in found]


def test_ours_are_without_fault() -> None:
    """No error in what we ship."""
    found = workshop.lint(workshop.lay_out([]))
    assert [str(one) for one in found if one.severity == ERROR] == []


def test_the_example_is_without_fault(tmp_path: Path) -> None:
    """Nothing is found that is not there."""
    assert lint_text(tmp_path, EXAMPLE) == []


@pytest.mark.parametrize(
    ("old", "new", "at", "words"),
    [
        pytest.param("points = 3", "points = 2", "points = 5", "4 points, not 5", id="points"),
        pytest.param(
            '"1-2-first-message"', '"1-2-firt-message"', "needs =", 'mean "1-2-first-m', id="needs"
        ),
        pytest.param(
            "mistake path.comma",
            "mistake path.coma",
            "```smtp mistake",
            'mean "path.comma-list"',
            id="note",
        ),
        pytest.param(
            '"postfix-like"',
            '"postfix-lik"',
            "personality =",
            'mean "postfix-like"',
            id="personality",
        ),
        pytest.param(
            '"small-office"', '"smal-office"', "scenario =", 'mean "small-office"', id="scenario"
        ),
        pytest.param('["M20"]', '["20"]', "fixes =", "not written as M07", id="fixes"),
        pytest.param("RFC 5321 3.3", "RFC 2821 3.3", "refs =", "see RFC 5321", id="obsolete"),
        pytest.param("RFC 5321 3.3", "RFC 5321, part 3", "refs =", 'not "RFC number', id="ref"),
        pytest.param(SOLUTION, "", "## 2.", "needs a solution", id="no-solution"),
        pytest.param(
            HINTS,
            "",
            "## 2.",
            "needs hints",
            id="no-hints",
        ),
        pytest.param(
            "1. The last word of the talk is yours.",
            "1. Say `QUIT` now.",
            "## 2.",
            'gives "QUIT" away',
            id="first-hint",
        ),
        pytest.param(
            "End the session politely.",
            "Just end it.",
            "Just end it.",
            '"Just" tells readers',
            id="style",
        ),
        pytest.param(
            "End the session politely.",
            "Ask ana@gmail.com.",
            "Ask ana",
            "may belong to somebody",
            id="address",
        ),
        pytest.param(
            "C: QUIT",
            "C: VRFY ana@gmail.com",
            "C: VRFY",
            "may belong to somebody",
            id="address-in-script",
        ),
        pytest.param(
            "End the session politely.",
            "Look at the red line.",
            "Look at",
            "by colour alone",
            id="colour",
        ),
        pytest.param(
            "End the session politely.", "AKIAABCDEFGHIJKLMNOP", "AKIA", "a real key", id="secret"
        ),
        pytest.param(
            'verb = "QUIT", code',
            'ext = "CHUNKS", code',
            '```toml goal\nid = "polite',
            "no server here offers CHUNKS",
            id="never-offered",
        ),
        pytest.param(
            'verb = "QUIT", code',
            'peer.personality = "exim-like", code',
            '```toml goal\nid = "polite',
            "no personality",
            id="never-met",
        ),
        pytest.param(
            'say = "QUIT was',
            'say = "' + "x" * 71,
            '```toml goal\nid = "polite',
            "longer than 70",
            id="say",
        ),
    ],
)
def test_what_lint_finds(tmp_path: Path, old: str, new: str, at: str, words: str) -> None:
    """FILE:LINE, an error, and what would be right."""
    text = changed(old, new)
    found = lint_text(tmp_path, text)
    assert any(
        one.startswith(f"FILE:{line_of(at, text)}: error: ") and words in one for one in found
    ), found


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        pytest.param("3. `RCPT", "`RCPT", "three is usual", id="two-hints"),
        pytest.param(
            'judge = "reply-class"', 'choices = ["a", "b"]\nanswer = 1', "no truth", id="truth"
        ),
        pytest.param(
            "```toml predict",
            '```toml ask\nid = "x"\nask = "?"\nanswer = ["No", "n"]\n```\n\n```toml predict',
            'choices = ["Yes", "No"] has one try',
            id="yes-or-no",
        ),
        pytest.param(
            "End the session politely.", "word " * 31, "a sentence of more than", id="long"
        ),
    ],
)
def test_what_is_doubtful(tmp_path: Path, old: str, new: str, words: str) -> None:
    """A warning is to be thought over, and breaks nothing."""
    found = lint_text(tmp_path, changed(old, new))
    assert any(": warning: " in one and words in one for one in found), found


def test_a_circle_of_needs(tmp_path: Path) -> None:
    """No lesson needs itself, however far round."""
    other = changed('id = "2-9-two-letters"', 'id = "2-8-x"')
    other = changed('needs = ["1-2-first-message"]', 'needs = ["2-9-two-letters"]', other)
    mine = changed('needs = ["1-2-first-message"]', 'needs = ["2-8-x"]')
    found = workshop.lint(workshop.lay_out([str(write_pack(tmp_path, mine, other))]))
    assert sum("needs itself in the end" in str(one) for one in found) == 2


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """It is told as the error it is, and the others are read."""
    pack = write_pack(tmp_path, EXAMPLE)
    (pack / "en" / "2-envelope" / "bad.md").write_text("x", encoding="utf-8")
    found = workshop.lint(workshop.lay_out([str(pack)]))
    assert [one.where.rpartition("/")[2] for one in found] == ["bad.md:1"]


def test_a_track_that_is_not_the_folder(tmp_path: Path) -> None:
    """Lint finds it, or the lesson could not be opened though nothing is wrong with it."""
    text = changed('track = "2-envelope"', 'track = "envelope"')
    pack = write_pack(tmp_path, EXAMPLE)
    (pack / "en" / "2-envelope" / "2-9-two-letters.md").write_text(text, encoding="utf-8")
    [found] = workshop.lint(workshop.lay_out([str(pack)]))
    assert found.message == 'the track "envelope" is not the folder, "2-envelope"'


def test_the_rest_of_a_pack(tmp_path: Path) -> None:
    """Its notes, its course and its practice servers are looked at, too."""
    pack = write_pack(tmp_path, EXAMPLE, course="format = 2\n")
    notes, servers = pack / "en" / "notes", pack / "sandbox" / "personalities"
    for folder in (notes, servers):
        folder.mkdir(parents=True)
    (notes / "mine.md").write_text("x", encoding="utf-8")
    text = 'format = 1\nkind = "personality"\nid = "bad"\nabout = "x"\nlike = "postfix-lik"\n'
    (servers / "bad.toml").write_text(text, encoding="utf-8")
    found = [
        str(one).replace(str(pack), "PACK") for one in workshop.lint(workshop.lay_out([str(pack)]))
    ]
    assert [one.partition(": ")[0] for one in found] == [
        "PACK/en/notes/mine.md:1",
        "PACK/en/course.toml:1",
        "PACK/sandbox/personalities/bad.toml:1",
    ]
