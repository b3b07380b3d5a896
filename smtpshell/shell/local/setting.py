"""Local commands that set: :set :notes :hint-bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.catalogue import tr
from smtpshell.errors import UsageError
from smtpshell.shell.local.registry import Pairs, local
from smtpshell.shell.option import OPTIONS

if TYPE_CHECKING:
    from smtpshell.shell.core import Shell

_ON_OFF = (("on", ""), ("off", ""))


def _options(shell: Shell, typed: str) -> Pairs:
    name, space, _ = typed.partition(" ")
    if space and name in OPTIONS:
        return [(f"{name} {value}", meaning) for value, meaning in OPTIONS[name].values]
    return [(f"{name} ", spec.about) for name, spec in OPTIONS.items()]


@local(
    "set",
    "o",
    ":set [OPTION [VALUE]]",
    "shows or changes how the shell behaves",
    "Without anything it lists the options and what they are set to, with a name what they can be.",
    _options,
)
def set_(shell: Shell, argument: str) -> None:
    name, _, value = argument.partition(" ")
    if not name:
        rows = [(f"{n} {shell.options[n]}", tr(spec.about)) for n, spec in OPTIONS.items()]
        shell.voice.table(rows)
        return
    if not value:
        spec = OPTIONS.get(name)
        if spec is None:
            raise UsageError(tr("there is no option {name}", name=repr(name)), hint=_nearest(name))
        shell.voice.note(f"{name} {shell.options[name]}", tr(spec.about))
        shell.voice.table([(f"  {value}", tr(meaning)) for value, meaning in spec.values])
        return
    shell.options.set(name, value.strip())
    shell.voice.say(tr("{name} is {value} from now on.", name=name, value=value.strip()))


def _nearest(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, OPTIONS, n=1)
    return tr("did you mean {name}?", name=f":set {near[0]}") if near else tr(":set lists them")


def _switch(shell: Shell, name: str, argument: str) -> None:
    value = argument or ("off" if shell.options.on(name) else "on")
    shell.options.set(name, value)
    shell.voice.say(tr("{name} is {value} from now on.", name=name, value=value))


@local(
    "notes",
    "n",
    ":notes [on|off]",
    "switches the explanations on or off",
    "Without them smtpshell is a plain telnet that edits its line. :why still brings them.",
    lambda shell, typed: _ON_OFF,
)
def notes(shell: Shell, argument: str) -> None:
    _switch(shell, "notes", argument)


@local(
    "hint-bar",
    "j",
    ":hint-bar [on|off]",
    "switches the line under the prompt on or off",
    "It shows the syntax of what you type, what may come next, and whether the line is encrypted.",
    lambda shell, typed: _ON_OFF,
)
def hint_bar(shell: Shell, argument: str) -> None:
    _switch(shell, "hint-bar", argument)
