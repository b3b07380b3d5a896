from __future__ import annotations

import sys
from typing import Any

import pytest

from smtpshell.datafile import Where, read_toml
from smtpshell.errors import DataFileError
from smtpshell.fact.condition import (
    Condition,
    compile_condition,
    events,
    oddities,
    reply_codes,
    verbs,
)
from smtpshell.fact.letter import Letter
from smtpshell.fact.moment import Moment
from smtpshell.fact.snapshot import Snapshot
from smtpshell.smtp.command import Command, parse_client_line, parse_command
from smtpshell.smtp.reply import parse_reply
from smtpshell.smtp.state import Mode

HERE = Where("notes.md", 10)


def condition(toml: str) -> Condition:
    return compile_condition(read_toml(toml, "notes.md", 10), Where("notes.md", 10, toml))


RCPT = parse_command("RCPT TO:<Ana@office.test> NOTIFY=NEVER")
DENIED = parse_reply(b"554-5.7.1 first\r\n554 5.7.1 Relay access denied\r\n")
EVENT = Moment(
    "reply",
    command=RCPT,
    reply=DENIED,
    issues=("comma-list", "param-not-offered"),
    before=Snapshot(phase="mail", tls=True, rcpts_refused=2),
    offered={"AUTH": ("PLAIN", "login"), "SIZE": (), "DSN": ()},
    peer={"ip": "192.0.2.7", "ptr": "", "fcrdns": False, "spf": "fail", "spam_score": 4.7}
    | {"listed": ("dnsbl.test",), "sender.route": "nowhere"},
    lesson="2-2",
    step="one",
    cause="bad-sender",
    more={"by": "server", "timer": "reply", "failure": (), "mailbox": "ana@office.test"},
)
LETTER = Moment(
    "message",
    letter=Letter(["To: Ana <ana@office.test>", "Subject: cake", "", "There will be cake."]),
)

HOLDS = [
    pytest.param(EVENT, toml, expected, id=toml)
    for toml, expected in [
        ('on = "reply"', True),
        ('on = ["command", "reply"]', True),
        ('on = "command"', False),
        ('verb = "RCPT"', True),
        ('verb = ["MAIL", "RCPT"]', True),
        ('verb = "OTHER"', False),
        ('code = "554"', True),
        ('code = "5xx"', True),
        ('code = "55x"', True),
        ('code = "5x4"', True),
        ('code = ["450", "5xx"]', True),
        ('code = "4xx"', False),
        ('enhanced = "5.7.1"', True),
        ('enhanced = "x.7.1"', True),
        ('enhanced = "5.7.*"', True),
        ('enhanced = ["5.1.1", "5.7.1"]', True),
        ('enhanced = "5.7.10"', False),
        ("text = '(?i)relay.*denied$'", True),
        ("text = '5.7.1'", False),
        ("text = '^first'", True),
        ("line = '^RCPT TO:<'", True),
        ('issue = "comma-list"', True),
        ('issue = ["nbsp", "param-not-offered"]', True),
        ('issue = "nbsp"', False),
        ('cause = "bad-sender"', True),
        ("arg.path = '^<Ana@office.test>$'", True),
        ("arg.mailbox = '^Ana@office.test$'", True),
        ("arg.local_part = '^Ana$'", True),
        ("arg.domain = ['example', '(?i)OFFICE']", True),
        ("arg.domain = true", True),
        ("arg.host = true", False),
        ("arg.host = false", True),
        ("arg.mechanism = 'PLAIN'", False),
        ("arg.first = '^Ana@office.test$'", True),
        ("arg.text = 'NOTIFY'", True),
        ("arg.last = false", True),
        ("arg.last = true", False),
        ("arg.initial_response = false", True),
        ("arg.size = 5", False),
        ("arg.param.NOTIFY = 'NEVER'", True),
        ("arg.param.notify = true", True),
        ("arg.param.SIZE = true", False),
        ("arg.param.SIZE = false", True),
        ('ext = "SIZE"', True),
        ('ext = "size"', True),
        ('ext = ["SIZE", "DSN"]', True),
        ('ext = ["SIZE", "CHUNKING"]', False),
        ('ext = "AUTH LOGIN"', True),
        ('ext = "AUTH PLAIN CRAM-MD5"', False),
        ('ext_missing = "CHUNKING"', True),
        ('ext_missing = ["CHUNKING", "SIZE"]', False),
        ('state.phase = "mail"', True),
        ('state.phase = ["rcpt", "data"]', False),
        ("state.tls = true", True),
        ("state.auth = true", False),
        ("state.rcpts_refused = 2", True),
        ('state.rcpts_refused = ">=2"', True),
        ('state.rcpts_refused = "< 2"', False),
        ('state.rcpts_ok = "=0"', True),
        ("peer.ip = '^192[.]0[.]2[.]'", True),
        ("peer.ptr = false", True),
        ("peer.ptr = 'x'", False),
        ("peer.listed = true", True),
        ("peer.listed = '^other'", False),
        ("sender.route = ['nowhere', 'null-mx']", True),
        ("rcpt.route = 'mx'", False),
        ("peer.fcrdns = false", True),
        ("peer.helo_resolves = true", False),
        ("peer.helo_resolves = false", False),  # nobody has looked
        ('peer.spf = ["fail", "softfail"]', True),
        ('peer.spam_score = "<5"', True),
        ('peer.personality = "postfix-like"', False),
        ('by = "server"', True),
        ('timer = "reply"', True),
        ("failure = false", True),
        ('mailbox = "ANA@office.test"', True),
        ("same_message = true", False),
        ('lesson = "2-2"', True),
        ('step = ["one", "two"]', True),
        ("header.to = true", False),  # no letter
        ('header_absent = "bcc"', False),
        ("state = { auth = false, tls = true }", True),
        ('on = "reply"\nverb = "RCPT"\ncode = "550"', False),
    ]
] + [
    pytest.param(LETTER, toml, expected, id=toml)
    for toml, expected in [
        ("peer.ip = false", False),  # nobody has looked
        ("header.to = '(?i)ana@office\\.test'", True),
        ("header.Subject = '^cake$'", True),
        ("header.message_id = true", False),
        ("header.message-id = false", True),
        ('header_absent = ["bcc", "Cc"]', True),
        ('header_absent = "TO"', False),
        ("headers_not = '(?i)ben@'", True),
        ("headers_not = '^Subject'", False),
        (r"body = '\S'", True),
        ("body = 'Subject'", False),
        ("blank_line = true", True),
        ("blank_line = false", False),
        ('code = "250"', False),
        ("line = '.'", False),
        ("text = '.'", False),
        ('enhanced = "2.0.0"', False),
        ("arg.path = true", False),
        ("arg.param.SIZE = false", False),
        ('verb = "OTHER"', False),
    ]
]  # fmt: skip


