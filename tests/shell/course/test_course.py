"""A lesson in the shell: pages, questions, hints, help, and the ways round what is too hard."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from smtpshell.lesson.catalog import load_catalog
from smtpshell.lesson.run import Run
from smtpshell.lesson.slip import Slip
from smtpshell.shell.course.page import Page
from smtpshell.shell.course.report import part_lines, report_lines
from smtpshell.shell.fragment import text_of
from smtpshell.shell.lane import MARKS, marks_of
from tests.shell.course.pupil import TODAY, attending, lesson_text
from tests.waiting import until

GREET = """## 1. Greet

Say hello.

```toml goal
id = "greeted"
say = "You have said hello"
points = 1
all = [{ on = "reply", verb = "EHLO", code = "2xx" }]
```

### Hints
1. Look at the prompt.
2. The word has four letters.
3. `EHLO desk7.office.test`

```smtp solution
S: 220 *
C: EHLO desk7.office.test
S: 250 *
```

"""
LEAVE = """## 2. Leave

```toml goal
id = "left"
say = "You have said goodbye"
points = 1
all = [{ on = "reply", verb = "QUIT", code = "221" }]
```

### Hints
1. one
2. two
3. `QUIT`

```smtp solution
C: QUIT
S: 221 *
```
"""
TWO_STEPS = lesson_text(GREET + LEAVE, points=2)


async def test_hints_come_one_by_one(tmp_path: Path) -> None:
    """The next one opens by a line that was tried, or by time, never by asking again."""
    async with attending(tmp_path, TWO_STEPS) as pupil:
        await pupil.sees("220")
        await pupil.say(":hint", "Hint > Look at the prompt.")
        await pupil.say(":hint", "Look at the prompt.", "Try something first")
        await pupil.say("HELLO", "S: 500")
        await pupil.say(":hint", "The word has four letters.")
        pupil.now += 25
        await pupil.say(":hint", "EHLO desk7.office.test")


async def test_help_that_nobody_asked_for(tmp_path: Path) -> None:
    """Three minutes without a line: the next one is offered, half filled in."""
    async with attending(tmp_path, TWO_STEPS) as pupil:
        await pupil.sees("220")
        pupil.now += 200
        pupil.tutor._tick()
        await pupil.sees("Stuck?")
        await pupil.say(":y", "The next line begins like this > EHLO")
        assert pupil.view.line.startswith("EHLO")


async def test_the_solution_can_be_read_and_done(tmp_path: Path) -> None:
    """`:show` shows, `:skip` plays it; both bring no points, and `:reset` begins again."""
    async with attending(tmp_path, TWO_STEPS) as pupil:
        await pupil.sees("220")
        await pupil.say(":show", "C: EHLO desk7.office.test", "It brings no points.")
        await pupil.say(":skip", "Reached > You have said hello", "Step 2 of 2 > Leave")
        await pupil.say("QUIT", "S: 221", "1 of 2 points")
        await pupil.say(":skip", "the lesson is done")
        await pupil.say(":reset lesson", "The lesson begins again.", "Step 1 of 2 > Greet")
        assert not pupil.tutor.run.finished


async def test_going_back_takes_the_lesson_back(tmp_path: Path) -> None:
    """`:undo` of the line that reached a goal: it is open again, and so is its step."""
    async with attending(tmp_path, TWO_STEPS) as pupil:
        await pupil.sees("220")
        await pupil.say("EHLO desk7.office.test", "Step 2 of 2 > Leave")
        await pupil.say(":undo", "You are back in step 1: Greet", "[ ] You have said hello")
        assert not pupil.tutor.run.judge["greeted"].reached
        await pupil.say("EHLO desk7.office.test", "Step 2 of 2 > Leave")


async def test_going_back_keeps_what_was_done_beside_the_session(tmp_path: Path) -> None:
    """A hint that was given, a step that was shown: no line of the session, not taken back."""
    async with attending(tmp_path, TWO_STEPS) as pupil:
        await pupil.sees("220")
        await pupil.say(":undo", "nothing has been said on this connection yet")
        await pupil.sees("`:reset` begins the step of the lesson again")
        await pupil.say(":show", "It brings no points.")
        await pupil.say("EHLO desk7.office.test", "Step 2 of 2 > Leave")
        await pupil.say(":undo", "Open again:")
        assert pupil.tutor.run.shown == {0}
        await pupil.say(":undo", "nothing has been said")


async def test_a_step_begins_again_where_it_began(tmp_path: Path) -> None:
    """`:reset` takes the session back with it; the first step has a new connection."""
    async with attending(tmp_path, TWO_STEPS) as pupil:
        await pupil.sees("220")
        await pupil.say("EHLO desk7.office.test", "Step 2 of 2 > Leave")
        await pupil.say("MAIL FROM:<dora@office.test>", "S: 250 2.1.0")
        shown = await pupil.say(":reset", "The step begins again.", "Step 2 of 2 > Leave")
        assert "Open again" not in shown
        assert pupil.shell.narrator.session.phase == "greeted"
        await pupil.say("QUIT", "S: 221", "The end of", "2 of 2 points")
        await pupil.say(":reset lesson", "Step 1 of 2 > Greet", "connected anew", "S: 220")
        assert pupil.shell.narrator.session.phase == "connected"


async def test_the_lesson_begins_again_in_a_new_world(tmp_path: Path) -> None:
    """What a server remembers, and what lies in mailboxes, is of the try before."""
    async with attending(tmp_path, TWO_STEPS) as pupil:
        await pupil.sees("220")
        lines = ["EHLO x.test", "MAIL FROM:<dora@office.test>", "RCPT TO:<ana@office.test>", "DATA"]
        for line in lines:
            await pupil.say(line, "S: ")
        await pupil.say("Subject: x")
        await pupil.say(".", "S: 250 2.0.0")
        world = pupil.tutor.place.happenings
        await pupil.say(":mailbox", "ana@office.test 1 letter")
        await pupil.say(":reset lesson", "connected anew", "S: 220")
        await pupil.say(":mailbox", "ana@office.test empty")
        assert pupil.tutor.place.happenings is not world


async def test_a_drawn_lesson_is_drawn_again(tmp_path: Path) -> None:
    """`:reset lesson` draws others, with a number those of that number; `:seed` tells it."""
    steps = "".join(f"## {n}. Read {n}\n\nNothing to do.\n\n" for n in range(3, 8))
    text = f"{TWO_STEPS}\n{steps}".replace(
        "[score]", "[draw]\nsteps = [3, 4, 5, 6, 7]\ntake = 1\n\n[score]"
    )
    async with attending(tmp_path, text) as pupil:
        await pupil.sees("220")
        await pupil.say(":seed", "drawn with 1; `:reset lesson 1`")
        first = pupil.tutor.run.lesson
        await pupil.say(":reset lesson", "Step 1 of 3 > Greet")
        await pupil.say(":seed", "drawn with 2;")
        await pupil.say(":reset lesson 1", "Step 1 of 3 > Greet")
        assert pupil.tutor.run.lesson == first
        await pupil.say(":reset lesson x", "there is no")


async def test_a_skipped_step_asks_nothing(tmp_path: Path) -> None:
    """Its question would stand there with nobody to answer it. The solution shows no patterns."""
    asked = """```toml ask
id = "sure"
ask = "Are you sure?"
answer = "yes"
points = 1
```

