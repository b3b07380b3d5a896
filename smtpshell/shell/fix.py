"""Mending a line by rule: what can be put right without knowing what was meant."""

from __future__ import annotations

import re

from smtpshell.catalogue import tr
from smtpshell.shell.remark import read_line
from smtpshell.shell.scene import Scene
from smtpshell.smtp.command import Command
from smtpshell.smtp.state import Mode
from smtpshell.smtp.verb import nearest_verb

# Typographic signs that word processors and web pages put where ASCII was meant.
_TYPOGRAPHIC = str.maketrans(
    {
        "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"',
        "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
        "\u00a0": " ", "\u2007": " ", "\u202f": " ", "\u3000": " ", "\t": " ",
        "\u2039": "<", "\u203a": ">", "\uff1c": "<", "\uff1e": ">", "\uff1a": ":", "\uff20": "@",
        "\u200b": None, "\u200c": None, "\u200d": None, "\u2060": None, "\ufeff": None,
        "\u00ad": None,
    }
)  # fmt: skip
_LINE_END = re.compile(r"(?:\\r\\n|\\n|<CRLF>)+$", re.IGNORECASE)
_PATH = re.compile(r"^(MAIL|RCPT)\b\s*(FROM|TO)?\s*:?\s*(.*)$", re.IGNORECASE | re.DOTALL)
_ADDRESS = re.compile(r"[^\s<>,;:\"]+@[^\s<>,;:\"]+")
_SPACES = re.compile(r'("(?:\\.|[^"\\])*")| +')  # those within quotes are of the name
_BRACKETED = re.compile(r"<[^<>]*>")

Changes = list[str]


def fixed(line: str, scene: Scene) -> tuple[str, Changes]:
    """*line* mended, and what was done to it, a sentence each; the same line if nothing was."""
    changes: Changes = []
    if scene.session.mode is not Mode.COMMAND:
        return line, changes
    line = _step(line, line.translate(_TYPOGRAPHIC), tr("ASCII instead of look-alikes."), changes)
    line = _step(line, _LINE_END.sub("", line), tr("The Enter key sends CRLF by itself."), changes)
    line = _step(line, line.strip(), tr("No space before the command or behind it."), changes)
    line = _mend_verb(line, scene, changes)
    line = _mend_path(line, changes)
    return line, changes


def _step(old: str, new: str, words: str, changes: Changes) -> str:
    if new != old:
        changes.append(words)
    return new


def _mend_verb(line: str, scene: Scene, changes: Changes) -> str:
    command: Command = read_line(line, scene)
    word, space, rest = line.partition(" ")
    if command.known or not word:
        return line
    near = nearest_verb(word)
    if near is None:
        return line
    return _step(
        line, f"{near}{space}{rest}", tr("{verb} instead of {word}.", verb=near, word=word), changes
    )


def _mend_path(line: str, changes: Changes) -> str:
    match = _PATH.match(line)
    if match is None:
        return line
    verb = match[1].upper()
    keyword = "FROM" if verb == "MAIL" else "TO"
    path, rest = _one_path(match[3], verb, changes)
    if not path:
        return line
    better = f"{match[1]} {keyword}:{path}{rest}"
    said_so = tr(
        "{line}:<address> with no space around the colon, and in angle brackets.",
        line=f"{verb} {keyword}",
    )
    if match[2] and match[2].upper() == keyword:
        better = f"{match[1]} {match[2]}:{path}{rest}"
    return _step(line, better, said_so, changes)


def _one_path(text: str, verb: str, changes: Changes) -> tuple[str, str]:
    """The first path in *text*, bracketed, and the parameters behind it."""
    bracketed = _BRACKETED.search(text)
    addresses = _ADDRESS.findall(text)
    if len(addresses) > 1 and "=" not in text.partition(addresses[1])[0]:
        others = ", ".join(addresses[1:])
        changes.append(
            tr(
                "One {verb} takes one address; left for lines of their own: {others}.",
                verb=verb,
                others=others,
            )
        )
        return f"<{addresses[0]}>", ""
    if bracketed is not None:
        rest = text[bracketed.end() :].strip()
        path = _SPACES.sub(lambda found: found[1] or "", bracketed[0])
        return path, f" {rest}" if rest else ""
    if addresses:
        rest = text.partition(addresses[0])[2].strip(" <>")
        return f"<{addresses[0]}>", f" {rest}" if rest else ""
    return "", ""
