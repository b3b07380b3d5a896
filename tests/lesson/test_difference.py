"""What `lesson diff` finds between two versions of a lesson."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpshell.lesson.catalog import load_catalog
from smtpshell.lesson.difference import Change, differences
from smtpshell.lesson.paper import change_lines
from tests.lesson.pack import EXAMPLE, changed, example

LEAVE = EXAMPLE[EXAMPLE.index("## 2. Leave") :]
NEW_STEP = """## 2. Look around

Say what you like.

```toml goal
id = "looked"
say = "NOOP was answered"
points = 0
all = [ { on = "reply", verb = "NOOP" } ]
```

```smtp solution
C: NOOP
S: 250 *
```

"""
CLAUSE = (
    '{{ on = "reply", verb = "RCPT", code = "2xx", count = ">={}", distinct = ["arg.mailbox"] }}'
)


def found(old: str, new: str, text: str = EXAMPLE) -> list[tuple[str, ...]]:
    return [tuple(one) for one in differences(example(text), example(changed(old, new, text)))]


CASES = {
    "points": (
        "points = 3\nwithin",
        "points = 2\nwithin",
        ("changed", "goal", "two-accepted", "1", "points", "3", "2"),
    ),
    "what a goal asks for": (
        "count = 2, distinct",
        "count = 3, distinct",
        (
            "changed",
            "goal",
            "two-accepted",
            "1",
            "what it asks for",
            CLAUSE.format(2),
            CLAUSE.format(3),
        ),
    ),
    "another id is another goal": (
        '"polite-end"',
        '"good-end"',
        ("removed", "goal", "polite-end", "2", "", "QUIT was answered by 221", ""),
    ),
    "prediction": (
        "to the second RCPT?",
        "to RCPT?",
        (
            "changed",
            "prediction",
            "second-rcpt",
            "1",
            "ask",
            "What will the server say to the second RCPT?",
            "What will the server say to RCPT?",
        ),
    ),
    "held line": (
        "nth = 2",
        "nth = 1",
        ("changed", "prediction", "second-rcpt", "1", "nth", "2", "1"),
    ),
    "hint": (
        "Say it twice.",
        "Again.",
        (
            "changed",
            "hint",
            "2",
            "1",
            "",
            "RCPT takes one address. Say it twice.",
            "RCPT takes one address. Again.",
        ),
    ),
    "solution": (
        "C: QUIT\nS: 221 *",
        "C: quit\nS: 221 *",
        ("changed", "solution", "", "2", "", "C: QUIT\nS: 221 *", "C: quit\nS: 221 *"),
    ),
    "mistake": (
        "mistake path.comma-list",
        "mistake line.header",
        (
            "removed",
            "mistake",
            "path.comma-list",
            "1",
            "",
            "C: RCPT TO:<ana@office.test>,<ben@office.test>\nS: 501 *",
            "",
        ),
    ),
    "enough points": (
        "pass = 3",
        "pass = 4",
        ("changed", "lesson", "2-9-two-letters", "", "points to pass", "3", "4"),
    ),
    "steps drawn": (
        "pass = 3\n",
        "pass = 3\n\n[draw]\nsteps = [1, 2]\ntake = 1\n",
        ("changed", "lesson", "2-9-two-letters", "", "steps that are drawn", "", "1, 2"),
    ),
    "time": (
        "minutes = 10",
        "minutes = 10\nlimit = 5",
        ("changed", "lesson", "2-9-two-letters", "", "limit", "0", "5"),
    ),
    "another server": (
        'personality = "postfix-like"',
        'personality = "exim-like"',
        (
            "changed",
            "lesson",
            "2-9-two-letters",
            "",
            "servers",
            '{ personality = "postfix-like", scenario = "small-office", door = "mx",'
            ' clock = "virtual", seed = 7 }',
            '{ personality = "exim-like", scenario = "small-office", door = "mx",'
            ' clock = "virtual", seed = 7 }',
        ),
    ),
}


@pytest.mark.parametrize(("old", "new", "expected"), CASES.values(), ids=CASES)
def test_one_change(old: str, new: str, expected: tuple[str, ...]) -> None:
    """It is found, under the name that the author knows."""
    assert expected in found(old, new)


def test_two_mistakes_with_one_note() -> None:
    """Both of them count."""
    block = "```smtp mistake path.comma-list\nC: RCPT TO:<a@office.test>,<b@office.test>\n```\n\n"
    text = changed("## 2. Leave", block + "## 2. Leave")
    told = found(
        "<ana@office.test>,<ben@office.test>", "<ana@office.test>, <ben@office.test>", text
    )
    assert [one[:3] for one in told] == [("changed", "mistake", "path.comma-list")]


def test_a_step_put_in_makes_nothing_else_new() -> None:
    """Those behind it have another number, and their goals are the same."""
    text = EXAMPLE.replace(LEAVE, NEW_STEP + LEAVE.replace("## 2.", "## 3."))
    told = differences(example(), example(text))
    assert [(one.what, one.kind, one.id) for one in told] == [
        ("added", "step", "2"),
        ("added", "solution", ""),
        ("moved", "step", "3"),
        ("added", "goal", "looked"),
    ]
    assert "step 3: was step 2, is step 3" in list(change_lines(told))
    back = differences(example(text), example())
    assert [(one.what, one.kind, one.id) for one in back] == [
        ("removed", "step", "2"),
        ("moved", "step", "2"),
        ("removed", "goal", "looked"),
    ]


def test_where_things_stand_does_not_count() -> None:
    """Comments and empty lines change no lesson."""
    text = EXAMPLE.replace("## 2. Leave\n", "\n\n## 2. Leave\n\n").replace(
        "points = 2", "# Two for manners.\npoints = 2"
    )
    assert differences(example(), example(text)) == []
    assert list(change_lines([])) == ["no differences"]


def test_words_on_paper() -> None:
    """Short values stand on one line, others below each other; nothing gets out unescaped."""
    lines = list(
        change_lines(
            [
                Change("changed", "goal", "one", "1", "points", "3", "2"),
                Change("changed", "solution", "", "1", "", "C: a\nC: b", "C: a\nC: c\x1b"),
            ]
        )
    )
    assert lines == [
        "goal one (step 1): points 2, was 3",
        "solution (step 1): changed",
        "  - C: b",
        r"  + C: c\x1b",
        "2 differences",
    ]


@given(st.data())
def test_any_two_lessons(data: st.DataObject) -> None:
    """A lesson is like itself, two different ones never are, and all can be put on paper."""
    catalog = load_catalog()
    ids = st.sampled_from(sorted(catalog.headings))
    one, other = (catalog.lesson(data.draw(ids)) for _ in range(2))
    told = differences(one, other)
    assert bool(told) == (one.id != other.id)
    assert len(list(change_lines(told))) > len(told)