@pytest.mark.parametrize(("moment", "toml", "expected"), HOLDS)
def test_a_condition_holds_or_not(moment: Moment, toml: str, expected: bool) -> None:
    """Every fact, every way to write its value; what is not known makes a condition false."""
    assert condition(toml).holds(moment) is expected


COMMANDS = [
    pytest.param(parse_command("MAIL FROM:<>"), "arg.mailbox = ''", True, id="null-mailbox"),
    pytest.param(parse_command("MAIL FROM:<>"), "arg.path = '^<>$'", True, id="null-path"),
    pytest.param(parse_command("MAIL FROM:<a@b.test>"), "arg.mailbox = ''", False, id="not-null"),
    pytest.param(parse_command("EHLO me"), "arg.host = '^me$'", True, id="host"),
    pytest.param(parse_command("EHLO"), "arg.text = true", False, id="no-argument"),
    pytest.param(
        parse_command("AUTH PLAIN AGEAYg=="), "arg.mechanism = '^PLAIN$'", True, id="mech"
    ),
    pytest.param(
        parse_command("AUTH PLAIN AGEAYg=="), "arg.initial_response = true", True, id="ir"
    ),
    pytest.param(parse_command("AUTH PLAIN a@b.test"), "arg.text = true", False, id="secret-text"),
    pytest.param(
        parse_command("AUTH PLAIN a@b.test"), "arg.first = true", False, id="secret-first"
    ),
    pytest.param(parse_command("NOOP"), "arg.first = true", False, id="no-address"),
    pytest.param(parse_command("NOOP"), "enhanced = '5.7.1'", False, id="no-reply"),
    pytest.param(parse_command("BDAT 20 LAST"), "arg.size = '>10'", True, id="chunk-size"),
    pytest.param(parse_command("BDAT 20 LAST"), "arg.last = true", True, id="last"),
    pytest.param(parse_command("TURN"), 'verb = "OTHER"', True, id="stranger-is-other"),
    pytest.param(parse_client_line("x", Mode.TEXT), 'verb = "TEXT"', True, id="text"),
]


@pytest.mark.parametrize(("command", "toml", "expected"), COMMANDS)
def test_the_parts_of_a_command_are_facts(command: Command, toml: str, expected: bool) -> None:
    """What was said, read by the one parser; nothing of a login but its mechanism."""
    assert condition(toml).holds(Moment("command", command=command)) is expected


