"""Scripts: what may stand in one, and how a session goes by it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from smtpshell.errors import DataFileError
from smtpshell.resource import lessons_dir
from smtpshell.sandbox.mind.responder import Wish
from smtpshell.sandbox.mind.scripted import MOST_STRAYS, ScriptedResponder
from smtpshell.sandbox.nature.script import Script, read_script
from tests.sandbox.play import START, make_part


def read(folder: Path, text: str, name: str = "own.toml") -> Script:
    (folder / name).write_text(text)
    return read_script(folder / name)


class Play:
    """A client of a scripted server."""

    def __init__(self, script: Script, connection: int = 0) -> None:
        self.now = START
        self.responder = ScriptedResponder(make_part(), script.steps_of(connection))
        self.greeting = self.responder.opened(self.now)

    def say(self, data: bytes) -> bytes:
        return self.responder.received(data, self.now)

    def wait(self, seconds: float) -> bytes:
        self.now += seconds
        return self.responder.timer(self.now)

    @property
    def wish(self) -> Wish:
        return self.responder.wish


LETTER = """
[[steps]]
expect = "CONNECT"
reply = "220 script.test"
[[steps]]
expect = ["EHLO", "HELO"]
reply = ["250 script.test", "250 SIZE", "250 8BITMIME"]
[[steps]]
expect = "MAIL"
reply = "250 ok"
[[steps]]
expect = "RCPT"
reply = "250 ok"
repeat = true
[[steps]]
expect = "DATA"
reply = "354 go"
[[steps]]
expect = "DOT"
reply = "451 4.3.0 later"
close = true
"""


def test_a_letter_is_one_step(tmp_path: Path) -> None:
    """What stands in it is no command, wherever it is cut; `repeat` answers as long as it fits."""
    script = read(tmp_path, LETTER)
    said = (
        b"EHLO x\r\nMAIL FROM:<a@x.test>\r\nRCPT TO:<b@x.test>\r\nRCPT TO:<c@x.test>\r\nDATA\r\n"
        b"QUIT\r\n..\r\n\r\n.\r\n"
    )
    wanted = (
        b"250-script.test\r\n250-SIZE\r\n250 8BITMIME\r\n250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n"
        b"451 4.3.0 later\r\n"
    )
    for size in (1, 2, 7, len(said)):
        play = Play(script)
        assert play.greeting == b"220 script.test\r\n"
        heard = b"".join(play.say(said[at : at + size]) for at in range(0, len(said), size))
        assert heard == wanted
        assert play.wish is Wish.CLOSE


def test_json_says_the_same(tmp_path: Path) -> None:
    """The same tables, as JSON; each connection has its own steps, later ones the last one's."""
    steps = [{"expect": "NOOP", "raw": {"base64": "/wA="}}, {"expect": "any", "raw": {"hex": "00"}}]
    text = json.dumps({"connections": [{"steps": steps}, {"steps": steps[1:]}]})
    script = read(tmp_path, text, "own.json")
    assert Play(script).say(b"NOOP\r\nX\r\n") == b"\xff\0\0"
    assert Play(script, 1).say(b"NOOP\r\n") == b"\0"
    assert Play(script, 9).say(b"NOOP\r\n") == b"\0"


def test_time_and_ends(tmp_path: Path) -> None:
    """delay and drip take their time; drop cuts; what follows waits for its turn."""
    text = """
[[steps]]
reply = "250 a"
delay = 5
[[steps]]
reply = "250 b"
drip = 1
[[steps]]
raw = "4"
drop = true
"""
    play = Play(read(tmp_path, text))
    assert play.say(b"A\r\nB\r\nC\r\n") == b""
    assert play.wait(4) == b""
    assert play.wait(1) == b"250 a\r\n"
    assert [play.wait(1) for _ in range(6)] == [b"2", b"5", b"0", b" ", b"b", b"\r"]
    assert play.wait(1) == b"\n4"
    assert play.wish is Wish.CLOSE
    assert play.responder.reset


def test_tls_is_when_the_script_says_so(tmp_path: Path) -> None:
    """`tls = true` shakes hands after the reply; what came in clear behind it is gone."""
    text = '[[steps]]\nexpect="STARTTLS"\nreply="220 go"\ntls=true\n[[steps]]\nreply="250 ok"\n'
    play = Play(read(tmp_path, text))
    assert play.say(b"STARTTLS\r\nNOOP\r\n") == b"220 go\r\n"
    assert play.wish is Wish.TLS
    assert play.responder.tls_started(play.now, "TLSv1.3") == b""
    assert play.say(b"NOOP\r\n") == b"250 ok\r\n"


def test_who_strays_is_told_and_in_the_end_sent_away(tmp_path: Path) -> None:
    """503 names what the script waits for; QUIT is understood; behind the end comes 421."""
    script = read(tmp_path, '[[steps]]\nexpect = "EHLO"\nreply = "250 ok"\n')
    play = Play(script)
    assert play.say(b"NOOP\r\n") == b"503 5.5.1 The script expects EHLO here\r\n"
    assert play.say(b"EHLO x\r\nNOOP\r\n") == b"250 ok\r\n421 4.3.0 The script ends here\r\n"
    assert play.wish is Wish.CLOSE
    play = Play(script)
    assert play.say(b"QUIT\r\n").startswith(b"221 ")
    play = Play(script)
    assert play.say(b"NOOP\r\n" * (MOST_STRAYS + 5)).endswith(b"421 4.3.0 The script ends here\r\n")


