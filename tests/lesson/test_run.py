"""A learner on the way through a lesson: predictions, questions, hints, help, undo, the file."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smtpshell.errors import UsageError
from smtpshell.explain.library import load_library
from smtpshell.fact.moment import Moment
from smtpshell.fact.vocabulary import EVENTS
from smtpshell.fact.watch import Watch
from smtpshell.lesson.keep import run_from_object, run_to_object
from smtpshell.lesson.lesson import Lesson
from smtpshell.lesson.player import Player
from smtpshell.lesson.renew import lost_since, taken_back
from smtpshell.lesson.report import SlipLine, report_on
from smtpshell.lesson.run import Run
from smtpshell.lesson.slip import Slip
from smtpshell.smtp.command import parse_command
from smtpshell.smtp.reply import parse_reply
from tests.lesson.judged import ENVELOPE, HELLO, QUIT, goal, lesson_with, play
from tests.lesson.pack import example

LESSON = example()
NOTES = load_library().notebook
PREDICT = """```toml predict
id = "p"
ask = "what?"
hold = {{ verb = "{verb}" }}
{how}
because = "so it is"
```

"""
ASK = """```toml ask
id = "a"
ask = "yes?"
answer = ["Yes", "y"]
points = 1
feedback_wrong = "no"
feedback_right = "good"
```

"""
TWO = """## 2. Two

```toml goal
id = "two"
say = "two"
all = [ { verb = "QUIT" } ]
```

### Hints
1. one
2. two
3. three

