from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpshell import resource
from smtpshell.explain.build import build_index
from smtpshell.explain.dialogue import explain_lines
from smtpshell.explain.explain import CLIENT, SERVER, Explained, cut_mark, explain_line
from smtpshell.explain.gloss import Gloss
from smtpshell.explain.gloss_auth import Login
from smtpshell.explain.gloss_reply import GREETING, gloss_reply
from smtpshell.explain.library import Library, load_library
from smtpshell.explain.reference import Reference
from smtpshell.explain.reference_file import parse_reference
from smtpshell.explain.render import render_line
from smtpshell.explain.token import TOKENS
from smtpshell.smtp.command import parse_client_line, parse_command
from smtpshell.smtp.reply import parse_reply, parse_reply_line
from smtpshell.smtp.sasl.field import CLIENT as SASL_CLIENT
from smtpshell.smtp.sasl.mechanism import SPOKEN, take_apart
from smtpshell.smtp.span import TokenKind
from smtpshell.smtp.state import Mode
from smtpshell.smtp.table.parameter import PARAMETERS

DATA = Path(__file__).parent / "data"
LIBRARY = Library([build_index(resource.lessons_dir())])
REFERENCE = LIBRARY.reference
GERMAN = load_library(language="de").reference
NO_WORDS = Reference([])


@pytest.mark.parametrize("path", sorted(DATA.glob("*.txt")), ids=lambda path: path.stem)
def test_each_piece_of_a_line_is_explained(path: Path, request: pytest.FixtureRequest) -> None:
    """Each file holds a dialogue, a line of dashes, and the glosses on each line of it."""
    said, _, expected = path.read_text(encoding="utf-8").partition("-----\n")
    explanations = explain_lines(said.splitlines(), LIBRARY)
    lines = [line for told in explanations for line in told.lines]
    actual = "\n".join(text for line in lines for text in [*render_line(line), ""])
    if request.config.getoption("--update-golden"):
        path.write_text(f"{said}-----\n{actual}", encoding="utf-8")
        return
    assert actual == expected, f"run: pytest {Path(__file__).name} --update-golden"


def uncovered(explained: Explained) -> str:
    """What no gloss stands on."""
    covered = {at for gloss in explained.glosses for at in range(gloss.start, gloss.end)}
    return "".join(char for at, char in enumerate(explained.text) if at not in covered)


LINES = [
    "EHLO client.example.org", "EHLO", "HELO [192.0.2.1]", "MAIL FROM:<>", "MAIL FROM: x@y.test",
    "mail from:<a@b.test> SIZE=1 BODY=8BITMIME AUTH=<> RET=HDRS ENVID=a+2Bb SMTPUTF8 BY=120;R",
    "RCPT TO:<@r.test:\"a b\"@[IPv6:2001:db8::1]> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;a+40b.test",
    "RCPT TO:<a@b.test>,<c@d.test>", "RCPT TO:\u201ca@b.test\u201d", "BDAT 12 LAST", "BDAT x y z",
    "AUTH PLAIN AGEAYg==", "AUTH PLAIN =", "AUTH LOGIN x y", "AUTH", "VRFY ana SMTPUTF8", "QUIT x",
    "Subject: hi", "GET / HTTP/1.1", "XYZZY now", "frobnicate", "", " NOOP", "DATA:", ".", "MAIL",
    "XCLIENT NAME=x ADDR=192.0.2.1", "HELP mail", "ETRN @x.test", "STARTTLS", "\x00\xff", "TURN",
    "RCPT TO:<<a@b.test>>", "RCPT TO:< >",
    "220 mx ready", "250-SIZE 1000", "250 AUTH=LOGIN PLAIN", "250-LIMITS RCPTMAX=5", "250", "25",
    "550 5.1.1 no", "550 5.7.139 wild", "499 9.99.999 ?", "334 VXNlcm5hbWU6", "334 ", "334 ??",
    "x", "054 x", "250-XFOO bar", "\u0662\u0665\u0660 arabic", "250 2.1.5", "199 5.1.1 one",
]  # fmt: skip


@pytest.mark.parametrize("line", LINES)
def test_no_piece_is_left_without_a_gloss(line: str) -> None:
    """Every token of a command and every digit and sign of a reply; each gloss has words."""
    explained = explain_line(line, REFERENCE)
    assert uncovered(explained) == ""
    assert explained.glosses
    for gloss in explained.glosses:
        assert gloss.head
        assert gloss.words


# What is said of an empty line among commands is the text of an issue, and those are English.
ENGLISH_ONLY = ("",)


