"""The settings by which servers differ, one at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from smtpshell.errors import DataFileError
from smtpshell.sandbox.nature.personality import load_personality
from tests.sandbox.play import HELLO, MAIL, RCPT, Talk, codes, make_part

HEAD = 'format = 1\nkind = "personality"\nid = "mine"\nabout = "x"\nlike = "by-the-book"\n'


def talk_to(folder: Path, text: str) -> Talk:
    (folder / "mine.toml").write_text(HEAD + text)
    return Talk(make_part("mine", folder=folder))


@pytest.mark.parametrize(
    ("setting", "before", "line", "expected"),
    [
        ('[issues]\n"no-colon" = "unknown"', [], "MAIL FROM <ada@far.test>", "500 5.5.2"),
        ('[issues]\n"MAIL no-colon" = "unknown"', [HELLO, MAIL], "RCPT TO <a@b.test>", "501 5.5.4"),
        (
            '[issues]\n"display-name" = "mail-parameter"',
            [HELLO],
            "MAIL FROM:A <a@b.test>",
            "555 5.5.4",
        ),
        ('[issues]\n"AUTH no-argument" = "auth-mechanism"', ["tls"], "AUTH", "504 5.5.4"),
        (
            '[issues]\n"control-char" = "mail-address"',
            [HELLO],
            "MAIL FROM:<a\b@b.test>",
            "501 5.1.7",
        ),
        ('[strict]\nform_first = ["RCPT"]', [HELLO], "RCPT TO:ana", "501 5.5.4"),
        ("[strict]", [HELLO], "RCPT TO:ana", "503 5.5.1"),
        ('[strict]\nform_first = ["MAIL"]', [HELLO, MAIL], "MAIL FROM:", "501 5.5.4"),
        ('[strict]\nform_first = ["DATA"]', [HELLO], "DATA now", "501 5.5.4"),
        ('[strict]\nneeds_helo = ["NOOP"]', [], "NOOP", "503 5.5.1"),
        ("[strict]\nneeds_helo = []", [], MAIL, "250 2.1.0"),
        ('[strict]\nhelo_name = "letters"', [], "EHLO -7.", "250"),
        ('[strict]\nhelo_name = "letters"', [], "EHLO a_b", "504 5.5.2"),
        ('[strict]\nhelo_name = "letters"\nhelo_letters = "_"', [], "EHLO a_b", "250"),
        ('[strict]\nhelo_name = "letters"', [], "EHLO [192.0.2.7", "504 5.5.2"),
        ('[strict]\nhelo_name = "letters"', [], "EHLO [192.0.2.7]", "250"),
        ('[strict]\nhelo_name = "domain"\nhelo_letters = "_"', [], "EHLO a_b.test", "250"),
        ('[strict]\nhelo_name = "domain"\nhelo_letters = "_"', [], "EHLO -b.test", "504 5.5.2"),
        ("[strict]", ["HELO a.test"], "STARTTLS", "220 2.0.0"),
        ('[strict]\nverbs_need_ehlo = ["STARTTLS"]', ["HELO a.test"], "STARTTLS", "503 5.5.1"),
        ("[strict]\nstarttls_in_mail = true", [HELLO, MAIL], "STARTTLS", "220 2.0.0"),
        ("[strict]\nannounced_size = false", [HELLO], MAIL + " SIZE=99999999999", "250 2.1.0"),
        ("[strict]\nliterals = false", [HELLO], "MAIL FROM:<a@[192.0.2.7]>", "501 5.1.7"),
        ("[strict]\nliterals = false", [HELLO, MAIL], "RCPT TO:<a@[192.0.2.7]>", "501 5.1.3"),
    ],
)
def test_a_setting(
    tmp_path: Path, setting: str, before: list[str], line: str, expected: str
) -> None:
    """The same line, said to a server that differs in one thing from the root."""
    talk = talk_to(tmp_path, setting)
    if before == ["tls"]:
        talk.over_tls()
        before = []
    talk.say(*before)
    assert codes(talk.say(line)) == [expected]


@pytest.mark.parametrize(
    ("parting", "expected"),
    [
        ("after", "500 5.5.2 Command not recognized\r\n421 4.7.0 mail.office.test "),
        ("with", "500-5.5.2 Command not recognized\r\n500 4.7.0 mail.office.test "),
        ("instead", "421 4.7.0 mail.office.test "),
        ("silent", "500 5.5.2 Command not recognized\r\n"),
    ],
)
def test_the_last_words(tmp_path: Path, parting: str, expected: str) -> None:
    """After, with, or in place of the last refusal, or none; then the server hangs up."""
    talk = talk_to(tmp_path, f'[limits]\nerrors = 2\nparting = "{parting}"\n')
    talk.say("FOO")
    assert not talk.closed
    said = talk.say("FOO")
    assert said.startswith(expected)
    assert (len(said) > len(expected)) == (parting != "silent")
    assert talk.closed


def test_what_counts_as_an_error(tmp_path: Path) -> None:
    """By the code, or by the situation; refused recipients need not count."""
    talk = talk_to(tmp_path, '[limits]\nerrors = 2\ncounted = ["500", "data-no-mail"]\n')
    talk.say(HELLO, MAIL, *["RCPT TO:<nobody@office.test>"] * 5, "RSET", "FOO")
    assert not talk.closed
    talk.say("DATA")
    assert talk.closed


def test_one_command_at_a_time_goes_for_quit_too(tmp_path: Path) -> None:
    """A server without pipelining looks behind every command."""
    talk = talk_to(tmp_path, '[strict]\npipelining = "none"\n')
    assert codes(talk.send(b"QUIT\r\nNOOP\r\n")) == ["554 5.5.0"]


def test_enhanced_codes_of_some(tmp_path: Path) -> None:
    """A list names the situations whose replies keep their enhanced codes."""
    (tmp_path / "mine.toml").write_text('enhanced_codes = ["noop-ok"]\n' + HEAD)
    talk = Talk(make_part("mine", folder=tmp_path))
    assert codes(talk.say("NOOP") + talk.say("RSET")) == ["250 2.0.0", "250"]


def test_a_normalized_letter_is_stored_with_crlf(tmp_path: Path) -> None:
    """Text, whatever ended its lines; binary data stays as it is."""
    talk = talk_to(tmp_path, '[strict]\nbare_newline = "normalize"\n')
    talk.say(HELLO, MAIL, RCPT, "DATA")
    talk.send(b"Subject: hi\r\n\r\na\nb\rc\r\n.\r\n")
    talk.say(MAIL + " BODY=BINARYMIME", RCPT)
    talk.send(b"BDAT 4 LAST\r\na\nb\r")
    letters = [letter.data for letter in talk.part.world.mailboxes["ana@office.test"]]
    assert letters == [b"Subject: hi\r\n\r\na\r\nb\r\nc\r\n", b"a\nb\r"]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('[issues]\n"no-collon" = "unknown"\n', 7, 'did you mean "no-colon"'),
        ('[issues]\n"no-colon" = "unknwon"\n', 7, 'did you mean "unknown"'),
        ('[issues]\n"no-colon" = "mail-ok"\n', 7, "is answered by a refusal"),
        ('[limits]\ncounted = ["600"]\n', 7, 'does not know "600"'),
        ('[limits]\nparting = "loud"\n', 7, 'does not know "loud"'),
        ('[strict]\nform_first = ["MAYL"]\n', 7, 'did you mean "MAIL"'),
        ('[strict]\nneeds_helo = ["MAYL"]\n', 7, 'did you mean "MAIL"'),
    ],
)
def test_what_is_wrong_is_told_by_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    """With FILE:LINE and the nearest word that would have been right."""
    (tmp_path / "mine.toml").write_text(HEAD + text)
    with pytest.raises(DataFileError) as caught:
        load_personality("mine", [tmp_path])
    assert str(caught.value).startswith(f"{tmp_path}/mine.toml:{line}: ")
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("signature = 3\n", "signature is a text"),
        ('signature = "{nobody}"\n', "nothing is called {nobody}"),
        ('enhanced_codes = ["noop"]\n', 'unknown key "noop"'),
    ],
)
def test_what_is_wrong_in_the_head(tmp_path: Path, text: str, words: str) -> None:
    """The head's own keys are checked as well."""
    (tmp_path / "mine.toml").write_text(text + HEAD)
    with pytest.raises(DataFileError, match=words):
        load_personality("mine", [tmp_path])