"""


def predicting(how: str, verb: str = "NOOP") -> Lesson:
    return lesson_with(PREDICT.format(verb=verb, how=how) + goal('all = [{ verb = "RSET" }]'))


def predicted(lesson: Lesson, guess: str, line: bytes, before: str = "") -> Any:
    """The guess as it stands after *line* was said."""
    player = play(lesson, before) if before else play(lesson)
    if not player.stage.open:
        player.stage.connect()
    player._digest()
    command = parse_command(line)
    held = player.run.held(command, player.stage.watch.session)
    assert held is not None
    player.run.predict(held.id, guess, 3, 0)
    player.held[held.id] = []
    player.stage.say(line + b"\r\n")
    player._digest()
    return player.run.guesses["p"]


@pytest.mark.parametrize(
    ("how", "guess", "line", "truth", "right"),
    [
        pytest.param('judge = "reply-class"', "2", b"NOOP", "2xx", True, id="class"),
        pytest.param('judge = "reply-class"', "250", b"NOOP", "2xx", True, id="class-by-code"),
        pytest.param('judge = "reply-class"', "5xx", b"NOOP", "2xx", False, id="wrong-class"),
        pytest.param('judge = "reply-code"', "250", b"NOOP", "250", True, id="code"),
        pytest.param('judge = "reply-code"', "nothing", b"NOOP", "250", False, id="nothing"),
        pytest.param('choices = ["x", "y"]\nanswer = 2', "2", b"NOOP", "2", True, id="choice"),
        pytest.param('choices = ["x", "y"]\nanswer = 2', ":2", b"NOOP", "2", True, id="colon"),
        pytest.param('choices = ["x", "y"]\nanswer = 2', "X", b"NOOP", "2", False, id="by-words"),
    ],
)
def test_the_real_reply_is_the_key(
    how: str, guess: str, line: bytes, truth: str, right: bool
) -> None:
    """The line is held, the guess is taken, the line leaves, and what comes is compared."""
    made = predicted(predicting(how), guess, line)
    assert (made.truth, made.right, made.confidence) == (truth, right, 3)


def test_a_line_of_a_letter_is_not_answered() -> None:
    """ "Nothing" comes true when the next line is said."""
    lesson = predicting('judge = "reply-class"', "TEXT")
    player = play(lesson, ENVELOPE + "C: DATA\nC: one")
    assert not player.run.guesses["p"].settled
    player.stage.say(b"two\r\n")
    player._digest()
    assert player.run.guesses["p"].truth == "nothing"


def test_closing_can_be_predicted() -> None:
    """A server that hangs up instead of answering; the reply counts if there is one."""
    lesson = predicting('judge = "reply-class"', "OTHER")
    run = Run(lesson, 0)
    watch = Watch()
    for moment in watch.reply(parse_reply(b"220 hi")):
        run.on_moment(moment, 0)
    run.predict("p", "closes", 1, 0)
    for moment in watch.command(parse_command(b"FOO")):
        run.on_moment(moment, 0)
    for moment in watch.close("server"):
        told = run.on_moment(moment, 0)
    assert (told[0].kind, told[0].right) == ("prediction", True)


@pytest.mark.parametrize(
    ("how", "text"),
    [
        ('judge = "reply-class"', "maybe"),
        ('judge = "reply-code"', "2xx"),
        ('choices = ["x", "y"]\nanswer = 2', "3"),
        ('choices = ["x", "y"]\nanswer = 2', ""),
    ],
)
def test_what_is_no_guess(how: str, text: str) -> None:
    """The words say what would be one."""
    with pytest.raises(UsageError, match="please"):
        Run(predicting(how), 0).predict("p", text, 1, 0)


def test_a_line_is_held_once_and_at_its_number() -> None:
    """The second RCPT is, the first is not, and nothing is held behind a guess."""
    player = play(LESSON, "C: EHLO x.test\nC: MAIL FROM:<dora@office.test>")
    session = player.stage.watch.session
    rcpt = parse_command("RCPT TO:<ana@office.test>")
    assert player.run.held(rcpt, session) is None
    player.stage.say(b"RCPT TO:<ana@office.test>\r\n")
    player._digest()
    held = player.run.held(rcpt, session)
    assert held is not None
    player.run.predict(held.id, "2", 1, 0)
    assert player.run.held(rcpt, session) is None


def test_a_line_may_be_held_at_one_server_only() -> None:
    """The same line goes to another one unasked, and to one of which nothing is known."""
    lesson = predicting('judge = "reply-class"', 'NOOP", peer.server = "west')
    run, noop, session = Run(lesson, 0), parse_command("NOOP"), Watch().session
    assert run.held(noop, session) is None
    assert run.held(noop, session, {"server": "north"}) is None
    held = run.held(noop, session, {"server": "west"})
    assert held is not None
    assert held.id == "p"


@pytest.mark.parametrize(
    ("texts", "rights", "over"),
    [
        (["yes"], [True], True),
        (["YES."], [True], True),
        (["no"], [False], False),
        (["no", "y"], [False, True], True),
        (["no", "no"], [False, False], True),
    ],
)
def test_questions_have_two_tries(texts: list[str], rights: list[bool], over: bool) -> None:
    """Then the step goes on; points are for a right answer."""
    run = Run(lesson_with(ASK), 0)
    told = [run.answer("a", text, 0)[0] for text in texts]
    assert [one.right for one in told] == rights
    assert (not run.questions()) is over
    assert run.finished is over
    assert report_on(run).points == int(any(rights))


@pytest.mark.parametrize(
    ("answer", "text", "right"),
    [
        (".", ".", True),
        (".", '"."', True),
        (".", "?", False),
        (".", "...", False),
        ("<>", "<>", True),
        ("<>", "''", False),
        ("<>", ".", False),
        ("MAIL", "<mail>.", True),
    ],
)
def test_an_answer_of_signs_is_that_answer(answer: str, text: str, right: bool) -> None:
    """A full stop at the end does not count, unless it is all there is."""
    lesson = lesson_with(ASK.replace('["Yes", "y"]', f"['{answer}']"))
    assert Run(lesson, 0).answer("a", text, 0)[0].right is right


def test_a_question_between_two_has_one_try() -> None:
    """The second one would give its point to whoever can tell two things apart."""
    between_two = ASK.replace('answer = ["Yes", "y"]', 'choices = ["Yes", "No"]\nanswer = 1')
    run = Run(lesson_with(between_two), 0)
    assert not run.answer("a", "No", 0)[0].right
    assert run.questions() == ()
    assert report_on(run).points == 0
    assert Run(lesson_with(between_two), 0).answer("a", "01", 0)[0].right


def test_a_question_waits_for_what_stands_before_it() -> None:
    """It is asked when the goal is reached, and the step ends with its answer."""
    lesson = lesson_with(goal('all = [{ verb = "NOOP" }]') + ASK)
    player = Player(lesson)
    assert player.run.questions() == ()
    player.stage.connect()
    player.stage.say(b"NOOP\r\n")
    for moment, _ in player.stage.take():
        player.run.on_moment(moment, 0)
    assert [ask.id for ask in player.run.questions()] == ["a"]
    assert not player.run.finished
    player.run.answer("a", "y", 0)
    assert player.run.finished


def test_a_step_without_goals_waits_for_its_reader() -> None:
    """And for nothing else."""
    run = Run(lesson_with("Read this.\n\n" + TWO), 0)
    assert run.waits_for_go_on
    assert [told.kind for told in run.go_on(0)] == ["step"]
    assert run.step.id == "2"
    assert run.go_on(0) == []


def test_hints_open_by_trying_or_waiting() -> None:
    """Not by asking again; nobody learns how many there are."""
    run = Run(lesson_with("Read.\n\n" + TWO), 0)
    assert run.hint(0) == (0, "")
    run.go_on(0)
    assert run.hint(10) == (1, "one")
    assert run.hint(11) == (1, "one")
    assert run.hint(30) == (2, "two")
    run.on_moment(Moment("command", command=parse_command("NOOP")), 31)
    assert run.hint(32) == (3, "three")
    assert run.hint(100) == (3, "three")
    assert report_on(run).hints == 3


def test_who_needed_the_last_hint_is_asked_why_it_worked() -> None:
    """In their own words, which nobody judges and the file keeps."""
    lesson = lesson_with("Read.\n\n" + TWO)
    run = Run(lesson, 0)
    run.go_on(0)
    for now in (0, 30, 60):
        run.hint(now)
    told = run.on_moment(Moment("command", command=parse_command("QUIT")), 61)
    assert [one.kind for one in told] == ["goal", "step", "why", "lesson"]
    run.why("2", "because")
    again = run_from_object(lesson, run_to_object(run), 0)
    assert again is not None
    assert again.whys == {"2": "because"}


def test_silence_and_the_same_mistake_are_signs() -> None:
    """Three minutes, told once; three of one concept in a row."""
    run = Run(LESSON, 0)
    assert run.tick(179) == []
    assert [told.kind for told in run.tick(181)] == ["stuck"]
    assert run.tick(400) == []
    note = NOTES.get("path.comma-list")
    assert note is not None
    line = parse_command("RCPT TO:<a@office.test>,<b@office.test>")
    moment = Moment("reply", command=line, reply=parse_reply(b"501 5.1.3 no"))
    kinds = [told.kind for _ in range(3) for told in run.noted(note, moment, 500)]
    assert kinds == ["stuck"]


def test_the_next_line_half_filled_in() -> None:
    """The first of the solution that nothing like it was said for."""
    player = play(LESSON, "C: ehlo my.test\nC: MAIL FROM:<ben@office.test>")
    assert player.run.next_line() == "RCPT TO:<ana@office.test>"


def test_who_says_what_a_goal_forbids_is_told() -> None:
    """Once, and for as long as it holds: a new session is a new beginning."""
    forbids = 'none = [ { on = "command", verb = "AUTH", state.tls = false } ]'
    lesson = lesson_with(goal(f'within = "session"\nall = [ {{ verb = "QUIT" }} ]\n{forbids}'))
    player = play(lesson, HELLO)
    run, stage, told = player.run, player.stage, []
    for text in ("AUTH PLAIN", "AUTH LOGIN"):
        stage.say(text.encode() + b"\r\n")
        for moment, at in stage.take():
            told += run.on_moment(moment, stage.now, at)
    assert [(one.kind, one.id, one.words) for one in told] == [("barred", "g", "it happened")]
    (only,) = lesson.steps[0].goals
    assert run.barred(only)
    stage.connect()
    for moment, at in stage.take():
        run.on_moment(moment, stage.now, at)
    assert not run.barred(only)


def test_own_mistakes_stand_beside_what_was_right() -> None:
    """The learner's own later line of the same verb; never what stands behind AUTH."""
    player = Player(LESSON, library=load_library())
    player.begin_step()
    for text in ("EHLO x.test", "MAIL FROM:<dora@office.test>", "RCPT TO:<a@office.test>,<b@x>"):
        player.stage.say(text.encode() + b"\r\n")
        player._digest()
    player.stage.say(b"RCPT TO:<ana@office.test>\r\n")
    player.stage.say(b"AUTH PLAIN c2VjcmV0\r\n")
    player._digest()
    slips = [one.slip for one in report_on(player.run).slips]
    assert (slips[0].line, slips[0].right) == (
        "RCPT TO:<a@office.test>,<b@x>",
        "RCPT TO:<ana@office.test>",
    )
    assert not any("c2VjcmV0" in slip.line for slip in slips)


