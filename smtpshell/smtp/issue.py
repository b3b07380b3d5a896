"""Every issue there is: what can be odd about a line, by name.

The names are what notes, goals and the class board test. *about* says what is right in one
sentence to the learner, without blame; it is also the message of a problem that has no better one.
Issues are advice: a line that has one is sent all the same, and read as well as it can be.
"""

from __future__ import annotations

from typing import NamedTuple

from smtpshell.smtp.span import Problem


class Issue(NamedTuple):
    """One kind of problem. *side* is whose lines have it: "client" or "server"."""

    name: str
    side: str
    about: str
    ref: str = ""


# fmt: off
_CLIENT = (
    # The shape of a command line
    ("empty-line", "An empty line is no command.", "RFC 5321 4.1.1"),
    ("leading-space", "The command begins in the first column, with no space before it.", "RFC 5321 4.1.1"),
    ("trailing-space", "Nothing belongs behind the last word, not even a space; servers forgive it.", "RFC 5321 4.1.1"),
    ("extra-space", "One space is enough between two words.", "RFC 5321 4.1.1"),
    ("missing-space", "A space is missing here.", "RFC 5321 4.1.1"),
    ("tab", "A tab is no space: words are separated by one space.", "RFC 5321 4.1.1"),
    ("no-argument", "Something must follow this command.", "RFC 5321 4.1.1"),
    ("extra-argument", "Nothing may follow here.", "RFC 5321 4.1.1"),
    ("line-too-long", "The line is longer than a server must take.", "RFC 5321 4.5.3.1"),
    ("literal-crlf", "CRLF is what the Enter key sends; it is not written out.", "RFC 5321 2.3.8"),
    # Bytes that are not what they look like
    ("bare-lf", "A line ends with CR LF; this LF came alone, so the line goes on.", "RFC 5321 2.3.8"),
    ("bare-cr", "A line ends with CR LF; this CR came alone, so the line goes on.", "RFC 5321 2.3.8"),
    ("control-char", "A control character was sent; it does not show, but the server gets it.", "RFC 5321 2.4"),
    ("smart-quotes", "This is a typographic quotation mark, not the ASCII one.", "RFC 5321 2.4"),
    ("nbsp", "This looks like a space and is another character.", "RFC 5321 2.4"),
    ("look-alike", "This looks like an ASCII character and is another one.", "RFC 5321 2.4"),
    ("invisible-char", "An invisible character stands here.", "RFC 5321 2.4"),
    ("non-ascii", "Commands are ASCII; other letters are for addresses once SMTPUTF8 was agreed.", "RFC 6531 3.1"),
    ("bad-utf8", "These bytes are not UTF-8.", "RFC 6531 3.1"),
    ("telnet-option", "These are telnet's own negotiation bytes, not SMTP.", "RFC 854"),
    ("tls-bytes", "These bytes begin a TLS handshake; here plain text is expected.", "RFC 3207 4"),
    # The verb
    ("unknown-verb", "No command has this name.", "RFC 5321 4.1.1"),
    ("unknown-verb-close", "No command has this name, but one is close to it.", "RFC 5321 4.1.1"),
    ("header-as-command", "This is a header line of the letter; the letter comes after DATA.", "RFC 5321 3.3"),
    ("http-verb", "This is a request to a web server.", "RFC 5321 4.1.1"),
    ("dot-as-command", "A lone dot ends the letter; no letter is open here.", "RFC 5321 4.1.1.4"),
    # Around the colon
    ("missing-keyword", "MAIL wants FROM: and RCPT wants TO: before the address.", "RFC 5321 3.3"),
    ("wrong-keyword", "The sender is MAIL FROM:, a recipient is RCPT TO:.", "RFC 5321 3.3"),
    ("no-colon", "A colon belongs here.", "RFC 5321 3.3"),
    ("extra-colon", "No colon belongs here.", "RFC 5321 4.1.1"),
    ("space-before-colon", "No space belongs before the colon.", "RFC 5321 3.3"),
    ("space-after-colon", "No space belongs after the colon.", "RFC 5321 3.3"),
    # The path
    ("no-angle-brackets", "The address stands in angle brackets: <name@domain>.", "RFC 5321 4.1.2"),
    ("unbalanced-brackets", "Each < needs its >, and only one pair goes around the address.", "RFC 5321 4.1.2"),
    ("comma-list", "One command takes one address; repeat it for the next one.", "RFC 5321 4.1.1.3"),
    ("display-name", "Only the address goes here; names of people belong into the letter.", "RFC 5321 4.1.2"),
    ("space-in-path", "No space may stand inside the angle brackets.", "RFC 5321 4.1.2"),
    ("junk-after-path", "After the > comes a space and a parameter, or the end of the line.", "RFC 5321 4.1.2"),
    ("bad-path", "This is not an address.", "RFC 5321 4.1.2"),
    ("bad-local-part", "The part before the @ needs quotes, or has a character that cannot stand there.", "RFC 5321 4.1.2"),
    ("no-domain", "A domain is missing: name@domain.", "RFC 5321 4.1.2"),
    ("bad-domain", "A domain is letters, digits and hyphens in parts joined by dots.", "RFC 5321 4.1.2"),
    ("bad-literal", "This is no address literal; it looks like [192.0.2.7] or [IPv6:2001:db8::7].", "RFC 5321 4.1.3"),
    ("literal-without-brackets", "A network address stands in square brackets.", "RFC 5321 4.1.3"),
    ("local-part-too-long", "The part before the @ may have 64 octets.", "RFC 5321 4.5.3.1.1"),
    ("domain-too-long", "A domain may have 255 octets, each of its parts 63.", "RFC 5321 4.5.3.1.2"),
    ("path-too-long", "A path may have 256 octets, brackets included.", "RFC 5321 4.5.3.1.3"),
    ("source-route", "Source routes are obsolete: servers ignore all before the colon or refuse it.", "RFC 5321 F.2"),
    ("null-forward-path", "The empty path <> is a sender; a recipient needs an address.", "RFC 5321 4.1.2"),
    # Who greets
    ("ehlo-not-fqdn", "Give this machine's full name with its domain, or its address in [brackets].", "RFC 5321 4.1.4"),
    ("not-a-domain", "Here stands a host name or an address in [brackets].", "RFC 5321 4.1.1.1"),
    # Parameters
    ("bad-parameter", "A parameter is KEYWORD or KEYWORD=value.", "RFC 5321 4.1.2"),
    ("unknown-parameter", "No extension we know has this parameter.", "RFC 5321 4.1.1.11"),
    ("duplicate-parameter", "A parameter may be given once.", "RFC 5321 4.1.1.11"),
    ("parameter-wrong-verb", "This parameter belongs to another command.", "RFC 5321 4.1.1.11"),
    ("missing-value", "This parameter needs a value: KEYWORD=value.", "RFC 5321 4.1.2"),
    ("unexpected-value", "This parameter takes no value.", "RFC 5321 4.1.2"),
    ("bad-value", "This value does not fit the parameter.", "RFC 5321 4.1.2"),
    ("bad-size", "SIZE is the number of octets: digits only, at most 20.", "RFC 1870 4"),
    ("bad-xtext", "Other characters are written as + and two hexadecimal digits in capitals.", "RFC 3461 4"),
    ("bad-chunk-size", "BDAT is followed by the number of octets: digits only.", "RFC 3030 2"),
    # AUTH
    ("bad-mechanism", "A mechanism is named with 1 to 20 capitals, digits, - and _.", "RFC 4422 3.1"),
    ("unknown-mechanism", "We do not know this mechanism.", "RFC 4422 3.1"),
    ("base64-bad", "This is not base64: groups of four from A-Z a-z 0-9 + / with = only to fill up the last.", "RFC 4954 4"),
    ("base64-trailing-newline", "A line end was encoded too; encode with printf or echo -n.", "RFC 4954 4"),
    ("base64-not-text", "This decodes to bytes that are no text; perhaps it was never encoded.", "RFC 4954 4"),
    ("auth-plain-shape", "PLAIN is NUL user NUL password, then base64.", "RFC 4616 2"),
    ("command-in-auth", "The server waits for base64; a single * cancels.", "RFC 4954 4"),
    # The letter
    ("command-in-data", "The server is in letter mode: this line becomes part of the letter.", "RFC 5321 4.1.1.4"),
    ("dot-with-space", "The end is a line with a dot and nothing else, not even a space.", "RFC 5321 4.1.1.4"),
    ("dot-not-alone", "The end is one dot alone on its line.", "RFC 5321 4.1.1.4"),
    ("needs-dot-stuffing", "The server takes one dot away at the start of a line; write it twice.", "RFC 5321 4.5.2"),
    ("no-blank-line", "The first empty line ends the header section; without it there is no body.", "RFC 5322 2.1"),
    ("bad-header-line", "A header line is Name: text, and this is none.", "RFC 5322 2.2"),
    ("bcc-in-letter", "Everybody may read this line; a blind copy is an RCPT that no header names.", "RFC 5321 7.2"),
    # What only the session knows
    ("param-without-ehlo", "Parameters exist only after EHLO, not after HELO.", "RFC 5321 4.1.1.11"),
    ("param-not-offered", "The server did not offer this in its EHLO reply.", "RFC 5321 4.1.1.11"),
    ("early-talk", "The server speaks first; wait for its 220.", "RFC 5321 3.1"),
    ("pipelined-where-forbidden", "Wait for the reply before the next command here.", "RFC 2920 3.1"),
    ("pasted-block", "Several lines were pasted; the server answers one after the other.", "RFC 2920 3.1"),
    ("plaintext-after-starttls", "Nothing may be sent in clear between STARTTLS and the handshake.", "RFC 3207 4"),
    ("auth-in-clear", "Without TLS everybody on the way can read this.", "RFC 4954 4"),
    ("out-of-order", "This command is not in order now; something else comes first.", "RFC 5321 4.1.4"),
    ("command-not-offered", "The server did not offer this command in its EHLO reply.", "RFC 5321 2.2.1"),
    ("mechanism-not-offered", "The server did not offer this mechanism.", "RFC 4954 3"),
    ("wrong-protocol", "EHLO and HELO belong to SMTP, LHLO to LMTP.", "RFC 2033 4.1"),
    ("turned-away", "The server has turned you away; only QUIT is left.", "RFC 5321 3.1"),
    ("auth-in-transaction", "Log in before MAIL, not inside a mail transaction.", "RFC 4954 4"),
    ("auth-twice", "You are logged in already; a session has one login.", "RFC 4954 4"),
    ("ehlo-after-auth", "EHLO need not be repeated after AUTH, and some servers forget the login.", "RFC 4954 4"),
    ("ehlo-in-transaction", "A greeting drops the open mail transaction, as RSET does.", "RFC 5321 4.1.4"),
    ("tls-twice", "The connection is under TLS already.", "RFC 3207 4.2"),
    ("rset-needed", "A part of the message was refused; RSET must clear the transaction first.", "RFC 3030 2"),
    ("binary-needs-bdat", "BODY=BINARYMIME was declared; such a message is sent with BDAT.", "RFC 3030 3"),
    ("eight-bit-undeclared", "Octets over 127 need BODY=8BITMIME on MAIL.", "RFC 6152 3"),
    ("utf8-undeclared", "An address with other than ASCII letters needs SMTPUTF8 on MAIL.", "RFC 6531 3.4"),
    ("size-over-limit", "The server takes no message as large as this.", "RFC 1870 6.1"),
    ("too-many-recipients", "The server takes no more recipients in one transaction.", "RFC 9422 4.2"),
    ("too-many-messages", "The server takes no more messages in one session.", "RFC 9422 4.1"),
    ("requiretls-in-clear", "REQUIRETLS can be asked for under TLS only.", "RFC 8689 4.1"),
    ("closed-without-quit", "The client left without QUIT; what was accepted stays accepted.", "RFC 5321 4.1.1.10"),
    ("verdict-lost", "The connection went before the verdict on the message came: it may be sent twice.", "RFC 1047 1"),
    ("tls-unasked", "TLS began although no STARTTLS had been accepted.", "RFC 3207 4"),
    ("swallowed-as-text", "What was said behind DATA before its 354 came is part of the letter now.", "RFC 2920 3.1"),
)

