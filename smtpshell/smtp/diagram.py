"""The state diagram, printed from the table of transitions, so that it cannot lie."""

from __future__ import annotations

from smtpshell.smtp.state import TRANSITIONS, Effect, State
from smtpshell.smtp.table.command import COMMANDS

# What is said in a diagram for that which is no command.
_WORDS = {"GREETING": "(greeting)", "AUTHLINE": "(answer)", "DOT": "(lone dot)"}
_WIDTH = 32
_ANYWHERE = """\
any state
  (anything)                      221 421      -> ended
  (connection closes)                          -> ended"""


def diagram() -> str:
    """All states, and which reply to which command leads from one to another.

    Left of the arrow stand the commands that are in order and the replies that count, by their
    first digit; any other reply leaves the state alone. Private and historic commands, which move
    nothing, are left out.

    >>> print(diagram().split("\\n\\n")[6])
    bdat
      EHLO HELO LHLO RSET             2yz          -> greeted
      QUIT                            2yz          -> ended
      BDAT BURL                       2yz 4yz 5yz  -> bdat
      BDAT LAST, BURL LAST            2yz 4yz 5yz  -> greeted
      NOOP VRFY EXPN HELP                          stays
    """
    return "\n\n".join([*map(diagram_of, State), _ANYWHERE])


def diagram_of(state: State) -> str:
    """One state, and what leads away from it."""
    lines = [state.value]
    for verbs, effect in _groups(state).items():
        for target, digits in _targets(effect).items():
            replies = " ".join(f"{digit}yz" for digit in digits)
            lines.append(_row(verbs, replies, f"-> {target.value}"))
    if state is State.TLS:
        lines.append(_row("(handshake succeeds)", "", f"-> {State.CONNECTED.value}"))
    if stays := " ".join(_staying(state)):
        lines.append(_row(stays, "", "stays"))
    if len(lines) == 1:
        lines.append("  nothing leads away from here")
    return "\n".join(lines)


def _groups(state: State) -> dict[str, Effect]:
    """The verbs that have the same effect in *state*, named together."""
    groups: list[tuple[list[str], Effect]] = []
    for (start, verb), effect in TRANSITIONS.items():
        if start is not state or not effect:
            continue
        word = _WORDS.get(verb, verb)
        for words, known in groups:
            if known == effect:
                words.append(word)
                break
        else:
            groups.append(([word], effect))
    return {_list(words): effect for words, effect in sorted(groups, key=_standing)}


def _standing(group: tuple[list[str], Effect]) -> bool:
    """Commands that are given in many states come first, so that all blocks look alike."""
    return not {"EHLO", "QUIT"} & set(group[0])


def _list(words: list[str]) -> str:
    return (", " if any(" " in word for word in words) else " ").join(words)


def _targets(effect: Effect) -> dict[State, list[int]]:
    targets: dict[State, list[int]] = {}
    for digit, target in effect.items():
        targets.setdefault(target, []).append(digit)
    return targets


def _row(verbs: str, replies: str, outcome: str) -> str:
    return f"  {verbs:<{_WIDTH}}{replies:<13}{outcome}"


def _staying(state: State) -> list[str]:
    """Standard commands that are in order in *state* and move nothing."""
    here = {verb: effect for (start, verb), effect in TRANSITIONS.items() if start is state}
    return [
        verb
        for verb, spec in COMMANDS.items()
        if spec.status == "standard"
        and state.value in spec.legal_states
        and (spec.next_state == "same" if verb not in here else not here[verb])
    ]
