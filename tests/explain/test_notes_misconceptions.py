"""What learners get wrong: each of the 68 known mistakes, as real servers answer it, has its note.

The numbers are those of the list that lessons and the class board use. Each row is a dialogue; on
its last event of the kind named the note must be the primary one.
"""

from __future__ import annotations

import pytest

from smtpshell.explain.notebook import Notebook
from tests.explain.played import tell

HELLO = "S: *\nC: EHLO pc.example.org\nS: 250 list\n"
PLAIN_HELLO = "S: *\nC: EHLO pc.example.org\nS: 250-mx.example.org\nS: 250 SIZE 99\n"
MAIL = HELLO + "C: MAIL FROM:<dora@office.test>\nS: 250 2.1.0 Ok\n"
RCPT = MAIL + "C: RCPT TO:<ana@office.test>\nS: 250 2.1.5 Ok\n"
DATA = RCPT + "C: DATA\nS: 354 End data with <CR><LF>.<CR><LF>\n"
HEADER = "C: From: dora@office.test\nC: To: ana@office.test\nC: Subject: cake\n"
SENT = "C:\nC: There will be cake.\nC: .\nS: 250 2.0.0 Ok: queued as 4XyZ\n"
STARTTLS = HELLO + "C: STARTTLS\nS: 220 2.0.0 Ready to start TLS\n"
TLS = STARTTLS + "% tls\n"
LOGIN_OFFERED = TLS + "C: EHLO pc.example.org\nS: 250-mail.office.test\nS: 250 AUTH PLAIN LOGIN\n"
LOGGED_IN = LOGIN_OFFERED + "C: AUTH PLAIN AGRvcmEAc2VjcmV0\nS: 235 2.7.0 ok\n"


def to(reply: str, line: str = "C: RCPT TO:<ana@office.test>") -> str:
    """*line* inside a transaction, answered by *reply*."""
    return f"{MAIL}{line}\nS: {reply}\n"


