"""Completion as values: what could stand at the cursor, in this state, with this server?

Only what is in order and offered is suggested. Everything else can be typed and sent all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from smtpshell.catalogue import marked, tr
from smtpshell.shell.scene import Scene
from smtpshell.smtp.command import parse_command
from smtpshell.smtp.printable import printable
from smtpshell.smtp.state import Mode, State
from smtpshell.smtp.table.command import COMMANDS
from smtpshell.smtp.table.mechanism import MECHANISMS
from smtpshell.smtp.table.parameter import MAIL_PARAMETERS, RCPT_PARAMETERS, ParameterSpec


class Suggestion(NamedTuple):
    """*text* replaces the line from *start* to the cursor; *meaning* is one line of words."""

    text: str
    start: int
    meaning: str = ""


# How a verb is typed where that is more than the verb. No space follows the colon (RFC 5321 3.3).
OPENINGS = {
    "MAIL": "MAIL FROM:<",
    "SEND": "SEND FROM:<",
    "SOML": "SOML FROM:<",
    "SAML": "SAML FROM:<",
    "RCPT": "RCPT TO:<",
    "EHLO": "EHLO ",
    "HELO": "HELO ",
    "LHLO": "LHLO ",
    "AUTH": "AUTH ",
    "BDAT": "BDAT ",
    "VRFY": "VRFY ",
    "EXPN": "EXPN ",
    "ETRN": "ETRN ",
}
# What a client says next, the likeliest first; commands that nobody needs to know come last.
_LIKELIEST = {
    State.CONNECTED: ("EHLO", "LHLO", "HELO", "QUIT"),
    State.GREETED: ("MAIL", "STARTTLS", "AUTH", "QUIT", "RSET"),
    State.MAIL: ("RCPT", "RSET", "QUIT"),
    State.RCPT: ("RCPT", "DATA", "BDAT", "RSET", "QUIT"),
    State.BDAT: ("BDAT", "RSET", "QUIT"),
}
_RARE = ("EHLO", "LHLO", "HELO", "NOOP", "VRFY", "EXPN", "HELP", "ETRN")
_OBSOLETE = frozenset({"obsolete", "historic", "private", "wild", "not-a-verb", "deprecated"})


def verbs_in_order(scene: Scene) -> list[str]:
    """The verbs worth suggesting now, the likeliest first."""
    session = scene.session
    verbs = [verb for verb in session.in_order() if verb in COMMANDS]
    kept = []
    for verb in verbs:
        spec = COMMANDS[verb]
        if spec.status in _OBSOLETE or not scene.offers(spec.extension):
            continue
        # VRFY must exist wherever RFC 5321 is spoken (4.5.1); EXPN and HELP only where offered.
        if verb in ("EXPN", "HELP") and session.offered and verb not in session.offered:
            continue
        kept.append(verb)
    first = _LIKELIEST.get(session.state, ())
    if session.state is State.GREETED and session.messages:
        first = ("QUIT", *first)

    def rank(verb: str) -> tuple[int, int]:
        if verb in first:
            return (0, first.index(verb))
        return (2, _RARE.index(verb)) if verb in _RARE else (1, 0)

    return sorted(kept, key=rank)


def suggest(line: str, scene: Scene) -> list[Suggestion]:
    """What could stand at the end of *line* (the text left of the cursor)."""
    if scene.session.mode is not Mode.COMMAND or not scene.connected:
        return []
    if not line.strip():
        return list(_verbs("", scene))
    found = list(_verbs(line, scene))
    if found:
        return found
    command = parse_command(line)
    verb = command.verb
    at = len(line)
    if verb in ("MAIL", "RCPT", "SEND", "SOML", "SAML"):
        return list(_path_or_parameter(line, verb, scene))
    word_start = line.rfind(" ") + 1
    if not word_start:
        return []
    typed = line[word_start:at]
    if verb in ("EHLO", "HELO", "LHLO"):
        return list(_matching(scene.names, typed, word_start))
    if verb == "AUTH" and line.count(" ") == 1:
        return list(_mechanisms(typed, word_start, scene))
    if verb in ("VRFY", "EXPN", "ETRN"):
        return list(_matching(scene.mailboxes, typed, word_start))
    if verb == "HELP":
        words = [(name, scene.meaning("command", name)) for name in verbs_in_order(scene)]
        return list(_matching(words, typed, word_start))
    if verb == "BDAT" and line.count(" ") == 2:
        return list(_matching([("LAST", marked("no more chunks follow"))], typed, word_start))
    return []


def _verbs(line: str, scene: Scene) -> Iterator[Suggestion]:
    typed = line.upper()
    for verb in verbs_in_order(scene):
        opening = OPENINGS.get(verb, verb)
        if opening.startswith(typed) and opening != typed:
            yield Suggestion(opening, 0, scene.meaning("command", verb))


def _path_or_parameter(line: str, verb: str, scene: Scene) -> Iterator[Suggestion]:
    opening = line.find("<")
    closing = line.find(">", opening)
    if opening < 0:
        return
    if closing < 0:
        start = opening + 1
        yield from _paths(line[start:], start, verb, scene)
    elif " " in line[closing:]:
        yield from _parameters(line, verb, scene)


def _paths(typed: str, start: int, verb: str, scene: Scene) -> Iterator[Suggestion]:
    if verb == "RCPT":
        taken = {
            recipient.path.mailbox
            for recipient in scene.session.envelope.accepted
            if recipient.path is not None
        }
        wanted = [pair for pair in scene.mailboxes if pair[0] not in taken]
    else:
        wanted = list(scene.senders)
    for found in _matching(wanted, typed, start):
        yield found._replace(text=f"{found.text}>")
    if verb != "RCPT" and not typed:
        yield Suggestion(">", start, tr("the null reverse-path: mail that must not bounce"))


def _parameters(line: str, verb: str, scene: Scene) -> Iterator[Suggestion]:
    table = RCPT_PARAMETERS if verb == "RCPT" else MAIL_PARAMETERS
    start = line.rfind(" ") + 1
    typed = line[start:].upper()
    given = {word.partition("=")[0].upper() for word in line[:start].split()}
    keyword, equals, value = typed.partition("=")
    for spec in table.values():
        if not spec.extension or spec.extension not in scene.offered:
            continue
        if equals and spec.keyword == keyword:
            for allowed in _values(spec, scene):
                if allowed.startswith(value) and allowed != value:
                    yield Suggestion(f"{spec.keyword}={allowed}", start, spec.syntax)
        elif not equals and spec.keyword.startswith(typed) and spec.keyword not in given:
            text = spec.keyword if spec.form == "none" or spec.optional else f"{spec.keyword}="
            if text != typed:
                yield Suggestion(text, start, scene.meaning("parameter", f"{verb} {spec.keyword}"))


def _values(spec: ParameterSpec, scene: Scene) -> Iterator[str]:
    for value in spec.values:
        if value == "BINARYMIME" and "BINARYMIME" not in scene.offered:
            continue
        yield value
    if spec.keyword == "AUTH":
        yield "<>"


def _mechanisms(typed: str, start: int, scene: Scene) -> Iterator[Suggestion]:
    for name in scene.offered.get("AUTH", ()):
        shown = printable(name)
        if shown.upper().startswith(typed.upper()) and shown.upper() != typed.upper():
            spec = MECHANISMS.get(name.upper())
            # With an initial response goes a space, so that it can follow at once (RFC 4954 4).
            space = " " if spec is not None and spec.initial_response == "allowed" else ""
            yield Suggestion(shown + space, start, scene.meaning("mechanism", name.upper()))


def _matching(pairs: Iterable[tuple[str, str]], typed: str, start: int) -> Iterator[Suggestion]:
    low = typed.lower()
    for text, meaning in pairs:
        if text.lower().startswith(low) and text.lower() != low:
            yield Suggestion(text, start, tr(meaning))
