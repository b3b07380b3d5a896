"""Progress is a plain file that survives whatever ends the process."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from smtpshell.errors import UsageError
from smtpshell.lesson.catalog import Catalog, open_shelf
from smtpshell.lesson.keep import run_to_object
from smtpshell.lesson.lesson import Lesson
from smtpshell.lesson.player import Player
from smtpshell.lesson.progress import Progress, load_progress, progress_file, write_whole
from smtpshell.lesson.review import ASK, DAYS, FIX, PREDICT, Item, Review, judge, question_of
from smtpshell.lesson.run import Run
from tests.lesson.judged import lesson_with
from tests.lesson.pack import EXAMPLE, changed, example, write_pack
from tests.lesson.test_run import ASK as ASK_BLOCK
from tests.lesson.test_run import predicting

LESSON = example()


def finished(lesson: Lesson = LESSON) -> Run:
    player = Player(lesson)
    for step in lesson.steps:
        player.begin_step()
        player.play(step.solutions[0])
    assert player.run.finished
    return player.run


def test_it_goes_on_where_it_was(tmp_path: Path) -> None:
    """Kept, written, read by another process, opened."""
    path = tmp_path / "state" / "progress.json"
    player = Player(LESSON)
    player.begin_step()
    player.play(LESSON.steps[0].solutions[0])
    progress = Progress()
    progress.keep(player.run, 100, 1)
    progress.save(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = load_progress(path)
    run = again.open(LESSON, 200)
    assert (again.current, run.step.id, again.state(LESSON.id)) == (LESSON.id, "2", "begun")
    assert run.diary.times.pop() == (200, "back", LESSON.id)  # another sitting
    assert run_to_object(run) == run_to_object(player.run)


def test_the_best_result_stays() -> None:
    """Doing it worse a second time takes nothing away."""
    progress = Progress()
    progress.keep(finished(), 1, 1)
    assert progress.state(LESSON.id) == "done"
    worse = Run(LESSON, 5)
    worse.skip(6)
    worse.skip(7)
    progress.keep(worse, 8, 1)
    assert progress.best[LESSON.id].points == 5
    progress.reset(LESSON.id)
    assert progress.state(LESSON.id) == ""


def test_a_result_that_is_not_enough() -> None:
    """The lesson was tried, and is offered again."""
    progress = Progress()
    run = Run(LESSON, 0)
    run.skip(1)
    run.skip(2)
    progress.keep(run, 3, 1)
    assert progress.state(LESSON.id) == "tried"


def test_an_old_file_stays_until_the_new_one_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that is killed while it writes leaves what was there."""
    path = tmp_path / "progress.json"
    write_whole(path, "old")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        write_whole(path, "new")
    assert path.read_text() == "old"


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """Who keeps the file elsewhere goes on keeping it there."""
    kept, link = tmp_path / "kept.json", tmp_path / "progress.json"
    kept.write_text("old")
    link.symlink_to(kept)
    write_whole(link, "new")
    assert (link.is_symlink(), kept.read_text()) == (True, "new")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_what_is_no_file_is_written_to(tmp_path: Path) -> None:
    """A device or a pipe is still there afterwards: root may well say `--export /dev/stdout`."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_whole(pipe, "new")
        assert os.read(reading, 100) == b"new"
    finally:
        os.close(reading)
    assert pipe.is_fifo()


def test_two_shells_do_not_undo_each_other(tmp_path: Path) -> None:
    """Each writes what it has touched."""
    path = tmp_path / "progress.json"
    other = example(changed('id = "2-9-two-letters"', 'id = "2-8-x"'))
    one, two = load_progress(path), load_progress(path)
    one.keep(finished(), 1, 1)
    one.save(path)
    two.keep(finished(other), 1, 1)
    two.save(path)
    assert set(load_progress(path).best) == {"2-9-two-letters", "2-8-x"}
    one.reset()
    one.save(path)
    assert load_progress(path).best == {}


def test_what_another_shell_has_done_meanwhile_stays(tmp_path: Path) -> None:
    """What was touched before one wrote last is not touched any more."""
    path = tmp_path / "progress.json"
    other = example(changed('id = "2-9-two-letters"', 'id = "2-8-x"'))
    one, two = load_progress(path), load_progress(path)
    one.keep(Run(LESSON, 0), 0, 1)
    one.save(path)
    two.keep(finished(), 1, 1)
    two.save(path)
    one.keep(Run(other, 0), 2, 1)
    one.save(path)
    assert load_progress(path).state(LESSON.id) == "done"
    assert one.state(LESSON.id) == "done"


def test_the_better_result_of_two_shells_stays(tmp_path: Path) -> None:
    """Both are in the same lesson, and one has done it; unless it was forgotten on purpose."""
    path = tmp_path / "progress.json"
    one, two = load_progress(path), load_progress(path)
    one.keep(Run(LESSON, 0), 0, 1)
    two.keep(finished(), 1, 1)
    two.save(path)
    one.save(path)
    assert load_progress(path).state(LESSON.id) == "done"
    one.reset(LESSON.id)
    one.save(path)
    assert load_progress(path).state(LESSON.id) == ""
    two.keep(Run(other := example(changed('id = "2-9', 'id = "2-7')), 0), 3, 1)
    two.save(path)
    assert set(load_progress(path).runs) == {other.id}


def test_two_shells_ask_again_together(tmp_path: Path) -> None:
    """What one has asked is not due in the other, and what went wrong in both is there."""
    path = tmp_path / "progress.json"
    first = load_progress(path)
    for n in range(3):
        first.review.add([Item(f"i{n}", ASK, "x", "a", 0)])
    first.save(path)
    one, two = load_progress(path), load_progress(path)
    for progress, name in ((one, "i0"), (two, "i1")):
        progress.review.answered(progress.review.items[name], True, 9)
        progress.review.learn_from(wrong_run(), 9)
        progress.save(path)
    two.review.drop(two.review.items["i2"])
    two.save(path)
    one.save(path)
    review = load_progress(path).review
    assert review.days == {9: 2}
    assert {name: item.due for name, item in review.items.items()} == {
        "i0": 12,
        "i1": 12,
        "ask:x:a": 10,
    }


@pytest.mark.parametrize("text", ["", "x", "[]", '{"format": 0}', "{" * 9000, '{"format": 1}'])
def test_a_damaged_file_is_put_aside(tmp_path: Path, text: str) -> None:
    """Nothing is raised, and what was there can still be looked at."""
    path = tmp_path / "progress.json"
    path.write_text(text)
    progress = load_progress(path)
    assert progress.damaged
    progress.keep(finished(), 1, 1)
    progress.save(path)
    assert (tmp_path / "progress.json.damaged").read_text() == text
    assert not load_progress(path).damaged


def test_what_a_newer_smtpshell_wrote_is_left_alone(tmp_path: Path) -> None:
    """An older one cannot know what is in it; as soon as it is out of the way, all goes on."""
    path = tmp_path / "progress.json"
    text = '{"format": 9, "runs": {}}'
    path.write_text(text)
    progress = load_progress(path)
    assert not progress.damaged
    progress.keep(finished(), 1, 1)
    with pytest.raises(UsageError, match=r"left as it is: it was written by a newer"):
        progress.save(path)
    assert path.read_text() == text
    path.rename(tmp_path / "newer.json")
    progress.save(path)
    assert load_progress(path).state(LESSON.id) == "done"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("lock", ["progress.json", "."])
def test_what_cannot_be_read_is_left_alone(tmp_path: Path, lock: str) -> None:
    """It may be whole: another user's, or in a folder that is closed for now."""
    folder = tmp_path / "state"
    path = folder / "progress.json"
    write_whole(path, "mine")
    locked = folder / lock
    before = locked.stat().st_mode
    locked.chmod(0)
    try:
        progress = load_progress(path)
        with pytest.raises(UsageError, match="left as it is: it cannot be read: Permission denied"):
            progress.save(path)
    finally:
        locked.chmod(before)
    assert path.read_text() == "mine"


