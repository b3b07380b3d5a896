"""Lines typed while a lesson asks: each is sent or is an answer, and none is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from smtpshell.lesson.lesson import Ask
from smtpshell.shell.course.answering import can_be_answer
from tests.shell.course.pupil import attending, lesson_text

CHOICE = Ask("c", "?", answers=("2",), choices=("A lot", "Nothing"))
VERBS = Ask("v", "?", answers=("2",), choices=("QUIT", "NOOP"))
WORDS = Ask("w", "?", answers=("noop", "dot", "return-path:"))
YES = Ask("y", "?", answers=("no", "n"))

STEP = """## 1. Think

```toml predict
id = "code"
ask = "Which code?"
hold = { verb = "NOOP" }
judge = "reply-class"
```

```toml goal
id = "rset"
say = "You have said RSET"
points = 1
all = [{ on = "reply", verb = "RSET" }]
```

```toml ask
id = "what"
ask = "What did RSET do?"
choices = ["Nothing", "A lot", "Nobody knows"]
answer = 1
points = 1
```

```toml ask
id = "word"
ask = "Which word stands for no operation?"
answer = ["noop", "no-op"]
points = 1
```

### Hints
1. one
2. two
3. `RSET`

```smtp solution
S: 220 *
C: RSET
S: 250 *
```
"""
LESSON = lesson_text(STEP, points=3)


@pytest.mark.parametrize(
    ("ask", "text", "expected"),
    [
        (CHOICE, "2", True),
        (CHOICE, " 1 ", True),
        (CHOICE, "nothing.", True),
        (CHOICE, "3", False),
        (VERBS, "quit", False),
        (VERBS, "1", True),
        (CHOICE, "0", False),
        (CHOICE, "\u0662", False),
        (CHOICE, "2 3", False),
        (CHOICE, "yes", False),
        (CHOICE, "EHLO a.test", False),
        (CHOICE, "EHLP a.test", False),
        (CHOICE, "", False),
        (WORDS, "dot", True),
        (WORDS, "the empty line", True),
        (WORDS, "250", True),
        (WORDS, ".", True),
        (WORDS, "noop", False),
        (WORDS, "RCPT TO:<ana@office.test>", False),
        (WORDS, "EHLP a.test", False),
        (WORDS, "Return-Path:", True),
        (WORDS, "Subject: hi", False),
        (WORDS, "", False),
        (YES, "no", True),
        (YES, "yes", True),
        (YES, "quit", False),
    ],
)
def test_what_can_be_an_answer(ask: Ask, text: str, expected: bool) -> None:
    """The number or the words of a choice; else whatever begins with nothing like a verb."""
    assert can_be_answer(ask, text) is expected


async def test_lines_are_sent_while_a_question_is_open(tmp_path: Path) -> None:
    """At once, be they right, wrong or nonsense; what can be an answer is one, and it is said."""
    async with attending(tmp_path, LESSON) as pupil:
        await pupil.sees("220")
        await pupil.say("RSET", "C: RSET", "What did RSET do?")
        await pupil.say("EHLO a.test", "C: EHLO a.test", "S: 250")
        await pupil.say("what is this", "C: what is this", "S: 500")
        await pupil.say("4", "C: 4", "S: 500")
        shown = await pupil.say("2", "Taken as your answer.", "`:send 2`", "Not quite")
        assert "C: 2" not in shown
        await pupil.say(":send 2", "C: 2", "S: 500")
        await pupil.say("nothing", "Right", "Which word stands for")
        await pupil.say("rset", "C: rset", "As an answer it is `:= rset`")
        shown = await pupil.say("vrfy", "C: vrfy", "S: 501")
        assert "As an answer" not in shown  # said once
        await pupil.say("no operation", "Taken as your answer.", "Not quite")
        await pupil.say(":answer noop", "Right", "The end of")
        await pupil.say("2", "C: 2", "S: 5")


async def test_an_answer_needs_no_connection(tmp_path: Path) -> None:
    """And nothing else is taken for one."""
    async with attending(tmp_path, LESSON) as pupil:
        await pupil.sees("220")
        await pupil.say("RSET", "What did RSET do?")
        await pupil.say("QUIT", "S: 221", "is closed")
        await pupil.say("EHLO a.test", "nothing was sent")
        await pupil.say("1", "Taken as your answer.", "Right")


async def test_lines_of_a_letter_are_never_answers(tmp_path: Path) -> None:
    """A letter may hold anything."""
    async with attending(tmp_path, LESSON) as pupil:
        await pupil.sees("220")
        await pupil.say("RSET", "What did RSET do?")
        await pupil.say("EHLO a.test", "S: 250")
        await pupil.say("MAIL FROM:<dora@office.test>", "S: 250")
        await pupil.say("RCPT TO:<ana@office.test>", "S: 250")
        await pupil.say("DATA", "S: 354")
        await pupil.say("2", "C: 2")
        await pupil.say(".", "S: 250")


async def test_a_line_typed_at_a_prediction_waits_behind_the_held_one(tmp_path: Path) -> None:
    """The held line leaves with the prediction or with Enter, then the other; none is lost."""
    async with attending(tmp_path, LESSON) as pupil:
        await pupil.sees("220")
        await pupil.say("NOOP", "Which code?")
        await pupil.say("EHLO a.test", "waits for its turn")
        await pupil.say("perhaps", "one of 2xx")
        assert "perhaps" in pupil.shell.history.get_strings()
        await pupil.say("2")
        await pupil.say("RSET", "waits for its turn")
        shown = await pupil.say("", "C: NOOP", "C: EHLO a.test", "C: RSET")
        assert shown.index("C: NOOP") < shown.index("C: EHLO") < shown.index("C: RSET")


async def test_enter_lets_the_held_line_go_and_what_waits_behind_it(tmp_path: Path) -> None:
    """Nobody has to guess."""
    async with attending(tmp_path, LESSON) as pupil:
        await pupil.sees("220")
        await pupil.say("NOOP", "Which code?")
        await pupil.say("VRFY ana", "waits for its turn")
        await pupil.say("", "C: NOOP", "C: VRFY ana")


async def test_a_held_line_that_is_left_alone_is_back_at_the_prompt(tmp_path: Path) -> None:
    """Ctrl-C does not send it, and does not lose it."""
    async with attending(tmp_path, LESSON) as pupil:
        await pupil.sees("220")
        await pupil.say("NOOP", "Which code?")
        pupil.shell.interrupt()
        assert "back at the prompt" in pupil.text
        assert pupil.view.line == "NOOP"


async def test_what_is_no_choice_is_no_try(tmp_path: Path) -> None:
    """A number beside the choices, or other words: it is said how to answer, no try is lost."""
    async with attending(tmp_path, LESSON) as pupil:
        await pupil.sees("220")
        await pupil.say("RSET", "What did RSET do?")
        for slip in (":9", ":0", ":= perhaps", ":="):
            shown = await pupil.say(slip, "Answer with its number")
            assert "Not quite" not in shown
        await pupil.say(":2", "Not quite")
        await pupil.say(":1", "Right")


async def test_going_back_does_not_take_back_an_answer(tmp_path: Path) -> None:
    """One without a colon is as good as another: the step that it led to stays the one at hand."""
    leave = """