_SERVER = (
    ("reply-no-code", "A reply line begins with three digits; this one does not.", "RFC 5321 4.2"),
    ("reply-bad-code", "No reply code looks like this: it has three digits, the first from 2 to 5.", "RFC 5321 4.2"),
    ("reply-odd-code", "No reply code of the standard has this second digit; the first one still counts.", "RFC 5321 4.2"),
    ("reply-no-separator", "After the code comes a space, or a dash if more lines follow.", "RFC 5321 4.2.1"),
    ("reply-no-text", "The code came without a text; the code is what counts.", "RFC 5321 4.2"),
    ("reply-codes-differ", "All lines of one reply have the same code; clients go by the last.", "RFC 5321 4.2.1"),
    ("reply-early-end", "This line says that it is the last, but more follow.", "RFC 5321 4.2.1"),
    ("reply-truncated", "The dash promised another line, and none came.", "RFC 5321 4.2.1"),
    ("reply-too-long", "The reply is longer than we keep; the rest is not shown.", "RFC 5321 4.5.3.1.5"),
    ("reply-line-too-long", "A reply line has at most 512 octets, CRLF included.", "RFC 5321 4.5.3.1.5"),
    ("reply-bare-lf", "A line ends with CR LF; this LF came alone.", "RFC 5321 2.3.8"),
    ("reply-bare-cr", "A line ends with CR LF; this CR came alone.", "RFC 5321 2.3.8"),
    ("reply-control-char", "A control character stands in the reply; we show it and do not obey it.", "RFC 5321 4.2"),
    ("reply-non-ascii", "Reply text is ASCII unless the client asked for SMTPUTF8.", "RFC 5321 4.2"),
    ("enhanced-class-mismatch", "The enhanced code begins with the first digit of the reply code.", "RFC 2034 4"),
    ("enhanced-missing-on-line", "Every line of the reply should repeat the enhanced code.", "RFC 2034 4"),
    ("enhanced-differ", "The lines of one reply have different enhanced codes.", "RFC 2034 4"),
    ("bad-keyword", "An EHLO keyword is letters, digits and hyphens.", "RFC 5321 4.1.1.1"),
    ("duplicate-keyword", "The server offers this keyword twice.", "RFC 5321 4.1.1.1"),
    ("unasked-reply", "Nothing was asked, so from here on replies may be out of step.", "RFC 5321 4.1.1"),
    ("reply-class-misplaced", "A 3yz asks for more, and a 1yz announces more; this command has no more.", "RFC 5321 4.3.2"),
    ("reply-in-clear-before-tls", "This came in clear behind the 220; anybody may have written it.", "RFC 3207 6"),
    ("starttls-offered-in-tls", "STARTTLS is not offered again under TLS.", "RFC 3207 4.2"),
    ("closed-by-server", "The server closed without a 221 or 421.", "RFC 5321 3.8"),
)
# fmt: on

ISSUES: dict[str, Issue] = {
    name: Issue(name, side, about, ref)
    for side, rows in (("client", _CLIENT), ("server", _SERVER))
    for name, about, ref in rows
}


def problem(issue: str, start: int, end: int, message: str = "") -> Problem:
    """A problem of the kind *issue* at text[start:end]; without *message* in the issue's own words.

    >>> problem("no-colon", 9, 9).ref
    'RFC 5321 3.3'
    """
    row = ISSUES[issue]
    return Problem(issue, start, end, message or row.about, row.ref)
