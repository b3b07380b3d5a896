"""`smtpshell compare`: the same lines said to several servers, and where they differ."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from smtpshell.catalogue import tr
from smtpshell.cli.paper import find_transcript, samples
from smtpshell.errors import ConnectError, IncomparableError, SmtpshellError, TranscriptError
from smtpshell.explain.library import load_library
from smtpshell.language import chosen
from smtpshell.shell.contrast import Contrast, contrast_of, show
from smtpshell.shell.perform import play
from smtpshell.shell.script import Telling, voice_of
from smtpshell.shell.stage import Terms, stage_at
from smtpshell.smtp.printable import printable
from smtpshell.smtp.text import to_text
from smtpshell.transcript.compare import compare
from smtpshell.transcript.format import MOST_OCTETS
from smtpshell.transcript.reader import Transcript, is_transcript, parse_transcript
from smtpshell.transcript.redact import Redactor
from smtpshell.transcript.rewound import as_it_stands
from smtpshell.transcript.role import Role, role_from_script, role_of
from smtpshell.transcript.turn import Turn, turns_on_paper

EQUAL, DIFFERENT = 0, 1
MOST_SERVERS = 8


def compare_servers(
    name: str,
    targets: Sequence[str],
    terms: Terms,
    *,
    as_json: bool = False,
    plain: bool = False,
    whole: bool = False,
) -> int:
    """Say the lines of the file *name* to all *targets*; the exit status.

    With one target a transcript is compared with what it says itself. ConnectError or
    IncomparableError if that cannot be done.
    """
    try:
        contrast = _contrast(name, targets, terms)
    except (ConnectError, TranscriptError):
        raise
    except SmtpshellError as error:
        raise IncomparableError(str(error), hint=error.hint) from None
    if as_json:
        sys.stdout.write(json.dumps(to_object(contrast), indent=2) + "\n")
    else:
        columns = shutil.get_terminal_size((80, 24)).columns
        show(contrast, voice_of(Telling(plain=plain), sys.stdout, columns), whole=whole)
    return EQUAL if contrast.equal else DIFFERENT


def _contrast(name: str, targets: Sequence[str], terms: Terms) -> Contrast:
    data = _read(name)
    sides: list[tuple[Turn, ...]] = []
    names: list[str] = []
    if is_transcript(data):
        transcript = parse_transcript(data, name)
        lmtp = transcript.header.lmtp
        role = role_of(transcript.events, lmtp=lmtp)
        if len(targets) == 1:
            names.append(_label(name, transcript))
            redact = Redactor(lmtp=lmtp).redact
            sides.append(turns_on_paper(map(redact, as_it_stands(transcript.events)), lmtp=lmtp))
    else:
        lines = data.removesuffix(b"\n").split(b"\n")
        role = role_from_script(line.removesuffix(b"\r") for line in lines)
    _check(role, targets, alone=not names)
    for target in targets:
        if sys.stderr is not None and sys.stderr.isatty():  # some servers take their time
            sys.stderr.write(f"{tr('Saying the lines to {target}...', target=printable(target))}\n")
        with stage_at(target, terms, port=role.port, lmtp=role.lmtp) as stage:
            sides.append(play(role, stage, terms))
        names.append(_unique(stage.name, names))
    return contrast_of(names, compare(sides), load_library(language=chosen()))


def _check(role: Role, targets: Sequence[str], *, alone: bool) -> None:
    if not any(scene.groups for scene in role.scenes):
        raise IncomparableError(tr("there is not one line of a client in it"))
    if alone and len(targets) < 2:
        raise IncomparableError(
            tr("a script says nothing about replies, so it takes two servers"),
            hint="smtpshell compare FILE postfix-like exim-like",
        )
    if len(targets) > MOST_SERVERS:
        raise IncomparableError(tr("at most {most} servers can be compared", most=MOST_SERVERS))


def _read(name: str) -> bytes:
    if name == "-":
        data = sys.stdin.buffer.read(MOST_OCTETS + 1) if sys.stdin is not None else b""
    else:
        path = find_transcript(name)
        try:
            with path.open("rb") as file:
                data = file.read(MOST_OCTETS + 1)
        except OSError as error:
            raise TranscriptError(f"{path}: {error.strerror or error}") from None
    if len(data) > MOST_OCTETS:
        raise TranscriptError(
            tr("{name}: more than {size} MiB", name=name, size=MOST_OCTETS // 1024**2)
        )
    return data.removeprefix(b"\xef\xbb\xbf")


def _label(name: str, transcript: Transcript) -> str:
    if name != "-" and find_transcript(name) in samples():
        return Path(name).stem  # in some of them several servers speak
    return transcript.header.personality or Path(name).stem or "transcript"


def _unique(name: str, taken: Sequence[str]) -> str:
    number = sum(one == name or one.startswith(f"{name} (") for one in taken)
    return f"{name} ({number + 1})" if number else name


def to_object(contrast: Contrast) -> dict[str, Any]:
    """A comparison for programs."""
    rows = []
    for row, words in zip(contrast.rows, contrast.words, strict=True):
        rows.append(
            {
                "line": to_text(row.line),
                "differs": row.differs,
                "classes": list(row.classes),
                "servers": [
                    None if turn is None else _turn(name, turn)
                    for name, turn in zip(contrast.names, row.turns, strict=True)
                ],
                "explanation": [one._asdict() for one in words],
            }
        )
    return {"servers": list(contrast.names), "equal": contrast.equal, "lines": rows}


def _turn(name: str, turn: Turn) -> dict[str, Any]:
    return {
        "server": name,
        "sent": turn.sent,
        "letter": len(turn.letter),
        "replies": [
            {
                "code": reply.code,
                "enhanced": str(reply.enhanced or ""),
                "lines": [line.text for line in reply.lines],
            }
            for reply in turn.replies
        ],
        "state": turn.state,
        "tls": turn.tls,
        "closed": turn.closed,
        "remark": turn.remark,
        "reason": turn.reason,
    }
