"""What lessons cost: 200 of them known at start-up, one opened, all checked, an event judged."""

from __future__ import annotations

import re
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from markdown_it import MarkdownIt

from smtpshell import resource
from smtpshell.fact.moment import Moment
from smtpshell.lesson.build import build_shelf
from smtpshell.lesson.catalog import open_shelf
from smtpshell.lesson.lessonfile import parse_lesson
from smtpshell.lesson.run import Run
from smtpshell.smtp.command import parse_command
from smtpshell.smtp.reply import parse_reply
from tests.bench.lib import OURS, Figures, Found, in_turn, milliseconds

MANY = 200
SAMPLE = "1-2-first-message"
TOMLLIB, READERS = "tomllib", "tomllib and markdown-it-py"
KNOWN = f"{MANY} lessons known at start-up"
OPENED = "a lesson opened"
CHECKED = "a lesson checked"
COURSE = 28
JUDGED = f"an event judged with the goals of all {COURSE} lessons"
_BLOCK = re.compile(r"^```toml \w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@contextmanager
def _many() -> Iterator[tuple[Path, Path]]:
    """A pack with many lessons, and a cache."""
    text = _sample()
    with tempfile.TemporaryDirectory() as place:
        pack, cache = Path(place, "pack"), Path(place, "cache")
        track = pack / "en" / "1-first-mail"
        track.mkdir(parents=True)
        for number in range(MANY):
            name = f"1-{number}-x"
            (track / f"{name}.md").write_text(text.replace(SAMPLE, name), encoding="utf-8")
        yield pack, cache


def _sample() -> str:
    path = resource.lessons_dir() / "en" / "1-first-mail" / f"{SAMPLE}.md"
    return path.read_text(encoding="utf-8")


def known(rounds: int) -> Found:
    """The headings of all, from a kept index whose stamps are compared."""
    text = _sample()
    blocks = [text.split("+++\n", 2)[1], *_BLOCK.findall(text)]
    with _many() as (pack, cache):
        return in_turn(
            {
                OURS: milliseconds(lambda: open_shelf(pack, cache=cache)),
                TOMLLIB: milliseconds(
                    lambda: [tomllib.loads(block) for _ in range(MANY) for block in blocks]
                ),
            },
            rounds,
        )


def lessons(rounds: int) -> Figures:
    """L2."""
    figures = Figures()
    text = _sample()
    reader = MarkdownIt()

    def read() -> list[object]:
        tokens = reader.parse(text.split("+++\n", 2)[2])
        found: list[object] = [tomllib.loads(text.split("+++\n", 2)[1])]
        return found + [
            tomllib.loads(token.content)
            for token in tokens
            if token.type == "fence" and token.info.startswith("toml")
        ]

    figures.cases[CHECKED] = in_turn(
        {
            OURS: milliseconds(lambda: parse_lesson(text, "x")),
            READERS: milliseconds(read),
        },
        rounds * 3,
    )
    with _many() as (pack, cache):
        build_shelf(pack)
        open_shelf(pack, cache=cache)
        shelf = open_shelf(pack, cache=cache)
        runs = [Run(shelf.lesson(ident)) for ident in list(shelf.headings)[:COURSE]]
        moment = Moment(
            "reply",
            command=parse_command("RCPT TO:<ana@office.test>"),
            reply=parse_reply(b"250 2.1.5 Ok"),
        )
        judges = [run.judge for run in runs]
        place = runs[0].place
        found = in_turn(
            {
                OPENED: milliseconds(lambda: shelf.lesson("1-7-x")),
                JUDGED: milliseconds(lambda: [one.judge(moment, 0.0, place) for one in judges]),
            },
            rounds * 3,
        )
        for case in (OPENED, JUDGED):
            figures.cases[case] = {OURS: found[case]}
    return figures