def test_nothing_is_right_beside_a_line_that_came_too_early() -> None:
    """503 is about the moment; and a line that was only forgiven is no model for another one."""
    player = Player(LESSON, library=load_library())
    player.begin_step()
    for text in (
        "MAIL FROM:<dora@office.test> SIZE=5", "EHLO x.test", "MAIL FROM:<dora",
        "MAIL FROM: <dora@office.test>", "RSET", "MAIL FROM:<dora@office.test>",
    ):  # fmt: skip
        player.stage.say(text.encode() + b"\r\n")
        player._digest()
    slips = {one.slip.line: one.slip.right for one in report_on(player.run).slips}
    assert slips["MAIL FROM:<dora@office.test> SIZE=5"] == ""
    assert slips["MAIL FROM:<dora"] == "MAIL FROM:<dora@office.test>"


def test_a_refusal_that_was_asked_for_is_no_mistake() -> None:
    """A goal that wants a 5 gets one: that is what the step is for. Any other is a mistake."""
    wanted = """all = [ { on = "reply", verb = "RCPT", code = "550", count = 2 } ]"""
    run = Run(lesson_with(goal(wanted)), 0)
    note = NOTES.get("rcpt.refused")
    assert note is not None
    for line, code in (("RCPT TO:<a@b.test>", b"550"), ("RCPT TO:<c@d.test>", b"501")):
        moment = Moment("reply", command=parse_command(line), reply=parse_reply(code + b" no"))
        run.on_moment(moment, 1)
        run.noted(note, moment, 1)
    assert [slip.line for slip in run.slips.made] == ["RCPT TO:<c@d.test>"]