def test_a_folder_in_its_place(tmp_path: Path) -> None:
    """It cannot be read, whoever one is."""
    (tmp_path / "progress.json").mkdir()
    with pytest.raises(UsageError, match="cannot be read"):
        load_progress(tmp_path / "progress.json").save(tmp_path / "progress.json")


def test_a_damaged_file_that_cannot_be_put_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said like any other file that cannot be written."""
    path = tmp_path / "progress.json"
    path.write_text("half a fi")

    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", denied)
    with pytest.raises(UsageError, match="cannot be written: Permission denied"):
        load_progress(path).save(path)
    assert path.read_text() == "half a fi"


def test_no_half_of_a_file_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk costs what was to be written, and no more of the disk."""

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageError, match="No space left"):
        write_whole(tmp_path / "progress.json", "new")
    assert list(tmp_path.iterdir()) == []


def test_half_a_file_gives_half() -> None:
    """What can be read is there."""
    progress = Progress()
    progress.keep(finished(), 1, 1)
    value = json.loads(progress.to_json())
    value["review"] = 5
    again = Progress.from_json(json.dumps(value))
    assert again.damaged
    assert again.state(LESSON.id) == "done"


def test_a_place_where_nothing_can_be_written(tmp_path: Path) -> None:
    """It is said, with the name."""
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        Progress().save(tmp_path / "file" / "progress.json")


def test_import_takes_what_is_better() -> None:
    """From another machine, or a friend of the file."""
    mine, theirs = Progress(), Progress()
    theirs.keep(finished(), 1, 1)
    assert mine.merge(theirs) == 1
    assert mine.merge(theirs) == 0
    assert mine.state(LESSON.id) == "done"


