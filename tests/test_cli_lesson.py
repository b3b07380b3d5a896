"""`smtpshell lesson`: what authors type, and the exit status for programs."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from smtpshell import resource
from smtpshell.cli import main
from tests.lesson.pack import EXAMPLE, changed, write_pack


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Indexes are kept in a folder of the test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(["lesson", *arguments])
    out, err = capsys.readouterr()
    return status, out, err


def test_list(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """By track, those of packs among them; as JSON too."""
    pack = str(write_pack(tmp_path / "pack", EXAMPLE))
    status, out, _ = run(capsys, "list", "--lessons", pack)
    assert status == 0
    assert "1-1-say-hello" in out
    assert "Two people, one letter, 10 minutes" in out
    _, out, _ = run(capsys, "list", "--json")
    assert json.loads(out)[0]["id"] == "1-1-say-hello"


def test_lint(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """1 for an error; the place stands in front."""
    good = write_pack(tmp_path / "good", EXAMPLE)
    assert run(capsys, "lint", str(good))[:2] == (0, "0 errors, 0 warnings\n")
    bad = write_pack(tmp_path / "bad", changed("points = 3", "points = 4"))
    status, out, _ = run(capsys, "lint", str(bad))
    assert status == 1
    assert "2-9-two-letters.md:18: error: score" in out
    status, out, _ = run(capsys, "lint", "--json", str(bad))
    assert (status, json.loads(out)[0]["severity"]) == (1, "error")


def test_a_translation(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """What is missing is a warning, what belongs to nothing an error; it is played as it reads."""
    pack = write_pack(tmp_path, EXAMPLE)
    status, out, _ = run(capsys, "lint", "--lang", "de", "--lessons", str(pack))
    assert (status, "not translated: no de of it" in out) == (0, True)
    place = pack / "de" / "2-envelope" / "2-9-two-letters.md"
    place.parent.mkdir(parents=True)
    front = '+++\nformat = 1\nkind = "lesson"\nid = "2-9-two-letters"\n+++\n\n# Zwei\n\n'
    goal = '## 1. Los\n\n```toml goal\nid = "two-acepted"\nsay = "Zwei"\n```\n'
    place.write_text(front + goal)
    status, out, _ = run(capsys, "lint", "--lang", "de", "--lessons", str(pack))
    assert status == 1
    assert f'{place}:11: error: the source has no goal "two-acepted" here' in out
    assert run(capsys, "test", "--lang", "de", str(pack))[0] == 0
    assert run(capsys, "lint", "--lang", "German")[0] != 0


@pytest.mark.parametrize("command", ["list", "lint", "test"])
def test_a_pack_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str], command: str) -> None:
    """Or our own lessons would pass for those of a folder whose name was mistyped."""
    status, out, err = run(capsys, command, "--lessons", "nowhere")
    assert (status, out, "nowhere is no folder" in err) == (1, "", True)


@pytest.mark.parametrize("command", [("lint",), ("test",), ("list", "--lessons")])
def test_what_is_wrong_is_shown_and_obeyed_by_no_terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, command: tuple[str, ...]
) -> None:
    """A lesson from a stranger may have escape sequences for keys and blocks."""
    pack = write_pack(tmp_path / "pack", EXAMPLE)
    (lesson,) = pack.rglob("*.md")
    for hostile in (
        changed("minutes = 10", '"\\u001b]52;c;aGk=\\u0007\\u202e" = 10'),
        changed("toml goal", "toml go\x1b[31mal\x9b2J\u202e"),
        changed('id = "2-9-two-letters"', 'id = "2-9\\u001b[2J"'),
    ):
        lesson.write_text(hostile, encoding="utf-8")
        status, out, err = run(capsys, *command, str(pack))
        assert status == 1
        assert lesson.name in out + err
        assert all(char.isprintable() or char == "\n" for char in out + err), out + err


def test_test(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Text, JSON and JUnit say the same."""
    pack = str(write_pack(tmp_path / "pack", changed("S: 221 *", "S: 250 *")))
    report = tmp_path / "junit.xml"
    status, out, _ = run(capsys, "test", pack, "--junit", str(report))
    assert status == 1
    assert "FAIL  2-9-two-letters step 2: solution" in out
    suite = ElementTree.parse(report).getroot()
    assert suite.get("failures") == str(len(suite.findall("testcase/failure"))) == "1"
    status, out, _ = run(capsys, "test", "--json", pack)
    assert [one["name"] for one in json.loads(out) if not one["passed"]] == [
        "2-9-two-letters step 2: solution"
    ]
    status, out, _ = run(capsys, "test", "-v", "1-1")
    assert status == 0
    assert "ok    1-1-say-hello step 2: solution" in out


