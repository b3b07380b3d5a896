"""What exams have besides: a clock, and predictions that bring points."""

from __future__ import annotations

import pytest

from smtpshell.errors import DataFileError
from smtpshell.lesson.keep import run_from_object, run_to_object
from smtpshell.lesson.player import Player
from smtpshell.lesson.renew import taken_back
from smtpshell.lesson.report import report_on
from smtpshell.lesson.row import lesson_from, to_row
from smtpshell.lesson.run import Run
from tests.lesson.judged import lesson_with
from tests.lesson.pack import changed, example

LIMITED = changed("minutes = 10", "minutes = 10\nlimit = 3")
QUIZ = """```toml predict
id = "noop"
ask = "What will it say?"
hold = { verb = "NOOP" }
choices = ["yes", "no"]
answer = 1
points = 2
```

"""


def minutes_told(run: Run, seconds: float) -> list[str]:
    return [told.id for told in run.tick(seconds) if told.kind == "clock"]


def test_the_clock_tells_each_minute_and_its_end_once() -> None:
    """And what was missed is not told late."""
    run = Run(example(LIMITED), 0.0)
    assert [minutes_told(run, at) for at in (10, 59, 61, 75, 179, 181, 200)] == [
        [], [], ["2"], [], ["1"], ["0"], [],
    ]  # fmt: skip
    assert minutes_told(Run(example(), 0.0), 10_000) == []


def test_nights_do_not_count() -> None:
    """The clock stands still from when one has left until one is back."""
    run = Run(example(LIMITED), 0.0)
    run.leave(70.0)
    back = run_from_object(run.lesson, run_to_object(run), 90_000.0)
    assert back is not None
    back.come_back(90_000.0)
    assert back.seconds_left(90_010.0) == 100.0
    assert back.diary.minutes_left == 2
    assert minutes_told(back, 90_010.0) == []
    assert minutes_told(back, 90_055.0) == ["1"]
    killed = run_from_object(back.lesson, run_to_object(back), 91_000.0)
    assert killed is not None
    killed.come_back(91_000.0)
    assert killed.seconds_left(91_000.0) == 55.0  # as of the minute that was told


@pytest.mark.parametrize(("second", "passed"), [(170.0, True), (190.0, False)])
def test_who_is_late_has_all_points_and_not_passed(second: float, passed: bool) -> None:
    """Nothing is taken away but that."""
    lesson = example(LIMITED)
    player = Player(lesson)
    player.play(lesson.steps[0].solutions[0])
    player.stage.now = player.run.began + second
    player.play(lesson.steps[1].solutions[0])
    report = report_on(player.run)
    assert (report.points, report.passed, report.late) == (5, passed, not passed)
    assert player.run.seconds_left(1e9) == player.run.seconds_left(0.0)  # it stands still


def test_a_prediction_of_a_quiz_brings_points_when_it_comes_true() -> None:
    """A wrong one none, and one whose step was shown none either."""
    lesson = lesson_with(QUIZ)
    for guess, shown, points in (("1", False, 2), ("2", False, 0), ("1", True, 0)):
        run = play_quiz(Player(lesson), guess)
        if shown:
            run.shown.add(0)
        assert report_on(run).points == points


def test_a_prediction_of_a_quiz_is_made_once() -> None:
    """Neither taking lines back nor the step begun again asks anew what was seen."""
    player = Player(lesson_with(QUIZ))
    before = player.run.copy()
    run = play_quiz(player, "2")
    assert taken_back(run, before).guesses["noop"].guess == "2"
    run.reset_step(9.0)
    assert run.guesses["noop"].guess == "2"
    run.begin(10.0)
    assert not run.guesses


def play_quiz(player: Player, guess: str) -> Run:
    """Say NOOP, with this guess before it; choice 1 is what comes true."""
    player.stage.connect()
    player.run.predict("noop", guess, 2, 0.0)
    made = player.run.guesses["noop"]
    player.run.foresight.open = None
    player.run.foresight.guesses["noop"] = made._replace(truth="1", right=guess == "1")
    return player.run


def test_the_index_keeps_it() -> None:
    """Limit, reason and points come back from JSON's arrays."""
    text = changed("minutes = 10", 'minutes = 10\nlimit = 3\none_way = "for a test"')
    lesson = example(text)
    assert lesson_from(to_row(lesson)) == lesson
    assert (lesson.limit, lesson.one_way, lesson.ways) == (3, "for a test", 1)


@pytest.mark.parametrize("value", ["0", "241", "true", '"5m"'])
def test_what_is_no_limit(value: str) -> None:
    """It is a number of minutes."""
    with pytest.raises(DataFileError, match=r"md:7: limit: must be a number from 1 to 240"):
        example(changed("minutes = 10", f"limit = {value}\nminutes = 10"))
