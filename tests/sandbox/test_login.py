"""AUTH: every mechanism offered lets the right people in, and nobody else (RFC 4954)."""

from __future__ import annotations

from base64 import b64decode, b64encode

import pytest

from smtpshell.smtp.sasl.identity import Credentials
from smtpshell.smtp.sasl.mechanism import client
from tests.sandbox.play import HELLO, MAIL, RCPT, Talk, codes, make_part

MECHANISMS = ("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256", "XOAUTH2")
RIGHT = Credentials("ana", "apricot-7", token="ana-token-7")


def encode(data: bytes | None) -> str:
    return b64encode(data or b"").decode()


def log_in(talk: Talk, mechanism: str, who: Credentials, *, initial: bool) -> str:
    """Go through an exchange; the reply that ends it."""
    steps = client(mechanism, who, nonce="fyko+d2lbbFgONRv9qkxdawL")
    first = next(steps)
    if first is not None and initial:
        reply = talk.say(f"AUTH {mechanism} {encode(first) or '='}")
    else:
        reply = talk.say(f"AUTH {mechanism}")
        if first is not None:
            assert reply.strip() == "334"
            reply = talk.say(encode(first))
    while reply.startswith("334"):
        reply = talk.say(encode(steps.send(b64decode(reply[4:]))))
    return reply


@pytest.fixture
def talk() -> Talk:
    talk = Talk()
    talk.over_tls()
    return talk


def test_every_mechanism_in_the_list_is_tried_here(talk: Talk) -> None:
    """No mechanism is offered that these tests do not log in with."""
    offered = next(line for line in talk.say(HELLO).splitlines() if line[4:].startswith("AUTH "))
    assert tuple(offered[9:].split()) == MECHANISMS


@pytest.mark.parametrize("initial", [True, False], ids=["initial-response", "challenge-first"])
@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_the_right_secret(talk: Talk, mechanism: str, initial: bool) -> None:
    """Name and password, or token, let ana in, and then her mail may go anywhere."""
    assert codes(log_in(talk, mechanism, RIGHT, initial=initial)) == ["235 2.7.0"]
    assert talk.view.user == "ana"
    assert codes(talk.say(MAIL, "RCPT TO:<carl@elsewhere.test>")) == ["250 2.1.5"]
    assert codes(talk.say("DATA", "hi", ".")) == ["250 2.0.0"]
    assert talk.part.world.outgoing.gone[0].address == "carl@elsewhere.test"


@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize(
    "who",
    [
        Credentials("ana", "wrong", token="wrong"),
        Credentials("nobody", "apricot-7", token="nothing"),
        Credentials("full", "", token=""),
        Credentials("ana", "blueberry-7", token="ben-token-7"),
    ],
    ids=["wrong-secret", "nobody", "no-password", "bens-secret"],
)
def test_a_wrong_secret(talk: Talk, mechanism: str, who: Credentials) -> None:
    """Nobody else comes in; the session goes on."""
    reply = log_in(talk, mechanism, who, initial=True)
    assert codes(reply)[0] in ("535 5.7.8", "501 5.5.2")
    assert talk.view.user == ""
    assert codes(talk.say("NOOP")) == ["250 2.0.0"]


def test_an_address_will_do(talk: Talk) -> None:
    """People are known by name and by address."""
    who = Credentials("Ben@Office.test", "blueberry-7")
    assert codes(log_in(talk, "PLAIN", who, initial=True)) == ["235 2.7.0"]
    assert talk.view.user == "ben"


@pytest.mark.parametrize("name", ["ana@elsewhere.test", "ana@"])
def test_a_namesake_elsewhere_is_somebody_else(talk: Talk, name: str) -> None:
    """The right password for the wrong house lets nobody in."""
    reply = log_in(talk, "PLAIN", Credentials(name, RIGHT.password), initial=True)
    assert codes(reply) == ["535 5.7.8"]


def test_the_learner_is_told_what_the_client_is_not(talk: Talk) -> None:
    """The reply does not say whether name or password was wrong; the reason does."""
    wrong_name = log_in(talk, "PLAIN", Credentials("nobody", "x"), initial=True)
    told = talk.view.last_reason
    wrong_password = log_in(talk, "PLAIN", Credentials("ana", "x"), initial=True)
    assert wrong_name == wrong_password
    assert told is not None
    assert "no such user" in told.words
    assert talk.view.last_reason is not None
    assert "password is wrong" in talk.view.last_reason.words


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["AUTH"], "501 5.5.4"),
        (["AUTH FOO"], "504 5.5.4"),
        (["AUTH SCRAM-SHA-1"], "504 5.5.4"),
        (["AUTH PLAIN not*base64"], "501 5.5.2"),
        (["AUTH PLAIN YQ"], "501 5.5.2"),
        (["AUTH PLAIN AGFuYQBhcHJpY290LTc= more"], "501 5.5.4"),
        (["AUTH PLAIN YW5hOmFwcmljb3QtNw=="], "501 5.5.2"),
        (["AUTH CRAM-MD5 YW5h"], "501 5.7.0"),
        (["AUTH PLAIN", "*"], "501 5.7.0"),
        (["AUTH LOGIN", "EHLO client.example.org"], "501 5.5.2"),
        (["AUTH LOGIN", "YW5h", "*"], "501 5.7.0"),
        (["AUTH PLAIN", "="], "501 5.5.2"),
        (["AUTH PLAIN", "x" * 13_000], "500 5.5.2"),
        ([MAIL, "AUTH PLAIN"], "503 5.5.1"),
    ],
)
def test_what_goes_wrong(talk: Talk, lines: list[str], expected: str) -> None:
    """Each mistake has its code, and the session goes on."""
    assert codes(talk.say(*lines)) == [expected]
    assert codes(talk.say("NOOP")) == ["250 2.0.0"]


