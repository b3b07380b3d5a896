"""Every keyword that is offered works, and what is not offered does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from smtpshell.resource import lessons_dir
from smtpshell.sandbox.mind.part import Part
from smtpshell.sandbox.nature.personality import find_file, load_personality
from smtpshell.sandbox.nature.setting import Door
from tests.sandbox.play import HELLO, MAIL, RCPT, Patient, Talk, make_part
from tests.sandbox.play import codes as whole_codes


def codes(replies: str) -> list[str]:
    """The reply codes alone: not every server has others."""
    return [code[:3] for code in whole_codes(replies)]


def pipelining(talk: Talk) -> None:
    reply = talk.send(f"{MAIL}\r\n{RCPT}\r\nDATA\r\n".encode())
    assert codes(reply) == ["250", "250", "354"]
    talk.say(".")


def size(talk: Talk) -> None:
    offered = next(line for line in talk.view.offered if "SIZE" in line)
    limit = int(offered.split()[-1])
    assert codes(talk.say(f"{MAIL} SIZE={limit}")) == ["250"]
    judged = talk.part.personality.strict.announced_size
    too_big = codes(talk.say("RSET", f"{MAIL} SIZE={limit + 1}"))
    assert too_big == ["552" if judged else "250"]


def vrfy(talk: Talk) -> None:
    assert codes(talk.say("VRFY ana"))[0][:2] == "25"
    assert codes(talk.say("VRFY nobody")) == ["550"]


def expn(talk: Talk) -> None:
    reply = talk.say("EXPN sales")
    assert "ana@office.test" in reply
    assert "ben@office.test" in reply


def help_(talk: Talk) -> None:
    wanted = "250" if talk.part.personality.id == "aiosmtpd-like" else "214"
    assert codes(talk.say("HELP")) == [wanted]


def etrn(talk: Talk) -> None:
    assert codes(talk.say("ETRN office.test"))[0] in ("250", "251", "459")
    assert codes(talk.say("ETRN")) in (["500"], ["501"])


def starttls(talk: Talk) -> None:
    talk.over_tls()


def auth(talk: Talk) -> None:
    if not talk.view.tls:
        talk.over_tls()
    if any("PLAIN" in line for line in talk.view.offered):
        assert codes(talk.say("AUTH PLAIN AGFuYQBhcHJpY290LTc=")) == ["235"]
    else:
        assert codes(talk.say("AUTH LOGIN", "YW5h", "YXByaWNvdC03")) == ["235"]


def enhanced_status_codes(talk: Talk) -> None:
    for line in (MAIL, RCPT, "RSET", "NOOP", "FOO", "QUIT"):
        assert " " in whole_codes(talk.say(line))[0], line


def eight_bit(talk: Talk) -> None:
    said = talk.say(MAIL + " BODY=8BITMIME", RCPT, "DATA", "\u00e9", ".")
    assert codes(said)[0] == "250"
    assert "\u00e9".encode() in talk.part.world.mailboxes["ana@office.test"][0].data


def binary(talk: Talk) -> None:
    assert codes(talk.say(MAIL + " BODY=BINARYMIME", RCPT)) == ["250"]
    assert codes(talk.send(b"BDAT 3 LAST\r\n\0\n\r")) == ["250"]


def chunking(talk: Talk) -> None:
    talk.say(MAIL, RCPT)
    assert codes(talk.send(b"BDAT 2 LAST\r\nhi")) == ["250"]


def dsn(talk: Talk) -> None:
    assert codes(talk.say(MAIL + " RET=HDRS ENVID=QQ314159")) == ["250"]
    rcpt = RCPT + " NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;ana@office.test"
    assert codes(talk.say(rcpt)) == ["250"]
    talk.say("DATA", ".")
    message = talk.part.world.mailboxes["ana@office.test"][0]
    assert message.mail.parameter("ENVID") is not None
    assert message.rcpts[0].parameter("NOTIFY") is not None


def smtputf8(talk: Talk) -> None:
    assert codes(talk.say("MAIL FROM:<j\u00f6rg@far.test> SMTPUTF8")) == ["250"]
    assert codes(talk.say("RCPT TO:<j\u00f6rg@office.test>"))[0] in ("550", "250")
    assert codes(talk.say(RCPT, "DATA", "Subject: gr\u00fc\u00dfe", ".")) == ["250"]
    raw = talk.part.world.mailboxes["ana@office.test"][0].raw
    assert raw.startswith("Return-Path: <j\u00f6rg@far.test>".encode())


def limits(talk: Talk) -> None:
    offered = next(line for line in talk.view.offered if "LIMITS" in line)
    for word in offered.partition("LIMITS ")[2].split():
        name, value = word.split("=")
        kept = {"RCPTMAX": "recipients", "MAILMAX": "mails"}[name]
        assert getattr(talk.part.personality.limits, kept) == int(value)


WORKS: dict[str, Callable[[Talk], None]] = {
    "PIPELINING": pipelining,
    "SIZE": size,
    "VRFY": vrfy,
    "EXPN": expn,
    "HELP": help_,
    "ETRN": etrn,
    "STARTTLS": starttls,
    "AUTH": auth,
    "ENHANCEDSTATUSCODES": enhanced_status_codes,
    "8BITMIME": eight_bit,
    "BINARYMIME": binary,
    "CHUNKING": chunking,
    "DSN": dsn,
    "SMTPUTF8": smtputf8,
    "LIMITS": limits,
}

# Of servers that are weak or broken on purpose nobody expects that they keep their word.
PERSONALITIES = sorted(
    path.stem
    for path in (lessons_dir() / "sandbox" / "personalities").glob("*.toml")
    if not (path.stem.startswith("broken-") or load_personality(path.stem).weak)
    and path.stem != "host-down"  # offers nothing, to nobody
)


def offers(personality: str) -> list[str]:
    ehlo = load_personality(personality).ehlo
    return [line.split()[0] for line in (*ehlo.keywords, *ehlo.before_tls)]


@pytest.mark.parametrize(
    ("personality", "keyword"),
    [(name, keyword) for name in PERSONALITIES for keyword in offers(name)],
)
def test_what_is_offered_works(personality: str, keyword: str) -> None:
    """For each keyword of each personality there is a test that uses it; none may be without.

    A client has to wait for some, what a rule puts off would be taken later, and who may not come
    in by a door is not asked.
    """
    part = make_part(personality)
    rules = tuple(rule for rule in part.personality.rules if rule.answer.code // 100 != 4)
    doors = dict.fromkeys(part.personality.doors, Door())
    nature = part.personality._replace(rules=rules, doors=doors)
    in_clear = [line.split()[0] for line in nature.ehlo.before_tls or nature.ehlo.keywords]
    tls = keyword not in in_clear or "STARTTLS" not in in_clear
    talk = Patient(Part(nature, part.world), tls=tls)
    talk.say(HELLO)
    WORKS[keyword](talk)


@pytest.mark.parametrize(
    ("keyword", "line"),
    [
        ("SIZE", MAIL + " SIZE=10"),
        ("8BITMIME", MAIL + " BODY=8BITMIME"),
        ("BINARYMIME", MAIL + " BODY=BINARYMIME"),
        ("SMTPUTF8", MAIL + " SMTPUTF8"),
        ("DSN", MAIL + " RET=FULL"),
        ("CHUNKING", "BDAT 2 LAST"),
        ("ETRN", "ETRN office.test"),
        ("STARTTLS", "STARTTLS"),
    ],
)
def test_what_is_not_offered_does_not_work(tmp_path: Path, keyword: str, line: str) -> None:
    """Take a keyword out of the list, and its command or parameter is refused."""
    rest = [one for one in load_personality("by-the-book").ehlo.keywords if keyword not in one]
    (tmp_path / "less.toml").write_text(
        'format = 1\nkind = "personality"\nid = "less"\nlike = "by-the-book"\nabout = "x"\n'
        f"[ehlo]\nkeywords = {rest!r}\n"
    )
    talk = Talk(make_part("less", folder=tmp_path))
    assert keyword not in talk.say(HELLO)
    assert codes(talk.say(line))[0] in ("555", "502")


def test_our_personalities_are_found() -> None:
    """All three are there."""
    assert {"by-the-book", "postfix-like", "classic-821"} <= set(PERSONALITIES)
    folder = lessons_dir() / "sandbox" / "personalities"
    assert find_file("classic-821", [folder], "personality").is_file()
