"""What can be odd about a reply, seen from the reply alone.

A row is name, where it is written, and the sentence to the learner; see `issue_table`.
"""

from __future__ import annotations

from smtpshell.catalogue import marked

Row = tuple[str, str, str]

# fmt: off
REPLY_ISSUES: tuple[Row, ...] = (
    ("reply-no-code", "RFC 5321 4.2",
     marked("A reply line begins with three digits; this one does not.")),
    ("reply-bad-code", "RFC 5321 4.2",
     marked("No reply code looks like this: it has three digits, the first from 2 to 5.")),
    ("reply-odd-code", "RFC 5321 4.2",
     marked("No reply code of the standard has this second digit; the first one still counts.")),
    ("reply-no-separator", "RFC 5321 4.2.1",
     marked("After the code comes a space, or a dash if more lines follow.")),
    ("reply-no-text", "RFC 5321 4.2",
     marked("The code came without a text; the code is what counts.")),
    ("reply-codes-differ", "RFC 5321 4.2.1",
     marked("All lines of one reply have the same code; clients go by the last.")),
    ("reply-early-end", "RFC 5321 4.2.1",
     marked("This line says that it is the last, but more follow.")),
    ("reply-truncated", "RFC 5321 4.2.1",
     marked("The dash promised another line, and none came.")),
    ("reply-too-long", "RFC 5321 4.5.3.1.5",
     marked("The reply is longer than we keep; the rest is not shown.")),
    ("reply-line-too-long", "RFC 5321 4.5.3.1.5",
     marked("A reply line has at most 512 octets, CRLF included.")),
    ("reply-bare-lf", "RFC 5321 2.3.8",
     marked("A line ends with CR LF; this LF came alone.")),
    ("reply-bare-cr", "RFC 5321 2.3.8",
     marked("A line ends with CR LF; this CR came alone.")),
    ("reply-control-char", "RFC 5321 4.2",
     marked("A control character stands in the reply; we show it and do not obey it.")),
    ("reply-non-ascii", "RFC 5321 4.2",
     marked("Reply text is ASCII unless the client asked for SMTPUTF8.")),
    ("enhanced-class-mismatch", "RFC 2034 4",
     marked("The enhanced code begins with the first digit of the reply code.")),
    ("enhanced-missing-on-line", "RFC 2034 4",
     marked("Every line of the reply should repeat the enhanced code.")),
    ("enhanced-differ", "RFC 2034 4",
     marked("The lines of one reply have different enhanced codes.")),
    ("bad-keyword", "RFC 5321 4.1.1.1",
     marked("An EHLO keyword is letters, digits and hyphens.")),
    ("duplicate-keyword", "RFC 5321 4.1.1.1",
     marked("The server offers this keyword twice.")),
)
# fmt: on
