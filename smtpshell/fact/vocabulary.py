"""Every fact that a note, a goal or a practice server's rule may test.

One table for all of them: the loader checks keys and values against it, the matcher takes the
weights from it, the documentation prints it. A fact that is absent from an event (nobody looked
the name up, the server sent no enhanced code) makes the condition false, never an error.

How a value is written depends on the type of the fact:
    choice    one of `values`, or a list of them
    word      text that must be equal, or a list of texts
    code      "250", "25x", "2xx", or a list
    enhanced  "5.7.1", "x.7.1", "5.7.*", or a list
    issue     name of an issue (smtp.issue_table), or a list of which one must be there
    keyword   EHLO keyword, with parameters if wanted ("AUTH PLAIN"), or a list of which all must be
    pattern   regular expression (RE2), searched for in the first 1000 characters
    field     pattern, a list of patterns of which one must match, or true/false: there or not
    flag      true or false
    number    a number, or ">=2", "<5" and the like
    names     name of a header field, or a list
    count     a number: at least so many
    note      id of a note, or a list
"""

# No `from __future__ import annotations` here: NamedTuple compiles every annotation that is a
# string, which would more than double the import time of this module.
from typing import NamedTuple


class Fact(NamedTuple):
    """One fact; *weight* is what a condition on it adds to a note's specificity."""

    name: str
    type: str
    weight: int
    meaning: str
    values: tuple[str, ...] = ()


EVENTS = (
    "connect", "greeting", "command", "reply", "message", "tls", "auth", "close", "timer",
    "retried", "discarded", "hopped", "delivered", "queued", "bounced", "scored",
    "predicted", "answered", "arranged", "hinted", "noted", "local",
)  # fmt: skip

# The verbs notes are sorted by. OTHER is every verb that has no name here.
NAMED_VERBS = (
    "EHLO", "HELO", "LHLO", "MAIL", "RCPT", "DATA", "DOT", "BDAT", "RSET", "NOOP", "QUIT", "VRFY",
    "EXPN", "HELP", "STARTTLS", "AUTH", "AUTHLINE", "ETRN", "TEXT",
)  # fmt: skip
OTHER = "OTHER"

PHASES = ("connected", "greeted", "mail", "rcpt", "data", "ended", "turned")
# Earlier mistakes that show only at a later command; explain.diagnose finds them.
CAUSES = (
    "greeting-refused", "hello-refused", "no-ehlo-after-tls", "mail-refused", "rcpts-refused",
    "mail-open", "envelope-dropped", "bdat-then-data", "chunk-refused", "binary-by-data",
    "utf8-not-declared", "bad-sender", "bad-client-name", "helo-without-extensions", "tls-refused",
    "login-failed", "login-forgotten", "auth-newline", "auth-not-base64",
    "auth-still-open", "short-bdat", "long-bdat", "header-before-data", "error-budget",
)  # fmt: skip
DOORS = ("mx", "submission", "smtps", "lmtp")
# Results of checks by DNS (RFC 8601 2.7, RFC 9989).
SPF_RESULTS = ("pass", "fail", "softfail", "neutral", "none", "temperror", "permerror")
DKIM_RESULTS = ("pass", "fail", "policy", "neutral", "none", "temperror", "permerror")
DMARC_RESULTS = ("pass", "fail", "none", "temperror", "permerror")
DMARC_WISHES = ("none", "quarantine", "reject")
IPREV_RESULTS = ("pass", "fail", "temperror", "permerror")
# Where mail for a domain can go: its MX, its own address, nowhere because it says so (RFC 7505),
# nowhere because there is nothing; "temperror" when DNS did not answer.
ROUTES = ("mx", "address", "null-mx", "nowhere", "temperror")

# Specificity of the facts whose weight depends on how the value is written (LESSONS format,
# "Which note wins"); all others have it in their row.
EXACT_CODE, CODE_LIST, CODE_CLASS = 15, 12, 5
EXACT_ENHANCED, ENHANCED_LIST, ENHANCED_WILD = 20, 16, 8
ONE_VERB, VERB_LIST = 10, 7