"""
    text = lesson_text(GREET + asked + LEAVE, points=3)

    async with attending(tmp_path, text) as pupil:
        await pupil.sees("220")
        assert "S: 250 ..." in await pupil.say(":show", "It brings no points.")
        shown = await pupil.say(":skip", "Step 2 of 2 > Leave")
        assert "Are you sure?" not in shown
        await pupil.say(":catch-up", "C: EHLO", "S: 250")


async def test_a_step_that_only_asks(tmp_path: Path) -> None:
    """There is nothing to be typed in it; what is said of that leads somewhere."""
    asks = """## 1. Think

```toml ask
id = "sure"
ask = "Are you sure?"
answer = "yes"
points = 1
```
"""
    async with attending(tmp_path, lesson_text(asks, points=1)) as pupil:
        await pupil.sees("220")
        await pupil.say(":show", "nothing to be typed", ":goal shows it, :skip goes on")
        assert not pupil.tutor.run.shown
        await pupil.say(":hint", "no hints. :goal shows what it asks for")
        shown = await pupil.say(":skip", "The end of", "0 of 1 points")
        assert "Questions > 0 of 1 answered right - Are you sure?" in shown


async def test_who_is_thrown_out_learns_how_to_go_on(tmp_path: Path) -> None:
    """What earlier steps said is gone; nobody has to type it again. After QUIT there is no need."""
    text = lesson_text(GREET + LEAVE, points=2).replace("by-the-book", "postfix-like")
    async with attending(tmp_path, text) as pupil:
        await pupil.sees("220")
        shown = await pupil.say("Subject: hi", "S: 221", "Closed", "`:undo` takes the line back.")
        assert ":catch-up" not in shown
        await pupil.say(":connect", "S: 220")
        await pupil.say("EHLO desk7.office.test", "Step 2 of 2")
        await pupil.say("Subject: hi", "Closed", "`:undo` takes the line back; `:catch-up` plays")
        await pupil.say(":catch-up", "C: EHLO", "S: 250 ")
        assert ":catch-up" not in await pupil.say("QUIT", "The end of")


async def test_lines_are_put_in_order_without_a_word_before(tmp_path: Path) -> None:
    """Several numbers are said to no server, while lines wait for their order."""
    text = """## 1. Sort

