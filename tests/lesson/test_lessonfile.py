"""Lesson files are read strictly, and what is wrong is told as FILE:LINE with the nearest key."""

from __future__ import annotations

import pytest

from smtpshell.errors import DataFileError
from smtpshell.lesson.lessonfile import MOST_STEPS, parse_lesson
from tests.lesson.pack import EXAMPLE, PATH, changed, example, line_of

PREDICT = EXAMPLE[EXAMPLE.index("```toml predict") :].partition("\n\n")[0]
CHOICES = PREDICT.replace('judge = "reply-class"', 'choices = ["yes", "no"]\nanswer = 2')


def test_the_example_of_the_guide_is_read() -> None:
    """Heading, steps, and every block in its place."""
    lesson = example()
    assert (lesson.id, lesson.heading.points, lesson.heading.pass_points) == (
        "2-9-two-letters",
        5,
        3,
    )
    first, last = lesson.steps
    assert [goal.id for goal in first.goals] == ["two-accepted"]
    assert first.goals[0].within == "transaction"
    assert first.goals[0].clauses[0].distinct == ("arg.mailbox",)
    assert first.goals[0].clauses[0].enough(2)
    assert not first.goals[0].clauses[0].enough(1)
    assert first.predicts[0].nth == 2
    assert len(first.hints) == 3
    assert first.mistakes[0].note == "path.comma-list"
    assert last.solutions[0].said() == ("QUIT",)
    assert lesson.server("") is lesson.servers[0]
    assert [block.kind for block in lesson.intro] == ["text"]


def test_several_servers() -> None:
    """Each begins with what the usual one has."""
    text = changed("[score]", '[servers.other]\npersonality = "exim-like"\n\n[score]')
    other = example(text).server("other")
    assert other is not None
    assert (other.personality, other.scenario) == ("exim-like", "small-office")


def test_a_heading_without_a_number_ends_the_lesson() -> None:
    """Its words, and where the same lines are to be tried again."""
    again = '```toml again\npersonality = "exim-like"\nsay = "look"\n```\n'
    text = f"{EXAMPLE}\n## Elsewhere\n\nTry it.\n\n{again}"
    lesson = example(text)
    assert [block.text for block in lesson.closing] == ["Elsewhere", "Try it."]
    assert lesson.again[0].personality == "exim-like"


