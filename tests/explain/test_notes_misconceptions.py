"""What learners get wrong: each of the 68 known mistakes, as real servers answer it, has its note.

The numbers are those of the list that lessons and the class board use. Each case is a dialogue; the
named note must be the first one that speaks on some line of it.
"""

from __future__ import annotations

import pytest

from smtpshell.explain.notebook import Notebook
from tests.explain.played import tell

HELLO = "S: *\nC: EHLO pc.example.org\nS: 250 list\n"
MAIL = HELLO + "C: MAIL FROM:<a@example.org>\nS: 250 2.1.0 Ok\n"
RCPT = MAIL + "C: RCPT TO:<b@example.org>\nS: 250 2.1.5 Ok\n"
DATA = RCPT + "C: DATA\nS: 354 go\n"
HEADERS = "C: From: a@example.org\nC: To: b@example.org\nC: Subject: s\n"
SENT = "C: \nC: text\nC: .\nS: 250 2.0.0 Ok: queued as 1\n"
TLS = HELLO + "C: STARTTLS\nS: 220 go\n% tls\n"
TLS_HELLO = (
    TLS + "C: EHLO pc.example.org\nS: 250-mx.example.org\nS: 250-AUTH PLAIN LOGIN\nS: 250 SIZE 99\n"
)