```smtp parsons two
C: EHLO desk7.office.test
C: QUIT
#! SEND ana@office.test
```

```toml goal
id = "sorted"
say = "Sorted"
points = 1
all = [{ on = "arranged", parsons = "two", right = true }]
```

```smtp solution
S: 220 *
```
"""
    async with attending(tmp_path, lesson_text(text, points=1)) as pupil:
        await pupil.sees("220")
        assert "C: 3" not in await pupil.say("3, 2, 1", "Not yet")
        await pupil.say("1 2 9", "numbers from 1 to 3")
        await pupil.say("2", "C: 2", "S: 500")


async def test_help_in_a_lesson_fits_a_screen(tmp_path: Path) -> None:
    """It lists what helps there, in 22 rows, and says how to see the rest."""
    async with attending(tmp_path, TWO_STEPS) as pupil:
        await pupil.sees("220")
        before = len(pupil.writer.lines)
        shown = await pupil.say(":help", ":help all lists the others")
        assert len(pupil.writer.lines) - before <= 22
        assert ":hint" in shown
        assert ":zone" not in shown
        assert ":zone" in await pupil.say(":help all", "A beginning that only one name has")


async def test_catching_up_is_not_leaving(tmp_path: Path) -> None:
    """The old connection ends without a word: the learner has done nothing to be told of."""
    async with attending(tmp_path, TWO_STEPS) as pupil:
        await pupil.sees("220")
        await pupil.say("EHLO desk7.office.test", "Step 2 of 2")
        shown = await pupil.say(":catch-up", "C: EHLO", "S: 250 ")
        assert "Closed" not in shown


async def test_catching_up_where_nothing_was_said(tmp_path: Path) -> None:
    """The session is a new one all the same, and that is said."""
    wait = """## 1. Wait

```toml goal
id = "waited"
say = "The server greeted"
points = 1
all = [{ on = "greeting" }]
```

```smtp solution
S: 220 *
```

"""
    text = lesson_text(wait + GREET.replace("## 1.", "## 2."), points=2)

    async with attending(tmp_path, text) as pupil:
        await pupil.sees("Step 2 of 2 > Greet")
        await pupil.say("QUIT", "S: 221")
        shown = await pupil.say(":catch-up", "S: 220", "Nothing has to be said")
        assert "You left" not in shown


async def test_nobody_helps_in_an_exam(tmp_path: Path) -> None:
    """No hint, no half filled line, nothing unasked; goals count, and the solution is there."""
    async with attending(tmp_path, TWO_STEPS) as pupil:
        pupil.shell.options.set("verbosity", "exam")
        await pupil.sees("220")
        for line in (":hint", ":y"):
            await pupil.say(line, "this is an exam: there are no hints")
        await pupil.say(":why", "this is an exam: there are no notes")
        pupil.now += 200
        pupil.tutor._tick()
        shown = await pupil.say("EHLO desk7.office.test", "Reached > You have said hello")
        assert "Stuck?" not in shown
        await pupil.say(":show", "C: QUIT")


async def test_the_report(tmp_path: Path) -> None:
    """Time by step, mistakes with what they were about and what was right, what is next."""
    async with attending(tmp_path, TWO_STEPS) as pupil:
        await pupil.sees("220")
        await pupil.say("EHLO", "S: 501")
        await pupil.say("EHLO", "S: 501")
        pupil.now += 80
        await pupil.say(":hint", "Hint >")
        await pupil.say("EHLO desk7.office.test", "Step 2 of 2 > Leave")
        pupil.now += 5
        await pupil.say(
            "QUIT",
            "2 of 2 points, passed",
            "Time > 1 minute",
            "1:20 Greet, 1 hint",
            "0:05 Leave",
            "you said EHLO",
            "but The name of your machine is missing",
            "right EHLO desk7.office.test",
            "Next: `:lesson",
        )


async def test_playing_is_quiet_and_counts(tmp_path: Path) -> None:
    """`:play` keeps the lesson from speaking; what is reached meanwhile stays reached."""
    async with attending(tmp_path, TWO_STEPS) as pupil:
        await pupil.sees("220")
        await pupil.say(":play", "The lesson is quiet.")
        shown = await pupil.say("EHLO desk7.office.test", "S: 250 LIMITS")
        assert "Reached" not in shown
        await pupil.say(":play", "The lesson speaks again.", "Step 2 of 2 > Leave")


async def test_one_goes_on_where_one_left(tmp_path: Path) -> None:
    """After the end of a process the same step is there, and what led to it can be played."""
    async with attending(tmp_path, TWO_STEPS) as pupil:
        await pupil.sees("220")
        await pupil.say("EHLO desk7.office.test", "Step 2 of 2 > Leave")
    async with attending(tmp_path, TWO_STEPS) as pupil:
        await pupil.sees("you go on where you left.")
        await pupil.sees("Step 2 of 2 > Leave")
        await pupil.say(":catch-up", "C: EHLO desk7.office.test", "S: 250 LIMITS")
        shown = await pupil.say(":map", "[>] 9-1-test", "`:map all` those of all.")
        assert "1 First mail by hand" in shown
        assert "1-1-say-hello" not in shown  # all of them would not fit a screen
        shown = await pupil.say(":map 1", "[ ] 1-1-say-hello", "`:map all` those of all.")
        assert "[>] 9-1-test" not in shown
        await pupil.say(":map all", "[ ] 1-1-say-hello", "[>] 9-1-test")
        await pupil.say(":map 8", 'no track is called "8"', "there are 1-first-mail")
    kept = json.loads((tmp_path / "progress.json").read_text())
    assert kept["current"] == "9-1-test"


QUESTIONS = lesson_text(
    """## 1. Think

