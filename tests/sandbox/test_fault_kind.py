"""A fault of each kind, played, with the reason that `:why` gives and the place of its rule."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from smtpshell.sandbox.nature.rule import KEYS
from smtpshell.sandbox.nature.situation import COMMAND, REPLY, TIMER
from tests.sandbox.play import HELLO, MAIL, RCPT, Patient, make_part

HEAD = 'format = 1\nkind = "personality"\nid = "mine"\nabout = "x"\nlike = "postfix-like"\n'
NOBODY = "RCPT TO:<nobody@office.test>"


class Kind(NamedTuple):
    """A rule, the lines that bring it about (`wait N` is silence), and what is heard at last."""

    rule: str
    lines: tuple[str, ...]
    heard: str
    closed: bool = False
    reset: bool = False


KINDS = {
    "reply": Kind('at = "RCPT"\nreply = "451 4.3.0 No"', (MAIL, RCPT), "451 4.3.0 No\r\n"),
    "reply of several lines": Kind(
        'at = "MAIL"\nreply = ["550 5.7.1 A", "550 5.7.1 B"]',
        (MAIL,), "550-5.7.1 A\r\n550 5.7.1 B\r\n",
    ),
    "raw": Kind('at = "MAIL"\nraw = "25 hi\\r\\n"', (MAIL,), "25 hi\r\n"),
    "raw, again and again": Kind(
        'at = "MAIL"\nraw = "250-x\\r\\n"\nrepeat = 3', (MAIL,), "250-x\r\n" * 3
    ),
    "silence": Kind('at = "MAIL"\nraw = ""', (MAIL,), ""),
    "delay": Kind('at = "MAIL"\ndelay = 30', (MAIL,), "250 2.1.0 Ok\r\n"),
    "drip": Kind('at = "MAIL"\ndrip = 2', (MAIL,), "250 2.1.0 Ok\r\n"),
    "close": Kind('at = "MAIL"\nclose = true', (MAIL,), "250 2.1.0 Ok\r\n", closed=True),
    "421": Kind(
        'at = "RCPT"\nreply = "421 4.3.2 Bye"\nclose = true',
        (MAIL, RCPT), "421 4.3.2 Bye\r\n", closed=True,
    ),
    "drop": Kind('at = "DOT"\ndrop = true', (MAIL, RCPT, "DATA", "."), "", closed=True, reset=True),
    "drop after a reply": Kind(
        'at = "MAIL"\nreply = "250 Ok"\ndrop = true', (MAIL,), "250 Ok\r\n", closed=True, reset=True
    ),
    "lost reply": Kind(
        'at = "reply"\nif = { verb = "DOT" }\ndrop = true',
        (MAIL, RCPT, "DATA", "."), "", closed=True, reset=True,
    ),
    "before it is judged": Kind(
        'at = "command"\nreply = "451 4.3.0 No"', ("FOO",), "451 4.3.0 No\r\n"
    ),
    "silence broken": Kind(
        'at = "timer"\ndelay = 10\nreply = "421 4.4.2 Bye"\nclose = true',
        ("NOOP", "wait 10"), "421 4.4.2 Bye\r\n", closed=True,
    ),
    "greylist": Kind(
        'at = "RCPT"\nkey = ["ip"]\nwait = 300\nreply = "450 4.2.0 {left}"\n'
        'early = "450 4.2.0 early {left}"',
        (MAIL, RCPT, RCPT), "450 4.2.0 early 300\r\n",
    ),
    "rate limit": Kind(
        'at = "NOOP"\nkey = ["ip"]\nlimit = 1\nper = 60\nreply = "450 4.7.1 {left}"',
        ("NOOP", "NOOP"), "450 4.7.1 60\r\n",
    ),
    "score": Kind(
        'at = "RCPT"\nif = { "score.karma" = "<-1" }\nreply = "550 5.7.1 No"',
        (MAIL, NOBODY, RCPT), "550 5.7.1 No\r\n",
    ),
    "after": Kind(
        'at = "NOOP"\nafter = 2\nreply = "421 4.3.0 No"', ("NOOP",) * 3, "421 4.3.0 No\r\n"
    ),
    "once": Kind('at = "NOOP"\nonce = true\nreply = "421 4.3.0 No"', ("NOOP",), "421 4.3.0 No\r\n"),
    "probability": Kind(
        'at = "NOOP"\nprobability = 0.999\nreply = "421 4.3.0 No"', ("NOOP",), "421 4.3.0 No\r\n"
    ),
    "fate": Kind(
        'at = "RCPT"\nfate = "bounce"\nreply = "250 2.1.5 Sure"', (MAIL, RCPT), "250 2.1.5 Sure\r\n"
    ),
    "remark": Kind('at = "NOOP"\nremark = "Hm."\nreply = "250 Ok"', ("NOOP",), "250 Ok\r\n"),
}  # fmt: skip

KARMA = '[rules.karma]\nat = "rcpt-unknown"\nscore = { karma = -2 }\n'


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_fault_of_each_kind(tmp_path: Path, kind: Kind) -> None:
    """It happens, and `:why` has its words, its name, and FILE:LINE."""
    path = tmp_path / "mine.toml"
    path.write_text(
        f'{HEAD}{KARMA}[rules.x]\n{kind.rule}\nwhy = "It is said here."\nref = "RFC 5321 4.2"\n'
    )
    talk = Patient(make_part("mine", folder=tmp_path))
    if COMMAND not in kind.rule:
        talk.say(HELLO)
    heard = ""
    for line in kind.lines:
        heard = talk.wait(float(line[5:])) if line.startswith("wait ") else talk.say(line)
    assert heard == kind.heard
    assert (talk.closed, talk.responder.reset) == (kind.closed, kind.reset)
    verdict = talk.view.verdicts[-1]
    place = 1 + path.read_text().splitlines().index("[rules.x]")
    assert f"x, {path}:{place}" in verdict.fired
    reason = verdict.reason
    assert reason.words == "It is said here."
    assert (reason.rule, reason.file, reason.ref) == ("x", str(path), "RFC 5321 4.2")
    assert place <= reason.line < place + 8
    assert str(reason).startswith("It is said here. (RFC 5321 4.2) [x, ")


def test_every_key_has_its_kind() -> None:
    """No key of a rule is without a fault here."""
    rules = "\n".join(kind.rule for kind in KINDS.values()) + KARMA + "\nwhy = \nref = "
    rest = {"remember", "learn"}  # their own tests are those of the memory
    for key in set(KEYS) - rest:
        assert f"\n{key} = " in f"\n{rules}", key
    assert all(f'"{at}"' in rules for at in (COMMAND, REPLY, TIMER))