def test_it_lies_in_the_users_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where the ledger and the transcripts lie."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert progress_file() == tmp_path / "smtpshell" / "progress.json"


def test_what_to_go_on_with(tmp_path: Path) -> None:
    """What was left open, else the first that is not done; the exam of a track stands for it."""
    texts = [EXAMPLE] + [changed('id = "2-9-two-letters"', f'id = "2-{n}-x"') for n in (7, 8)]
    catalog = Catalog([open_shelf(write_pack(tmp_path, *texts), cache=tmp_path / "cache")])
    progress = Progress()

    def following() -> str:
        heading = progress.next_lesson(catalog)
        return heading.id if heading is not None else ""

    assert following() == "2-7-x"
    progress.open(catalog.lesson("2-8-x"), 0)
    assert following() == "2-8-x"
    assert progress.exam(catalog, "2-envelope").id == "2-9-two-letters"
    progress.pass_track(catalog, "2-envelope", 1)
    assert following() == ""


def test_an_exam_that_cannot_be_read(tmp_path: Path) -> None:
    """The course names it, its file has a mistake: the last lesson that there is, is tried."""
    course = (
        'format = 1\nkind = "course"\n[[tracks]]\nid = "2-envelope"\ntitle = "x"\n'
        'lessons = ["2-9-two-letters", "2-8-gone"]\nexam = "2-8-gone"\n'
    )
    pack = write_pack(tmp_path, EXAMPLE, course=course)
    catalog = Catalog([open_shelf(pack, cache=tmp_path / "cache")])
    assert Progress().exam(catalog, "2-envelope").id == "2-9-two-letters"


# ---------------------------------------------------------------- review


def wrong_run() -> Run:
    run = Run(lesson_with(ASK_BLOCK), 0)
    run.answer("a", "no", 0)
    run.answer("a", "no", 0)
    return run


def test_what_was_wrong_comes_back() -> None:
    """Tomorrow, then after 3, 7 and 14 days; then it is known."""
    review = Review()
    assert review.learn_from(wrong_run(), 10) == 1
    assert review.due(10) == []
    day = 10
    for distance in DAYS:
        day += distance
        assert review.due(day - 1) == []
        (item,) = review.due(day)
        review.answered(item, True, day)
    assert review.items == {}


def test_who_is_wrong_sees_it_tomorrow() -> None:
    """From the first distance again."""
    review = Review()
    review.learn_from(wrong_run(), 0)
    (item,) = review.due(1)
    review.answered(item, True, 1)
    (item,) = review.due(4)
    review.answered(item, False, 4)
    assert [one.due for one in review.items.values()] == [5]


def test_five_a_day() -> None:
    """However much waits; what was done today counts."""
    review = Review()
    for n in range(9):
        review.items[str(n)] = Item(str(n), ASK, "x", "a", n)
    assert [item.id for item in review.due(20)] == ["0", "1", "2", "3", "4"]
    review.answered(review.items["0"], True, 20)
    assert len(review.due(20)) == 4
    assert len(review.due(21)) == 5


@pytest.mark.parametrize(
    ("item", "text", "right"),
    [
        pytest.param(Item("i", ASK, "x", "a", 0), "yes", True, id="ask"),
        pytest.param(Item("i", ASK, "x", "a", 0), "no", False, id="wrong-ask"),
        pytest.param(
            Item("i", FIX, "x", "f", 0, line="RCPT TO: a@b.test", truth="RCPT TO:<a@b.test>"),
            "rcpt to:<c@d.test>",
            True,
            id="fix",
        ),
        pytest.param(
            Item("i", FIX, "x", "f", 0, line="RCPT TO: a@b.test", truth="RCPT TO:<a@b.test>"),
            "RCPT TO: <a@b.test>",
            False,
            id="still-wrong",
        ),
        pytest.param(
            Item("i", FIX, "x", "f", 0, line="RCPT TO: a@b.test", truth="RCPT TO:<a@b.test>"),
            "QUIT",
            False,
            id="other-verb",
        ),
    ],
)
def test_answers_are_judged(item: Item, text: str, right: bool) -> None:
    """As in the lesson; a line is right if it says the same without a fault."""
    lesson = lesson_with(ASK_BLOCK)
    question = question_of(item, lesson)
    assert question is not None
    assert judge(item, lesson, text) is right


def test_a_prediction_is_asked_again_with_its_truth() -> None:
    """Nothing is sent: what came then is the answer."""
    lesson = predicting('judge = "reply-class"')
    item = Item("i", PREDICT, "x", "p", 0, truth="2xx")
    question = question_of(item, lesson)
    assert question is not None
    assert question.text == "what?"
    assert judge(item, lesson, "2")
    assert question_of(item._replace(name="gone"), lesson) is None
