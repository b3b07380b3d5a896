"""What the notes cost: loading their index, and choosing among them for an event.

Peer of the loading is tomllib on every `when` block. At the start the words only have to be known
(budget L1: at most 0.1 of the peer); they are parsed when the first event is. The choice among
notes has budgets of its own: 100 us with those we ship, 1 ms with 5000.

    python -m tests.bench.notes
"""

from __future__ import annotations

import statistics
import time
import tomllib
from collections.abc import Callable

from smtpshell import resource
from smtpshell.explain.build import build_index
from smtpshell.explain.index import read_index
from smtpshell.explain.library import Library
from smtpshell.explain.notebook import Notebook
from smtpshell.explain.section import read_sections
from smtpshell.fact.moment import Moment
from smtpshell.fact.watch import Watch
from smtpshell.smtp.command import parse_command
from smtpshell.smtp.reply import parse_reply

ROUNDS = 9
MANY = 5000
SESSION = (
    b"220 mail.office.test ESMTP",
    "EHLO desk7.office.test",
    b"250-mail.office.test\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n250 AUTH PLAIN LOGIN",
    "MAIL FROM: <dora@office.test>",
    b"250 2.1.0 Ok",
    "RCPT TO:<ana@far.test>",
    b"554 5.7.1 <ana@far.test>: Relay access denied",
    "QUIT",
    b"221 2.0.0 Bye",
)


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def when_blocks() -> list[str]:
    folder = resource.lessons_dir() / "en" / "notes"
    return [
        section.blocks[0].text
        for path in sorted(folder.glob("*.md"))
        for section in read_sections(path.read_text(encoding="utf-8"), path.name)
    ]


def moments() -> list[Moment]:
    watch = Watch()
    found: list[Moment] = []
    for said in SESSION:
        if isinstance(said, str):
            found += watch.command(parse_command(said))
        else:
            found += watch.reply(parse_reply(said))
    return found


def loading() -> None:
    data = build_index(resource.lessons_dir()).to_bytes()
    blocks = when_blocks()

    def know() -> Library:
        index = read_index(data)
        assert index is not None
        return Library([index])

    def parse() -> list[object]:
        library = know()
        return [library.notebook, library.reference]

    for name, work in (("know", know), ("parse", parse)):
        ratios = []
        for _ in range(ROUNDS):
            toml = seconds(lambda: [tomllib.loads(block) for block in blocks])
            ratios.append(seconds(work) / toml)
        spread = f"{min(ratios):.2f}..{max(ratios):.2f}"
        print(f"{name} all words: {statistics.median(ratios):.2f}x tomllib ({spread})")


def choosing(name: str, book: Notebook) -> None:
    events = moments()
    for moment in events:
        book.select(moment)
    for moment in events:
        times = [seconds(lambda moment=moment: book.select(moment)) for _ in range(ROUNDS * 20)]  # type: ignore[misc]
        print(f"{name}, {moment!r}: {statistics.median(times) * 1e6:.0f} us")


def main() -> None:
    loading()
    shipped = Library([build_index(resource.lessons_dir())]).notebook
    choosing(f"{len(shipped)} notes", shipped)
    copies = range(MANY // len(shipped) + 1)
    notes = shipped.notes.values()
    many = Notebook(note._replace(id=f"{note.id}.{copy}") for copy in copies for note in notes)
    choosing(f"{len(many)} notes", many)


if __name__ == "__main__":
    main()