```toml predict
id = "code"
ask = "Which code?"
hold = { verb = "NOOP" }
judge = "reply-code"
because = "NOOP is always fine."
confidence = false
```

```toml goal
id = "noop"
say = "You have said NOOP"
points = 1
all = [{ on = "reply", verb = "NOOP", code = "250" }]
```

```toml ask
id = "why"
ask = "What did NOOP do?"
choices = ["Nothing", "A lot", "Nobody knows"]
answer = 1
points = 1
feedback_right = "Nothing at all."
feedback_wrong = "Look at its name."
```

```toml ask
id = "word"
ask = "Which word stands for no operation?"
answer = ["NOOP"]
points = 1
feedback_right = "Yes."
feedback_wrong = "No."
```

### Hints
1. one
2. two
3. `NOOP`

```smtp solution
S: 220 *
C: NOOP
S: 250 *
```
""",
    points=3,
)


async def test_a_prediction_is_asked_before_the_line_leaves(tmp_path: Path) -> None:
    """The line waits, a bad guess is asked again, and the server's reply is the answer."""
    async with attending(tmp_path, QUESTIONS) as pupil:
        await pupil.sees("220")
        shown = await pupil.say("NOOP", "Not sent yet: NOOP", "Which code?")
        assert "C: NOOP" not in shown
        await pupil.say("fine", "a reply code such as 250")
        await pupil.say("500", "C: NOOP", "you said 500, it is 250. NOOP is always fine.")
        await pupil.say(":=", "Answer with its number")
        await pupil.say(":2", "Not quite > Look at its name.", "What did NOOP do?")
        await pupil.say(":1", "Right > Nothing at all.", "Which word stands")
        await pupil.say(":= noop", "Right > Yes.", "The end of", "0 of 1 came true")
        await pupil.say(":= more", "no question is open")


async def test_the_report_quotes_what_was_chosen(tmp_path: Path) -> None:
    """A choice is a sentence within a sentence, so it stands between quotes."""
    choices = 'choices = ["It is fine.", "It is refused."]\nanswer = 1'
    lesson = QUESTIONS.replace('judge = "reply-code"', choices)
    async with attending(tmp_path, lesson) as pupil:
        await pupil.sees("220")
        await pupil.say("NOOP", "Which code?")
        await pupil.say("2", "C: NOOP", "What did NOOP do?")
        await pupil.say(":1", "Which word stands")
        await pupil.say(":= noop", 'You said "It is refused"; it was "It is fine".')


async def test_who_has_no_further_try_is_told_the_answer(tmp_path: Path) -> None:
    """Otherwise the wrong one would be the last that was read."""
    async with attending(tmp_path, QUESTIONS) as pupil:
        await pupil.sees("220")
        await pupil.say("NOOP", "Which code?")
        await pupil.say("250", "What did NOOP do?")
        shown = await pupil.say(":2", "Not quite > Look at its name.", "What did NOOP do?")
        assert "It is:" not in shown
        await pupil.say(":2", "The right answer: Nothing", "Which word stands")
        await pupil.say(":= quit", "Not quite > No.")
        await pupil.say(":= quit", "The right answer: NOOP")  # as the lesson writes it


