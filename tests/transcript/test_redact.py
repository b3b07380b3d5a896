"""No password or token reaches paper, history or screen, whoever repeats it, and in what form."""

from __future__ import annotations

from base64 import b64decode, b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpshell.smtp.event import Event, EventKind
from smtpshell.smtp.session import Session
from smtpshell.transcript.reader import parse_transcript
from smtpshell.transcript.redact import Redactor
from smtpshell.transcript.secret import hide

K = EventKind
PASSWORD = b"pea-soup-42"
TOKEN = b"ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg"

XOAUTH2 = b"user=ana\x01auth=Bearer %b\x01\x01"


def b64(data: bytes) -> str:
    return b64encode(data).decode()


PLAIN = b64(b"\0ana\0" + PASSWORD)
HIDDEN_PLAIN = b64(b"\0ana\0[hidden]")
GREETING = "S: 220 mx.test\nC: EHLO a.test\nS: 250-mx.test\nS: 250 AUTH PLAIN LOGIN CRAM-MD5\n"


def redacted(text: str) -> list[str]:
    """The lines of a dialogue after the greeting, redacted."""
    redactor = Redactor()
    events = [
        redactor.redact(event) for event in parse_transcript((GREETING + text).encode()).events
    ]
    return [event.data.decode() for event in events[4:]]