_FACTS = (
    Fact("on", "choice", 0, "which event", EVENTS),
    Fact(
        "verb",
        "choice",
        ONE_VERB,
        "the command said, or being answered; DOT is the end of the mail data, AUTHLINE an answer"
        " to 334, TEXT a line of the letter, OTHER any verb not named here; on close the last one",
        (*NAMED_VERBS, OTHER),
    ),
    Fact("code", "code", EXACT_CODE, "reply code; on close that of the last reply"),
    Fact("enhanced", "enhanced", EXACT_ENHANCED, "enhanced status code, if the server sent one"),
    Fact("text", "pattern", 10, "reply text, without the codes; lines joined by a line feed"),
    Fact("line", "pattern", 10, "the client's line as it was sent, or the one being answered"),
    Fact("issue", "issue", 18, "what is odd about the line, found by the parser or the session"),
    # More than what a reply's own words weigh together, less than a lesson's own note on it.
    Fact("cause", "choice", 60, "the earlier mistake this refusal comes from (diagnosis)", CAUSES),
    Fact("arg.path", "field", 8, "the path of MAIL or RCPT, with its angle brackets"),
    Fact("arg.mailbox", "field", 8, "the mailbox of the path, without brackets or route"),
    Fact("arg.local_part", "field", 8, "what stands before the @"),
    Fact("arg.domain", "field", 8, "what stands behind the @"),
    Fact("arg.host", "field", 8, "the name the client gave in HELO, EHLO or LHLO"),
    Fact("arg.mechanism", "field", 8, "the SASL mechanism of AUTH"),
    Fact("arg.initial_response", "flag", 8, "whether AUTH came with its first answer"),
    Fact("arg.size", "number", 8, "octets of a BDAT chunk"),
    Fact("arg.last", "flag", 8, "whether a BDAT chunk is the LAST"),
    Fact("arg.first", "field", 8, "the first thing on the line that looks like an address"),
    Fact("arg.text", "field", 8, "all that follows the verb"),
    Fact("arg.param.*", "field", 8, "value of a parameter of MAIL or RCPT"),
    Fact("ext", "keyword", 10, "offered in the latest EHLO reply"),
    Fact("ext_missing", "keyword", 10, "not offered in the latest EHLO reply"),
    Fact("state.phase", "choice", 8, "where the session stood before the event", PHASES),
    Fact("state.tls", "flag", 8, "the connection was encrypted"),
    Fact("state.auth", "flag", 8, "the client had logged in"),
    Fact("state.esmtp", "flag", 8, "the client had greeted with EHLO or LHLO"),
    Fact("state.rcpts_ok", "number", 8, "recipients accepted in this transaction"),
    Fact("state.rcpts_refused", "number", 8, "recipients refused in this transaction"),
    Fact("state.messages", "number", 8, "letters accepted in this session"),
    Fact("state.errors_in_row", "number", 8, "4yz and 5yz replies since the last good one"),
    Fact("state.ehlo_since_tls", "flag", 8, "EHLO was said again after TLS began"),
    Fact("state.greeted_by_server", "flag", 8, "the server had spoken"),
    Fact("state.lmtp", "flag", 8, "the session is LMTP"),
    Fact("state.pending", "number", 8, "commands that waited for their reply: what was pipelined"),
    Fact("state.sender", "field", 8, "the sender on the envelope; there and empty for <>"),
    Fact("state.recipients", "field", 8, "the recipients accepted so far"),
    Fact("peer.ip", "field", 8, "the client's address"),
    Fact("peer.port", "number", 8, "the port the client connected to"),
    Fact("peer.ptr", "field", 8, "the name of the client's address"),
    Fact("peer.fcrdns", "flag", 8, "that name leads back to the address"),
    Fact(
        "peer.iprev",
        "choice",
        8,
        "the same as a result: fail is a name that does not lead back, permerror no name at all",
        IPREV_RESULTS,
    ),
    Fact("peer.helo_resolves", "flag", 8, "the name in EHLO has an address"),
    Fact("peer.helo_matches", "flag", 8, "and it is the client's"),
    Fact("peer.listed", "field", 8, "blocklists of the lesson that have the client's address"),
    Fact("peer.spf", "choice", 8, "result of the SPF check", SPF_RESULTS),
    Fact("peer.dkim", "choice", 8, "of the letter's DKIM signatures, the best", DKIM_RESULTS),
    Fact("peer.dmarc", "choice", 8, "result of the letter's DMARC check", DMARC_RESULTS),
    Fact("peer.dmarc_policy", "choice", 8, "what From's domain wants on a failure", DMARC_WISHES),
    Fact("sender.domain_resolves", "flag", 8, "failure reports to the sender have a way to go"),
    Fact("sender.route", "choice", 8, "which way that is", ROUTES),
    Fact("rcpt.route", "choice", 8, "which way mail to this recipient's domain goes", ROUTES),
    Fact("peer.spam_score", "number", 8, "points of the spam scorer"),
    Fact("peer.personality", "word", 8, "the practice server's personality"),
    Fact("score.*", "number", 8, "points that rules of a practice server have given, by tally"),
    Fact("peer.door", "choice", 8, "by which port of the practice server the client came", DOORS),
    Fact("peer.server", "word", 8, "which of a lesson's servers it is"),
    Fact("rule", "word", 8, "the rule or situation from which the practice server answered"),
    Fact("header.*", "field", 8, "value of a header field of the letter"),
    Fact("header_absent", "names", 8, "none of these header fields is there"),
    Fact("headers_not", "pattern", 8, "no header line of the letter matches"),
    Fact("body", "pattern", 8, "text behind the empty line"),
    Fact("blank_line", "flag", 8, "an empty line ends the header section"),
    Fact("body_lines", "number", 8, "lines of the body"),
    Fact("octets", "number", 8, "octets of the letter"),
    Fact("eight_bit", "flag", 8, "the letter has octets outside ASCII"),
    Fact("mailbox", "word", 8, "whose mailbox the letter was delivered to"),
    Fact("same_message", "flag", 8, "the same letter was delivered to another mailbox as well"),
    Fact("address", "word", 8, "the recipient that a practice server tells of"),
    Fact("words", "pattern", 8, "what a practice server has to say about it"),
    Fact("waited", "number", 8, "seconds since the letter was taken in, by the world's clock"),
    Fact("by", "choice", 8, "who closed the connection", ("client", "server", "network")),
    Fact("timer", "word", 8, "what was waited for in vain, on timer"),
    Fact("failure", "field", 8, "why connecting or TLS failed, in words"),
    Fact("predict", "word", 8, "the prediction that was made, by its id"),
    Fact("ask", "word", 8, "the question that was answered"),
    Fact("parsons", "word", 8, "the lines that were put in order"),
    Fact("local", "word", 8, "the local command that was used, without its colon"),
    Fact("right", "flag", 8, "whether prediction, answer or order was right"),
    Fact("confidence", "number", 8, "how sure the learner was, 1 to 3"),
    Fact("hint", "number", 8, "the level of the hint, 1 for the first"),
    Fact("note", "word", 8, "the note that was shown, by its id"),
    Fact("repeat", "count", 12, "this learner met the same condition so often in a row"),
    Fact("seen", "note", 12, "these notes were shown before"),
    Fact("lesson", "word", 30, "only inside this lesson"),
    Fact("step", "word", 10, "only inside this step of the lesson"),
)
FACTS: dict[str, Fact] = {fact.name: fact for fact in _FACTS}

_FAMILIES = ("arg.param.", "header.", "score.")  # facts whose names the world extends


def find_fact(name: str) -> Fact | None:
    """The row that rules the fact *name*, `header.to` and `arg.param.SIZE` included."""
    fact = FACTS.get(name)
    if fact is None:
        for family in _FAMILIES:
            if name.startswith(family) and len(name) > len(family):
                return FACTS[family + "*"]
    return None if name.endswith("*") else fact
