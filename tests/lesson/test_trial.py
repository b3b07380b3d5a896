"""`lesson test` finds what is not true of a lesson, and nothing else."""

from __future__ import annotations

import pytest

from smtpshell.explain.library import Library, load_library
from smtpshell.lesson.catalog import load_catalog
from smtpshell.lesson.trial import Result, try_lesson
from tests.lesson.pack import EXAMPLE, changed, example

LIBRARY: Library = load_library()
RCPT = 'verb = "RCPT", code = "2xx", count = 2, distinct = ["arg.mailbox"]'
CLAUSE = f'within = "transaction"\nall = [\n  {{ on = "reply", {RCPT} }},'
LAX = 'all = [\n  { on = "greeting" },'
TRUTH = 'choices = ["yes", "no"]\nanswer = 1\ntruth = [{ on = "reply", code = "5xx" }]'
END = '  { on = "reply", verb = "QUIT", code = "221" },\n'


def faults_of(text: str) -> list[str]:
    results = list(try_lesson(example(text), LIBRARY))
    return [f"{result.name}: {fault.message}" for result in results for fault in result.faults]


@pytest.mark.parametrize("ident", sorted(load_catalog().headings))
def test_our_own_lessons_are_true(ident: str) -> None:
    """Each solution, mistake, prediction and goal."""
    lesson = load_catalog().lesson(ident)
    results: list[Result] = list(try_lesson(lesson, LIBRARY))
    assert [(one.name, *one.faults) for one in results if not one.ok] == []


def test_the_example_is_true() -> None:
    """Nothing is found that is not there."""
    assert faults_of(EXAMPLE) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        pytest.param("C: QUIT\n", "C: NOOP\n", '"polite-end" is not reached', id="not-reached"),
        pytest.param(
            "S: 221 *", "S: 250 *", '"250 *" is expected, the server says "221', id="reply"
        ),
        pytest.param(
            "C: EHLO desk7.office.test\n",
            "C: HELO x.test\nC: NOOP\n",
            'without "C: NOOP" all',
            id="idle-line",
        ),
        pytest.param("count = 2, ", "", 'without "C: RCPT TO:<ben@office.test>" all', id="lax"),
        pytest.param(CLAUSE, LAX, '"two-accepted" does not depend', id="too-lax"),
        pytest.param(
            "mistake path.comma-list",
            "mistake rcpt.refused",
            "rcpt.refused is not the main note; shown: ",
            id="note",
        ),
        pytest.param(
            RCPT, 'verb = "RCPT", code = "501"', "reaches the goal", id="mistake-is-right"
        ),
        pytest.param("nth = 2", "nth = 7", "the line it waits for is never said", id="never-held"),
        pytest.param('judge = "reply-class"', TRUTH, "its truth", id="untrue"),
        pytest.param(
            "## 2. Leave",
            "```smtp solution other\nC: NOOP\n```\n\n## 2. Leave",
            "solution other",
            id="other-way",
        ),
        pytest.param(END, '  { on = "greeting" },\n', "", id="fine"),
        pytest.param(
            'say = "QUIT was answered by 221"', 'say = "x"\noptional = false', "", id="still-fine"
        ),
        pytest.param(
            "minutes = 10",
            'minutes = 10\nalso = ["classic-821"]',
            "solution on classic-821",
            id="also",
        ),
        pytest.param(
            "C: QUIT\n", "% tls\nC: QUIT\n", "does not wait for a TLS handshake", id="tls"
        ),
        pytest.param(
            END + '  { on = "close" },',
            '  { on = "reply", verb = "EHLO" },',
            "is reached before its step begins",
            id="too-early",
        ),
    ],
)
def test_what_is_not_true_is_found(old: str, new: str, words: str) -> None:
    """In words that name the goal, the note or the line."""
    found = faults_of(changed(old, new))
    if words:
        assert any(words in one for one in found), found
    else:
        assert found == []


def test_a_line_may_be_left_out_with_good_reason() -> None:
    """`may_omit` says which, and the test believes it."""
    text = changed("C: EHLO desk7.office.test\n", "C: HELO x.test\nC: NOOP\n")
    assert faults_of(changed("points = 3\n", 'points = 3\nmay_omit = ["NOOP"]\n', text)) == []


GUESSED = """```toml goal
id = "guessed"
say = "A prediction was made"
points = 0
all = [{ on = "predicted"%s }]
```

### Hints"""


@pytest.mark.parametrize(
    ("block", "words"),
    [
        pytest.param(GUESSED % "", "", id="answers"),
        pytest.param(
            '```toml goal\nid = "lax"\nsay = "x"\npoints = 0\nmay_omit = ["*"]\n'
            'all = [{ on = "greeting" }]\n```\n\n### Hints',
            '"lax" does not depend on any line',
            id="no-reason-for-a-goal",
        ),
        pytest.param("```smtp worked\nC: NOOP\n```\n\n### Hints", "", id="others-do-not-matter"),
    ],
)
def test_each_goal_needs_something(block: str, words: str) -> None:
    """A line, or an answer; `may_omit` is about lines, and excuses no goal."""
    found = faults_of(changed("### Hints", block))
    assert [one for one in found if words in one] if words else found == [], found


@pytest.mark.parametrize("directive", ["% wait 5s", "% :whoami", "% pipeline\n% end"])
def test_directives_are_lines_of_a_solution(directive: str) -> None:
    """What comes of one must be missed as well, or there is a reason."""
    text = changed("C: QUIT\n", f"{directive}\nC: QUIT\n")
    word = directive.partition("\n")[0]
    found = faults_of(text)
    assert any(f'without "{word}" all' in one for one in found), found
    pattern = word.removeprefix("% ").partition(" ")[0]
    excused = changed("points = 2\n", f'points = 2\nmay_omit = ["{pattern}*"]\n', text)
    assert faults_of(excused) == []


WORKED = "```smtp worked\nS: 220 *\nC: EHLO x.test\nS: 250 *\n```\n\n### Hints"


@pytest.mark.parametrize(
    ("block", "words"),
    [
        pytest.param("```smtp worked\nC: EHLO x.test\nS: 250 *\n```", "", id="true"),
        pytest.param("```smtp worked\nC: EHLO x.test\nS: 501 *\n```", "is expected", id="untrue"),
        pytest.param("```smtp worked\nC: RCPT TO:<____>\n```", "", id="gap"),
        pytest.param(
            "```smtp worked\nC: VRFY ____\n```", "no line of a solution fits", id="no-filling"
        ),
        pytest.param("```smtp parsons p\nC: EHLO x.test\nC: QUIT\n```", "", id="order"),
        pytest.param(
            "```smtp parsons p\nC: QUIT\nC: EHLO x.test\n```", "the session is over", id="bad-order"
        ),
        pytest.param("```smtp parsons p\nC: EHLO x.test\nC: FOO\n```", "refuses", id="refused"),
    ],
)
def test_examples_are_tried(block: str, words: str) -> None:
    """Worked ones are played, those with gaps can be filled, orders are accepted."""
    found = faults_of(changed("### Hints", f"{block}\n\n### Hints"))
    assert bool(found) is bool(words)
    assert all(words in one for one in found)