# Number, server or client, dialogue, event, note.
CASES = [
    # The first hour
    ("M01", "nc", DATA + "C: text\\x0a.\\x0a\n", "command", "line.bare-lf"),
    ("M01", "nc", DATA + "% timer reply\n", "timer", "data.waiting"),
    ("M02", "postfix", HELLO + 'C: QUIY\\x08T\nS: 500 5.5.1 Command unrecognized: "QUIT"\n',
     "reply", "other.hidden-bytes"),
    ("M02", "here", HELLO + "C: QUIY\\x08T\n", "command", "line.hidden-bytes"),
    ("M03", "postfix", DATA + "C: Subject: hi\nC: Hello there\nC: .\nS: 250 2.0.0 Ok\n",
     "message", "letter.no-blank-line"),
    ("M04", "postfix", HELLO + "C: RCPT TO:<ana@office.test>\nS: 503 5.5.1 Error: need MAIL"
     " command\n", "reply", "rcpt.before-mail"),
    ("M04", "postfix", HELLO + "C: DATA\nS: 503 5.5.1 Error: need RCPT command\n",
     "reply", "data.before-mail"),
    ("M04", "exim", "S: *\nC: MAIL FROM:<dora@office.test>\nS: 503 HELO or EHLO required\n",
     "reply", "mail.before-ehlo"),
    ("M04", "gmail", "S: *\nC: MAIL FROM:<dora@office.test>\nS: 503 5.5.1 EHLO/HELO first.\n",
     "reply", "mail.before-ehlo"),
    ("M04", "opensmtpd", HELLO + "C: RCPT TO:<ana@office.test>\nS: 503 5.5.1 Invalid command:"
     " Command not allowed at this point.\n", "reply", "rcpt.before-mail"),
    ("M04", "postfix-lenient", "S: *\nC: MAIL FROM:<dora@office.test>\nS: 250 2.1.0 Ok\n",
     "reply", "mail.before-ehlo-taken"),
    ("M04", "here", HELLO + "C: RCPT TO:<ana@office.test>\n", "command", "line.out-of-order"),
    ("M05", "postfix", to("554 5.7.1 <me@example.com>: Relay access denied"),
     "reply", "rcpt.relay-denied"),
    ("M05", "postfix-deferring", to("454 4.7.1 <me@example.com>: Relay access denied"),
     "reply", "rcpt.relay-denied-later"),
    ("M05", "exim", to("550 relay not permitted"), "reply", "rcpt.relay-denied"),
    ("M05", "opensmtpd", to("550 Invalid recipient: <me@example.com>"),
     "reply", "rcpt.no-mail-here"),
    ("M05", "exchange", to("550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain"),
     "reply", "rcpt.relay-denied"),
    ("M05", "encrypted", LOGIN_OFFERED + "C: MAIL FROM:<dora@office.test>\nS: 250 ok\n"
     "C: RCPT TO:<me@example.com>\nS: 554 5.7.1 <me@example.com>: Relay access denied\n",
     "reply", "rcpt.relay-denied-tls"),
    ("M06", "postfix", DATA + "C: From: dora@office.test\nC: To: ana@office.test, ben@office.test\n"
     + SENT, "message", "letter.many-in-to"),
    ("M07", "postfix", MAIL, "reply", "mail.ok"),
    ("M07", "postfix", DATA + "C: From: boss@example.com\nC: To: ana@office.test\nC: Date: x\n"
     "C: Message-ID: <1@office.test>\nC: Subject: s\n" + SENT, "message", "letter.from-is-a-claim"),
    ("M08", "postfix", HELLO + "C: Subject: hi\nS: 221 2.7.0 Error: I can break rules, too."
     " Goodbye.\n", "reply", "other.header-goodbye"),
    ("M08", "exim", HELLO + "C: Subject: hi\nS: 500 unrecognized command\n",
     "reply", "other.header"),
    ("M08", "opensmtpd", HELLO + "C: From: dora\nS: 500 5.5.1 Invalid command: Command"
     " unrecognized\n", "reply", "other.header"),
    ("M08", "here", HELLO + "C: Subject: hi\n", "command", "line.header"),
    ("M09", "postfix", HELLO + "C: MAIL FROM: dora@office.test\nS: 250 2.1.0 Ok\n",
     "reply", "path.brackets-forgiven"),
    ("M09", "opensmtpd", HELLO + "C: MAIL FROM: dora@office.test\nS: 553 5.1.0 Sender address"
     " syntax error\n", "reply", "path.no-brackets"),
    ("M09", "gmail", HELLO + "C: MAIL FROM:dora@office.test\nS: 555 5.5.2 Syntax error\n",
     "reply", "path.no-brackets"),
    ("M09", "here", HELLO + "C: MAIL FROM: dora@office.test\n", "command", "line.no-brackets"),
    ("M10", "postfix", HELLO + "C: MAIL FROM: <dora@office.test>\nS: 250 2.1.0 Ok\n",
     "reply", "path.space-forgiven"),
    ("M10", "strict", to("501 5.5.4 Syntax: RCPT TO:<address>", "C: RCPT TO: <ana@office.test>"),
     "reply", "path.space-after-colon"),
    ("M10", "postfix", HELLO + "C: MAIL FROM :<dora@office.test>\nS: 501 5.5.4 Syntax: MAIL"
     " FROM:<address>\n", "reply", "path.space-before-colon"),
    ("M10", "exim", HELLO + "C: MAIL FROM :<dora@office.test>\nS: 500 unrecognized command\n",
     "reply", "path.space-before-colon"),
    ("M10", "here", HELLO + "C: MAIL FROM: <dora@office.test>\n",
     "command", "line.space-after-colon"),
    ("M11", "postfix", DATA, "reply", "data.go"),
    ("M11", "here", DATA + "C: QUIT\n", "command", "line.command-in-data"),
    ("M11", "waiting", DATA + "C: Subject: hi\n% timer reply\n", "timer", "data.waiting"),
    ("M12", "space", DATA + "C: .\\s\n", "command", "line.dot-with-space"),
    ("M12", "quoted", DATA + 'C: "."\n', "command", "line.dot-with-space"),
    ("M12", "written", DATA + "C: \\r\\n.\\r\\n\n", "command", "line.written-out-crlf"),
    ("M13", "network", "% peer port 25\n% connect Connection timed out\n",
     "connect", "connect.failed-port-25"),
    ("M14", "postfix", "S: *\nC: EHLO\nS: 501 Syntax: EHLO hostname\n", "reply", "ehlo.no-name"),
    ("M14", "exim", "S: *\nC: EHLO\nS: 501 Syntactically invalid EHLO argument(s)\n",
     "reply", "ehlo.no-name"),
    ("M14", "opensmtpd", "S: *\nC: EHLO\nS: 501 5.5.1 Invalid command: EHLO requires domain name\n",
     "reply", "ehlo.no-name"),
    ("M14", "postfix-strict", "S: *\nC: EHLO localhost\nS: 504 5.5.2 <localhost>: Helo command"
     " rejected: need fully-qualified hostname\n", "reply", "ehlo.not-full-name"),
    ("M14", "here", "S: *\nC: HELO me\n", "command", "line.short-name"),
    ("M15", "greeting", "S: 220-mail.example.net ESMTP\nS: 220 We like cake.\n",
     "greeting", "greeting.many-lines"),
    ("M15", "too-early", "S: *\nC: EHLO pc.example.org\nS: 250-mx.example.org\n"
     "C: MAIL FROM:<dora@office.test>\n", "command", "line.wait-here"),
    ("M16", "postgrey", to("450 4.2.0 <ana@office.test>: Recipient address rejected: Greylisted"),
     "reply", "rcpt.greylisted"),
    ("M16", "busy", to("450 4.2.1 mailbox busy"), "reply", "rcpt.disabled"),
    ("M16", "again", to("550 no") + 3 * "C: RCPT TO:<ana@office.test>\nS: 550 no\n",
     "reply", "codes.refused-again"),
    ("M17", "delivered", DATA + HEADER + SENT + "% close client\n",
     "close", "close.delivered-without-quit"),
    ("M17", "nothing-sent", HELLO + "% close client\n", "close", "close.without-quit"),
    ("M17", "polite", HELLO + "C: QUIT\nS: 221 2.0.0 Bye\n", "reply", "quit.bye"),
    ("M18", "postfix", to("503 5.5.1 Error: nested MAIL command", "C: MAIL FROM:<b@office.test>"),
     "reply", "diagnosis.mail-open"),
    ("M18", "exim", to("503 sender already given", "C: MAIL FROM:<b@office.test>"),
     "reply", "diagnosis.mail-open"),
    ("M18", "here", MAIL + "C: MAIL FROM:<b@office.test>\n", "command", "line.second-mail"),
    ("M19", "postfix", to("550 5.1.1 no") + "C: DATA\nS: 554 5.5.1 Error: no valid recipients\n",
     "reply", "diagnosis.rcpts-refused"),
    ("M19", "exim", to("550 no") + "C: DATA\nS: 503-All RCPT commands were rejected with this"
     " error:\nS: 503 Valid RCPT command must precede DATA\n", "reply", "diagnosis.rcpts-refused"),
    ("M19", "opensmtpd", MAIL + "C: DATA\nS: 503 5.5.4 Invalid command arguments: No recipient"
     " specified\n", "reply", "data.no-recipient"),
    ("M19", "here", MAIL + "C: DATA\n", "command", "line.nobody-yet"),
    ("M20", "postfix", to("501 5.1.3 Bad recipient address syntax",
     "C: RCPT TO:<ana@office.test>,<ben@office.test>"), "reply", "path.comma-list"),
    ("M20", "opensmtpd", to("503 Unsupported option ,<ben@office.test>",
     "C: RCPT TO:<ana@office.test>,<ben@office.test>"), "reply", "path.comma-list"),
    ("M20", "exim", to("500 unrecognized command", "C: CC:<ben@office.test>"),
     "reply", "other.copy-command"),
    ("M20", "here", MAIL + "C: CC:<ben@office.test>\n", "command", "line.copy-command"),
    # TLS, AUTH, tools
    ("M21", "exim", TLS + "C: AUTH LOGIN\nS: 503 AUTH command used when not advertised\n",
     "reply", "diagnosis.no-ehlo-after-tls"),
    ("M21", "exchange", TLS + "C: MAIL FROM:<dora@office.test>\nS: 503 5.5.2 Send hello first\n",
     "reply", "diagnosis.no-ehlo-after-tls"),
    ("M22", "postfix", STARTTLS, "reply", "tls.go"),
    ("M22", "telnet", STARTTLS + "C: EHLO pc.example.org\n", "command", "line.after-starttls"),
    ("M22", "telnet", STARTTLS + "% close server\n", "close", "tls.closed-in-handshake"),
    ("M24", "s_client", DATA + HEADER + SENT + "% close client\n",
     "close", "close.delivered-without-quit"),
    ("M25", "exchange", RCPT + "C: DATA\nS: 451 4.7.0 Timeout waiting for client input\n",
     "reply", "codes.timeout"),
    ("M26", "postfix", LOGIN_OFFERED + "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: YWxpY2UK\n"
     "S: 334 UGFzc3dvcmQ6\nC: c2VjcmV0\nS: 535 5.7.8 Error: authentication failed\n",
     "reply", "diagnosis.auth-newline"),
    ("M26", "password", LOGIN_OFFERED + "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: YWxpY2U=\n"
     "S: 334 UGFzc3dvcmQ6\nC: c2VjcmV0Cg==\nS: 535 5.7.8 Error: authentication failed\n",
     "reply", "auth.failed-newline"),
    ("M26", "here", LOGIN_OFFERED + "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: YWxpY2UK\n",
     "command", "line.base64-newline"),
    ("M27", "here", "S: *\nC: EHLO pc.example.org\nS: 250-mx\nS: 250 AUTH PLAIN\n"
     "C: AUTH PLAIN AGRvcmEAc2VjcmV0\n", "command", "line.password-in-clear"),
    ("M27", "taken", "S: *\nC: EHLO pc.example.org\nS: 250-mx\nS: 250 AUTH PLAIN\n"
     "C: AUTH PLAIN AGRvcmEAc2VjcmV0\nS: 235 2.7.0 ok\n", "auth", "auth.password-in-clear"),
    ("M28", "postfix", LOGIN_OFFERED + "C: AUTH PLAIN ZG9yYTpzZWNyZXQ=\nS: 535 5.7.8 Error:"
     " authentication failed\n", "reply", "auth.failed-shape"),
    ("M28", "aiosmtpd", LOGIN_OFFERED + "C: AUTH PLAIN ZG9yYTpzZWNyZXQ=\nS: 501 5.5.2 Can't split"
     " auth value\n", "reply", "auth.failed-shape"),
    ("M29", "exim", LOGIN_OFFERED + "C: AUTH LOGIN alice\nS: 501 Invalid base64 data\n",
     "reply", "auth.login-on-one-line"),
    ("M29", "question", LOGIN_OFFERED + "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\n",
     "reply", "auth.login-name"),
    ("M29", "question", LOGIN_OFFERED + "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: YWxpY2U=\n"
     "S: 334 UGFzc3dvcmQ6\n", "reply", "auth.login-password"),
    ("M30", "postfix", LOGIN_OFFERED + "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: EHLO pc.example.org"
     "\nS: 535 5.7.8 Error: authentication failed\n", "reply", "diagnosis.auth-still-open"),
    ("M30", "here", LOGIN_OFFERED + "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: EHLO pc.example.org\n",
     "command", "line.command-in-auth"),
    ("M30", "way-out", LOGIN_OFFERED + "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: *\nS: 501 5.7.0"
     " Authentication aborted\n", "reply", "auth.cancelled"),
    ("M31", "postfix", HELLO + "C: MAIL FROM:<dora@office.test>\nS: 530 5.7.0 Must issue a STARTTLS"
     " command first\n", "reply", "tls.needed"),
    ("M31", "postfix", LOGIN_OFFERED + "C: MAIL FROM:<dora@office.test>\nS: 530 5.7.0"
     " Authentication required\n", "reply", "auth.needed"),
    ("M31", "opensmtpd", LOGIN_OFFERED + "C: MAIL FROM:<dora@office.test>\nS: 530 5.5.1 Invalid"
     " command: Must issue an AUTH command first\n", "reply", "auth.needed"),
    ("M31", "exchange", LOGIN_OFFERED + "C: MAIL FROM:<dora@office.test>\nS: 530 5.7.57 Client not"
     " authenticated to send mail.\n", "reply", "auth.needed"),
    ("M32", "postfix", "S: *\nC: HELO pc.example.org\nS: 250 mx\nC: MAIL FROM:<dora@office.test>"
     " SIZE=10\nS: 555 5.5.4 Unsupported option: SIZE=10\n",
     "reply", "diagnosis.helo-without-extensions"),
    ("M32", "exim", "S: *\nC: HELO pc.example.org\nS: 250 mx\nC: STARTTLS\nS: 503 STARTTLS command"
     " used when not advertised\n", "reply", "diagnosis.helo-without-extensions"),
    ("M32", "here", "S: *\nC: HELO pc.example.org\nS: 250 mx\nC: MAIL FROM:<dora@office.test>"
     " SIZE=10\n", "command", "line.param-after-helo"),
    ("M33", "plain", "% peer port 465\n% connect\n% timer greeting\n", "timer", "connect.silence"),
    ("M33", "plain", "% peer port 465\n% connect\n% close server\n",
     "close", "close.before-greeting"),
    ("M33", "tls", "% peer port 465\n% connect\n% tls\nS: *\n", "greeting", "greeting.tls"),
    ("M34", "tls-first", "% peer port 587\n% connect\n% tls wrong version number\n",
     "tls", "tls.failed-at-once"),
    ("M34", "server-side", "S: *\nC: \\x16\\x03\\x01\\x02\\x00\\x01\n",
     "command", "line.tls-bytes"),
    ("M35", "postfix", LOGIN_OFFERED + "C: MAIL FROM:<dora@office.test>\nS: 250 ok\nC: AUTH LOGIN\n"
     "S: 503 5.5.1 Error: MAIL transaction in progress\n", "reply", "auth.in-transaction"),
    ("M35", "here", LOGIN_OFFERED + "C: MAIL FROM:<dora@office.test>\nS: 250 ok\nC: AUTH LOGIN\n",
     "command", "line.auth-in-transaction"),
    ("M36", "gmail", LOGIN_OFFERED + "C: AUTH PLAIN AGRvcmEAc2VjcmV0\nS: 534-5.7.9"
     " Application-specific password required.\nS: 534 5.7.9 Learn more\n",
     "reply", "auth.app-password"),
    ("M36", "microsoft", LOGIN_OFFERED + "C: AUTH PLAIN AGRvcmEAc2VjcmV0\nS: 535 5.7.139"
     " Authentication unsuccessful, basic authentication is disabled.\n",
     "reply", "auth.app-password"),
    ("M36", "plain", LOGIN_OFFERED + "C: AUTH PLAIN AGRvcmEAc2VjcmV0\nS: 535 5.7.8 no\n",
     "reply", "auth.failed"),
    ("M37", "postfix", LOGGED_IN + "C: EHLO pc.example.org\nS: 250-mail.office.test\n"
     "S: 250 SIZE 99\n", "reply", "ehlo.after-auth"),
    ("M37", "forgetful", LOGGED_IN + "C: EHLO pc.example.org\nS: 250-mail.office.test\n"
     "S: 250 SIZE 99\nC: MAIL FROM:<dora@office.test>\nS: 530 5.7.0 Authentication required\n",
     "reply", "diagnosis.login-forgotten"),
    ("M38", "opensmtpd", HELLO + "C: EHLO pc.example.org\nS: 503 5.5.1 Invalid command: Already"
     " identified\n", "reply", "ehlo.twice-refused"),
    ("M39", "postfix", "S: *\nC: EHLO pc.example.org\nC: MAIL FROM:<dora@office.test>\nC: DATA\n"
     "S: 554 5.5.0 Error: SMTP protocol synchronization\n", "reply", "codes.sync"),
    ("M39", "exim", PLAIN_HELLO + "C: MAIL FROM:<dora@office.test>\nC: RCPT TO:<ana@office.test>\n"
     "S: 554 SMTP synchronization error\n", "reply", "codes.sync"),
    ("M39", "postfix-listed", PLAIN_HELLO + "C: MAIL FROM:<dora@office.test>\nS: 503 5.5.0 <DATA>:"
     " Data command rejected: Improper use of SMTP command pipelining\n", "reply", "codes.sync"),
    ("M39", "opensmtpd", "S: *\nC: EHLO pc.example.org\nC: NOOP\nS: 500 5.0.0 Pipelining not"
     " supported\n", "reply", "codes.sync"),
    ("M39", "strict-sync", HELLO + "C: MAIL FROM:<dora@office.test>\nC: NOOP\n"
     "S: 554 5.5.0 You did not wait for my reply\n", "reply", "codes.sync"),
    ("M39", "here", HELLO + "% paste 9\nC: MAIL FROM:<dora@office.test>\n",
     "command", "line.pasted-block"),
    ("M40", "exim", "C: EHLO pc.example.org\nS: 554 SMTP synchronization error\n",
     "greeting", "greeting.too-early"),
    ("M40", "postscreen", "C: EHLO pc.example.org\nS: 521 5.5.1 Protocol error\n",
     "greeting", "greeting.too-early"),
    ("M40", "strict-sync", "C: NOOP\nS: 554 5.5.0 You speak before I have greeted you\n",
     "greeting", "greeting.too-early"),
    ("M40", "here", "C: EHLO pc.example.org\n", "command", "line.early-talk"),
    ("M41", "firewall", "S: 220 ****2******0***\n", "greeting", "greeting.masked"),
    ("M41", "firewall", "S: *\nC: EHLO pc.example.org\nS: 500 5.3.3 Unrecognized command XXXX\n",
     "reply", "other.masked"),
    ("M42", "postfix", DATA + "C: From: dora@office.test\nC: Bcc: ben@office.test\n" + SENT,
     "message", "letter.bcc"),
    ("M42", "here", DATA + "C: Bcc: ben@office.test\n", "command", "line.bcc"),
    ("M43", "postfix", to("501 5.1.3 Bad syntax", "C: RCPT TO:\u201cana@office.test\u201d"),
     "reply", "path.smart-quotes"),
    ("M43", "here", MAIL + "C: RCPT\u00a0TO:<ana@office.test>\n", "command", "line.looks-alike"),
    ("M44", "exim", "S: *\nC: \\xff\\xfd\\x03EHLO pc.example.org\nS: 500 unrecognized command\n",
     "reply", "other.telnet-bytes"),
    # What things mean
    ("M46", "postfix", DATA + HEADER + SENT, "reply", "data.accepted"),
    ("M46", "exim", DATA + HEADER + "C:\nC: x\nC: .\nS: 250 OK id=1a2b3c-000000-00\n",
     "reply", "data.accepted"),
    ("M46", "bdat", RCPT + "C: BDAT 0 LAST\nS: 250 2.0.0 Ok: queued as 4XyZ\n",
     "reply", "bdat.accepted"),
    ("M47", "web-host", "% connect Connection refused\n", "connect", "connect.failed"),
    ("M48", "here", DATA + HEADER + "C:\nC: .hidden\n", "command", "line.needs-dot-stuffing"),
    ("M49", "postfix", HELLO + "C: MAIL FROM:<>\nS: 250 2.1.0 Ok\n", "reply", "mail.null"),
    ("M50", "practice", "S: *\n% event bounced\n", "bounced", "bounced.to-the-envelope"),
    ("M51", "gmail", to("550-5.7.25 The IP address sending this message does not have a\n"
     "S: 550 5.7.25 PTR record setup"), "reply", "client.no-ptr"),
    ("M51", "postfix", to("450 4.7.25 Client host rejected: cannot find your reverse hostname"),
     "reply", "client.no-ptr"),
    ("M52", "postfix", to("450 4.7.1 <pc.example.org>: Helo command rejected: Host not found"),
     "reply", "client.ehlo-name"),
    ("M52", "postfix", "S: *\nC: EHLO me\nS: 250 list\nC: MAIL FROM:<dora@office.test>\nS: 250 ok\n"
     "C: RCPT TO:<ana@office.test>\nS: 504 5.5.2 <me>: Helo command rejected: need fully-qualified"
     " hostname\n", "reply", "diagnosis.bad-client-name"),
    ("M53", "postfix", HELLO + "C: MAIL FROM:<dora@nowhere.test>\nS: 450 4.1.8 <dora@nowhere.test>:"
     " Sender address rejected: Domain not found\n", "reply", "mail.sender-verify"),
    ("M53", "code-only", HELLO + "C: MAIL FROM:<dora@nowhere.test>\nS: 550 5.1.8 no\n",
     "reply", "mail.no-such-domain"),
    ("M53", "exim", to("550-Verification failed for <dora@nowhere.test>\nS: 550 Sender verify"
     " failed"), "reply", "diagnosis.bad-sender"),
    ("M54", "postfix", HELLO + "C: VRFY root\nS: 252 2.0.0 root\n", "reply", "vrfy.cannot"),
    ("M54", "exim", HELLO + "C: VRFY root\nS: 252 Administrative prohibition\n",
     "reply", "vrfy.cannot"),
    ("M54", "opensmtpd", HELLO + "C: VRFY root\nS: 500 5.5.1 Invalid command: Command"
     " unrecognized\n", "reply", "vrfy.switched-off"),
    ("M55", "postfix", RCPT + "C: RSET\nS: 250 2.0.0 Ok\n", "reply", "rset.ok"),
    ("M56", "up", TLS, "tls", "tls.up"),
    ("M56", "stripped", PLAIN_HELLO + "C: STARTTLS\nS: 502 5.5.1 Error: command not implemented\n",
     "reply", "tls.not-offered"),
    ("M57", "postfix", DATA + HEADER + "C:\nC: x\nC: .\nS: 521 5.5.2 mail.office.test Error: bare"
     " <LF> received\n", "reply", "data.bare-lf"),
    ("M57", "here", DATA + "C: text\\x0a.\\x0d\n", "command", "line.bare-lf"),
    ("M58", "gmail", DATA + HEADER + "C:\nC: x\nC: .\nS: 550-5.7.26 Your email has been blocked"
     " because the sender is unauthenticated.\nS: 550 5.7.26 Use SPF or DKIM.\n",
     "reply", "client.auth-results"),
    ("M58", "postfix", to("550 5.7.23 <ana@office.test>: Recipient address rejected: Message"
     " rejected due to: SPF fail"), "reply", "client.spf"),
    ("M59", "practice", "S: *\n% event delivered\n", "delivered", "delivered.postmarks"),
    ("M60", "here", HELLO + "C: mail from:<dora@office.test>\n", "command", "line.case"),
    ("M61", "postfix", to("553 5.6.7 Must declare SMTPUTF8 to permit unicode address",
     "C: RCPT TO:<\u00e1na@office.test>"), "reply", "diagnosis.utf8-not-declared"),
    ("M61", "postfix", HELLO + "C: MAIL FROM:<d\u00f3ra@office.test>\nS: 553 5.6.7 Must declare"
     " SMTPUTF8\n", "reply", "mail.utf8-refused"),
    ("M61", "letter", DATA + "C: From: dora@office.test\nC: To: ana@office.test\nC: Date: x\n"
     "C: Subject: caf\u00e9\n" + SENT, "message", "letter.subject-not-ascii"),
    ("M62", "postfix", HELLO + "C: MAIL FROM:<dora@office.test> SIZE=99999999\nS: 552 5.3.4 Message"
     " size exceeds fixed limit\n", "reply", "mail.too-big"),
    ("M62", "exim", HELLO + "C: MAIL FROM:<dora@office.test> SIZE=99999999\nS: 552 Message size"
     " exceeds maximum permitted\n", "reply", "mail.too-big"),
    ("M63", "postfix", HELLO + "S: 421 4.4.2 mail.office.test Error: timeout exceeded\n",
     "reply", "codes.timeout"),
    ("M63", "exim", HELLO + "S: 421 mail.office.test: SMTP command timeout - closing connection\n",
     "reply", "codes.timeout"),
    ("M64", "postfix", HELLO + "C: FOO\nS: 500 what?\nC: FOO\nS: 421 4.7.0 mail.office.test Error:"
     " too many errors\n", "reply", "codes.too-many-errors"),
    ("M64", "exim", "S: *\n" + 3 * "C: FOO\nS: 500 unrecognized command\n" + "C: FOO\n"
     "S: 500 Too many unrecognized commands\n", "reply", "diagnosis.error-budget"),
    ("M65", "old", "S: *\nC: EHLO pc.example.org\nS: 500 Command unrecognized\n",
     "reply", "ehlo.old-server"),
    ("M66", "postfix", to("550 5.1.1 <ana@office.test>: Recipient address rejected: User unknown"),
     "reply", "rcpt.unknown"),
    ("M66", "exim", to("550 Unrouteable address"), "reply", "rcpt.unknown-words"),
    ("M67", "three-doors", "% connect\n", "connect", "connect.open"),
    ("M68", "postfix", DATA + HEADER + "C:\nC: x\nC: .\nS: 552 5.3.4 Error: message file too big\n",
     "reply", "data.too-big"),
    ("M68", "any", DATA + HEADER + "C:\nC: x\nC: .\nS: 550 no\n", "reply", "data.refused-at-dot"),
]  # fmt: skip

# Mistakes that leave no trace in what client and server say to each other.
UNSEEN = {
    "M23": "openssl takes a line that begins with R for itself; it never leaves the machine",
    "M45": "the program is missing, so nothing is said at all",
}


@pytest.mark.parametrize(
    ("dialogue", "event", "note"),
    [
        pytest.param(dialogue, event, note, id=f"{number}-{server}-{note}")
        for number, server, dialogue, event, note in CASES
    ],
)
def test_a_mistake_is_met_by_its_note(
    dialogue: str, event: str, note: str, notebook: Notebook
) -> None:
    """The note on the mistake is the primary one, on the event where the mistake shows."""
    told = [one for one in tell(dialogue, notebook) if one.moment.on == event][-1]
    assert told.ids[:1] == [note], told.ids


def test_every_known_mistake_is_in_the_table() -> None:
    """All 68 are covered, or named with the reason why no dialogue can show them."""
    covered = {number for number, *_ in CASES}
    assert covered.isdisjoint(UNSEEN)
    assert covered | UNSEEN.keys() == {f"M{number:02}" for number in range(1, 69)}
