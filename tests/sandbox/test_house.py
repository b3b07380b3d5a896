"""Other houses as a scenario writes them, and the queue's habits: what is right, what is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from smtpshell.errors import DataFileError
from smtpshell.sandbox.nature.duration import seconds_of, span
from smtpshell.sandbox.nature.scenario import load_scenario
from smtpshell.sandbox.world.outgoing import SHORTEST_WAIT
from tests.sandbox.play import START, Talk, make_part
from tests.sandbox.post import DAY, SCENARIO, send, skip, told, town

HEAD = """format = 1
kind = "scenario"
id = "mine"
about = "A house."
host = "mail.office.test"
domains = ["office.test"]
[people.postmaster]
"""
HOUSE = '[houses."branch.test"]\nhost = "mx.branch.test"\n'


def load(folder: Path, text: str) -> None:
    (folder / "mine.toml").write_text(HEAD + text)
    make_part(scenario="mine", folder=folder)


def test_a_house_is_read(tmp_path: Path) -> None:
    """Every key, and what is taken for granted."""
    (tmp_path / "town.toml").write_text(SCENARIO)
    houses = load_scenario("town", [tmp_path]).houses
    busy = houses["busy.test"]
    assert (busy.host, busy.people, busy.lasts) == ("mx.busy.test", ("bob",), 7200)
    assert houses["behind.test"].via == ("one.relay.test", "two.relay.test")
    assert houses["small.test"].size == 200
    assert houses["branch.test"].size == 0
    assert houses["branch.test"].offer("DSN")
    assert not houses["old.test"].offer("DSN")
    assert houses["dead.test"].lasts == float("inf")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('[houses."branch.test"]\n', 8, "branch.test: host is missing"),
        (HOUSE + "answer = '250'\n", 10, 'unknown key "answer"; did you mean "answers"?'),
        (HOUSE + "answers = 'Hello'\n", 10, 'answers is a reply, like "250"'),
        (HOUSE + "answers = '354 Go on'\n", 10, "answers is a reply"),
        (HOUSE + "until = 'soon'\n", 10, 'until is a time such as "30m", "2h" or "3d"'),
        (HOUSE + "offers = ['ETRN']\n", 10, 'offers knows 8BITMIME, BINARYMIME, SMTPUTF8, DSN'),
        (HOUSE + "offers = ['SIZE']\n", 10, 'and "SIZE 20000", not "SIZE"'),
        (HOUSE + "offers = ['SIZE \u00b2']\n", 10, "offers knows"),
        (HOUSE + "offers = ['']\n", 10, "offers knows"),
        (HOUSE + f"offers = ['SIZE {'1' * 21}']\n", 10, "offers knows"),
        (HOUSE.replace("mx.", "m_x."), 9, '"m_x.branch.test" is no domain: An underscore'),
        (HOUSE + "via = ['a.test', 'b..test']\n", 10, '"b..test" is no domain'),
        (HOUSE.replace("branch", "bra nch", 1), 8, '"bra nch.test" is no domain'),
        (HOUSE + "people = 3\n", 10, "people is a list of texts"),
        (HOUSE + 'forwards.max = "x"\n', 10, "forwards.max is an address"),
        (HOUSE + "[houses.'branch.test'.forwards]\nmax = 3\n", 11, "forwards.max is an address"),
        ("[houses]\nx = 3\n", 9, "x is a table"),
        ("[queue]\nfirst_wait = inf\n", 9, "first_wait is a number, 0 or more"),
        ("[lists.a]\nmembers = []\nowner = 'a@b.test'\n", 8, "the owner lives in this house"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    """And with the nearest word that would have been right."""
    with pytest.raises(DataFileError, match=re.escape(words)) as caught:
        load(tmp_path, text)
    assert f"mine.toml:{line}:" in str(caught.value)


def test_a_hasty_queue_does_not_run_for_ever(tmp_path: Path) -> None:
    """Whatever a file says, a minute lies between two tries."""
    head = "[queue]\nfirst_wait = 0\nlongest_wait = 0\nexpire = 3600\n"
    (tmp_path / "town.toml").write_text(SCENARIO + head)
    part = make_part(scenario="town", folder=tmp_path)
    send(part, "eve@never.test")
    happenings = skip(part, DAY, START)
    tries = [one.at for one in happenings if one.kind == "retried"]
    assert tries[0] - START == SHORTEST_WAIT
    assert [kind for kind, _ in told(happenings)].count("bounced") == 1


def test_a_rule_may_put_a_recipient_off(tmp_path: Path) -> None:
    """A letter to a mailbox here waits half an hour, and is then in it."""
    rule = '[rules.r]\nat = "RCPT"\nif = { "arg.local_part" = "ben" }\nfate = "queue"\n'
    (tmp_path / "town.toml").write_text(SCENARIO + rule)
    part = make_part(scenario="town", folder=tmp_path)
    send(part, "ben@office.test", "ana@office.test")
    assert [len(part.world.mailboxes[f"{one}@office.test"]) for one in ("ben", "ana")] == [0, 1]
    (queued,) = (one for one in part.world.happenings if one.kind == "queued")
    assert queued.words == "first try in 30 min"
    assert told(skip(part, 1799, START)) == []
    assert told(skip(part, 1, START)) == [("delivered", "ben@office.test")]


def test_a_rule_may_take_a_letter_for_a_full_mailbox(tmp_path: Path) -> None:
    """It waits until there is room; here there never is."""
    (tmp_path / "town.toml").write_text(SCENARIO + '[replies]\nrcpt-full = "250 2.1.5 Ok"\n')
    part = make_part(scenario="town", folder=tmp_path)
    send(part, "full@office.test")
    assert told(skip(part, 6 * DAY, START))[-2:] == [
        ("bounced", "ana@office.test"),
        ("delivered", "ana@office.test"),
    ]


def test_expn_tells_of_members_elsewhere(tmp_path: Path) -> None:
    """By their addresses; their names are not known here."""
    reply = Talk(town(tmp_path)).say("EHLO desk7.office.test", "EXPN sales")
    assert "fred@branch.test" in reply


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("5", None), ("5 s", 5), ("30m", 1800), ("30 min", 1800), ("2h", 7200), ("1.5 d", 129600),
     ("4 days", 345600), ("", None), ("-1h", None), ("1e9d", None), ("h", None)],
)  # fmt: skip
def test_spans_of_time(text: str, seconds: float | None) -> None:
    """As people write them."""
    if seconds is None:
        with pytest.raises(ValueError, match="is a time such as"):
            seconds_of(text)
    else:
        assert seconds_of(text) == seconds


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-3, "0 s"), (0, "0 s"), (59.9, "59 s"), (60, "1 min"), (3599, "59 min"), (3600, "1 h"),
     (5400, "1.5 h"), (172799, "47.9 h"), (172800, "2 days"), (216000, "2.5 days")],
)  # fmt: skip
def test_time_in_words(seconds: float, words: str) -> None:
    """In the unit that suits, rounded down."""
    assert span(seconds) == words