def test_mistakes_of_one_kind_are_one() -> None:
    """The one that was put right stands for all; the kind made most often comes first."""
    run = Run(LESSON)
    made = [
        Slip("EHLO", "EHLO", "ehlo.no-name", "", 501, 0, 1.0, "EHLO x.test"),
        Slip("RCPT a", "RCPT", "rcpt.refused", "", 501, 0, 2.0, "RCPT TO:<a@x.test>"),
        Slip("RCPT b", "RCPT", "rcpt.refused", "", 501, 0, 3.0),
        Slip("RCPT b", "RCPT", "codes.other", "", 501, 0, 3.1),  # said beside the main one
    ]
    run.slips.made += made
    assert report_on(run).slips == (SlipLine(made[1], 2), SlipLine(made[0], 1))


def test_the_time_line_leaves_out_the_nights() -> None:
    """Seconds by step, whatever lies between two sittings."""
    run = Run(LESSON, 100.0)
    run.hint(130.0)
    run.come_back(90000.0)
    run.show(90010.0)
    run.skip(90020.0)
    run.hint(90025.0)
    first, second = report_on(run).steps
    assert (first.seconds, first.hints, first.shown, first.done) == (50, 1, True, True)
    assert (second.seconds, second.hints, second.shown, second.done) == (5, 1, False, False)
    assert report_on(run).seconds == 55


def test_what_was_seen_stays_seen_when_lines_are_taken_back() -> None:
    """Else a step that was shown could bring points; goals and lines do go back."""
    player = play(LESSON, HELLO)
    before = player.run.copy()
    player.run.hint(1)
    player.run.show(2)
    player.play(LESSON.steps[0].solutions[0])
    player.run.show(3)
    after = player.run
    assert [goal.id for goal in lost_since(after, before)] == ["two-accepted"]
    run = taken_back(after, before)
    assert (run.step.id, run.judge["two-accepted"].reached) == ("1", False)
    assert (run.shown, run.help.hints, run.times) == ({0, 1}, {0: 1}, after.times)
    assert run.help.lines == before.help.lines


def test_wrong_and_sure_comes_first() -> None:
    """The report begins with what there is most to learn from."""
    blocks = "".join(
        f'```toml predict\nid = "p{n}"\nask = "?"\nhold = {{ verb = "NOOP" }}\n'
        'judge = "reply-code"\n```\n'
        for n in range(3)
    )
    player = play(lesson_with(blocks + goal('all = [{ verb = "RSET" }]')), "S: 220 *")
    for ident, guess, sure in (("p0", "250", 3), ("p1", "500", 1), ("p2", "500", 3)):
        player.run.predict(ident, guess, sure, 0)
        player.held[ident] = []
        player.stage.say(b"NOOP\r\n")
        player._digest()
    assert [one.predict.id for one in report_on(player.run).guesses] == ["p2", "p1", "p0"]


def test_a_shown_step_brings_no_points() -> None:
    """It counts as done, and can be done again later."""
    run = Run(LESSON, 0)
    assert run.show(1)[0] == "S: 220 *"
    assert [told.kind for told in run.skip(2)] == ["step"]
    report = report_on(run)
    assert (report.goals[0].reached, report.goals[0].shown, report.points) == (True, True, 0)