async def test_the_report_has_a_refused_line_once(tmp_path: Path) -> None:
    """Though one note spoke of it when it left, and another one when it was answered."""
    async with attending(tmp_path, QUESTIONS) as pupil:
        await pupil.sees("220")
        await pupil.say("NOOP\x08", "S: 500")
        await pupil.say("NOOP", "Which code?")
        await pupil.say("250", "What did NOOP do?")
        await pupil.say(":1", "Which word stands")
        shown = await pupil.say(":= noop", "Your own mistakes", "`:map` shows")
        assert shown.count("you said NOOP") == 1


async def test_one_need_not_guess(tmp_path: Path) -> None:
    """Enter alone lets the line go; Ctrl-C leaves it at the prompt, unsent."""
    async with attending(tmp_path, QUESTIONS) as pupil:
        await pupil.sees("220")
        await pupil.say("NOOP", "Which code?")
        await pupil.say(":hint", "Your prediction first; Enter alone goes on without one.")
        pupil.shell.interrupt()
        await pupil.sees("back at the prompt")
        await pupil.say("NOOP", "Which code?")
        await pupil.say("", "C: NOOP", "Reached > You have said NOOP")


WORLD = lesson_text(
    """## 1. Look

```toml setup
mail_arrives = { from = "ben@office.test", to = "ana@office.test", text = "Subject: hello" }
host = "mail.student.test"
ip = "192.0.2.10"
```

```toml goal
id = "looked"
say = "You have looked into the mailbox"
points = 1
all = [{ on = "local", local = "mailbox" }]
```

### Hints
1. one
2. two
3. `:mailbox ana`

```smtp solution
S: 220 *
% :mailbox ana
```

## 2. Elsewhere

```toml setup
server = "old"
```

```toml goal
id = "helo"
say = "You have said HELO to the old server"
points = 1
all = [{ on = "reply", verb = "HELO", code = "2xx", peer.server = "old" }]
```

### Hints
1. one
2. two
3. `HELO desk7.office.test`

```smtp solution
% connect old
S: 220 *
C: HELO desk7.office.test
S: 250 *
```

## 3. A fault

```toml setup
inject_reply = { at = "HELO", reply = "451 4.3.0 Not now", once = true, why = "So it is." }
advance_clock = "10m"
```

```toml goal
id = "refused"
say = "HELO was put off, by a rule of the lesson"
points = 1
all = [{ on = "reply", verb = "HELO", code = "451", rule = "lesson-1" }]
```

### Hints
1. one
2. two
3. `HELO desk7.office.test`

```smtp solution
% connect old
S: 220 *
C: HELO desk7.office.test
S: 451 *
```
""",
    points=3,
    servers='[servers.old]\npersonality = "classic-821"\n',
)


async def test_a_step_changes_the_world(tmp_path: Path) -> None:
    """Letters, who the learner is, another server, a rule of the lesson's own, the clock."""
    async with attending(tmp_path, WORLD) as pupil:
        await pupil.sees("220")
        assert len(pupil.place.mailboxes()["ana@office.test"]) == 1
        host = pupil.place.host()
        assert host is not None
        assert (host.name, host.address) == ("mail.student.test", "192.0.2.10")
        await pupil.say(":mailbox ana", "Reached > You have looked into the mailbox")
        await pupil.sees("For this step you are connected anew.")
        await pupil.sees("Simple Mail Transfer Service ready")
        assert "without QUIT" not in pupil.text  # it was not the learner who left
        await pupil.say(":server", "classic-821")
        before = pupil.place.now()
        await pupil.say("HELO desk7.office.test", "Reached > You have said HELO")
        await pupil.sees("Step 3 of 3 > A fault")
        assert len(pupil.place.mailboxes()["ana@office.test"]) == 1  # one house, two doors
        await until(lambda: pupil.text.count("Service ready") == 2)
        await pupil.say("HELO desk7.office.test", "S: 451", "Reached > HELO was put off")
        assert pupil.place.now() - before >= 600


