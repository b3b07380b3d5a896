"""`smtpshell explain` and `smtpshell dict`: what is known, without a session."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from smtpshell.explain.library import Library
    from smtpshell.explain.reference import Entry

MOST_LINES = 10_000  # of a dialogue on standard input
_WIDEST = 100


@click.command()
@click.argument("line", nargs=-1, required=True)
@click.option(
    "--side", type=click.Choice(["client", "server"]), help="Whose lines these are, if unclear."
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--reveal", is_flag=True, help="Show the passwords in AUTH lines.")
def explain(line: tuple[str, ...], side: str | None, as_json: bool, reveal: bool) -> None:
    """Explain lines of a dialogue, piece by piece.

    Each LINE is a command or a line of a reply, with or without "C:" or "S:" before it; "-" reads
    lines from standard input. LINE "states" draws the states of a session.

    \b
    smtpshell explain 'RCPT TO:<ana@office.test> NOTIFY=NEVER'
    smtpshell explain '550 5.7.1 Relaying denied'
    """
    if line == ("states",):
        from smtpshell.smtp.diagram import diagram

        click.echo(diagram())
        return
    from smtpshell.explain.dialogue import explain_lines
    from smtpshell.explain.render import render_explanation, to_object

    lines = [_marked(text, side) for text in _read(line)]
    found = list(explain_lines(lines, _library(), reveal=reveal))
    if as_json:
        click.echo(json.dumps([to_object(one) for one in found], indent=2))
        return
    for one in found:
        for text in render_explanation(one):
            click.echo("\n".join(folded(text)))


@click.command("dict")
@click.argument("word", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def dict_(context: click.Context, word: tuple[str, ...], as_json: bool) -> None:
    """Say what WORD means: a verb, a code, a keyword, a parameter, a mechanism.

    \b
    smtpshell dict 550
    smtpshell dict 5.7.1
    smtpshell dict NOTIFY

    The exit status is 1 for a word that nobody knows.
    """
    from smtpshell.explain.reference import UNKNOWN

    entries = _library().reference.lookup(" ".join(word))
    if as_json:
        click.echo(json.dumps([entry._asdict() for entry in entries], indent=2))
    else:
        for number, entry in enumerate(entries):
            click.echo("\n".join(_entry_lines(entry, first=not number)))
    context.exit(int(entries[0].kind == UNKNOWN))


def _entry_lines(entry: Entry, *, first: bool) -> Iterator[str]:
    from smtpshell.smtp.printable import printable

    if not first:
        yield ""
    yield printable(f"{entry.key}  ({entry.kind.replace('-', ' ')})")
    for text in (entry.short, *entry.long):
        yield from folded(printable(text), "  ")
    for name, words in (("Source", entry.refs), ("See also", entry.see)):
        if words:
            yield from folded(printable(f"{name}: {'; '.join(words)}"), "  ")


def _read(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if line != "-":
            yield line
            continue
        for number, data in enumerate(sys.stdin.buffer):
            if number == MOST_LINES:
                raise click.ClickException(f"more than {MOST_LINES} lines on standard input")
            yield data.decode("utf-8", "surrogateescape").rstrip("\r\n")


def _marked(line: str, side: str | None) -> str:
    return line if side is None else f"{'C' if side == 'client' else 'S'}: {line}"


def _library() -> Library:
    from smtpshell.explain.library import load_library

    return load_library()


def folded(text: str, indent: str = "") -> list[str]:
    """*text* in lines that fit the terminal; what follows stands under where the words began."""
    from smtpshell.shell.fragment import wrap

    columns = min(_WIDEST, shutil.get_terminal_size((80, 24)).columns)
    body = text.lstrip()
    begin = indent + text[: len(text) - len(body)]
    if len(begin) + len(body) <= columns or text.lstrip(" |").startswith("^"):
        return [begin + body]
    first, sign, rest = body.partition("  ")
    if sign and rest.strip():  # a piece and its meaning: the meaning keeps its column
        lead = begin + first + sign + " " * (len(rest) - len(rest.lstrip()))
        hang, words = " " * len(lead), rest.lstrip()
    elif body.startswith("|"):
        lead = begin + body[: len(body) - len(body[1:].lstrip())]
        hang, words = lead, body[1:].lstrip()
    else:
        lead = hang = begin
        words = body
    lines = wrap(words, max(20, columns - len(lead)))
    return [lead + lines[0], *(hang + line for line in lines[1:])]