## 2. Leave

```toml goal
id = "left"
say = "You have said QUIT"
points = 1
all = [{ on = "reply", verb = "QUIT" }]
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
    async with attending(tmp_path, lesson_text(STEP + leave, points=4)) as pupil:
        await pupil.sees("220")
        await pupil.say("RSET", "What did RSET do?")
        await pupil.say(":1", "Which word stands for")
        await pupil.say("no operation", "Not quite")
        await pupil.say("no-op", "Right", "Step 2 of 2")
        await pupil.say("EHLO a.test", "S: 250")
        assert "back in step" not in await pupil.say(":undo", "rewound to")
        await pupil.say("QUIT", "S: 221", "The end of")
        assert "back in step" not in await pupil.say(":reset", "The step begins again.")
        assert pupil.tutor.run.step_number == 1


async def test_a_local_command_inside_a_letter_is_text(tmp_path: Path) -> None:
    """It is said, with the key that opens a line for it; other lines with a colon are letter."""
    async with attending(tmp_path, LESSON) as pupil:
        await pupil.sees("220")
        for line in ("EHLO a.test", "MAIL FROM:<dora@office.test>", "RCPT TO:<ana@office.test>"):
            await pupil.say(line, "S: 250")
        await pupil.say("DATA", "S: 354")
        assert "Ctrl-]" not in await pupil.say(":-) hint", "C: :-) hint")
        await pupil.say(":hint", "C: :hint", "Inside a letter Ctrl-] comes first.")
        await pupil.say(".", "S: 250")


async def test_a_line_of_a_letter_typed_at_a_prediction_is_given_back(tmp_path: Path) -> None:
    """Nobody knows whether it was meant for the letter; it is not lost."""
    text = LESSON.replace('hold = { verb = "NOOP" }', 'hold = { verb = "DOT" }')
    async with attending(tmp_path, text) as pupil:
        await pupil.sees("220")
        await pupil.say("EHLO a.test", "S: 250")
        await pupil.say("MAIL FROM:<dora@office.test>", "S: 250")
        await pupil.say("RCPT TO:<ana@office.test>", "S: 250")
        await pupil.say("DATA", "S: 354")
        await pupil.say("Hello.", "C: Hello.")
        await pupil.say(".", "Which code?")
        await pupil.say("Regards", "one of 2xx")
        assert pupil.view.line == "Regards"
        assert "Regards" not in pupil.shell.history.get_strings()
        await pupil.say("", "C: .", "S: 250")