async def test_another_lesson_takes_the_place_of_this_one(tmp_path: Path) -> None:
    """`:lesson ID` goes there, with its own servers; a name that there is not is told."""
    other = lesson_text(GREET, ident="9-2-other", points=1)
    async with attending(tmp_path, TWO_STEPS, other) as pupil:
        await pupil.sees("220")
        await pupil.say(":lesson 9-7", "no lesson is called")
        await pupil.say(":lesson 9-2", "Lesson 9-2: A test", "Step 1 of 1 > Greet", "S: 220")
        await pupil.say("EHLO desk7.office.test", "The end of", "1 of 1 points, passed")
        await pupil.say(":list", "[x] 9-2-other", "[>] 9-1-test")


async def test_what_went_wrong_is_asked_again(tmp_path: Path) -> None:
    """`:review`: the wrong answer of yesterday is due today, and comes back further apart."""
    async with attending(tmp_path, QUESTIONS) as pupil:
        await pupil.sees("220")
        await pupil.say("NOOP", "Which code?")
        await pupil.say("500", "What did NOOP do?")
        await pupil.say(":2", "Not quite")
        await pupil.say(":1", "Which word stands")
        await pupil.say(":= noop", "The end of")
        await pupil.say(":review", "Nothing is due today.")
        pupil.school.today = lambda: TODAY + timedelta(days=1)
        await pupil.say(":review", "2 items for today")
        for _ in range(2):
            right = "1" if pupil.text.rfind("A lot") > pupil.text.rfind("Which code?") else "250"
            await pupil.say(right, "Right > it comes back later")
        await pupil.sees("That was all for today.")


async def test_without_a_lesson_its_commands_say_so(tmp_path: Path) -> None:
    """`:goal` and the like name the way to one."""
    async with attending(tmp_path, TWO_STEPS) as pupil:
        await pupil.sees("220")
        pupil.tutor.close()
        pupil.shell.tutor = None
        for command in (":goal", ":show", ":skip", ":next", ":play", ":reset", ":order 1"):
            await pupil.say(command, "no lesson is open")
        await pupil.say(":hint", "For example:")


SAMPLE = lesson_text(
    """## 1. Look

```toml ask
id = "why"
ask = "What went wrong?"
transcript = "comma-list"
answer = ["comma"]
points = 1
feedback_wrong = "Look at the 501."
```
""",
    points=1,
)


async def test_a_sample_is_shown_with_its_question_and_not_between_two_tries(
    tmp_path: Path,
) -> None:
    """It would push out of sight what was said of the first answer; `:goal` brings it back."""
    async with attending(tmp_path, SAMPLE) as pupil:
        await pupil.sees("C: RCPT TO:<ben@office.test>, <")
        assert "Two recipients" not in pupil.text  # its title says too much
        again = await pupil.say(":= greylist", "Look at the 501.", "What went wrong?")
        assert "C: RCPT" not in again
        await pupil.say(":goal", "C: RCPT", "What went wrong?")


async def test_a_sample_that_is_not_there_ends_nothing(tmp_path: Path) -> None:
    """A pack may be older or newer than the samples that came along."""
    text = SAMPLE.replace('"comma-list"', '"nowhere"')
    async with attending(tmp_path, text) as pupil:
        await pupil.sees("(there is no sample called nowhere)")
        await pupil.say(":= comma", "The end of")


async def test_the_servers_of_a_lesson_are_not_to_be_chosen(tmp_path: Path) -> None:
    """Rather than to say that there is another one now, and to go on with the same."""
    async with attending(tmp_path, TWO_STEPS) as pupil:
        await pupil.sees("220")
        await pupil.say(":restart open-relay", "the lesson says which servers there are")
        await pupil.say(":seed 3", "the lesson says which servers there are")


async def test_a_lesson_with_several_servers_is_not_left_by_a_typing_error(tmp_path: Path) -> None:
    """`:connect NAME` goes from one to the other; a name that there is not asks no real DNS."""
    text = lesson_text(GREET, points=1, servers='[servers.old]\npersonality = "classic-821"\n')

    async with attending(tmp_path, text) as pupil:
        await pupil.sees("220")
        await pupil.say(":connect odl", "no server called odl", "its servers are old")
        await pupil.say(":connect old", "220")
        await pupil.say("EHLO desk7.office.test", "S: 500")


def test_a_line_of_a_dialogue_that_is_too_long_is_folded() -> None:
    """At a space, further in; one that fits stays as it is, spaces and all."""
    long = "S: 450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.60] here"
    page = Page(80, MARKS)
    shown = [text_of(line) for line in page.script([long, "a   CR LF  .  CR LF"])]
    assert shown[0].endswith("your hostname,")
    assert shown[1:] == [" |       [192.0.2.60] here", " |    a   CR LF  .  CR LF"]
    assert [text_of(line) for line in Page(80, marks_of(plain=True)).script([long])] == [
        f"note:    {long}"
    ]