@pytest.mark.parametrize(
    ("old", "new", "at", "words"),
    [
        pytest.param("minutes = 10", "minuts = 10", "minuts", 'did you mean "minutes"', id="key"),
        pytest.param("minutes = 10", "minutes = 0", "minutes", "from 1 to 240", id="minutes"),
        pytest.param('kind = "lesson"', 'kind = "notes"', "kind =", 'kind = "lesson"', id="kind"),
        pytest.param("format = 1", "format = 2", "format", "format = 1", id="format"),
        pytest.param('id = "2-9-two-letters"', 'id = "2.9"', "id =", "is no id", id="id"),
        pytest.param("pass = 3", "pass = 9", "pass", "more than there are", id="pass"),
        pytest.param('scenario = "s', 'scenery = "s', "scenery", 'mean "scenario"', id="sandbox"),
        pytest.param(
            "[score]", '[servers.x]\ndoor = "back"\n[score]', "door =", "unknown value", id="door"
        ),
        pytest.param(
            "# Two people, one",
            "Two people, one",
            "Two people, one letter\n\nAna",
            "# and the title",
            id="title",
        ),
        pytest.param("## 2. Leave", "## 3. Leave", "## 3", "this is step 2", id="number"),
        pytest.param("## 1. Put", "## One. Put", "## One", "a step's heading is", id="heading"),
        pytest.param("toml goal", "toml gaol", "toml gaol", 'did you mean "toml goal"', id="block"),
        pytest.param(
            "smtp solution", "smtp solutoin", "smtp solutoin", 'mean "smtp solution"', id="smtp"
        ),
        pytest.param(
            "points = 3", "point = 3", "point = 3", 'did you mean "points"', id="goal-key"
        ),
        pytest.param("points = 3", 'points = "3"', 'points = "3', "must be a number", id="points"),
        pytest.param(
            'within = "transaction"', 'within = "letter"', "within", "unknown value", id="within"
        ),
        pytest.param(
            'verb = "RCPT", code', 'verv = "RCPT", code', "verv", 'did you mean "verb"', id="fact"
        ),
        pytest.param(
            'code = "2xx", count', 'code = "9xx", count', "9xx", "a reply code such as", id="code"
        ),
        pytest.param("count = 2", "count = 0", "count = 0", "1 or more", id="count"),
        pytest.param('"arg.mailbox"', '"arg.mail"', '"arg.mail"', "unknown fact", id="distinct"),
        pytest.param("sequence = [", "sequences = [", "sequences", 'mean "sequence"', id="mode"),
        pytest.param(
            '  { on = "close" },',
            '  { on = "closed" },',
            '"closed"',
            'did you mean "close"',
            id="clause-line",
        ),
        pytest.param(
            'judge = "reply-class"', 'judge = "class"', "judge", "unknown value", id="judge"
        ),
        pytest.param(
            'judge = "reply-class"', "", 'id = "second', "choices and an answer", id="no-judge"
        ),
        pytest.param("nth = 2", "nth = 0", "hold =", "nth is a number", id="nth"),
        pytest.param(
            "3. `QUIT`\n",
            "3. `QUIT`\n\n  ```smtp worked\n",
            "  ```smtp w",
            "begin the line",
            id="indented",
        ),
        pytest.param(
            "```smtp mistake path",
            "```smtp solution\nC: QUIT\n```\n\n```smtp mistake path",
            "```smtp solution\nC: QUIT\n```\n\n```smtp m",
            "a solution without a name already",
            id="two-solutions",
        ),
        pytest.param("```toml goal", "```toml", "```toml\n", "toml what? goal", id="toml"),
        pytest.param(
            'say = "QUIT was answered by 221"',
            "say = \u201cQUIT\u201d",
            "say = \u201cQ",
            'write "',
            id="curly-quotes",
        ),
        pytest.param("minutes = 10", "optional = yes", "optional", "true and false", id="yes"),
        pytest.param('"close" },', '"close"', '{ on = "close"', "on one line", id="open-brace"),
        pytest.param(
            "[score]",
            "[draw]\nsteps = [1]\ntake = 1\n\n[score]",
            "steps = [1]",
            "two or more",
            id="draw",
        ),
        pytest.param("## 2. Leave", "##2. Leave", "##2", "one to three # and a space", id="glued"),
        pytest.param("### Hints", "#### Hints", "#### H", "one to three # and a space", id="four"),
        pytest.param("## 2. Leave", "# 2. Leave", "# 2. L", "two # if it is the next", id="one"),
        pytest.param(
            "## 2. Leave",
            "## Leave",
            '```toml goal\nid = "polite',
            "stands in no step: a step begins with a heading such as ## 1.",
            id="no-number",
        ),
        pytest.param("1. The envelope", "- The envelope", "### Hints", "a numbered", id="hints"),
        pytest.param(
            "```smtp solution",
            "### hints\n1. More\n\n```smtp solution",
            "### hints",
            "one ### Hints",
            id="hints-twice",
        ),
        pytest.param(
            "nth = 2", "count = 2", "hold =", "hold: count means nothing here: nth", id="hold-count"
        ),
        pytest.param(
            'verb = "RCPT", nth', 'on = "reply", nth', "hold =", "before a line leaves", id="hold"
        ),
        pytest.param(
            "count = 2", "nth = 2", "nth = 2, distinct", "count says how often", id="goal-nth"
        ),
        pytest.param("count = 2", 'later = "5m"', 'later = "5m"', "only in a sequence", id="later"),
        pytest.param(
            '{ on = "close" }',
            '{ on = "close", count = "<2" }',
            'count = "<2"',
            "stands in none",
            id="sequence-never",
        ),
        pytest.param(
            "all = [",
            'none = [\n  { on = "hinted" },\n  { verb = "NOOP", count = 3 },\n]\nall = [',
            "count = 3",
            "none: count means nothing here: the first such event spoils the goal",
            id="none-count",
        ),
        pytest.param("C: QUIT", "c: QUIT", "c: QUIT", 'begins with "C:"', id="script"),
        pytest.param("C: QUIT", r"C: QU\x", r"C: QU\x", "is no escape", id="escape"),
        pytest.param("S: 221 *", "S: 22 *", "S: 22 *", "a reply code", id="reply"),
        pytest.param("C: QUIT", "% leave", "% leave", "unknown directive", id="directive"),
        pytest.param("C: QUIT", "% wait long", "% wait", "span of time", id="wait"),
        pytest.param("C: QUIT", "% pipeline", "% pipeline", 'no "% end"', id="pipeline"),
        pytest.param(
            "smtp mistake path.comma-list",
            "smtp mistake",
            "smtp mistake",
            "names the note",
            id="mistake",
        ),
        pytest.param(
            'id = "polite-end"',
            'id = "two-accepted"',
            '```toml goal\nid = "two-accepted"\nsay = "QUIT',
            "stands at",
            id="twice",
        ),
        pytest.param(
            'say = "QUIT was',
            'depends = ["nothing"]\nsay = "QUIT was',
            '```toml goal\nid = "polite',
            'no goal "nothing"',
            id="depends",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(old: str, new: str, at: str, words: str) -> None:
    """FILE:LINE, what it is, and the nearest word that would have been right."""
    text = changed(old, new)
    with pytest.raises(DataFileError) as caught:
        parse_lesson(text, PATH)
    message = str(caught.value)
    assert message.startswith(f"{PATH}:{line_of(at, text)}:"), message
    assert words in message


@pytest.mark.parametrize("name", ["../../notes", "/etc/passwd", "a.b", ".."])
def test_a_sample_is_named_and_not_pointed_at(name: str) -> None:
    """No file but a sample of ours is shown, whatever a pack would like to see."""
    ask = f'```toml ask\nid = "x"\nask = "What?"\nanswer = "y"\ntranscript = "{name}"\n```\n'
    with pytest.raises(DataFileError, match="is no id"):
        parse_lesson(changed("```toml predict", f"{ask}\n```toml predict"), PATH)


@pytest.mark.parametrize(
    ("setup", "words"),
    [
        pytest.param("", "changes nothing", id="empty"),
        pytest.param("new_sesion = true", 'did you mean "new_session"', id="key"),
        pytest.param('advance_clock = "soon"', "span of time", id="clock"),
        pytest.param('server = "none"', r'"none"; \[servers.NAME\] makes one', id="server"),
        pytest.param(
            'inject_reply = { at = "RCPTT", reply = "451 x" }', "nothing happens at", id="rule"
        ),
        pytest.param('mail_arrives = { from = "a" }', "to must be there", id="mail"),
        pytest.param('door = "back"', "unknown value", id="door"),
    ],
)
def test_setups_are_checked(setup: str, words: str) -> None:
    """Also what practice servers would say about their rules."""
    text = changed("```toml predict", f"```toml setup\n{setup}\n```\n\n```toml predict")
    with pytest.raises(DataFileError, match=words):
        parse_lesson(text, PATH)


def test_a_good_setup() -> None:
    """Values come in the form that the practice world takes."""
    setup = (
        'advance_clock = "10m"\ninject_reply = { at = "RCPT", reply = "451 4.3.0 No", once = true }'
    )
    text = changed("```toml predict", f"```toml setup\n{setup}\n```\n\n```toml predict")
    table = example(text).steps[0].setup[0].table
    assert table["advance_clock"] == 600
    assert table["inject_reply"][0]["at"] == "RCPT"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("x" * 300_000, "larger than|begins with", id="size"),
        pytest.param("+++\na = " + "[" * 6000 + "\n+++\n", "nested too deeply", id="deep"),
        pytest.param(
            EXAMPLE.partition("## 1.")[0]
            + "".join(f"## {n + 1}. x\n\nWords.\n\n" for n in range(MOST_STEPS + 1)),
            f"more than {MOST_STEPS} steps",
            id="steps",
        ),
        pytest.param(changed("Open a session,", "x " * 2200), "4096 octets of words", id="words"),
        pytest.param(changed("C: QUIT", "C: NOOP\n" * 501), "more than 500 lines", id="script"),
        pytest.param(changed("C: QUIT", "C: " + "x" * 999), "998 characters", id="line"),
        pytest.param("", r"begins with \+\+\+", id="empty"),
    ],
)
def test_a_strangers_file_is_bounded(text: str, words: str) -> None:
    """Size, depth, steps, words and dialogues; one line of an error, never a traceback."""
    with pytest.raises(DataFileError, match=words):
        parse_lesson(text, PATH)


def test_an_empty_answer_is_none() -> None:
    """Nobody can give it."""
    ask = '```toml ask\nid = "x"\nask = "What?"\nanswer = ["y", " "]\n```\n'
    with pytest.raises(DataFileError, match="answer: an empty one cannot be given"):
        parse_lesson(changed("```toml predict", f"{ask}\n```toml predict"), PATH)


def test_choices_count_from_one() -> None:
    """As an author counts them, and the answer must be one of them."""
    text = changed(PREDICT, CHOICES)
    assert example(text).steps[0].predicts[0].answer == 2
    with pytest.raises(DataFileError, match="answer: must be a number from 1 to 2"):
        parse_lesson(changed("answer = 2", "answer = 3", text), PATH)
