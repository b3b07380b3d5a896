"""Spaced retrieval: what went wrong is asked again after 1, 3, 7 and 14 days, five items a day.

Items come of predictions and questions that were answered wrongly, and of the learner's own lines
that were refused. Whoever is right sees an item again at the next distance, and after the last one
not any more; whoever is wrong, tomorrow. The day is handed in as a number (`date.toordinal`).
"""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from binascii import crc32
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from smtpshell.catalogue import tr
from smtpshell.errors import UsageError
from smtpshell.lesson.guess import read_guess
from smtpshell.lesson.lesson import Lesson
from smtpshell.lesson.run import Run
from smtpshell.lesson.told import is_right

DAYS = (1, 3, 7, 14)
A_DAY = 5
MOST = 500  # items

PREDICT, ASK, FIX = "predict", "ask", "fix"


class Item(NamedTuple):
    """One thing to be asked again. *truth* is the answer, for kinds whose lesson does not say it.

    *line* is the learner's own line that was refused, *note* the note on it.
    """

    id: str
    kind: str
    lesson: str
    name: str
    due: int
    box: int = 0  # which of DAYS comes next
    line: str = ""
    note: str = ""
    truth: str = ""


class Question(NamedTuple):
    """An item as it is asked."""

    item: Item
    text: str
    choices: tuple[str, ...] = ()


class Review:
    """The items of one learner. *days* counts for each day how many were answered."""

    __slots__ = ("_counted", "_touched", "days", "items")

    def __init__(self) -> None:
        self.items: dict[str, Item] = {}
        self.days: dict[int, int] = {}
        self._touched: set[str] = set()  # items, since they were written last
        self._counted: Counter[int] = Counter()  # of the days, since then

    def learn_from(self, run: Run, today: int) -> int:
        """Take what went wrong in *run*; how many items are new."""
        return self.add(_items_of(run, today + DAYS[0]))

    def add(self, items: Iterable[Item]) -> int:
        """Take over *items*, as long as there are not too many; how many are new."""
        before = len(self.items)
        for item in items:
            if len(self.items) < MOST and item.id not in self.items:
                self.items[item.id] = item
                self._touched.add(item.id)
        return len(self.items) - before

    def drop(self, item: Item) -> None:
        """The lesson does not ask that any more."""
        self.items.pop(item.id, None)
        self._touched.add(item.id)

    def due(self, today: int) -> list[Item]:
        """What is to be asked today, the longest due first; those done today count, too."""
        left = A_DAY - self.days.get(today, 0)
        waiting = sorted((item.due, item.id) for item in self.items.values() if item.due <= today)
        return [self.items[ident] for _, ident in waiting[: max(0, left)]]

    def answered(self, item: Item, right: bool, today: int) -> None:
        """An item was answered: on to the next distance, or back to the first."""
        self.days[today] = self.days.get(today, 0) + 1
        self._counted[today] += 1
        self._touched.add(item.id)
        box = item.box + 1 if right else 0
        if box == len(DAYS):
            self.items.pop(item.id, None)
        else:
            self.items[item.id] = item._replace(box=box, due=today + DAYS[box])

    def take_untouched(self, there: "Review", *, whole: bool) -> None:
        """What another shell has asked since; *whole*: what is not *there* any more was dropped."""
        for ident in {*self.items, *there.items} - self._touched:
            if ident in there.items:
                self.items[ident] = there.items[ident]
            elif whole:
                del self.items[ident]
        if whole:
            self.days = dict(Counter(there.days) + self._counted)

    def written(self) -> None:
        """All of it is in the file now."""
        self._touched.clear()
        self._counted.clear()

    def to_object(self) -> dict[str, Any]:
        """As it is kept in a file."""
        items = [list(item) for item in self.items.values()]
        return {"items": items, "days": {str(day): count for day, count in self.days.items()}}

    @classmethod
    def from_object(cls, value: Mapping[str, Any]) -> "Review":
        """What was kept; ValueError and its like for what never was."""
        review = cls()
        for ident, kind, lesson, name, due, box, line, note, truth in value["items"][:MOST]:
            texts = [str(one) for one in (ident, kind, lesson, name)]
            if kind in (PREDICT, ASK, FIX) and 0 <= int(box) < len(DAYS):
                review.items[texts[0]] = Item(
                    texts[0], texts[1], texts[2], texts[3], int(due), int(box),
                    str(line), str(note), str(truth),
                )  # fmt: skip
        review.days = {int(day): int(count) for day, count in value["days"].items()}
        return review


def _items_of(run: Run, due: int) -> Iterator[Item]:
    ident = run.lesson.id
    for guess in run.guesses.values():
        if guess.settled and not guess.right:
            name = guess.id
            yield Item(f"{PREDICT}:{ident}:{name}", PREDICT, ident, name, due, truth=guess.truth)
    for answer in run.answers.values():
        if answer.tries and (not answer.right or answer.tries > 1):
            yield Item(f"{ASK}:{ident}:{answer.id}", ASK, ident, answer.id, due)
    for slip in run.slips.made:
        if slip.right:
            name = f"{crc32(slip.line.encode('utf-8', 'replace')):08x}"
            yield Item(
                f"{FIX}:{ident}:{name}", FIX, ident, name, due,
                line=slip.line, note=slip.note, truth=slip.right,
            )  # fmt: skip


def question_of(item: Item, lesson: Lesson) -> Question | None:
    """*item* as a question; None if its lesson does not have it any more."""
    if item.kind == FIX:
        words = tr("This line was refused. How is it right?  {line}", line=item.line)
        return Question(item, words)
    if item.kind == ASK:
        for ask in lesson.asks:
            if ask.id == item.name and not ask.manual:
                return Question(item, ask.ask, ask.choices)
        return None
    for predict in lesson.predicts:
        if predict.id == item.name:
            return Question(item, predict.ask, predict.choices)
    return None


def judge(item: Item, lesson: Lesson, text: str) -> bool:
    """Is *text* a right answer? UsageError if it is none at all."""
    if item.kind == FIX:
        return _is_mended(item, text)
    if item.kind == ASK:
        ask = next((ask for ask in lesson.asks if ask.id == item.name), None)
        return ask is not None and is_right(ask, text)
    predict = next((one for one in lesson.predicts if one.id == item.name), None)
    if predict is None:
        raise UsageError(tr("the lesson does not ask {name} any more", name=item.name))
    return read_guess(predict, text) == (str(predict.answer) if predict.choices else item.truth)


def _is_mended(item: Item, text: str) -> bool:
    """A line is right if it is the one that was taken, or says the same without a fault."""
    from smtpshell.smtp.command import parse_command

    said, right = parse_command(text.strip()), parse_command(item.truth)
    if said.text == right.text:
        return True
    if said.problems or said.verb != right.verb:
        return False
    return (said.path is None) == (right.path is None)