def test_nothing_grows_without_end(tmp_path: Path) -> None:
    """An endless line, an endless letter, a flood of commands and silence: each has an end."""
    play = Play(read(tmp_path, '[[steps]]\nreply = "354 go"\nrepeat = true\n'))
    assert play.say(b"x" * 200_000).startswith(b"500 ")
    assert play.wish is Wish.CLOSE
    play = Play(read(tmp_path, '[[steps]]\nreply = "354 go"\nrepeat = true\n'))
    play.say(b"DATA\r\n")
    heard = b""
    for _ in range(200):
        heard += play.say(b"x" * 500_000)
    assert heard.startswith(b"552 ")
    play = Play(read(tmp_path, '[[steps]]\nreply = "250 ok"\nrepeat = true\n'))
    assert len(play.say(b"NOOP\r\n" * 1000)) < 1000 * len(b"250 ok\r\n")
    assert play.wish is Wish.DRAIN
    play = Play(read(tmp_path, '[[steps]]\nreply = "250 ok"\nrepeat = true\n'))
    assert play.wait(1e6).startswith(b"421 ")


def test_the_record_has_no_secret(tmp_path: Path) -> None:
    """Of an answer to 334 its length, of AUTH the mechanism: the log of `serve` is made of it."""
    steps = '[[steps]]\nexpect = ["AUTH", "any"]\nreply = "334 "\nrepeat = true\n'
    play = Play(read(tmp_path, steps))
    play.say(b"AUTH PLAIN AGFuYQBhcHJpY290LTc=\r\nYXByaWNvdC03\r\n")
    kept = [event.data for event in play.responder.record.events()]
    assert b"(12 octets)" in kept
    assert not any(b"YXByaWNvdC03" in data or b"AGFuYQ" in data for data in kept)


def test_chunks_are_counted(tmp_path: Path) -> None:
    """The octets of BDAT are no commands either."""
    play = Play(read(tmp_path, '[[steps]]\nexpect = "BDAT"\nreply = "250 ok"\nrepeat = true\n'))
    assert play.say(b"BDAT 6\r\nQUIT\r\nBDAT 1 LAST\r\nx") == b"250 ok\r\n250 ok\r\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "either steps or connections"),
        ("steps = 1", "steps is a list"),
        ("steps = []", "steps is a list"),
        ("steps = [1]", "step 1 is a table"),
        ("connections = [1]", "a connection is a table"),
        ("stepps = []", 'own.toml:1: unknown key "stepps"; did you mean "steps"?'),
        ('[[steps]]\n[[steps]]\nreply = "250 x"', "step 1: says nothing"),
        (
            '[[steps]]\nreply = "250 x"\n[[steps]]\nreply = "25"',
            "own.toml:3: step 2: a reply begins",
        ),
        ('[[steps]]\nreply = ["250 x", "251 y"]', "the same code"),
        ('[[steps]]\nreply = "250 x\\r\\n550 y"', "a reply begins"),
        ('[[steps]]\nreply = "250 x\\ry"', "a reply begins"),
        ('[[steps]]\nreply = "250 x"\nraw = "y"', "reply or raw, not both"),
        ('[[steps]]\nraw = "\\u20ac"', "one octet a character"),
        ('[[steps]]\nraw = { hex = "0x1" }', "raw is no hex"),
        ('[[steps]]\nraw = { base64 = "*" }', "raw is no base64"),
        ('[[steps]]\nraw = { text = "*" }', "raw is"),
        ('[[steps]]\nreply = "250 x"\ndelay = -1', "delay is 0 to 3600"),
        ('[[steps]]\nreply = "250 x"\ndelay = nan', "delay is 0 to 3600"),
        ('[[steps]]\nreply = "250 x"\ndrip = "1"', "drip is a number"),
        ('[[steps]]\nreply = "250 x"\nclose = 1', "close is true or false"),
        ('[[steps]]\nreply = "250 x"\nexpect = "A B"', "expect is a verb"),
        ('[[steps]]\nreply = "250 x"\nexpekt = "A"', 'own.toml:3: step 1: unknown key "expekt"'),
        ('format = 2\n[[steps]]\nreply = "250 x"', "format = 1"),
        ("steps = [", "own.toml:1"),
        ('{"steps": [', "own.toml:1: no JSON"),
        ("{" * 3 + '"a":' * 0 + "[" * 100_000, "own.toml:1"),
    ],
)
def test_what_is_wrong_is_told_by_file_and_line(tmp_path: Path, text: str, words: str) -> None:
    """A script is a data file like any other."""
    with pytest.raises(DataFileError) as caught:
        read(tmp_path, text)
    assert words in str(caught.value)


def test_the_example_of_the_readme_is_a_script(tmp_path: Path) -> None:
    """What is shown to those who write scripts plays as they are told."""
    text = (lessons_dir() / "sandbox" / "README.md").read_text(encoding="utf-8")
    [example] = [one for one in re.findall(r"```toml\n(.*?)```", text, re.S) if "[[steps]]" in one]
    play = Play(read(tmp_path, example))
    assert play.greeting == b""
    assert play.wait(2.5) == b"220 odd.test ready\r\n"
    assert play.say(b"HELO x\r\n") == b"250-odd.test\r\n250 SIZE 1000\r\n"
    assert play.say(b"MAIL\r\n") == b""
    assert play.wait(60) == b"250 no line feed\r"
    assert play.say(b"RCPT\r\nRCPT\r\nDATA\r\n") == b"250 \xff\r\n" * 2 + b"354 go on\r\n"
    assert play.say(b"QUIT\r\n.\r\n") == b""
    assert play.responder.reset