LETTER = lesson_text(
    """## 1. Write

```toml goal
id = "written"
say = "Ana has a letter"
points = 1
all = [{ on = "delivered", mailbox = "ana@office.test", body = '^Hello' }]
```

```toml goal
id = "gone"
say = "The connection was cut"
points = 1
sequence = [{ on = "delivered" }, { on = "close", issue = "closed-without-quit" }]
```

### Hints
1. one
2. two
3. `DATA`

```smtp solution
S: 220 *
C: EHLO desk7.office.test
S: 250 *
C: MAIL FROM:<dora@office.test>
S: 250 *
C: RCPT TO:<ana@office.test>
S: 250 *
C: DATA
S: 354 *
C: Subject: hello
C:
C: Hello.
C: .
S: 250 *
% :drop
```
""",
    points=2,
)


async def test_a_step_is_done_out_of_a_letter(tmp_path: Path) -> None:
    """The half of it that was written is left, and the tools of others are put away."""
    async with attending(tmp_path, LETTER, eat_caps="on") as pupil:
        await pupil.sees("220")
        await pupil.say("EHLO a.test", "S: 250 ")
        await pupil.say("MAIL FROM:<dora@office.test>", "S: 250 2.1.0")
        await pupil.say("rcpt to:<ana@office.test>", "S: 250 2.1.5")
        await pupil.say("DATA", "S: 354")
        await pupil.say("Not this one.")
        pupil.shell.run_local("skip")
        pupil.shell.run_local("skip")
        await pupil.sees("a step is being done for you")
        await pupil.sees("The end of")
        assert "Reached > Ana has a letter" in pupil.text
        assert "Reached > The connection was cut" in pupil.text
        assert pupil.shell.options["eat-caps"] == "off"


@pytest.mark.parametrize("ident", sorted(load_catalog().headings))
def test_the_report_fits_one_screen_and_nothing_is_lost(ident: str) -> None:
    """However much went wrong: what does not fit is named, and is there in full."""
    lesson = load_catalog().lesson(ident)
    learner = Run(lesson, 0.0)
    learner.slips.made += [
        Slip(f"FOO{number}", "FOO", f"n.x{number}", "c", 500, 0, 1.0) for number in range(9)
    ]
    page = Page(80, MARKS)
    first = [text_of(line) for line in report_lines(page, learner, room=22)]
    assert len(first) <= 22
    assert any("`:report mistakes`" in row for row in first)
    whole = [text_of(line) for line in part_lines(page, learner, "mistakes")]
    assert sum("you said" in row for row in whole) == 9
    spoken = [text_of(line) for line in report_lines(page, learner)]
    assert sum("you said" in row for row in spoken) == 9


def test_goals_without_points_are_explained_where_goals_are_only_counted() -> None:
    """All of them reached, and few points: the steps were shown."""
    learner = Run(load_catalog().lesson("5-2-who-are-you-really"), 0.0)
    for number, step in enumerate(learner.lesson.steps):
        learner.shown.add(number)
        for goal in step.goals:
            learner.judge[goal.id].reached = True
    learner.finished = True
    rows = [text_of(line) for line in report_lines(Page(80, MARKS), learner, room=12)]
    assert any("6 of 6 goals reached" in row for row in rows)
    assert any("Steps that were shown to you bring no points" in row for row in rows)


@pytest.mark.parametrize("part", ["goals", "time", "predictions", "mistakes", "all"])
async def test_parts_of_the_report(tmp_path: Path, part: str) -> None:
    """Each by its name, and no other."""
    async with attending(tmp_path, TWO_STEPS) as pupil:
        await pupil.sees("220")
        await pupil.say("EHLO", "S: 501")
        words = {"goals": "[ ] You have", "time": "Time >", "mistakes": "you said", "all": "Time >"}
        await pupil.say(f":report {part}", words.get(part, "nothing to report"))
        await pupil.say(":report wrong", 'there is no "wrong" in the report')


FORBIDDEN = lesson_text(
    """## 1. Look

```toml goal
id = "leave"
say = "You left without NOOP"
within = "session"
all = [ { on = "reply", verb = "QUIT" } ]
none = [ { on = "command", verb = "NOOP" } ]
```

### Hints
1. one
2. two
3. three

```smtp solution
C: QUIT
```
"""
)


