"""`smtpshell learn`: the way through the course, one's progress, and lessons through a pipe."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from smtpshell import resource
from smtpshell.cli import main
from smtpshell.lesson.progress import load_progress, progress_file
from tests.lesson.pack import EXAMPLE, changed, write_pack

# A prediction is made, another one is not.
FIRST_LESSON = (
    "2", "3", ":hint", "EHLO", "EHLO desk7.office.test", ":1", ":= size", "QUIT",
)  # fmt: skip
EXAM = """format = 1
kind = "course"
title = "A course"
licence = "MIT"
[[tracks]]
id = "9-own"
title = "The envelope"
lessons = ["2-8-before", "2-9-two-letters"]
"""
SOLUTION = (
    "EHLO desk7.office.test", "MAIL FROM:<dora@office.test>", "RCPT TO:<ana@office.test>",
    "RCPT TO:<ben@office.test>", "QUIT",
)  # fmt: skip


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A learner of the test's own."""
    for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    assert progress_file().is_relative_to(tmp_path)
    return tmp_path


class Learner:
    """Somebody at a command line without a terminal."""

    def __init__(self, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        self._capsys = capsys
        self._patch = patch

    def __call__(self, *arguments: str, lines: tuple[str, ...] = ()) -> tuple[int, str, str]:
        """Exit status, what was said (as flowing words), and what was complained of."""
        self._patch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        status = main(["learn", *arguments])
        out, err = self._capsys.readouterr()
        rows = [row.removeprefix(" | ").strip() for row in out.splitlines()]
        return status, " ".join(" ".join(rows).split()), err


@pytest.fixture
def learn(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Learner:
    return Learner(capsys, monkeypatch)


def test_a_lesson_through_a_pipe(learn: Learner) -> None:
    """Each line in its turn, answers to predictions among them; no prompt; a report at the end."""
    status, out, err = learn("1-1", lines=FIRST_LESSON)
    assert (status, err) == (0, "")
    for words in (
        'you said "The server: it says that it is ready", and so it is.',
        "Hint > The server wants to know",
        "S: 501",
        "10 of 10 points, passed",
        "Questions > 2 of 2 answered right",
        "right EHLO desk7.office.test",
    ):
        assert words in out
    assert "connected>" not in out
    assert "your prediction (" not in out
    assert "\x1b" not in out
    assert load_progress().state("1-1-say-hello") == "done"
    # It goes on with the next one, and tells how far one is there.
    status, out, _ = learn(lines=(":next",))
    assert (status, "Step 2 of 5 > Put the lines in order" in out) == (1, True)
    assert "So far in “Your first message” > 0 of 12 points" in out
    status, out, _ = learn("--plain", lines=())
    assert "note: you go on where you left" in out.replace("Lesson Your first message: ", "")


def test_no_line_at_all(learn: Learner) -> None:
    """The first page, and that nothing was done; the held opening is let go."""
    status, out, _ = learn("1-1")
    assert status == 1
    assert "S: 220" in out
    assert "So far in “Say hello”" in out


def test_octets_of_any_kind(home: Path) -> None:
    """They go out as they stand, and the end of the input is the end; nothing hangs."""
    done = subprocess.run(
        [sys.executable, "-m", "smtpshell", "learn", "1-1"],
        input=b"\nNOOP \xff\xfe\r\n:quit\nEHLO never.test\n",
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, b"")
    assert rb"C: NOOP \xff\xfe" in done.stdout
    assert b"So far in" in done.stdout
    assert b"never.test" not in done.stdout


def test_a_lesson_that_is_not_there(learn: Learner) -> None:
    """The nearest is named; several that begin so are listed."""
    status, _, err = learn("1-1-say-helo")
    assert (status, 'did you mean "1-1-say-hello"' in err) == (1, True)
    status, _, err = learn("1-")
    assert (status, "several lessons begin with" in err) == (1, True)
    status, _, err = learn("--fast", "8")
    assert (status, 'no track is called "8"' in err, "1-first-mail" in err) == (1, True, True)
    status, _, err = learn("1-1", "--fast", "1")
    assert (status, "a lesson or --fast, not both" in err) == (1, True)


def test_the_map(learn: Learner) -> None:
    """Marks and words, how far one is."""
    learn("1-1", lines=FIRST_LESSON)
    learn("1-2")
    status, out, _ = learn("--map")
    assert status == 0
    assert "[x] 1-1-say-hello" in out
    assert "done; 10 of 10 points" in out
    assert "[>] 1-2-first-message" in out
    assert "Security 1-1, 1-2, 2-1, 6-1," in out
    assert "6-6; 1 of 9 done" in out


def test_progress_goes_from_machine_to_machine(
    learn: Learner, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exported, imported, and forgotten, one lesson or all."""
    learn("1-1", lines=FIRST_LESSON)
    kept = home / "kept.json"
    assert learn("--export", str(kept))[0] == 0
    assert json.loads(learn("--export", "-")[1]) == json.loads(kept.read_text())
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "elsewhere"))
    assert load_progress().state("1-1-say-hello") == ""
    status, out, _ = learn("--import", str(kept))
    assert (status, out) == (0, "1 lesson taken over")
    assert learn("--import", str(kept))[1] == "0 lessons taken over"
    assert load_progress().state("1-1-say-hello") == "done"
    assert learn("--reset", "1-1")[:2] == (0, "Forgotten.")
    assert load_progress().state("1-1-say-hello") == ""
    learn("--import", str(kept))
    assert learn("--reset", "all")[0] == 0
    assert load_progress().best == {}
    status, _, err = learn("--reset", "1-1-say-helo")
    assert (status, 'no lesson is called "1-1-say-helo"' in err) == (1, True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(None, "is no file", id="none"),
        pytest.param("", "does not hold the progress", id="empty"),
        pytest.param("{", "does not hold the progress", id="half"),
        pytest.param('{"format": 1, "best": {"x": 3}}', "or not all of it", id="other-shapes"),
        pytest.param("[" * 100000, "does not hold the progress", id="deep"),
        pytest.param("\udcff", "bad.json:1: not UTF-8", id="unreadable"),
    ],
)
def test_a_bad_file_is_not_imported(
    learn: Learner, home: Path, text: str | None, words: str
) -> None:
    """Nothing of it is taken, and what one has stays."""
    learn("1-1", lines=FIRST_LESSON)
    before = progress_file().read_text()
    path = home / "bad.json"
    if text is not None:
        path.write_text(text, "utf-8", "surrogateescape")
    status, _, err = learn("--import", str(path))
    assert (status, words in err) == (1, True)
    assert progress_file().read_text() == before


def test_a_damaged_progress_is_told_once(learn: Learner) -> None:
    """What is whole in it is kept, the file is put aside, and then all is well again."""
    learn("1-1", lines=FIRST_LESSON)
    value = json.loads(progress_file().read_text())
    value["review"] = 7
    progress_file().write_text(json.dumps(value))
    status, _, err = learn("1-2")
    put_aside = progress_file().with_name("progress.json.damaged")
    assert (status, "was damaged; what could be read is kept" in err) == (1, True)
    assert str(put_aside) in err
    assert put_aside.exists()
    status, out, err = learn("--map")
    assert (err, "[x] 1-1-say-hello" in out) == ("", True)


def test_progress_of_a_newer_smtpshell_is_left_alone(learn: Learner, tmp_path: Path) -> None:
    """Said before and in the lesson, and nobody else's file is made of it."""
    progress_file().parent.mkdir(parents=True)
    progress_file().write_text('{"format": 7}')
    status, out, err = learn("1-1", lines=FIRST_LESSON)
    assert "is left as it is: it was written by a newer smtpshell" in err
    assert " ".join(out.split()).count("your progress is not kept:") == 1
    assert progress_file().read_text() == '{"format": 7}'
    status, _, err = learn("--import", str(progress_file()))
    assert (status, "progress.json: it was written by a newer smtpshell" in err) == (1, True)
    status, out, err = learn("--export", "-")
    assert "is left as it is" in err


def test_an_exam_passed_counts_for_its_track(learn: Learner, home: Path) -> None:
    """--fast opens the last lesson without notes and hints; passed, all of the track is done."""
    exam = changed('"2-envelope"', '"9-own"')
    before = changed('"2-9-two-letters"', '"2-8-before"', exam)
    pack = str(write_pack(home / "pack", before, exam, course=EXAM))
    status, out, _ = learn("--lessons", pack, "--fast", "9", lines=(":hint", *SOLUTION))
    assert (status, "this is an exam: there are no hints" in out) == (0, True)
    assert "5 of 5 points, passed" in out
    assert "One more address" not in out  # no notes
    assert "All of “The envelope” counts as done: this was its exam." in out
    assert load_progress().state("2-8-before") == "done"


def test_an_exam_that_is_not_passed(learn: Learner, home: Path) -> None:
    """Then nothing else counts, and the usual way of taking it counts for itself alone."""
    exam = changed('"2-envelope"', '"9-own"')
    before = changed('"2-9-two-letters"', '"2-8-before"', exam)
    pack = str(write_pack(home / "pack", before, exam, course=EXAM))
    lines = (":skip", "QUIT")
    status, out, _ = learn("--lessons", pack, "--fast", "9", lines=lines)
    assert (status, "2 of 5 points, 3 are needed to pass" in out) == (1, True)
    assert load_progress().state("2-8-before") == ""
    status, out, _ = learn("2-9", "--lessons", pack, lines=SOLUTION)
    assert (status, "counts as done" in out) == (0, False)
    assert load_progress().state("2-8-before") == ""


def test_a_pack_with_its_own_notes_and_server(learn: Learner, home: Path) -> None:
    """A note of the same id speaks instead of ours; a personality of the pack answers."""
    pack = write_pack(home / "pack", changed('"postfix-like"', '"house"'))
    notes = pack / "en" / "notes"
    notes.mkdir()
    ours = (resource.lessons_dir() / "en" / "notes" / "rcpt.md").read_text("utf-8")
    begin = ours.index("## rcpt.ok ")
    end = ours.index("\n## ", begin)
    note = ours[begin:end].replace(ours[begin:end].partition("\n")[0], "## rcpt.ok — Our own words")
    front = '+++\nformat = 1\nkind = "notes"\nid = "rcpt"\ntitle = "Mine"\n+++\n\n'
    (notes / "rcpt.md").write_text(front + note, "utf-8")
    house = pack / "sandbox" / "personalities" / "house.toml"
    house.parent.mkdir(parents=True)
    house.write_text(
        'format = 1\nkind = "personality"\nid = "house"\nlike = "postfix-like"\nabout = "Ours."\n'
    )
    status, out, err = learn("2-9", "--lessons", str(pack), lines=SOLUTION)
    assert (status, err) == (0, ""), out
    assert "Our own words" in out
    assert "5 of 5 points, passed" in out


def test_a_pack_with_a_mistake(learn: Learner, home: Path) -> None:
    """It is told with its place, and the other lessons are there."""
    pack = write_pack(home / "pack", EXAMPLE)
    (pack / "en" / "2-envelope" / "bad.md").write_text('+++\n"\\u001b[31m" = 1\n+++\n')
    status, _, err = learn("2-9", "--lessons", str(pack), lines=SOLUTION)
    assert status == 0
    assert "bad.md:2: " in err
    assert err.replace("\n", "").isprintable()


@pytest.mark.parametrize("options", [("--big",), ("--plain",), ("--verbosity", "teach")])
def test_ways_to_show_it(learn: Learner, options: tuple[str, ...]) -> None:
    """Each brings the same lesson to its end."""
    status, out, _ = learn("1-1", *options, lines=FIRST_LESSON)
    assert (status, "10 of 10 points, passed" in out) == (0, True)
