"""The practice world of a lesson: doors, several servers, setups, and scripts of every kind."""

from __future__ import annotations

import pytest

from smtpshell.lesson.house import Shelf
from smtpshell.lesson.lessonfile import parse_lesson
from smtpshell.lesson.player import Player
from smtpshell.lesson.stage import Stage
from tests.lesson.judged import ENVELOPE, HELLO, LETTER, MAIL, goal, lesson_with, play

FRONT = """+++
format = 1
kind = "lesson"
id = "x"
title = "X"
track = "t"
minutes = 5

[sandbox]
personality = "postfix-like"
{more}

[servers.submission]
door = "submission"

[servers.tls]
door = "smtps"
+++

# X

## 1. One

"""
LOGIN = "C: AUTH LOGIN\nC: ZG9yYQ==\nC: ZGV3YmVycnktNw==\nS: 235 *\n"


def played(blocks: str, script: str, more: str = "") -> Player:
    """The player after the setup and the script of a lesson with these blocks."""
    lesson = parse_lesson(FRONT.format(more=more) + blocks, "x.md")
    return play(lesson, script)


def setup(text: str) -> str:
    return f"```toml setup\n{text}\n```\n\n"


def test_three_doors_of_one_house() -> None:
    """Each asks for what is asked there, and all lead to the same mailboxes."""
    player = played(
        goal('all = [{ on = "greeting", count = 3, distinct = ["peer.door"] }]', "doors")
        + goal('all = [{ on = "delivered", peer.door = "submission" }]', "sent")
        + goal('all = [{ on = "greeting", state.tls = true, peer.server = "tls" }]', "tls"),
        "S: 220 *\nC: QUIT\nS: 221 *\n% connect submission\n"
        + HELLO
        + "C: MAIL FROM:<dora@office.test>\nS: 530 *\nC: STARTTLS\nS: 220 *\n% tls\n"
        + HELLO
        + LOGIN
        + MAIL
        + "S: 250 *\nC: RCPT TO:<ana@office.test>\n"
        + LETTER
        + "S: 250 *\n% close\n% connect tls\nS: 220 *\n",
    )
    assert player.faults == []
    assert all(judge.reached for judge in player.run.judge)
    assert len(player.stage.world.mailboxes["ana@office.test"]) == 1


def test_chunks() -> None:
    """BDAT's octets are lines of the script, and each chunk is answered."""
    script = ENVELOPE + (
        "C: BDAT 16\nC: Subject: chunk\nS: 250 *\nC: BDAT 9 LAST\nC:\nC: hello\nS: 250 *\n"
    )
    player = played(goal('all = [{ on = "delivered", body = "hello" }]'), script)
    assert player.faults == []
    assert player.run.judge["g"].reached


@pytest.mark.parametrize(
    ("change", "text", "script"),
    [
        pytest.param(
            'personality = "classic-821"',
            'all = [{ on = "reply", verb = "EHLO", code = "500" }]',
            HELLO + "S: 500 *",
            id="personality",
        ),
        pytest.param(
            'door = "lmtp"',
            'all = [{ on = "reply", verb = "LHLO", code = "250", state.lmtp = true }]',
            "C: LHLO x.test",
            id="door",
        ),
        pytest.param(
            'server = "submission"',
            'all = [{ on = "greeting", peer.server = "submission" }]',
            "S: 220 *",
            id="server",
        ),
        pytest.param(
            'inject_reply = { at = "RCPT", reply = "451 4.3.0 Not now", once = true }',
            'sequence = [{ on = "reply", verb = "RCPT", code = "451" },'
            ' { on = "reply", verb = "RCPT", code = "250" }]',
            ENVELOPE + "S: 451 *\nC: RCPT TO:<ana@office.test>\nS: 250 *",
            id="inject",
        ),
        pytest.param(
            'mail_arrives = { from = "ben@office.test", to = "ana@office.test",'
            ' text = "Subject: hi\\n\\n.dot" }',
            'all = [{ on = "delivered", header.return-path = "ben@", body = \'^\\.dot\' }]',
            "C: NOOP",
            id="mail",
        ),
        pytest.param(
            'scenario = "dns-town"\nhost = "mail.student.test"\nip = "192.0.2.10"',
            'all = [{ on = "reply", verb = "EHLO", peer.ip = "^192.0.2.10$" }]',
            HELLO,
            id="host",
        ),
        pytest.param(
            "new_session = true", 'all = [{ on = "greeting" }]', "S: 220 *", id="new-session"
        ),
    ],
)
def test_setups(change: str, text: str, script: str) -> None:
    """What a step wants changed is changed before its first line."""
    player = played(setup(change) + goal(text), script)
    assert player.faults == []
    assert player.run.judge["g"].reached