CASES = [
    ("M01", DATA + "C: text\\x0a.\\x0a\n% timer reply\n", "line.bare-lf"),
    ("M02", HELLO + 'C: QUIY\\x08T\nS: 500 5.5.1 Command unrecognized: "QUIT"\n',
     "other.hidden-bytes"),
    ("M03", DATA + "C: Subject: hi\nC: Hello there\nC: .\nS: 250 2.0.0 Ok: queued as 1\n",
     "letter.no-blank-line"),
    ("M04", HELLO + "C: RCPT TO:<a@example.org>\nS: 503 5.5.1 Error: need MAIL command\n",
     "rcpt.before-mail"),
    ("M04", "S: *\nC: MAIL FROM:<a@example.org>\nS: 503 HELO or EHLO required\n",
     "mail.before-ehlo"),
    ("M05", MAIL + "C: RCPT TO:<me@example.net>\n"
     "S: 554 5.7.1 <me@example.net>: Relay access denied\n", "rcpt.relay-denied"),
    ("M05", MAIL + "C: RCPT TO:<me@example.net>\nS: 550 relay not permitted\n",
     "rcpt.relay-denied"),
    ("M06", DATA + "C: From: a@example.org\nC: To: ana@example.org, ben@example.org\n" + SENT,
     "letter.many-in-to"),
    ("M07", MAIL, "mail.ok"),
    ("M08", HELLO + "C: Subject: test\nS: 221 2.7.0 Error: I can break rules, too. Goodbye.\n"
     "% close server\n", "other.header-goodbye"),
    ("M08", HELLO + "C: Subject: test\nS: 500 unrecognized command\n", "other.header"),
    ("M09", HELLO + "C: MAIL FROM:a@example.org\nS: 250 2.1.0 Ok\n", "path.brackets-forgiven"),
    ("M09", HELLO + "C: MAIL FROM:a@example.org\nS: 555 5.5.2 Syntax error\n", "path.no-brackets"),
    ("M10", HELLO + "C: MAIL FROM: <a@example.org>\nS: 250 2.1.0 Ok\n", "path.space-forgiven"),
    ("M10", MAIL + "C: RCPT TO: <a@example.org>\nS: 501 5.1.3 Bad syntax\n",
     "path.space-after-colon"),
    ("M11", DATA, "data.go"),
    ("M11", DATA + "C: QUIT\n", "line.command-in-data"),
    ("M12", DATA + "C: . \n", "line.dot-with-space"),
    ("M12", DATA + "C: \\r\\n.\\r\\n\n", "line.written-out-crlf"),
    ("M13", "% peer port 25\n% connect timeout\n", "connect.failed-port-25"),
    ("M14", "S: *\nC: EHLO\nS: 501 Syntax: EHLO hostname\n", "ehlo.no-name"),
    ("M14", "S: *\nC: EHLO localhost\nS: 504 5.5.2 <localhost>: Helo command rejected: need "
     "fully-qualified hostname\n", "ehlo.not-full-name"),
    ("M15", "S: *\nC: EHLO pc.example.org\nS: 250-mx.example.org\nC: MAIL FROM:<a@example.org>\n",
     "line.wait-here"),
    ("M16", MAIL + "C: RCPT TO:<b@example.org>\nS: 450 4.2.0 <b@example.org>: Greylisted\n",
     "rcpt.greylisted"),
    ("M17", DATA + HEADERS + SENT + "% close client\n", "close.delivered-without-quit"),
    ("M18", MAIL + "C: MAIL FROM:<c@example.org>\nS: 503 5.5.1 Error: nested MAIL command\n",
     "mail.nested"),
    ("M19", MAIL + "C: RCPT TO:<b@example.org>\nS: 550 5.1.1 no\nC: DATA\n"
     "S: 554 5.5.1 Error: no valid recipients\n", "data.no-recipient"),
    ("M20", MAIL + "C: RCPT TO:<a@example.org>,<b@example.org>\n"
     "S: 501 5.1.3 Bad recipient address syntax\n", "path.comma-list"),
    ("M20", MAIL + "C: CC:<b@example.org>\nS: 500 unknown\n", "other.copy-command"),
    ("M21", TLS + "C: AUTH LOGIN\nS: 503 AUTH command used when not advertised\n",
     "auth.no-ehlo-after-tls"),
    ("M22", HELLO + "C: STARTTLS\nS: 220 2.0.0 Ready to start TLS\n", "tls.go"),
    ("M25", DATA + "C: text\\x0a.\\x0a\nS: 451 4.7.0 Timeout waiting for client input\n",
     "codes.timeout"),
    ("M26", TLS_HELLO + "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: YWxpY2U=\nS: 334 UGFzc3dvcmQ6\n"
     "C: c2VjcmV0Cg==\nS: 535 5.7.8 authentication failed\n", "auth.failed-newline"),
    ("M27", HELLO.replace("list", "list") + "C: AUTH PLAIN AGFsaWNlAHNlY3JldA==\n",
     "line.password-in-clear"),
    ("M28", TLS_HELLO + "C: AUTH PLAIN YWxpY2U6c2VjcmV0\nS: 535 5.7.8 failed\n",
     "auth.failed-shape"),
    ("M29", TLS_HELLO + "C: AUTH LOGIN alice\nS: 501 5.5.2 Invalid base64 data\n",
     "auth.login-on-one-line"),
    ("M30", TLS_HELLO + "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: EHLO pc.example.org\nS: 535 no\n",
     "auth.command-at-prompt"),
    ("M31", HELLO + "C: MAIL FROM:<a@example.org>\n"
     "S: 530 5.7.0 Must issue a STARTTLS command first\n", "tls.needed"),
    ("M31", TLS_HELLO + "C: MAIL FROM:<a@example.org>\nS: 530 5.7.0 Authentication required\n",
     "auth.needed"),
    ("M32", "S: *\nC: HELO pc.example.org\nS: 250 mx\nC: MAIL FROM:<a@example.org> SIZE=10\n"
     "S: 555 5.5.4 Unsupported option\n", "mail.parameter-after-helo"),
    ("M33", "% peer port 465\n% connect\n% timer greeting\n", "connect.silence"),
    ("M34", "% connect\nC: \\x16\\x03\\x01\\x02\\x00\\x01\nS: 500 5.5.2 Error: bad syntax\n",
     "line.tls-bytes"),
    ("M35", TLS_HELLO + "C: MAIL FROM:<a@example.org>\nS: 250 ok\nC: AUTH LOGIN\n"
     "S: 503 5.5.1 Error: MAIL transaction in progress\n", "auth.in-transaction"),
    ("M36", TLS_HELLO + "C: AUTH PLAIN AGFsaWNlAHNlY3JldA==\n"
     "S: 535 5.7.8 Application-specific password required\n", "auth.app-password"),
    ("M37", TLS_HELLO + "C: AUTH PLAIN AGFsaWNlAHNlY3JldA==\nS: 235 2.7.0 ok\n"
     "C: EHLO pc.example.org\nS: 250 mx\n", "ehlo.after-auth"),
    ("M38", HELLO + "C: EHLO pc.example.org\nS: 503 5.5.1 Invalid command: Already identified\n",
     "ehlo.twice-refused"),
    ("M39", "S: *\nC: EHLO pc.example.org\nC: MAIL FROM:<a@example.org>\nC: DATA\n"
     "S: 554 SMTP synchronization error\n", "codes.sync"),
    ("M40", "% connect\nC: EHLO pc.example.org\n", "line.early-talk"),
    ("M41", "S: 220 ****2******0***\n", "greeting.masked"),
    ("M42", DATA + "C: From: a@example.org\nC: Bcc: ben@example.org\n" + SENT, "letter.bcc"),
    ("M43", MAIL + "C: RCPT TO:\u201cana@example.org\u201d\nS: 501 5.1.3 Bad syntax\n",
     "path.smart-quotes"),
    ("M44", "S: *\nC: \\xff\\xfd\\x03EHLO pc.example.org\nS: 500 Unrecognized command\n",
     "other.telnet-bytes"),
    ("M46", DATA + HEADERS + SENT, "data.accepted"),
    ("M48", DATA + HEADERS + "C: \nC: .hidden\n", "line.needs-dot-stuffing"),
    ("M49", HELLO + "C: MAIL FROM:<>\nS: 250 2.1.0 Ok\n", "mail.null"),
    ("M50", "S: *\n% event bounced\n", "bounced.to-the-envelope"),
    ("M51", MAIL + "C: RCPT TO:<b@example.org>\n"
     "S: 550 5.7.25 The IP address has no PTR record\n", "client.no-ptr"),
    ("M52", MAIL + "C: RCPT TO:<b@example.org>\n"
     "S: 550 5.7.1 Helo command rejected: Host not found\n", "client.ehlo-name"),
    ("M53", HELLO + "C: MAIL FROM:<a@nowhere.example>\n"
     "S: 450 4.1.8 <a@nowhere.example>: Sender address rejected: Domain not found\n",
     "mail.no-such-domain"),
    ("M53", HELLO + "C: MAIL FROM:<a@nowhere.example>\nS: 550 Sender verify failed\n",
     "mail.sender-verify"),
    ("M54", HELLO + "C: VRFY root\nS: 252 2.0.0 root\n", "vrfy.cannot"),
    ("M55", RCPT + "C: RSET\nS: 250 2.0.0 Ok\n", "rset.ok"),
    ("M56", TLS, "tls.up"),
    ("M57", DATA + "C: text\\x0a.\\x0d\n", "line.bare-lf"),
    ("M60", HELLO + "C: mail from:<a@example.org>\n", "line.case"),
    ("M61", MAIL + "C: RCPT TO:<\u00e9va@example.org>\n"
     "S: 553 5.6.7 Must declare SMTPUTF8 to permit unicode address\n",
     "mail.utf8-refused"),
    ("M61", DATA + "C: From: a@example.org\nC: Subject: caf\u00e9\n" + SENT,
     "letter.subject-not-ascii"),
    ("M62", HELLO + "C: MAIL FROM:<a@example.org> SIZE=99999999\n"
     "S: 552 5.3.4 Message size exceeds fixed limit\n", "mail.too-big"),
    ("M63", HELLO + "C: NOOP\nS: 421 4.4.2 mx.example.org Error: timeout exceeded\n",
     "codes.timeout"),
    ("M64", HELLO + "C: BOGUS\nS: 500 what?\nC: NOOP\n"
     "S: 421 4.7.0 mx.example.org Error: too many errors\n",
     "codes.too-many-errors"),
    ("M65", "S: *\nC: EHLO pc.example.org\nS: 500 Command unrecognized\n", "ehlo.old-server"),
    ("M66", MAIL + "C: RCPT TO:<b@example.org>\nS: 550 5.1.1 <b@example.org>: unknown\n",
     "rcpt.unknown"),
    ("M68", DATA + HEADERS + "C: \nC: text\nC: .\n"
     "S: 552 5.3.4 Error: message file too big\n", "data.too-big"),
]  # fmt: skip

# Mistakes that leave no trace in what client and server say to each other.
UNSEEN = {
    "M23": "openssl eats the line; the server never sees it",
    "M24": "openssl eats QUIT; what is left is M17, a close without it",
    "M45": "a program is missing, so nothing is said at all",
    "M47": "the wrong host was asked; DNS tells, not the dialogue",
    "M58": "a belief about SPF, DKIM and DMARC",
    "M59": "a belief about the Received lines of stored mail",
    "M67": "a belief about ports",
}


@pytest.mark.parametrize(
    ("dialogue", "note"),
    [pytest.param(dialogue, note, id=f"{name}-{note}") for name, dialogue, note in CASES],
)
def test_a_mistake_is_met_by_its_note(dialogue: str, note: str, notebook: Notebook) -> None:
    """The note on the mistake speaks first, on the line where it shows."""
    first = [told.ids[0] for told in tell(dialogue, notebook) if told.ids]
    assert note in first, first


def test_every_known_mistake_is_in_the_table() -> None:
    """All 68 are covered, or named with the reason why no dialogue can show them."""
    numbers = {name for name, _, _ in CASES} | set(UNSEEN)
    assert numbers == {f"M{n:02}" for n in range(1, 69)}