CASES = [
    pytest.param(f"C: AUTH PLAIN {PLAIN}", [f"AUTH PLAIN {HIDDEN_PLAIN}"], id="plain"),
    pytest.param(f"C: auth plain {PLAIN}", [f"auth plain {HIDDEN_PLAIN}"], id="lower-case"),
    pytest.param(f"C: X-EXPS PLAIN {PLAIN}", [f"X-EXPS PLAIN {HIDDEN_PLAIN}"], id="x-exps"),
    pytest.param(
        f"C: AUTH PLAIN\nS: 334 \nC: {PLAIN}", ["AUTH PLAIN", "334 ", HIDDEN_PLAIN], id="plain-334"
    ),
    pytest.param(
        f"C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: {b64(b'ana')}\nS: 334 UGFzc3dvcmQ6\n"
        f"C: {b64(PASSWORD)}",
        ["AUTH LOGIN", "334 VXNlcm5hbWU6", b64(b"ana"), "334 UGFzc3dvcmQ6", b64(b"[hidden]")],
        id="login",
    ),
    pytest.param(
        f"C: AUTH LOGIN {b64(b'ana')}\nS: 334 UGFzc3dvcmQ6\nC: {b64(PASSWORD)}",
        [f"AUTH LOGIN {b64(b'ana')}", "334 UGFzc3dvcmQ6", b64(b"[hidden]")],
        id="login-initial",
    ),
    pytest.param(
        f"C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: {b64(b'ana')}\nS: 334 UGFzc3dvcmQ6\n"
        f"C: {b64(PASSWORD + bytes([10]))}",
        ["AUTH LOGIN", "334 VXNlcm5hbWU6", b64(b"ana"), "334 UGFzc3dvcmQ6", b64(b"[hidden]\n")],
        id="the-line-feed-too-many-stays",
    ),
    pytest.param(
        f"C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: ana\nS: 334 UGFzc3dvcmQ6\nC: {PASSWORD.decode()}",
        ["AUTH LOGIN", "334 VXNlcm5hbWU6", "[hidden]", "334 UGFzc3dvcmQ6", "[hidden]"],
        id="not-base64",
    ),
    pytest.param(
        f"C: AUTH CRAM-MD5\nS: 334 PDFAbXg+\nC: {b64(b'ana b913a602c7eda7a495b4e6e7334d3890')}",
        ["AUTH CRAM-MD5", "334 PDFAbXg+", b64(b"ana [hidden]")],
        id="cram",
    ),
    pytest.param(
        f"C: AUTH XOAUTH2 {b64(XOAUTH2 % TOKEN)}",
        [f"AUTH XOAUTH2 {b64(XOAUTH2 % b'[hidden]')}"],
        id="xoauth2",
    ),
    pytest.param(
        "C: AUTH SCRAM-SHA-256 biwsbj1hbmEscj1hYmM=\nS: 334 cj1hYmNkLHM9YWJjZCxpPTQwOTY=\n"
        f"C: {b64(b'c=biws,r=abcd,p=cHJvb2Zwcm9vZg==')}\nS: 334 {b64(b'v=c2lnbmF0dXJl')}\nC: ",
        [
            "AUTH SCRAM-SHA-256 biwsbj1hbmEscj1hYmM=",
            "334 cj1hYmNkLHM9YWJjZCxpPTQwOTY=",
            b64(b"c=biws,r=abcd,p=[hidden]"),
            "334 " + b64(b"v=[hidden]"),
            "",
        ],
        id="scram",
    ),
    pytest.param(
        f"C: AUTH NTLM {b64(b'anything')}", [f"AUTH NTLM {b64(b'[hidden]')}"], id="unknown"
    ),
    pytest.param(f"C: AUTH PLAIN ana {PASSWORD.decode()}", ["AUTH PLAIN [hidden]"], id="in-words"),
    pytest.param(f"C: AUTH PLAIN {PLAIN[:-2]}", ["AUTH PLAIN [hidden]"], id="cut-base64"),
    pytest.param(f"C: AUTH {PLAIN}", [f"AUTH {HIDDEN_PLAIN}"], id="mechanism-left-out"),
    pytest.param(f"C: AUHT PLAIN {PLAIN}", [f"AUHT PLAIN {HIDDEN_PLAIN}"], id="misspelled"),
    pytest.param(f"C: {PLAIN}", [HIDDEN_PLAIN], id="at-the-wrong-prompt"),
    pytest.param(f"C: PASS {PASSWORD.decode()}", ["PASS [hidden]"], id="pop3"),
    pytest.param("C: CLIENTID UUID 0d5f-11", ["CLIENTID UUID [hidden]"], id="clientid"),
    pytest.param(
        "C: BURL imap://ana@imap.test/x;urlauth=submit+ana:internal:91354a473744909d LAST",
        ["BURL imap://ana@imap.test/x;urlauth=submit+ana:internal:[hidden] LAST"],
        id="burl",
    ),
    pytest.param("C: AUTH PLAIN\nS: 334 \nC: *", ["AUTH PLAIN", "334 ", "*"], id="cancel"),
    pytest.param("C: AUTH EXTERNAL =", ["AUTH EXTERNAL ="], id="empty-initial-response"),
    pytest.param(
        f"C: AUTH LOGIN\nC: {b64(b'ana')}\nC: {b64(PASSWORD)}\nC: QUIT",
        ["AUTH LOGIN", b64(b"[hidden]"), b64(b"[hidden]"), "QUIT"],
        id="pasted-at-once",
    ),
    pytest.param(
        f"C: AUTH LOGIN\nS: 503 no\nC: {b64(b'ana')}\nC: {b64(PASSWORD)}\nC: NOOP\nC: ABCD",
        ["AUTH LOGIN", "503 no", b64(b"[hidden]"), b64(b"[hidden]"), "NOOP", "ABCD"],
        id="answers-to-a-refused-auth",
    ),
    pytest.param(
        "C: MAIL FROM:<a@b.test>\nC: RCPT TO:<c@d.test>\nS: 250 a\nS: 250 b\nC: DATA\nS: 354 go\n"
        f"C: The password is {PASSWORD.decode()}, AUTH PLAIN x\nC: {b64(b'picture')}\nC: .",
        [
            "MAIL FROM:<a@b.test>",
            "RCPT TO:<c@d.test>",
            "250 a",
            "250 b",
            "DATA",
            "354 go",
            "The password is pea-soup-42, AUTH PLAIN x",
            b64(b"picture"),
            ".",
        ],
        id="a-letter-is-left-alone",
    ),
    pytest.param(
        f"C: MAIL FROM:<a@b.test>\nS: 250 a\nC: RCPT TO:<c@d.test>\nS: 250 b\nC: DATA\nS: 354 go\n"
        f"C: x\\n.\\n\\\nS: 250 took it\nC: AUTH PLAIN {PLAIN}\nS: 334 \nC: {b64(PASSWORD)}",
        [
            *("MAIL FROM:<a@b.test>", "250 a", "RCPT TO:<c@d.test>", "250 b", "DATA", "354 go"),
            *("x\n.\n", "250 took it", f"AUTH PLAIN {HIDDEN_PLAIN}", "334 ", b64(b"[hidden]")),
        ],
        id="a-letter-that-ended-for-the-server-only",
    ),
    pytest.param(
        f"C: AUTH PLAIN {PLAIN}\\n\\\nS: 235 ok\nC: NOOP\\n\\\nS: 250 ok",
        [f"AUTH PLAIN {HIDDEN_PLAIN}\n", "235 ok", "NOOP\n", "250 ok"],
        id="bare-line-feeds",
    ),
    pytest.param(
        f"C: AUTH PLAIN {PLAIN[:10]}\\\nC: {PLAIN[10:]}\nC: NOOP",
        ["[hidden]", "[hidden]", "NOOP"],
        id="in-pieces",
    ),
]


