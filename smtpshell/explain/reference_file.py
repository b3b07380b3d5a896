"""Reference files: Markdown in which each level-2 heading is the key of a table's row.

Under the heading stand the meaning in one short paragraph, any number of longer paragraphs, and at
the end a list of keys if there is something to say: refs, see. The front matter's `registry` names
the table. Sources and status come from the table's row; `refs` adds what the words lean on besides.
"""

from __future__ import annotations

from functools import cache

from smtpshell.datafile import Where, meant, split_front_matter
from smtpshell.errors import DataFileError
from smtpshell.explain.notefile import check_front, is_key_list, read_keys, several
from smtpshell.explain.reference import KINDS, Entry
from smtpshell.explain.section import Section, read_sections
from smtpshell.explain.token import TOKENS
from smtpshell.smtp.issue_table import ISSUES
from smtpshell.smtp.state import State
from smtpshell.smtp.table.command import COMMANDS
from smtpshell.smtp.table.enhanced_code import (
    ENHANCED_CLASSES,
    ENHANCED_CODES,
    ENHANCED_SUBJECTS,
    WILD_ENHANCED_CODES,
)
from smtpshell.smtp.table.extension import EXTENSIONS
from smtpshell.smtp.table.limit import LIMITS
from smtpshell.smtp.table.mechanism import MECHANISMS
from smtpshell.smtp.table.parameter import PARAMETERS
from smtpshell.smtp.table.reply_code import FIRST_DIGITS, REPLY_CODES, SECOND_DIGITS
from smtpshell.smtp.table.with_protocol import WITH_PROTOCOLS

FRONT_KEYS = ("format", "kind", "id", "registry", "title", "source_rev")
LIST_KEYS = ("refs", "see")

# What `Reference` says about strangers, see there.
STRANGERS = ("reply", "enhanced", "impossible", "private", "word")

Facts = tuple[tuple[str, ...], str]  # the refs and the status of a row


def facts_of(kind: str) -> dict[str, Facts]:
    """The rows that an entry of this kind may be about: key, and what the table says of it."""
    return _all_facts()[kind]


def parse_reference(text: str, path: str) -> list[Entry]:
    """The entries in the file *path*; DataFileError names the first mistake as FILE:LINE."""
    front, body, line = split_front_matter(text, path)
    where = Where(path, 2, text.partition("\n")[2])
    check_front(front, where, "reference", FRONT_KEYS)
    kind = front.get("registry")
    if kind not in KINDS:
        raise where.at("registry").error(
            f'registry: no table "{kind}"{meant(str(kind), KINDS)}',
            hint=f"one of {', '.join(KINDS)}",
        )
    entries: dict[str, Entry] = {}
    for section in read_sections(body, path, line):
        entry = _parse_entry(section, path, kind)
        if entry.key in entries:
            raise DataFileError(f"{path}:{section.line}: {entry.key} stands in this file already")
        entries[entry.key] = entry
    return list(entries.values())


def _parse_entry(section: Section, path: str, kind: str) -> Entry:
    where = Where(path, section.line)
    key, facts = section.heading, facts_of(kind)
    if key not in facts:
        raise where.error(f'the {kind} table has no row "{key}"{meant(key, facts)}')
    refs, status = facts[key]
    blocks = list(section.blocks)
    keys = blocks.pop() if blocks and is_key_list(blocks[-1]) else None
    for block in blocks:
        if block.kind != "text":
            raise Where(path, block.line).error("only paragraphs may stand here")
    if not blocks:
        raise where.error(f"{key} has no meaning")
    listed = read_keys(keys, path, LIST_KEYS)
    short, *long = (block.text for block in blocks)
    return Entry(
        kind=kind,
        key=key,
        short=short,
        long=tuple(long),
        refs=tuple(dict.fromkeys((*refs, *several(listed.get("refs", ""))))),
        status=status,
        see=several(listed.get("see", "")),
    )


@cache
def _all_facts() -> dict[str, dict[str, Facts]]:
    return {
        "command": {row.key: (row.refs, row.status) for row in COMMANDS.values()},
        "parameter": {key: (row.refs, row.status) for key, row in PARAMETERS.items()},
        "reply": {row.key: (row.refs, row.status) for row in REPLY_CODES.values()},
        "enhanced": {row.key: (row.refs, row.status) for row in ENHANCED_CODES.values()}
        | {row.key: (row.refs, row.status) for row in WILD_ENHANCED_CODES.values()},
        "extension": {row.key: (row.refs, row.status) for row in EXTENSIONS.values()},
        "mechanism": {row.key: (row.refs, row.status) for row in MECHANISMS.values()},
        "first-digit": {row.key: (row.refs, "") for row in FIRST_DIGITS.values()},
        "second-digit": {row.key: (row.refs, "") for row in SECOND_DIGITS.values()},
        "enhanced-class": {row.key: (row.refs, "") for row in ENHANCED_CLASSES.values()},
        "enhanced-subject": {row.key: (row.refs, "") for row in ENHANCED_SUBJECTS.values()},
        "limit": {row.key: (row.refs, "") for row in LIMITS.values()},
        "with-protocol": {row.key: (row.refs, "") for row in WITH_PROTOCOLS.values()},
        "state": {state.value: ((), "") for state in State},
        "issue": {row.name: ((row.ref,), "") for row in ISSUES.values()},
        "token": {key: (refs, "") for key, refs in TOKENS.items()},
        "unknown": dict.fromkeys(STRANGERS, ((), "")),
    }
