"""The server speaks or hangs up while somebody types: nothing of either is garbled or lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from tests.terminal.conftest import Open
from tests.terminal.driver import BACKSPACE, CTRL_C, CTRL_D, UP, Terminal
from tests.terminal.puppet import Puppet, puppet

SHUTDOWN = b"421 4.3.2 mail.test is going down\r\n"


@pytest.fixture
def server() -> Iterator[Puppet]:
    with puppet() as made:
        yield made


class Place(NamedTuple):
    """Where one is typing: what was said before, the prompt there, and what is typed."""

    said: tuple[tuple[str, bytes], ...]
    prompt: str
    typed: str


HELLO = ("EHLO me.test", b"250-mail.test\r\n250 AUTH LOGIN\r\n")
PLACES = {
    "command": Place((HELLO,), "greeted>", "MAIL FROM:<dora@off"),
    "odd-command": Place((HELLO,), "greeted>", "RCPT TO: ana@office.test, ben"),
    "letter": Place((HELLO, ("DATA", b"354 go on\r\n")), "letter:", "Dear Ana, I am wri"),
    "auth": Place((HELLO, ("AUTH LOGIN", b"334 VXNlcm5hbWU6\r\n")), "auth:", "ZG9yYQ"),
    "local": Place((HELLO,), "greeted>", ":hlp"),
}


def shut_down(server: Puppet) -> None:
    server.say(SHUTDOWN)
    server.hang_up()


def shut_down_in_pieces(server: Puppet) -> None:
    for octet in SHUTDOWN:
        server.say(bytes((octet,)))
    server.hang_up()


def hang_up(server: Puppet) -> None:
    server.hang_up()


def reset(server: Puppet) -> None:
    server.hang_up(reset=True)


ENDS: dict[str, tuple[Callable[[Puppet], None], str]] = {
    "421": (shut_down, "S: 421 4.3.2 mail.test is going down"),
    "421-in-pieces": (shut_down_in_pieces, "S: 421 4.3.2 mail.test is going down"),
    "close": (hang_up, " | Closed > by the server"),
    "reset": (reset, " | Closed > network: "),
}


def arrive(shell: Open, server: Puppet, place: Place, *arguments: str, columns: int) -> Terminal:
    """A terminal at *place*, with nothing typed yet."""
    term = shell("connect", server.address, *arguments, columns=columns, rows=40)
    server.greet()
    term.wait_for("connected>")
    for line, reply in place.said:
        term.enter(line)
        server.hear(line.encode() + b"\r\n")
        server.say(reply)
    term.wait_until(lambda: place.prompt in term.cursor_row(), place.prompt)
    return term


@pytest.mark.parametrize(("end", "shown"), ENDS.values(), ids=list(ENDS))
@pytest.mark.parametrize("place", PLACES.values(), ids=list(PLACES))
def test_what_is_being_typed_outlives_the_connection(
    shell: Open, server: Puppet, place: Place, end: Callable[[Puppet], None], shown: str
) -> None:
    """It stands behind the new prompt, once, can be typed on, and is not sent by Enter."""
    term = arrive(shell, server, place, columns=100)
    term.type(place.typed)
    term.wait_until(lambda: f"{place.prompt} {place.typed}" in term.cursor_row(), place.typed)
    end(server)
    term.wait_for("Closed > ")
    term.wait_until(lambda: f"closed> {place.typed}" in term.cursor_row(), "the line, closed")
    assert any(row.startswith(shown) for row in term.lines()), "\n".join(term.lines())
    assert "".join(term.lines()).count(place.typed) == 1
    term.type("xy" + BACKSPACE)
    term.wait_until(lambda: f"closed> {place.typed}x" in term.cursor_row(), "what is typed on")
    term.type(CTRL_C + "NOOP")
    term.say("", "nothing was sent")
    term.wait_until(lambda: term.cursor_row().strip() == "closed>", "a prompt that is free")
    assert "closed> NOOP" in term.lines()  # what was typed stays on the screen
    term.type(UP)
    term.wait_until(lambda: "closed> NOOP" in term.cursor_row(), "the line, brought back")
    assert server.heard.endswith(place.said[-1][0].encode() + b"\r\n")
    term.type(CTRL_C + CTRL_D)
    assert term.wait_for_end() == 0


def test_a_line_wider_than_the_terminal_is_moved_whole(shell: Open, server: Puppet) -> None:
    """Its rows are taken away and drawn again, all of them and none twice."""
    term = arrive(shell, server, PLACES["command"], columns=40)
    typed = "MAIL FROM:<" + "".join(f"part{n}." for n in range(12)) + "dora@office.test>"
    term.type(typed)
    term.wait_until(lambda: term.cursor_row().endswith("test>"), "the whole line")
    server.say(b"250 nobody asked\r\n")
    term.wait_for("S: 250 nobody asked")
    term.wait_until(lambda: term.cursor_row().endswith("test>"), "the whole line again")
    assert "".join(term.lines()).count(typed) == 1
    assert "S: 250 nobody asked" in term.lines()


def test_lines_between_the_keys_of_a_word(shell: Open, server: Puppet) -> None:
    """A line after every key: the word is whole, so is each line, and their order is kept."""
    term = arrive(shell, server, PLACES["command"], columns=100)
    typed = "MAIL FROM:<dora@office.test> SIZE=1000"
    for number, key in enumerate(typed):
        term.type(key)
        server.say(b"250 line %d\r\n" % number)
    last = f"S: 250 line {len(typed) - 1}"
    term.wait_until(lambda: last in term.lines(), last)
    term.wait_until(lambda: term.cursor_row().endswith(f"greeted> {typed}"), typed)
    lines = [row for row in term.lines() if row.startswith("S: 250 line")]
    assert lines == [f"S: 250 line {number}" for number in range(len(typed))]
    term.enter()
    server.hear(typed.encode() + b"\r\n")


def test_half_a_line_is_not_shown_before_its_end_has_come(shell: Open, server: Puppet) -> None:
    """The first half waits; if the server hangs up instead, it is shown as it is."""
    term = arrive(shell, server, PLACES["command"], columns=100)
    server.say(b"250 whole\r\n421 only ha")
    term.wait_for("S: 250 whole")
    assert "only ha" not in term.text()
    server.hang_up()
    term.wait_for("closed>")
    assert "S: 421 only ha" in term.lines()


@pytest.mark.parametrize("place", [PLACES["command"], PLACES["letter"]], ids=["command", "letter"])
def test_plain_text_repeats_the_prompt_and_the_typed_line_once(
    shell: Open, server: Puppet, place: Place
) -> None:
    """Where nothing can be moved: the server's line on a row of its own, then the line anew."""
    term = arrive(shell, server, place, "--plain", columns=100)
    term.type(place.typed)
    term.wait_until(lambda: f"{place.prompt} {place.typed}" in term.cursor_row(), place.typed)
    server.say(b"250 nobody asked\r\n")
    term.wait_for("server says: 250 nobody asked")
    term.wait_until(lambda: f"{place.prompt} {place.typed}" in term.cursor_row(), "the line again")
    assert "server says: 250 nobody asked" in term.lines()
    assert sum(row.endswith(f" {place.typed}") for row in term.lines()) == 2
    term.enter()
    server.hear(place.typed.encode() + b"\r\n")
    assert b"\x1b" not in term.raw


def test_a_dumb_terminal_keeps_what_it_edits_itself(shell: Open, server: Puppet) -> None:
    """We cannot show the typed half again, but the whole line goes out."""
    term = shell("connect", server.address, env={"TERM": "dumb"}, columns=100)
    server.greet()
    term.wait_for_prompt("connected>")
    term.type("NOOP ha")
    term.wait_for_prompt("connected> NOOP ha")
    server.say(b"250 nobody asked\r\n")
    term.wait_for("S: 250 nobody asked")
    assert "S: 250 nobody asked" in term.lines()
    term.enter("lf")
    server.hear(b"NOOP half\r\n")
    assert b"\x1b" not in term.raw
