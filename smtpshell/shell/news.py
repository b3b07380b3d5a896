"""What happened to letters in the practice world, told in one line each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from smtpshell.catalogue import counted, tr
from smtpshell.smtp.printable import printable

if TYPE_CHECKING:
    from smtpshell.sandbox.world.happening import Happening
    from smtpshell.shell.narrator import Narrator
    from smtpshell.shell.place import Place

MOST_LINES = 12  # told at a time
MOST_HOPS = 4  # of one letter

_ENDS = frozenset({"delivered", "bounced", "discarded"})

_Key = tuple[str, str]
_News = tuple[str, str] | None  # a head and words


def tell_news(place: Place, narrator: Narrator) -> bool:
    """What has happened to letters since it was last told: a line each, and the notes on it.

    False if there is nothing to tell.
    """
    found = place.news()
    lines = news_lines(found)
    for head, words in lines:
        narrator.voice.note(head, words)
    for one in noteworthy(found):
        narrator.happened(place.moments(one, narrator.watch))
    return bool(lines)


def news_lines(found: Iterable[Happening]) -> list[tuple[str, str]]:
    """Heads and words about what was *found*, fit to be shown; what goes without saying is not.

    A letter that went straight into a mailbox here needs no word. Of several tries in vain the last
    one is told, with their number.
    """
    happenings = list(found)
    lines = list(_lines(happenings))
    if len(lines) > MOST_LINES:
        rest = counted(
            len(lines) - MOST_LINES,
            "{count} line more; `:queue` shows how it stands",
            "{count} lines more; `:queue` shows how it stands",
        )
        lines = [*lines[:MOST_LINES], (tr("and so on"), rest)]
    return lines


def noteworthy(found: Iterable[Happening]) -> list[Happening]:
    """Those that notes may speak of: one of each kind, and no letter that went straight in."""
    first: dict[str, Happening] = {}
    for one in found:
        if one.kind != "delivered" or _came_far(one):
            first.setdefault(one.kind, one)
    return list(first.values())


def _lines(happenings: list[Happening]) -> Iterator[tuple[str, str]]:
    tries = Counter(_key(one) for one in happenings if one.kind == "retried")
    hops = Counter(_key(one)[0] for one in happenings if one.kind == "hopped")
    seen: Counter[tuple[str, ...]] = Counter()
    for index, one in enumerate(happenings):
        words = None
        if one.kind == "hopped":
            words = _hop(one, hops, seen, happenings[index + 1 :])
        elif one.kind == "retried":
            seen[_key(one)] += 1
            if seen[_key(one)] == tries[_key(one)]:  # the last one tells of them all
                words = _put_off(one, tries[_key(one)], happenings[index + 1 :])
        else:
            words = _words(one)
        if words:
            head, body = words
            yield head, printable(body.replace("\n", " "))


def _hop(
    one: Happening, hops: Counter[str], seen: Counter[tuple[str, ...]], later: list[Happening]
) -> _News:
    """A letter that goes round in circles is told of in a few lines."""
    name = _key(one)[0]
    seen[name,] += 1
    if later and later[0].kind == "delivered" and _key(later[0])[0] == name:
        return None  # that it has arrived is told next
    if seen[name,] == MOST_HOPS + 1 and hops[name] > MOST_HOPS + 1:
        words = tr("{name}: and so on, {count} times in all", name=name, count=hops[name])
        return tr("on its way"), words
    return (tr("on its way"), f"{name}: {one.words}") if seen[name,] <= MOST_HOPS else None


def _put_off(one: Happening, tries: int, later: list[Happening]) -> _News:
    words = one.words
    if any(_key(other) == _key(one) and other.kind in _ENDS for other in later):
        words = words.partition("; next try")[0]  # that has been, by now
    name, address = _key(one)
    return tr("queue"), counted(
        tries,
        "{name} to {address} put off: {words}",
        "{name} to {address} put off {count} times, the last time: {words}",
        name=name,
        address=address,
        words=words,
    )


def _key(one: Happening) -> _Key:
    return (one.message.id if one.message is not None else "", one.address)


def _words(one: Happening) -> _News:
    name, address = _key(one)
    if one.kind == "delivered":
        return _delivered(one, name) if _came_far(one) else None
    if one.kind == "queued":
        where = {"name": name, "address": address, "words": one.words}
        return (
            (tr("queue"), tr("{name} to {address} waits; {words}", **where)) if one.words else None
        )
    about = tr("{name} to {address}: {words}", name=name, address=address, words=one.words)
    if one.kind == "bounced":
        then = (
            tr("a report goes to {mailbox}", mailbox=one.mailbox)
            if one.mailbox
            else tr("the sender wants no report")
        )
        return tr("bounced"), f"{about}; {then}"
    return (tr("dropped"), about) if one.kind == "discarded" else None


def _is_sent(one: Happening) -> bool:
    """Is it a letter of somebody's, and no report that a server wrote?"""
    return one.message is not None and bool(one.message.origin.protocol)


def _delivered(one: Happening, name: str) -> _News:
    """Where it is; and who it says it is from, where another server has taken it in for itself."""
    message = one.message
    what = name if _is_sent(one) else tr("report {name}", name=name)
    if message is not None and message.origin.relayed:
        what = tr("{name} from {address}", name=what, address=f"<{message.return_path}>")
    words = tr("{name} is in the mailbox {mailbox}", name=what, mailbox=one.mailbox)
    return tr("delivered"), words


def _came_far(one: Happening) -> bool:
    """Did it come by the queue, or is it a report?"""
    message = one.message
    far = message is not None and (bool(message.hops) or message.origin.relayed)
    return far or (message is not None and not _is_sent(one))
