"""What other practice servers get wrong, and the server that the shell starts with does not."""

from __future__ import annotations

import pytest

from smtpshell.sandbox.mind.responder import Wish
from tests.sandbox.play import HELLO, MAIL, RCPT, Talk, codes, make_part


@pytest.fixture(params=["postfix-like", "by-the-book"])
def talk(request: pytest.FixtureRequest) -> Talk:
    return Talk(make_part(request.param))


def test_mail_before_ehlo_is_503(talk: Talk) -> None:
    """In the default house everybody greets first."""
    assert codes(talk.say(MAIL)) == ["503 5.5.1"]


def test_nested_mail_is_503(talk: Talk) -> None:
    """One transaction at a time."""
    assert codes(talk.say(HELLO, MAIL, MAIL)) == ["503 5.5.1"]


def test_a_second_ehlo_is_accepted_and_resets(talk: Talk) -> None:
    """At any time, and the envelope is gone (RFC 5321 4.1.4)."""
    assert codes(talk.say(HELLO, MAIL, RCPT, HELLO)) == ["250"]
    assert codes(talk.say("DATA")) == ["503 5.5.1"]


def test_the_null_sender_is_accepted(talk: Talk) -> None:
    """Bounces come from nobody, at every door where strangers may enter."""
    assert codes(talk.say(HELLO, "MAIL FROM:<>", RCPT)) == ["250 2.1.5"]


def test_an_unknown_local_user_is_550_at_rcpt(talk: Talk) -> None:
    """Not accepted first and bounced later."""
    assert codes(talk.say(HELLO, MAIL, "RCPT TO:<nobody@office.test>")) == ["550 5.1.1"]


def test_help_is_214() -> None:
    """Not 250, where there is any; Postfix has none."""
    assert codes(Talk(make_part("by-the-book")).say("HELP"))[0].startswith("214")
    assert codes(Talk(make_part("postfix-like")).say("HELP")) == ["500 5.5.2"]


def test_vrfy_is_understood(talk: Talk) -> None:
    """It belongs to the minimum (RFC 5321 4.5.1)."""
    assert codes(talk.say(HELLO, "VRFY ana"))[0][:3] in ("250", "252")


def test_the_ehlo_reply_begins_with_our_domain(talk: Talk) -> None:
    """Its first word is the server's name (RFC 5321 4.1.1.1)."""
    assert talk.say(HELLO)[4:].split()[0] == "mail.office.test"


def test_clear_text_behind_starttls_is_never_obeyed(talk: Talk) -> None:
    """It ends the session."""
    talk.say(HELLO)
    assert codes(talk.send(b"STARTTLS\r\nEHLO evil.test\r\n")) == ["554 5.5.0"]
    assert talk.responder.wish is Wish.CLOSE


def test_the_state_is_forgotten_after_tls(talk: Talk) -> None:
    """EHLO must be said again."""
    talk.say(HELLO, "STARTTLS")
    talk.shake_hands()
    assert codes(talk.say(MAIL)) == ["503 5.5.1"]


def test_only_crlf_dot_crlf_ends_a_letter(talk: Talk) -> None:
    """More of it in `test_letter`."""
    talk.say(HELLO, MAIL, RCPT, "DATA")
    assert talk.send(b"hi\n.\nQUIT\n") == ""
    lenient = talk.part.personality.strict.bare_newline == "normalize"
    assert codes(talk.send(b"\r\n.\r\n")) == ["250 2.0.0" if lenient else "550 5.6.0"]
    letters = talk.part.world.mailboxes["ana@office.test"]
    assert [letter.data for letter in letters] == [b"hi\r\n.\r\nQUIT\r\n\r\n"] * lenient


def test_starttls_that_cannot_be_is_454_never_220() -> None:
    """No 220 and then a closed connection."""
    talk = Talk(make_part("postfix-like", can_tls=False))
    assert codes(talk.say(HELLO, "STARTTLS")) == ["454 4.7.0"]


@pytest.mark.parametrize(
    "path",
    [
        "<carl@elsewhere.test>",
        "<@office.test:carl@elsewhere.test>",
        "<carl%elsewhere.test@office.test>",
        "<elsewhere.test!carl@office.test>",
        '<"carl@elsewhere.test"@office.test>',
        "<carl@[192.0.2.7]>",
        "<carl@elsewhere.test.>",
        "<carl@office.test@elsewhere.test>",
    ],
)
def test_nothing_is_relayed_for_strangers(talk: Talk, path: str) -> None:
    """However the address is dressed up."""
    reply = codes(talk.say(HELLO, MAIL, f"RCPT TO:{path}"))[0]
    assert reply[:3] in ("550", "551", "554", "501")
    assert talk.part.world.outgoing.number == 0