SPECIFICITY = [
    pytest.param({"code": "250"}, 15, id="exact-code"),
    pytest.param({"code": ["250", "251"]}, 12, id="code-list"),
    pytest.param({"code": ["250"]}, 15, id="a-list-of-one-is-the-one"),
    pytest.param({"code": "2xx"}, 5, id="code-class"),
    pytest.param({"enhanced": "5.7.1"}, 20, id="exact-enhanced"),
    pytest.param({"enhanced": "x.7.1"}, 8, id="enhanced-wild"),
    pytest.param({"enhanced": ["5.7.1", "5.7.*"]}, 8, id="enhanced-wild-in-list"),
    pytest.param({"enhanced": ["5.7.1", "5.7.2"]}, 16, id="enhanced-list"),
    pytest.param({"verb": "RCPT"}, 10, id="verb"),
    pytest.param({"verb": ["MAIL", "RCPT"]}, 7, id="verb-list"),
    pytest.param({"issue": "nbsp"}, 18, id="issue"),
    pytest.param({"text": "a", "line": "b"}, 20, id="text-and-line"),
    pytest.param({"ext": "SIZE", "ext_missing": "DSN"}, 20, id="ext"),
    pytest.param({"state": {"tls": True}, "peer": {"ptr": True}}, 16, id="state-peer"),
    pytest.param({"arg": {"path": True}, "header": {"to": True}}, 16, id="arg-header"),
    pytest.param({"repeat": 2, "seen": "a.b"}, 24, id="repeat-seen"),
    pytest.param({"lesson": "1-1", "step": "x"}, 40, id="lesson-step"),
    pytest.param(
        {
            "on": "reply",
            "verb": "RCPT",
            "code": ["454", "550"],
            "text": "x",
            "state": {"auth": False},
        },
        40,
        id="the-worked-case",
    ),
]


@pytest.mark.parametrize(("table", "weight"), SPECIFICITY)
def test_specificity_is_the_sum_of_the_documented_numbers(
    table: dict[str, Any], weight: int
) -> None:
    """'Which note wins', rule 2."""
    assert compile_condition(table, HERE).specificity == weight


GENERAL = [
    pytest.param(
        'verb = "RCPT"\ncode = "5xx"', 'verb="RCPT"\ncode="554"\ntext="x"', True, id="less"
    ),
    pytest.param('code = "5xx"', 'code = "554"', True, id="wider-code"),
    pytest.param('code = "554"', 'code = "5xx"', False, id="narrower-code"),
    pytest.param('code = "554"', 'code = "554"', False, id="the-same"),
    pytest.param("text = 'a'", "verb='RCPT'\ntext='b'", False, id="another-text"),
    pytest.param("text = 'a'", "verb='RCPT'\ntext='a'", True, id="the-same-text"),
    pytest.param("state.tls = true", 'verb = "RCPT"\ncode="550"', False, id="another-fact"),
    pytest.param('issue = ["nbsp", "tab"]', 'issue = "nbsp"\nverb="RCPT"', True, id="more-issues"),
    pytest.param('issue = "tab"', 'issue = ["nbsp", "tab"]\nverb="RCPT"', False, id="fewer-issues"),
    pytest.param('ext = "SIZE"', 'ext = ["SIZE", "DSN"]\nverb="EHLO"', True, id="fewer-keywords"),
    pytest.param('ext = ["SIZE","DSN"]', 'ext = "SIZE"\nverb="EHLO"', False, id="more-keywords"),
]


@pytest.mark.parametrize(("one", "other", "expected"), GENERAL)
def test_the_more_general_of_two_conditions(one: str, other: str, expected: bool) -> None:
    """Both hold for the same event; the general one asks for strictly less of the same."""
    assert condition(one).more_general_than(condition(other)) is expected


def test_repeat_counts_and_seen_are_about_the_learner() -> None:
    """They are asked apart from the event, so that the event can be remembered without them."""
    often = condition('on = "reply"\nrepeat = 2\nseen = ["rcpt.ok", "mail.ok"]')
    both = {"rcpt.ok", "mail.ok", "x"}
    assert often.holds(EVENT, both, repeat=2)
    assert not often.holds(EVENT, both, repeat=1)
    assert not often.holds(EVENT, {"rcpt.ok"}, repeat=2)
    assert often.met(EVENT, both)
    assert often.keys == {"on", "repeat", "seen"}


