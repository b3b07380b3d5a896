"""Are the practice servers like the real ones? The table of lines, and its figures."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from smtpshell.sandbox.mind.part import Part
from smtpshell.sandbox.nature.personality import load_personality
from smtpshell.sandbox.nature.scenario import load_scenario
from smtpshell.sandbox.world.world import World
from tests.peers.dialogue import Outcome, Practice, Real, Step, play

DATA = Path(__file__).parent / "data"
TABLE = DATA / "same_line.toml"

# The real server, the practice server that is like it, and whether it has TLS (and so AUTH) here.
PAIRS = {
    "postfix": ("postfix-like", True),
    "exim": ("exim-like", True),
    "opensmtpd": ("opensmtpd-like", False),
    "aiosmtpd": ("aiosmtpd-like", True),
    "sendmail": ("sendmail-like", True),
}


class Case(NamedTuple):
    """One line of the table. *differs* is why a server may differ, by the server's name."""

    id: str
    before: list[Step]
    said: list[Step]
    needs_tls: bool
    differs: Mapping[str, str]


class Compared(NamedTuple):
    """How the two answered."""

    case: Case
    real: Outcome
    practice: Outcome

    @property
    def agree(self) -> bool:
        """Code, class of the enhanced code, open or closed and the next state."""
        return self.real.coarse() == self.practice.coarse()


def load_cases() -> list[Case]:
    """The table, in its order."""
    table = tomllib.loads(TABLE.read_text())
    starts = {name: _steps(said) for name, said in table["starts"].items()}
    differs = table["differs"]
    cases = []
    for name, row in table["lines"].items():
        before, said = starts[row["after"]], _steps(row["say"])
        reasons = {server: why[name] for server, why in differs.items() if name in why}
        needs_tls = any(step.data.startswith(b"STARTTLS") for step in before)
        cases.append(Case(name, before, said, needs_tls or name == "starttls", reasons))
    known = {case.id for case in cases}
    for server, reasons in differs.items():
        assert server in PAIRS, server
        assert set(reasons) <= known, set(reasons) - known
    return cases


def _steps(said: list[Any]) -> list[Step]:
    return [
        Step(one.encode(), line=True)
        if isinstance(one, str)
        else Step(one["bunch"].encode(), line=False, replies=one.get("replies", 0))
        for one in said
    ]


def practice_part(server: str) -> Part:
    """The practice server that is like *server*, in the house that *server* is configured for."""
    name, tls = PAIRS[server]
    setting = load_scenario("same-house", [DATA / "scenarios"])
    nature = load_personality(name, (), setting.house)
    return Part(nature, World(setting), can_tls=tls)


def cases_for(server: str) -> Iterator[Case]:
    """The lines that this server can be asked here."""
    return (case for case in load_cases() if PAIRS[server][1] or not case.needs_tls)


def compare(case: Case, part: Part, port: int) -> Compared:
    """Say the lines of *case* to both."""
    counts: list[int] = []
    practice = play(Practice(part), case.before, case.said, counts)
    real = play(Real(port), case.before, case.said, counts)
    return Compared(case, real, practice)


class Figures(NamedTuple):
    """How one server and its double compare. *known*: differences that have a reason."""

    server: str
    personality: str
    lines: int
    agree: int
    known: int

    @property
    def percent(self) -> float:
        return 100 * self.agree / self.lines


def figures(server: str, port: int) -> tuple[Figures, list[Compared]]:
    """Ask the whole table; the figures, and all that differs."""
    part = practice_part(server)
    compared = [compare(case, part, port) for case in cases_for(server)]
    differing = [one for one in compared if not one.agree]
    known = sum(server in one.case.differs for one in differing)
    name = PAIRS[server][0]
    found = Figures(server, name, len(compared), len(compared) - len(differing), known)
    return found, differing


def report(server: str, found: Figures, differing: list[Compared]) -> str:
    """What `python -m tests.peers compare` prints of one server: a document in Markdown."""
    lines = [
        f"## {found.personality} and {server}",
        "",
        f"{found.lines} lines, {found.agree} alike ({found.percent:.1f} %), "
        f"{found.known} of the {len(differing)} differences with a reason.",
        "",
        "| Line | Real | Ours | Why |",
        "|---|---|---|---|",
    ]
    for one in differing:
        why = one.case.differs.get(server, "**no reason known**")
        lines.append(f"| {one.case.id} | {one.real} | {one.practice} | {why} |")
    return "\n".join([*lines, ""])
