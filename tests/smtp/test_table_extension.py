"""The table of EHLO keywords, and the small registries beside it."""

from __future__ import annotations

import re

import pytest

from smtpshell.smtp.table.command import COMMANDS
from smtpshell.smtp.table.extension import EXTENSIONS, REGISTERED, find_extension, is_private
from smtpshell.smtp.table.limit import LIMITS
from smtpshell.smtp.table.parameter import MAIL_PARAMETERS, RCPT_PARAMETERS
from smtpshell.smtp.table.with_protocol import WITH_PROTOCOLS

# RFC 5321 4.1.1.1:
#   ehlo-keyword = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-")
EHLO_KEYWORD = re.compile(r"[A-Z0-9][A-Z0-9-]*")


@pytest.mark.parametrize("keyword", EXTENSIONS)
def test_extension_fits_the_other_tables(keyword: str) -> None:
    """Verbs and parameters that it brings have rows; the example is a line of its own."""
    spec = EXTENSIONS[keyword]
    assert spec.key == keyword
    assert spec.example.startswith(keyword)
    assert set(spec.verbs) <= set(COMMANDS)
    assert {name.partition("=")[0] for name in spec.mail_parameters} <= set(MAIL_PARAMETERS)
    assert {name.partition("=")[0] for name in spec.rcpt_parameters} <= set(RCPT_PARAMETERS)


def test_registered_keywords_are_well_formed() -> None:
    """34 registered keywords by the grammar, none private, and 56 from the wild besides."""
    assert len(REGISTERED) == 34
    assert len(EXTENSIONS) - len(REGISTERED) == 56
    assert all(EHLO_KEYWORD.fullmatch(keyword) for keyword in REGISTERED)
    assert not any(is_private(keyword) for keyword in REGISTERED)


def test_registered_keywords_bring_the_commands_that_name_them() -> None:
    """A command that needs a registered keyword is among that keyword's verbs."""
    for spec in COMMANDS.values():
        if spec.extension in REGISTERED:
            assert spec.verb in REGISTERED[spec.extension].verbs


def test_multicast_names_seventeen_keywords() -> None:
    """RFC 8494 6.2 has a word on 17 of them."""
    words = [spec.multicast for spec in EXTENSIONS.values() if spec.multicast]
    assert len(words) == 17
    assert set(words) == {"Required", "Special", "Supported", "N/A", "Disallowed"}


@pytest.mark.parametrize(
    ("word", "keyword"),
    [
        pytest.param("size", "SIZE", id="lower-case"),
        pytest.param("AUTH", "AUTH", id="auth"),
        pytest.param("AUTH=LOGIN", "AUTH=", id="old-spelling"),
        pytest.param("XXXXXXXA", "XXXXXXXA", id="masked"),
        pytest.param("XXXXXXXZ", "XXXXXXXA", id="masked-otherwise"),
        pytest.param("XXXX", None, id="too-short-for-a-mask"),
        pytest.param("X_PIPE_CONNECT", "PIPECONNECT", id="exim-4.92"),
        pytest.param("XFOO", None, id="stranger"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_find_extension(word: str, keyword: str | None) -> None:
    """Keywords are found in any case, in old spellings and behind a mask; a stranger is None."""
    spec = find_extension(word)
    assert (spec.keyword if spec else None) == keyword


@pytest.mark.parametrize(
    ("keyword", "private"), [("XFOO", True), ("x-foo", True), ("FOO", False), ("", False)]
)
def test_private_keywords_begin_with_x(keyword: str, private: bool) -> None:
    """RFC 5321 2.2.2: a name that begins with X needs no registration."""
    assert is_private(keyword) is private


def test_small_registries_are_under_their_names() -> None:
    """Limits and the words behind "with" are filed under themselves."""
    assert [spec.key for spec in LIMITS.values()] == list(LIMITS)
    assert [spec.key for spec in WITH_PROTOCOLS.values()] == list(WITH_PROTOCOLS)
