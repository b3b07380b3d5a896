"""What can be odd about a line or a reply where it stands in the session.

A row is name, where it is written, and the sentence to the learner; see `issue_table`.
"""

from __future__ import annotations

from smtpshell.catalogue import marked

Row = tuple[str, str, str]

# fmt: off
CLIENT_ISSUES: tuple[Row, ...] = (
    ("param-without-ehlo", "RFC 5321 4.1.1.11",
     marked("Parameters exist only after EHLO, not after HELO.")),
    ("param-not-offered", "RFC 5321 4.1.1.11",
     marked("The server did not offer this in its EHLO reply.")),
    ("early-talk", "RFC 5321 3.1",
     marked("The server speaks first; wait for its 220.")),
    ("pipelined-where-forbidden", "RFC 2920 3.1",
     marked("Wait for the reply before the next command here.")),
    ("pasted-block", "RFC 2920 3.1",
     marked("Several lines were pasted; the server answers one after the other.")),
    ("plaintext-after-starttls", "RFC 3207 4",
     marked("Nothing may be sent in clear between STARTTLS and the handshake.")),
    ("auth-in-clear", "RFC 4954 4",
     marked("Without TLS everybody on the way can read this.")),
    ("out-of-order", "RFC 5321 4.1.4",
     marked("This command is not in order now; something else comes first.")),
    ("command-not-offered", "RFC 5321 2.2.1",
     marked("The server did not offer this command in its EHLO reply.")),
    ("mechanism-not-offered", "RFC 4954 3",
     marked("The server did not offer this mechanism.")),
    ("wrong-protocol", "RFC 2033 4.1",
     marked("EHLO and HELO belong to SMTP, LHLO to LMTP.")),
    ("turned-away", "RFC 5321 3.1",
     marked("The server has turned you away; only QUIT is left.")),
    ("auth-in-transaction", "RFC 4954 4",
     marked("Log in before MAIL, not inside a mail transaction.")),
    ("auth-twice", "RFC 4954 4",
     marked("You are logged in already; a session has one login.")),
    ("ehlo-after-auth", "RFC 4954 4",
     marked("EHLO need not be repeated after AUTH, and some servers forget the login.")),
    ("ehlo-in-transaction", "RFC 5321 4.1.4",
     marked("A greeting drops the open mail transaction, as RSET does.")),
    ("tls-twice", "RFC 3207 4.2",
     marked("The connection is under TLS already.")),
    ("rset-needed", "RFC 3030 2",
     marked("A part of the message was refused; RSET must clear the transaction first.")),
    ("binary-needs-bdat", "RFC 3030 3",
     marked("BODY=BINARYMIME was declared; such a message is sent with BDAT.")),
    ("eight-bit-undeclared", "RFC 6152 3",
     marked("Octets over 127 need BODY=8BITMIME on MAIL.")),
    ("utf8-undeclared", "RFC 6531 3.4",
     marked("An address with other than ASCII letters needs SMTPUTF8 on MAIL.")),
    ("size-over-limit", "RFC 1870 6.1",
     marked("The server takes no message as large as this.")),
    ("too-many-recipients", "RFC 9422 4.2",
     marked("The server takes no more recipients in one transaction.")),
    ("too-many-messages", "RFC 9422 4.1",
     marked("The server takes no more messages in one session.")),
    ("requiretls-in-clear", "RFC 8689 4.1",
     marked("REQUIRETLS can be asked for under TLS only.")),
    ("closed-without-quit", "RFC 5321 4.1.1.10",
     marked("The client left without QUIT; what was accepted stays accepted.")),
    ("verdict-lost", "RFC 1047 1",
     marked("The connection went before the verdict on the message came: it may be sent twice.")),
    ("tls-unasked", "RFC 3207 4",
     marked("TLS began although no STARTTLS had been accepted.")),
    ("swallowed-as-text", "RFC 2920 3.1",
     marked("What was said behind DATA before its 354 came is part of the letter now.")),
)
SERVER_ISSUES: tuple[Row, ...] = (
    ("unasked-reply", "RFC 5321 4.1.1",
     marked("Nothing was asked, so from here on replies may be out of step.")),
    ("reply-class-misplaced", "RFC 5321 4.3.2",
     marked("A 3yz asks for more, and a 1yz announces more; this command has no more.")),
    ("reply-in-clear-before-tls", "RFC 3207 6",
     marked("This came in clear behind the 220; anybody may have written it.")),
    ("starttls-offered-in-tls", "RFC 3207 4.2",
     marked("STARTTLS is not offered again under TLS.")),
    ("closed-by-server", "RFC 5321 3.8",
     marked("The server closed without a 221 or 421.")),
)
# fmt: on
