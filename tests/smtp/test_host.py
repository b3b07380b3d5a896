"""Who greets."""

from __future__ import annotations

import pytest

from smtpshell.smtp.command import parse_command

CASES = [
    ("desk7.office.test", []),
    ("[192.0.2.7]", []),
    ("[IPv6:2001:db8::7]", []),
    ("localhost", ["ehlo-not-fqdn"]),
    ("me", ["ehlo-not-fqdn"]),
    ("192.0.2.7", ["literal-without-brackets"]),
    ("2001:db8::7", ["literal-without-brackets"]),
    ("[192.0.2.777]", ["bad-literal"]),
    ("dora@office.test", ["not-a-domain"]),
    ("<desk7.office.test>", ["not-a-domain"]),
    ("http://office.test/", ["not-a-domain"]),
    ("office.test:25", ["not-a-domain"]),
    ("my_desk.test", ["not-a-domain"]),
    ("office.test.", ["not-a-domain"]),
    ("my desk", ["ehlo-not-fqdn", "extra-argument"]),
    ("desk7.office.test hello", ["extra-argument"]),
]


@pytest.mark.parametrize(("said", "issues"), CASES)
@pytest.mark.parametrize("verb", ["HELO", "EHLO", "LHLO"])
def test_a_host_is_a_full_name_or_a_literal(verb: str, said: str, issues: list[str]) -> None:
    """RFC 5321 4.1.1.1 and 4.1.4; what else is said there is remarked upon."""
    command = parse_command(f"{verb} {said}")
    assert command.host == said.partition(" ")[0]
    assert [p.issue for p in command.problems] == issues


@pytest.mark.parametrize("line", ["EHLO", "EHLO "])
def test_a_hello_without_a_host(line: str) -> None:
    """There is no host, and the learner is told whose name belongs there."""
    command = parse_command(line)
    assert command.host is None
    assert command.problems[-1].issue == "no-argument"
    assert "machine" in command.problems[-1].message


def test_common_mix_ups_have_words_of_their_own() -> None:
    """An address, a web address, brackets, a port and an underscore."""
    lines = ["a@b", "<b>", "b/c", "b:25", "b_c", "b..c", ".", "!"]
    assert len({parse_command(f"EHLO {said}").problems[0].message for said in lines}) == 8