@pytest.mark.parametrize(("said", "expected"), CASES)
def test_secrets_are_taken_out_and_nothing_else(said: str, expected: list[str]) -> None:
    """What is left can still be decoded, and says all but the secret."""
    assert redacted(said) == expected


ECHOES = [
    pytest.param(f"500 unknown: AUTH PLAIN {PLAIN}", "500 unknown: AUTH PLAIN [hidden]", id="raw"),
    pytest.param(f"535 no '{PASSWORD.decode()}'", "535 no '[hidden]'", id="decoded"),
    pytest.param(f"535 no {b64(PASSWORD)}", "535 no [hidden]", id="encoded-alone"),
    pytest.param(f"500 {PLAIN[:12]}...", "500 [hidden]...", id="cut-short"),
    pytest.param(f"500 unknown: {PLAIN.upper()}", "500 unknown: [hidden]", id="in-capitals"),
    pytest.param(f"535 {PLAIN} {PLAIN}", "535 [hidden] [hidden]", id="twice"),
]


@pytest.mark.parametrize(("reply", "expected"), ECHOES)
def test_what_the_server_repeats_is_hidden_too(reply: str, expected: str) -> None:
    """At once, and for the rest of the session."""
    later = redacted(f"C: AUTH PLAIN {PLAIN}\nS: {reply}\nC: NOOP\nS: {reply}")
    assert later[1] == later[3] == expected


def test_a_short_password_is_hidden_near_its_exchange_only() -> None:
    """ "mx" is a word that servers say all the time; beside a login it may be the password."""
    plain = b64(b"\0ana\0mx")
    said = redacted(f"C: AUTH PLAIN {plain}\nS: 535 mx is wrong\nC: NOOP\nS: 250 mx.test")
    assert said[1] == "535 [hidden] is wrong"
    assert said[3] == "250 mx.test"


def test_secrets_are_remembered_across_connections() -> None:
    """The same password is hidden when the server of the next connection mentions it."""
    redactor = Redactor()
    text = f"{GREETING}C: AUTH PLAIN {PLAIN}\nconnect: again\nS: 220 {PASSWORD.decode()}"
    events = parse_transcript(text.encode()).events
    assert [redactor.redact(event) for event in events][-1].data == b"220 [hidden]"


def test_redacting_twice_changes_nothing() -> None:
    """A transcript may pass through a second time, when it is copied."""
    text = f"C: AUTH PLAIN {PLAIN}\nS: 535 {PASSWORD.decode()}\nC: PASS x\nC: AUTH LOGIN x y"
    once = redacted(text)
    lanes = [line[:3] for line in text.splitlines()]
    again = "\n".join(lane + line for lane, line in zip(lanes, once, strict=True))
    assert redacted(again) == once


def test_no_repr_shows_a_secret() -> None:
    """A traceback or a log may hold the repr of what `hide` gives."""
    assert "pea" not in repr(hide("PASS pea-soup", Session()))


@given(st.binary(min_size=8, max_size=30), st.sampled_from(["PLAIN", "NTLM", "SCRAM-SHA-1"]))
def test_no_response_survives_in_any_form(secret: bytes, mechanism: str) -> None:
    """Whatever the bytes are, neither they nor their base64 are in what comes out."""
    response = b64(b"\0ana\0" + secret if mechanism == "PLAIN" else b"n,,n=ana,r=x,p=" + secret)
    out = redacted(f"C: AUTH {mechanism} {response}")[0]
    shown = b64decode(out.split()[-1]) if "[" not in out else b""
    core = secret.rstrip(b"\r\n")
    assert len(core) < 8 or core not in shown
    assert response not in out


@given(st.lists(st.tuples(st.sampled_from([K.CLIENT, K.SERVER]), st.binary(max_size=20))))
def test_any_dialogue_can_be_redacted(said: list[tuple[EventKind, bytes]]) -> None:
    """Hostile bytes from either side do not make it fall over, in any state."""
    redactor = Redactor()
    for line in (b"AUTH LOGIN", b"DATA"):
        redactor.redact(Event(K.CLIENT, line))
        for kind, data in said:
            redactor.redact(Event(kind, data))
            redactor.redact(Event(K.SERVER, b"334 " + data))