def test_once_is_enough(talk: Talk) -> None:
    """Nobody logs in twice (RFC 4954 4); EHLO does not log out, and STARTTLS is gone."""
    log_in(talk, "PLAIN", RIGHT, initial=True)
    assert codes(talk.say("AUTH PLAIN")) == ["503 5.5.1"]
    talk.say(HELLO)
    assert talk.view.user == "ana"


def test_helo_brings_no_auth(talk: Talk) -> None:
    """AUTH exists only after an EHLO that offered it."""
    talk.say("HELO client.example.org")
    assert codes(talk.say("AUTH PLAIN")) == ["503 5.5.1"]


def test_after_five_wrong_passwords_the_server_hangs_up(talk: Talk) -> None:
    """Guessing is what attackers do."""
    for _ in range(4):
        reply = log_in(talk, "PLAIN", Credentials("ana", "x"), initial=True)
        assert codes(reply) == ["535 5.7.8"]
    reply = log_in(talk, "PLAIN", Credentials("ana", "x"), initial=True)
    assert codes(reply) == ["535 5.7.8", "421 4.7.0"]
    assert talk.closed


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_no_secret_is_kept(mechanism: str) -> None:
    """Neither log nor view nor history has a password, a token or what was made of them."""
    talk = Talk()
    talk.over_tls()
    said: list[str] = []
    send = talk.send

    def note_and_send(data: bytes) -> str:
        said.append(data.decode())
        return send(data)

    talk.send = note_and_send  # type: ignore[method-assign]
    log_in(talk, mechanism, RIGHT, initial=True)
    secrets = {word for line in said for word in line.split()[-1:]} - {mechanism}
    kept = repr(list(talk.responder.record.events())) + repr(talk.view)
    kept += repr([move.command for move in talk.responder.history])
    kept += repr([list(seat.moves) for seat in talk.part._seats.values()])
    for secret in {*secrets, RIGHT.password, RIGHT.token}:
        assert len(secret) < 8 or secret not in kept


def test_a_mistyped_auth_is_not_kept_either() -> None:
    """Also where AUTH is refused at once, what stands behind it may be a password."""
    talk = Talk()
    talk.say(HELLO, "AUTH PLAIN AGFuYQBhcHJpY290LTc=", "AUTH ana apricot-7")
    kept = repr(list(talk.responder.record.events())) + repr(talk.view)
    kept += repr([list(seat.moves) for seat in talk.part._seats.values()])
    assert "AGFuYQBhcHJpY290LTc=" not in kept
    assert "apricot-7" not in kept


# ---------------------------------------------------------------- doors for people with a login


@pytest.mark.parametrize("line", [MAIL, RCPT, "DATA", "VRFY ana", "AUTH PLAIN", "RSET", "HELP"])
def test_submission_begins_with_tls(line: str) -> None:
    """On 587 everything but EHLO, NOOP, STARTTLS and QUIT is 530 until TLS (RFC 3207 4)."""
    talk = Talk(make_part(door="submission"))
    talk.say(HELLO)
    assert codes(talk.say(line)) == ["530 5.7.0"]
    assert codes(talk.say("NOOP")) == ["250 2.0.0"]


@pytest.mark.parametrize("door", ["submission", "smtps"])
def test_submission_goes_on_with_login_and_own_address(door: str) -> None:
    """Under TLS it is 530 until AUTH, and then the sender must be one's own."""
    talk = Talk(make_part(door=door), tls=door == "smtps")
    if door == "submission":
        talk.over_tls()
    else:
        talk.say(HELLO)
    assert codes(talk.say(MAIL)) == ["530 5.7.0"]
    assert codes(log_in(talk, "PLAIN", RIGHT, initial=True)) == ["235 2.7.0"]
    assert codes(talk.say("MAIL FROM:<ben@office.test>")) == ["553 5.7.1"]
    assert codes(talk.say("MAIL FROM:<ana@office.test>")) == ["250 2.1.0"]
    assert codes(talk.say("RSET", "MAIL FROM:<>")) == ["250 2.1.0"]
    assert codes(talk.say("RCPT TO:<carl@elsewhere.test>")) == ["250 2.1.5"]


def test_the_same_seed_gives_the_same_challenge() -> None:
    """Nonces come from the seed, and none comes twice."""

    def challenges(seed: int) -> list[str]:
        talk = Talk(make_part(seed=seed))
        talk.over_tls()
        return [talk.say("*", "AUTH CRAM-MD5") for _ in range(3)]

    assert challenges(7) == challenges(7)
    assert challenges(7) != challenges(8)
    assert len(set(challenges(7))) == 3
