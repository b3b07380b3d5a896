"""What lint, test and diff have found, on paper: text, JSON, and JUnit's XML for programs."""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from smtpshell.explain.lint import ERROR, Finding
from smtpshell.lesson.difference import Change
from smtpshell.lesson.lesson import Lesson
from smtpshell.lesson.trial import Result
from smtpshell.smtp.printable import printable


def finding_lines(findings: Sequence[Finding]) -> Iterator[str]:
    """Each finding, and how many there are."""
    yield from (printable(str(finding)) for finding in findings)
    errors = sum(finding.severity == ERROR for finding in findings)
    yield f"{_number(errors, 'error')}, {_number(len(findings) - errors, 'warning')}"


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def result_lines(results: Sequence[Result], *, verbose: bool = False) -> Iterator[str]:
    """What failed, with its place; with *verbose* also what did not; and how many of each."""
    for result in results:
        if verbose or not result.ok:
            yield printable(f"{'ok  ' if result.ok else 'FAIL'}  {result.name}")
        yield from (printable(f"      {one.where}: {one.message}") for one in result.faults)
    failed = sum(not result.ok for result in results)
    yield f"{len(results) - failed} of {len(results)} tried are as they should be"


def findings_object(findings: Iterable[Finding]) -> list[dict[str, str]]:
    """For JSON."""
    return [finding._asdict() for finding in findings]


def results_object(results: Iterable[Result]) -> list[dict[str, Any]]:
    """For JSON."""
    return [
        {
            "name": result.name,
            "where": result.where,
            "passed": result.ok,
            "faults": [fault._asdict() for fault in result.faults],
        }
        for result in results
    ]


SHORT = 30  # characters of a value that is told on the same line


def change_lines(changes: Iterable[Change]) -> Iterator[str]:
    """Each change with what it was and is; and how many there are."""
    number = 0
    for one in changes:
        number += 1
        place = f" (step {one.step})" if one.step and one.kind != "step" else ""
        head = " ".join(filter(None, (one.kind, one.id))) + place
        if one.what == "moved":
            yield printable(f"{head}: was {one.before}, is {one.after}")
            continue
        what = one.field or one.what
        if one.field and max(len(one.before), len(one.after)) <= SHORT and "\n" not in one.after:
            yield printable(f"{head}: {what} {one.after or 'none'}, was {one.before or 'none'}")
            continue
        yield printable(f"{head}: {what}")
        yield from (f"  {printable(row)}" for row in _rows(one.before, one.after))
    yield f"{number or 'no'} {'difference' if number == 1 else 'differences'}"


def _rows(before: str, after: str) -> Iterator[str]:
    """The lines that went with -, those that came with +."""
    from difflib import ndiff

    rows = ndiff(before.split("\n") if before else [], after.split("\n") if after else [])
    return (row for row in rows if row[:1] in "+-")


def changes_object(old: Lesson, new: Lesson, changes: Iterable[Change]) -> dict[str, Any]:
    """For JSON."""
    return {
        "lesson": new.id,
        "old": old.path,
        "new": new.path,
        "changes": [one._asdict() for one in changes],
    }


def junit(results: Iterable[Result], seconds: float = 0.0) -> bytes:
    """One `testcase` for each thing tried, its class the lesson."""
    from xml.etree import ElementTree

    results = list(results)
    suite = ElementTree.Element(
        "testsuite",
        name="smtpshell lesson test",
        tests=str(len(results)),
        failures=str(sum(not result.ok for result in results)),
        time=f"{seconds:.3f}",
    )
    for result in results:
        lesson, _, rest = result.name.partition(" ")
        case = ElementTree.SubElement(suite, "testcase", classname=lesson, name=printable(rest))
        if not result.ok:
            words = "\n".join(printable(f"{one.where}: {one.message}") for one in result.faults)
            failure = ElementTree.SubElement(case, "failure", message=words.partition("\n")[0])
            failure.text = words
    return bytes(ElementTree.tostring(suite, "utf-8", xml_declaration=True))