@pytest.mark.parametrize("line", LINES)
def test_who_reads_german_reads_no_english(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What each piece is and what it means; words of the protocol stay as they are."""
    monkeypatch.setenv("SMTPSHELL_LANG", "de")
    ours, theirs = explain_line(line, REFERENCE), explain_line(line, GERMAN)
    for english, german in zip(ours.glosses, theirs.glosses, strict=True):
        assert english.head == german.head
        assert english.words != german.words or line in ENGLISH_ONLY
    meanings = "\n".join(render_line(theirs))
    assert not re.search(
        r" (command|keyword|bracket|value|answer|reply code|first digit|\w+ code|sign|space): ",
        meanings,
    )


def test_what_an_answer_holds_is_said_in_german(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fields have names that are words and names of the protocol, with values and without."""
    monkeypatch.setenv("SMTPSHELL_LANG", "de")
    lines = list(render_line(explain_line("AUTH PLAIN AGEAYg==", GERMAN, reveal=True)))
    meanings = [line.partition("==  ")[2].partition(": ")[0] for line in lines[5:]]
    assert meanings == ["erste Antwort", "authzid (leer)", "authcid a", "Passwort b"]
    covered = "\n".join(render_line(explain_line("AUTH PLAIN AGEAYg==", GERMAN)))
    assert "Passwort: Das Passwort selbst." in covered
    line = "RCPT TO:<a@b.test> ORCPT=rfc822;a+40b.test"
    assert "Wert rfc822;a@b.test: " in "\n".join(render_line(explain_line(line, GERMAN)))


@given(st.one_of(st.binary(max_size=60), st.text(max_size=60), st.sampled_from(LINES)))
def test_any_bytes_are_explained(line: bytes | str) -> None:
    """Nothing raises, on either side, with words and without."""
    for side in (CLIENT, SERVER, None):
        assert uncovered(explain_line(line, REFERENCE, side=side)) == ""
        explain_line(line, NO_WORDS, side=side, reveal=True)


@given(st.text(max_size=60), st.sampled_from([Mode.TEXT, Mode.AUTH, Mode.CHUNK]), st.booleans())
def test_any_line_that_is_no_command_is_explained(line: str, mode: Mode, first: bool) -> None:
    """Lines of a letter, answers to 334, octets of a chunk."""
    command = parse_client_line(line, mode, first=first, mechanism="PLAIN")
    explained = explain_line(command, REFERENCE, login=Login("PLAIN"))
    assert uncovered(explained) == ""


def heads(explained: Explained) -> list[str]:
    return [gloss.head for gloss in explained.glosses]


def unknown(explained: Explained) -> list[str]:
    return [explained.text[g.start : g.end] for g in explained.glosses if not g.known]


STRANGERS = [
    pytest.param("XYZZY now", ["XYZZY"], id="private-verb"),
    pytest.param("MAIL FROM:<a@b.test> FOO=1", ["FOO"], id="parameter"),
    pytest.param("RCPT TO:<a@b.test> NOTIFY=MAYBE", ["MAYBE"], id="value"),
    pytest.param("AUTH FOO", ["FOO"], id="mechanism"),
    pytest.param("MAIL", [], id="known"),
    pytest.param("299 9.9.9 x", ["299", "9", "9.9.9", "9", "9"], id="codes"),
    pytest.param("250-XFOO y", [], id="words-for-people"),
    pytest.param("25 x", ["25"], id="no-code"),
    pytest.param("BDAT 5 NOW", ["NOW"], id="what-nothing-covers"),
]


@pytest.mark.parametrize(("line", "expected"), STRANGERS)
def test_what_no_table_knows_is_said_to_be_unknown(line: str, expected: list[str]) -> None:
    """Honest: nothing is guessed, and what the digits tell is told beside it."""
    assert unknown(explain_line(line, REFERENCE)) == expected


def test_an_ehlo_list_is_read_by_what_it_answers() -> None:
    """Its first line is a name, the others are keywords, whatever they look like."""
    reply = parse_reply(b"250-SIZE hello\r\n250-XFOO bar\r\n250 AUTH PLAIN\r\n")
    first, second, third = gloss_reply(reply, "EHLO", REFERENCE)
    assert [gloss.head for gloss in first][-2:] == ["server", "text"]
    assert [gloss.head for gloss in second][-3:] == ["keyword", "space", "parameter"]
    assert [gloss.head for gloss in third][-3:] == ["keyword", "space", "mechanism"]


def test_a_greeting_names_the_server() -> None:
    """With or without words behind the name."""
    for said, expected in ((b"220 mx.test", ["server"]), (b"220 mx.test hi", ["server", "text"])):
        (glosses,) = gloss_reply(parse_reply(said), GREETING, REFERENCE)
        assert [gloss.head for gloss in glosses][5:] == expected


def test_a_line_alone_is_read_as_an_offer_if_it_looks_like_one() -> None:
    """Pasted out of a list, without the command that it answers."""
    ehlo = parse_command("EHLO a.test")
    assert "keyword" in heads(explain_line("250-SIZE 1000", REFERENCE))
    assert "keyword" in heads(explain_line(parse_reply_line("250 8BITMIME"), REFERENCE, ehlo))
    assert "server" in heads(explain_line(parse_reply_line("250-mx.test"), REFERENCE, ehlo))
    assert "keyword" not in heads(explain_line("250 Ok", REFERENCE))
    assert "keyword" not in heads(explain_line("250 size matters", REFERENCE))
    assert "keyword" not in heads(explain_line("250 2.0.0 SIZE", REFERENCE))
    assert "keyword" not in heads(explain_line("550 SIZE", REFERENCE))
    line = parse_reply_line("250-SIZE 1")
    assert "keyword" in heads(explain_line(line, REFERENCE, ehlo, first=False))


SIDES = [
    pytest.param("C: 250 ok", (CLIENT, "250 ok"), id="marked-client"),
    pytest.param("S:QUIT", (SERVER, "QUIT"), id="marked-server"),
    pytest.param("250 ok", (SERVER, "250 ok"), id="digits"),
    pytest.param("quit", (CLIENT, "quit"), id="letters"),
    pytest.param("8BITMIME", (CLIENT, "8BITMIME"), id="one-digit"),
    pytest.param("C:", (CLIENT, ""), id="only-mark"),
]


@pytest.mark.parametrize(("line", "expected"), SIDES)
def test_the_side_is_guessed(line: str, expected: tuple[str, str]) -> None:
    """By the mark, else by the look; who knows it says so."""
    assert cut_mark(line) == expected
    assert cut_mark(line, SERVER) == (SERVER, line)


PLAIN = "AGFuYQBzZWNyZXQ="  # NUL ana NUL secret


def test_a_login_is_taken_apart_and_its_secret_covered() -> None:
    """The user name is shown, the password only if that is asked for."""
    covered = explain_line(f"AUTH PLAIN {PLAIN}", REFERENCE)
    assert heads(covered)[-4:] == ["authzid (empty)", "authcid ana", "password", "password"]
    shown = explain_line(f"AUTH PLAIN {PLAIN}", REFERENCE, reveal=True)
    assert heads(shown)[-1] == "password secret"
    assert not any("secret" in head for head in heads(covered))


def test_answers_belong_to_their_exchange() -> None:
    """LOGIN's first answer is a name, its second a password."""
    for step, expected in ((0, "authcid ana"), (1, "password")):
        command = parse_client_line("YW5h", Mode.AUTH, mechanism="LOGIN")
        explained = explain_line(command, REFERENCE, login=Login("LOGIN", step))
        assert expected in heads(explained)
    prompt = explain_line("334 VXNlcm5hbWU6", REFERENCE, login=Login("LOGIN"))
    assert heads(prompt)[-1] == "prompt Username:"


def test_a_control_character_in_a_login_is_not_passed_on() -> None:
    """Decoded text is as much a stranger's as any other."""
    escape = explain_line("334 G10wO2hpBw==", REFERENCE, login=Login("LOGIN"))
    assert heads(escape)[-1] == r"prompt \x1b]0;hi\x07"


def rendered(line: str) -> str:
    return "\n".join(render_line(explain_line(line, REFERENCE)))


def test_nothing_comes_out_raw() -> None:
    """A reply with an escape sequence is shown as what it is."""
    text = rendered("250 \x1b]0;owned\x07 ok")
    assert r"\x1b]0;owned\x07" in text
    assert "\x1b" not in text


def test_long_pieces_are_cut_beside_their_meaning() -> None:
    """The whole line stands above."""
    assert "xxx..." in rendered(f"250 {'x' * 60}")


def test_every_token_has_words_and_nothing_else_has() -> None:
    """tokens.md and the keys in code agree."""
    path = resource.lessons_dir() / "en" / "reference" / "tokens.md"
    entries = parse_reference(path.read_text(encoding="utf-8"), str(path))
    assert {entry.key for entry in entries} == set(TOKENS)
    assert all(len(entry.short) <= 140 for entry in entries)


def used_values() -> Iterator[str]:
    for spec in PARAMETERS.values():
        yield from (f"{spec.keyword}={value}" for value in spec.values)


@pytest.mark.parametrize("key", sorted({*used_values()}))
def test_every_value_of_a_parameter_has_words(key: str) -> None:
    """Where only some values are allowed, each is explained."""
    assert key in TOKENS


@pytest.mark.parametrize("mechanism", [*SPOKEN, "X-UNKNOWN"])
@given(
    data=st.binary(max_size=40), step=st.integers(0, 2), side=st.sampled_from(["client", "server"])
)
def test_every_field_of_a_login_has_words(
    mechanism: str, data: bytes, step: int, side: str
) -> None:
    """Whatever a mechanism's messages are made of."""
    for field in take_apart(mechanism, step, side, data):
        assert field.name == "separator" or f"field {field.name}" in TOKENS
    assert SASL_CLIENT == CLIENT


def test_every_kind_of_token_is_written_about() -> None:
    """A new kind in the parser falls back to saying that it is unknown."""
    from smtpshell.explain import gloss_command, gloss_reply

    assert set(gloss_command._WRITERS) == set(gloss_reply._WRITERS) == set(TokenKind)


def test_without_words_the_pieces_are_still_named() -> None:
    """A reference that lacks an entry costs the meaning, not the explanation."""
    explained = explain_line("MAIL FROM:<>", NO_WORDS)
    assert explained.glosses[0] == Gloss(0, 4, "command", "", "", False)
    assert heads(explain_line("", NO_WORDS)) == []