async def test_a_goal_out_of_reach_tells_the_way_back(tmp_path: Path) -> None:
    """Nothing else would say why the goal stays open whatever is done now."""
    async with attending(tmp_path, FORBIDDEN) as pupil:
        await pupil.sees("220")
        await pupil.say("NOOP", "Out of reach > You left without NOOP (not on this connection")
        await pupil.say(":goal", "[ ] You left without NOOP (not on this connection any more")
        await pupil.say(":connect", "220")
        shown = await pupil.say(":goal", "[ ] You left without NOOP")
        assert "any more" not in shown


async def test_an_answer_is_shown_as_it_is_written(tmp_path: Path) -> None:
    """Capitals do not count when it is judged, and are kept when it is told."""
    async with attending(tmp_path, QUESTIONS) as pupil:
        await pupil.sees("220")
        await pupil.say("NOOP", "Which code?")
        await pupil.say("250", "What did NOOP do?")
        await pupil.say(":1", "Which word stands")
        await pupil.say(":= quit", "Not quite")
        await pupil.say(":= rset", "The right answer: NOOP")


WALL = lesson_text(
    """## 1. Knock

```toml goal
id = "knocked"
say = "You have left a server that never greets"
points = 1
sequence = [{ on = "connect", peer.server = "wall" }, { on = "close", by = "client" }]
```

### Hints
1. one
2. two
3. `:disconnect`

```smtp solution
% connect wall
% close
```
""",
    points=1,
    servers='[servers.wall]\npersonality = "broken-silent"\n',
)


async def test_a_step_at_a_silent_server_is_done(tmp_path: Path) -> None:
    """Nobody waits for a greeting whose solution hangs up."""
    async with attending(tmp_path, WALL) as pupil:
        await pupil.sees("220")
        await pupil.say(":skip", "Reached > You have left a server", "The end of")


async def test_a_skip_that_was_typed_ahead_has_the_queue_to_itself(tmp_path: Path) -> None:
    """It does not wait for what was typed behind it, and that is not said in the step after."""
    async with attending(tmp_path, TWO_STEPS) as pupil:
        await pupil.sees("220")
        pupil.shell.submit("NOOP")
        pupil.shell.submit(":skip", in_turn=False)
        pupil.shell.submit("RSET", in_turn=False)
        await pupil.sees("Step 2 of 2")
        assert "1 line dropped that waited; not sent." in pupil.text
        assert "C: RSET" not in pupil.text


async def test_a_skip_that_waits_can_be_ended(tmp_path: Path) -> None:
    """Ctrl-C ends the waiting; the step is done as far as it goes, and the lesson goes on."""
    text = WALL.replace("% connect wall\n", "% connect wall\nS: 220 *\n")
    async with attending(tmp_path, text) as pupil:
        await pupil.sees("220")
        pupil.shell.run_local("skip")
        await until(lambda: pupil.tutor._at_rest is not None and pupil.place.name == "wall")
        pupil.shell.interrupt()
        await pupil.sees("The end of")


SHOWN_MISTAKE = lesson_text(
    """## 1. Leave

```toml goal
id = "leave"
say = "You have left"
all = [ { on = "reply", verb = "QUIT" } ]
```

### Hints
1. one
2. two
3. three

```smtp solution
C: NOPE
S: 500 *
C: QUIT
```
"""
)


async def test_what_a_skip_says_is_nobodys_mistake(tmp_path: Path) -> None:
    """The report has the learner's own lines, and a solution may have a line refused."""
    async with attending(tmp_path, SHOWN_MISTAKE) as pupil:
        await pupil.sees("220")
        shown = await pupil.say(":skip", "C: NOPE", "S: 500", "The end of", "`:map` shows")
        assert "you said" not in shown


async def test_a_skip_that_begins_anew_is_nobody_leaving(tmp_path: Path) -> None:
    """The old session is gone without a word: it is not the learner who goes without QUIT."""
    async with attending(tmp_path, TWO_STEPS) as pupil:
        await pupil.say("NOOP", "S: 250")
        shown = await pupil.say(":skip", "Reached > You have said hello", "Step 2 of 2 > Leave")
        assert "S: 220" in shown
        assert "without QUIT" not in shown


async def test_a_question_between_two_says_that_there_is_one_try(tmp_path: Path) -> None:
    """Who has only one had better know it before."""
    text = QUESTIONS.replace(', "Nobody knows"', "")
    async with attending(tmp_path, text) as pupil:
        await pupil.sees("220")
        await pupil.say("NOOP", "Which code?")
        await pupil.say("250", "What did NOOP do?", "there is one try.")
        await pupil.say(":2", "The right answer: Nothing", "Which word stands")