def test_a_step_can_be_begun_again() -> None:
    """Its goals are open again; those of earlier steps stay."""
    player = play(LESSON, ENVELOPE + "C: RCPT TO:<ben@office.test>")
    run = player.run
    assert run.step.id == "2"
    run.reset_step(0)
    assert run.judge["two-accepted"].reached
    run.begin(0)
    assert not run.judge["two-accepted"].reached
    assert run.step.id == "1"


# ---------------------------------------------------------------- properties

LINES = st.sampled_from(
    [
        "EHLO x.test", "MAIL FROM:<dora@office.test>", "RCPT TO:<ana@office.test>",
        "RCPT TO:<ben@office.test>", "RCPT TO:<nobody@office.test>", "RSET", "DATA", "hello", ".",
        "NOOP", "QUIT", "", "FOO", "MAIL FROM: x",
    ]
)  # fmt: skip


def said(player: Player, line: str) -> None:
    player.stage.say(line.encode() + b"\r\n")
    player._digest()


def state(run: Run) -> str:
    return json.dumps(run_to_object(run), sort_keys=True)


@settings(max_examples=40)
@given(st.lists(LINES, max_size=12), st.lists(LINES, min_size=1, max_size=6))
def test_undo_brings_back_what_was(before: list[str], after: list[str]) -> None:
    """A copy is not touched by what happens to the other one."""
    player = Player(LESSON)
    for line in before:
        said(player, line)
    kept, expected = player.run.copy(), state(player.run)
    for line in after:
        said(player, line)
    assert state(kept) == expected


@settings(max_examples=40)
@given(st.lists(LINES, max_size=14))
def test_the_file_brings_back_what_was(lines: list[str]) -> None:
    """Through JSON and back nothing is lost, however far one was."""
    player = Player(LESSON)
    for line in lines:
        said(player, line)
    text = state(player.run)
    again = run_from_object(LESSON, json.loads(text), 0)
    assert again is not None
    assert state(again) == text


_ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@settings(max_examples=60)
@given(st.sampled_from(sorted(run_to_object(Run(LESSON, 0)))), _ODD)
def test_a_damaged_file_is_no_disaster(key: str, value: Any) -> None:
    """Whatever stands there, a run comes of it or none."""
    kept = json.loads(state(play(LESSON, HELLO).run))
    kept[key] = value
    run = run_from_object(LESSON, kept, 0)
    if run is not None:
        run.step_number = min(run.step_number, 1)
        report = report_on(run)
        assert 0 <= report.points <= report.of


@pytest.mark.parametrize("index", [-1, 3])
def test_a_sequence_goes_on_where_it_can(index: int) -> None:
    """A place that the sequence has not got is none: the goal begins anew."""
    lesson = lesson_with(goal('sequence = [{ verb = "NOOP" }, { verb = "RSET" }]'))
    kept = json.loads(state(play(lesson, "C: NOOP\n").run))
    kept["goals"]["g"]["tallies"][0][2][2] = index
    run = run_from_object(lesson, kept, 0)
    assert run is not None
    assert run.judge["g"].tallies == {}


def test_no_time_is_infinite() -> None:
    """A clock cannot be made of it."""
    kept = json.loads(state(play(LESSON, HELLO).run))
    kept["times"][0][0] = float("inf")
    assert run_from_object(LESSON, kept, 0) is None


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.sampled_from(EVENTS), st.binary(max_size=30), st.integers(0, 999)),
        max_size=12,
    )
)
def test_judging_never_raises(events: list[tuple[str, bytes, int]]) -> None:
    """Any event, with any line and any reply, in any order."""
    run = Run(LESSON, 0)
    for on, data, code in events:
        command = parse_command(data.replace(b"\r", b"").replace(b"\n", b""))
        reply = parse_reply(f"{code:03} x".encode())
        run.on_moment(Moment(on, command=command, reply=reply), 0)
        run.tick(1000)


def test_a_changed_lesson_keeps_what_still_fits() -> None:
    """A goal that asks for something else now is open again; a step that is gone is the first."""
    run = play(LESSON, ENVELOPE + "C: RCPT TO:<ben@office.test>\n" + QUIT).run
    assert run.finished
    other = lesson_with(goal('all = [{ verb = "NOOP" }, { verb = "RSET" }]', "two-accepted"))
    again = run_from_object(other, run_to_object(run), 0)
    assert again is not None
    assert again.step.id == "1"
    assert run_from_object(LESSON, {"format": 2}, 0) is None
    assert run_from_object(LESSON, [], 0) is None