def test_rules_of_a_step_take_the_place_of_earlier_ones() -> None:
    """As in the shell; and a server that has another personality since then keeps them."""
    rule = 'inject_reply = {{ at = "{}", reply = "451 4.3.0 Not now" }}'
    changes = (rule.format("NOOP"), rule.format("RSET"), 'personality = "exim-like"')
    lesson = lesson_with("".join(map(setup, changes)) + goal('all = [{ on = "close" }]'))
    stage = Stage(lesson, Shelf())
    found = []
    for one in lesson.steps[0].setup:
        stage.prepare(one)
        for line in (b"NOOP\r\n", b"RSET\r\n"):
            stage.say(line)
        codes = [moment.code for moment, _ in stage.take() if moment.on == "reply"]
        found.append(codes)
    assert found == [[451, 250], [250, 451], [250, 451]]


def test_time_is_put_forward() -> None:
    """By a setup, and by a script; a queue is worked through on the way."""
    player = played(setup('advance_clock = "10m"') + goal('all = [{ on = "close" }]'), "S: 220 *")
    assert player.stage.at - player.stage.now == 600


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param(
            'mail_arrives = { from = "", to = "anna@office.test", text = "x" }',
            "nobody has the mailbox anna@office.test",
            id="mailbox",
        ),
        pytest.param('personality = "none-such"', "no personality is called", id="personality"),
        pytest.param('scenario = "none-such"', "no scenario is called", id="scenario"),
    ],
)
def test_what_cannot_be_prepared_is_told(change: str, words: str) -> None:
    """At the place of the setup."""
    player = played(setup(change) + goal('all = [{ on = "close" }]'), "S: 220 *")
    assert any(words in fault.message for fault in player.faults)


@pytest.mark.parametrize(
    ("script", "words"),
    [
        pytest.param("% tls", "does not wait for a TLS", id="tls"),
        pytest.param("% connect nowhere", "has no server", id="server"),
        pytest.param("% :zone set a.test A 192.0.2.1", "no DNS of its own", id="zone"),
        pytest.param("% :as", "a name and an address", id="as"),
        pytest.param("% :set eol x", "crlf, lf, cr", id="eol"),
        pytest.param("% :set eat-caps x", "has on, off", id="eat-caps"),
        pytest.param("% :wait long", "span of time", id="wait"),
        pytest.param("S: 220 *\nS: 250 *", "nothing was said", id="silence"),
    ],
)
def test_what_a_script_cannot_do_is_told(script: str, words: str) -> None:
    """With the line."""
    (fault,) = play(lesson_with(goal('all = [{ on = "close" }]')), script).faults
    assert words in fault.message
    assert fault.where.startswith("x.md:")


def test_a_prediction_about_a_line_that_is_eaten_comes_true() -> None:
    """Nothing is what the server makes of it."""
    predict = (
        '```toml predict\nid = "p"\nask = "?"\nhold = { verb = "QUIT" }\njudge = "reply-class"\n'
        'truth = [{ on = "local", local = "eaten" }]\n```\n'
    )
    player = play(
        lesson_with(predict + goal('all = [{ on = "close" }]')),
        "C: EHLO a.test\n% :set eat-caps on\nC: QUIT",
    )
    assert player.run.guesses["p"].truth == "nothing"
    assert player.truths["p", 0] == 1
    assert player.run.finished


def test_a_prediction_about_a_door_waits_for_that_door() -> None:
    """The session before ends on the way to another server, and settles nothing."""
    blocks = goal('all = [{ on = "close", count = 9 }]') + (
        '```toml predict\nid = "tls"\nask = "What is first?"\n'
        'hold = { on = "connect", peer.server = "tls" }\nchoices = ["TLS", "A greeting"]\n'
        'answer = 1\ntruth = [{ on = "greeting", state.tls = true }]\n```\n'
    )
    player = played(blocks, "S: 220 *\n% connect tls\nS: 220 *")
    assert [moment.on for moment in player.held["tls"]][-1] == "greeting"
    assert player.run.guesses["tls"].settled