def test_a_report_that_cannot_be_written_costs_no_results(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """They are shown first, and then it is said which file that is."""
    report = str(tmp_path / "nowhere" / "junit.xml")
    status, out, err = run(capsys, "test", "1-1", "--junit", report)
    assert (status, " tried are as they should be" in out) == (1, True)
    assert f"{report} cannot be written: No such file or directory" in err


@pytest.mark.parametrize("word", ["lint", "test"])
def test_a_lesson_that_is_not_there(
    capsys: pytest.CaptureFixture[str], word: str, tmp_path: Path
) -> None:
    """The nearest is named."""
    status, _, err = run(capsys, word, "1-1-say-helo")
    assert status == 1
    assert 'did you mean "1-1-say-hello"' in err
    status, _, err = run(capsys, word, str(tmp_path))
    assert (status, "there is no lesson there" in err) == (1, True)


def test_new_and_record(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A teacher's first lesson: written, checked, played, without a word of Python."""
    pack = str(tmp_path / "pack")
    assert run(capsys, "new", "9-1-mine", "--track", "mine", "--lessons", pack)[0] == 0
    sample = str(resource.transcripts_dir() / "first-message.smtp")
    status, out, _ = run(capsys, "record", sample, "9-2-mine", "--track", "mine", "--lessons", pack)
    assert (status, out.splitlines()[0]) == (0, f"{pack}/en/mine/9-2-mine.md")
    assert run(capsys, "lint", pack)[:2] == (0, "0 errors, 0 warnings\n")
    assert run(capsys, "test", pack)[0] == 0
    status, _, err = run(capsys, "new", "9-1-mine", "--track", "mine", "--lessons", pack)
    assert (status, "is there already" in err) == (1, True)


def test_diff(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Status 0 for the same, 1 for a difference, 2 for what cannot be compared."""
    old = write_pack(tmp_path / "old", EXAMPLE) / "en/2-envelope/2-9-two-letters.md"
    text = changed("points = 2", "points = 1", changed("points = 5", "points = 4"))
    new = write_pack(tmp_path / "new", text) / "en/2-envelope/2-9-two-letters.md"
    assert run(capsys, "diff", str(old), str(old))[:2] == (0, "no differences\n")
    status, out, _ = run(capsys, "diff", str(old), str(new))
    assert (status, out.splitlines()) == (
        1,
        [
            "lesson 2-9-two-letters: points 4, was 5",
            "goal polite-end (step 2): points 1, was 2",
            "2 differences",
        ],
    )
    assert run(capsys, "diff", str(new), "--lessons", str(tmp_path / "old"))[:2] == (1, out)
    status, out, _ = run(capsys, "diff", "--json", str(old), str(new))
    told = json.loads(out)
    assert (status, told["lesson"], told["new"]) == (1, "2-9-two-letters", str(new))
    assert told["changes"][1]["after"] == "1"


def test_diff_with_ours(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """One file alone is compared with the lesson that we ship under its id."""
    ours = resource.lessons_dir() / "en/1-first-mail/1-1-say-hello.md"
    mine = tmp_path / ours.name
    mine.write_text(ours.read_text("utf-8").replace("# Say hello", "# Hello"), "utf-8")
    assert run(capsys, "diff", str(mine))[0] == 0  # the title is the one in the front matter
    mine.write_text(ours.read_text("utf-8").replace('"Say hello"', '"Hello"'), "utf-8")
    status, out, _ = run(capsys, "diff", str(mine))
    assert (status, out.splitlines()[0]) == (1, "lesson 1-1-say-hello: title Hello, was Say hello")


@pytest.mark.parametrize("bad", ["9-9-nothing", "none.md", "bad.md", "other.md", "."])
def test_diff_that_cannot_be(capsys: pytest.CaptureFixture[str], tmp_path: Path, bad: str) -> None:
    """Status 2, and words about why."""
    (tmp_path / "bad.md").write_text("no lesson", "utf-8")
    pack = write_pack(tmp_path / "pack", EXAMPLE)
    text = (pack / "en/2-envelope/2-9-two-letters.md").read_text("utf-8")
    (tmp_path / "other.md").write_text(text.replace("2-9-two-letters", "other"), "utf-8")
    word = bad if bad.startswith("9-9") else str(tmp_path / bad)
    status, out, err = run(capsys, "diff", word)
    assert (status, out) == (2, "")
    assert err.startswith("smtpshell: ")