WRONG = [
    pytest.param('on="reply"\nverbs="RCPT"', r':11: unknown fact "verbs"; .*"verb"\?', id="fact"),
    pytest.param("state.authh = true", r':10: unknown fact .*"state.auth"', id="dotted"),
    pytest.param("state = true", r'unknown fact "state"', id="family"),
    pytest.param(".".join("a" * 5000) + " = 1", r'unknown fact "a.a.a.a"', id="deep"),
    pytest.param('on = "replies"', r'on: unknown value "replies"; .*"reply"', id="event"),
    pytest.param('verb = "rcpt"', r'unknown value "rcpt"; did you mean "RCPT"', id="verb-case"),
    pytest.param('issue = "coma-list"', r'did you mean "comma-list"', id="issue"),
    pytest.param('cause = "bad-sendr"', r'did you mean "bad-sender"', id="cause"),
    pytest.param("code = 250", "code: must be a reply code", id="code-number"),
    pytest.param('code = "2yz"', '"2yz" is not a reply code', id="code-shape"),
    pytest.param('code = "25"', '"25" is not a reply code', id="code-short"),
    pytest.param("code = []", "must be a reply code", id="empty-list"),
    pytest.param('enhanced = "5.7"', "is not an enhanced code", id="enhanced"),
    pytest.param("text = '['", "text: bad pattern: missing ]", id="pattern"),
    pytest.param("text = 5", "must be a regular expression in quotes", id="pattern-number"),
    pytest.param("arg.path = ['[']", "arg.path: bad pattern", id="field"),
    pytest.param("arg.path = 5", "a regular expression, or true or false", id="field-number"),
    pytest.param('state.tls = "yes"', "must be true or false", id="flag"),
    pytest.param('state.rcpts_ok = "two"', 'or a comparison such as ">=2"', id="number"),
    pytest.param("state.rcpts_ok = true", "must be a number", id="number-flag"),
    pytest.param("repeat = 0", "a number of 1 or more", id="count"),
    pytest.param("repeat = true", "a number of 1 or more", id="count-flag"),
    pytest.param('ext = "SI ZE="', None, id="keyword-parameters-are-free"),
    pytest.param('ext = "=SIZE"', "is not an EHLO keyword", id="keyword"),
    pytest.param('header_absent = "To:"', "is not the name of a header field", id="header"),
    pytest.param('seen = "Rcpt OK"', "is not the id of a note", id="note"),
    pytest.param('lesson = ["a", 1]', "must be text, or a list of them", id="mixed-list"),
]  # fmt: skip


@pytest.mark.parametrize(("toml", "message"), WRONG)
def test_a_wrong_condition_is_reported_with_its_line(toml: str, message: str | None) -> None:
    """FILE:LINE, the key, and what was probably meant."""
    if message is None:
        condition(toml)
        return
    with pytest.raises(DataFileError, match=message) as caught:
        condition(toml)
    assert str(caught.value).startswith("notes.md:1")


def test_a_checked_table_of_another_version_is_an_error_of_the_file() -> None:
    """An index is data; one that names facts nobody knows does not crash the shell."""
    with pytest.raises(DataFileError, match='unknown fact "moon"'):
        Condition({"moon": True})


def test_a_condition_says_where_it_can_be_sorted() -> None:
    """Who has many of them sorts them by what they ask for first."""
    table = condition(
        'on = ["reply", "message"]\nverb = "DOT"\ncode = ["250", "5xx"]\nissue = "tab"'
    ).table
    assert (events(table), verbs(table)) == (["reply", "message"], ["DOT"])
    assert (reply_codes(table), oddities(table)) == ([5, 250], ["tab"])
    assert oddities(condition('cause = "bad-sender"\nissue = "tab"').table) == ["bad-sender"]
    anything = condition("state.tls = true").table
    assert (events(anything), verbs(anything), reply_codes(anything), oddities(anything)) == (
        [], [], [], [],
    )  # fmt: skip


def test_what_was_sorted_already_is_not_asked_again() -> None:
    """In its drawer a condition looks only at the rest."""
    denied = condition('on = "command"\nverb = "MAIL"\ncode = "554"\nseen = "a.b"')
    assert denied.met_in_drawer(EVENT, {"a.b"})
    assert not denied.met(EVENT, {"a.b"})
    assert denied.met_in_drawer(EVENT, {"a.b"})
    assert not denied.met_in_drawer(EVENT)
    assert not denied.met_in_drawer(LETTER, {"a.b"})


def test_a_condition_can_be_checked_without_re2(monkeypatch: pytest.MonkeyPatch) -> None:
    """While the package is built RE2 is not there; our tests have compiled every pattern."""
    monkeypatch.setitem(sys.modules, "re2", None)
    assert condition("text = '['").specificity == 10


def test_conditions_and_moments_can_be_read_in_a_failed_test() -> None:
    """Their repr tells them apart."""
    assert repr(condition('on = "reply"')) == "<Condition {'on': 'reply'}>"
    assert repr(EVENT) == "<Moment reply RCPT 554>"
    assert EVENT.fact("state.phase") == "mail"
