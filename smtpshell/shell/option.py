"""What `:set` can set, in one table: name, values, and what the values mean.

Options belong to one shell; there may be several shells in a process.
"""

# No `from __future__ import annotations`: NamedTuple would compile each annotation anew.
from collections.abc import Callable
from typing import NamedTuple

from smtpshell.catalogue import marked, tr
from smtpshell.errors import UsageError


class OptionSpec(NamedTuple):
    """One option. `values` are (value, meaning); the first is the default."""

    name: str
    about: str
    values: tuple[tuple[str, str], ...]


_SPECS = (
    OptionSpec(
        "notes",
        marked("explanations under what happens"),
        (
            ("on", marked("shown, and fading as you come to know them")),
            ("off", marked("a plain telnet")),
        ),
    ),
    OptionSpec(
        "verbosity",
        marked("how much the notes say"),
        (
            ("normal", marked("in full the first time, then a line, then a mark")),
            ("teach", marked("always in full, for projectors")),
            ("exam", marked("no notes, no hints, no completion")),
        ),
    ),
    OptionSpec(
        "theme",
        "colours",
        (
            ("dark", marked("for a dark background")),
            ("light", marked("for a light background")),
            ("mono", marked("bold and underline only")),
            ("high-contrast", marked("strong colours on black or white")),
        ),
    ),
    OptionSpec(
        "big",
        marked("for projectors: short lines, and room between the commands"),
        (
            ("off", marked("as wide as the terminal")),
            ("on", marked("60 columns; make the letters large yourself")),
        ),
    ),
    OptionSpec(
        "keys",
        marked("key bindings of the line editor"),
        (
            ("emacs", marked("Ctrl-A, Ctrl-E, Ctrl-K and so on")),
            ("vi", marked("Escape for commands, i to type")),
        ),
    ),
    OptionSpec(
        "complete",
        marked("the menu while you type"),
        (
            ("on", marked("everything that may stand here, with its meaning")),
            ("verbs", marked("commands only, not their arguments")),
            ("off", marked("only when you press Tab")),
        ),
    ),
    OptionSpec(
        "suggest",
        marked("the grey rest of the line (right arrow takes it)"),
        (("on", marked("what comes next in this session")), ("off", marked("nothing"))),
    ),
    OptionSpec(
        "hint-bar",
        marked("the line under the prompt"),
        (("on", marked("shown")), ("off", marked("hidden"))),
    ),
    OptionSpec(
        "remarks",
        marked("remarks on a line while you type it"),
        (
            ("on", marked("with a mark under the odd place")),
            ("off", marked("only the server's answer")),
        ),
    ),
    OptionSpec(
        "typed",
        marked("the line at the prompt once it is sent"),
        (
            ("keep", marked("stays above its C: line")),
            ("replace", marked("makes room for its C: line")),
        ),
    ),
    OptionSpec(
        "guard",
        marked("ask before an odd line is sent"),
        (("off", marked("send it; the server's answer teaches")), ("on", marked("ask once"))),
    ),
    OptionSpec(
        "confirm",
        marked("ask on real servers before the dot that sends the mail"),
        (("on", marked("ask once a letter")), ("off", marked("do not ask"))),
    ),
    OptionSpec(
        "paste",
        marked("what happens to a paste of several lines"),
        (
            ("ask", marked("ask each time")),
            ("line", marked("one line per reply")),
            ("batch", marked("all at once, pipelined")),
        ),
    ),
    OptionSpec(
        "eol",
        marked("what ends each line on the wire"),
        (
            ("crlf", marked("carriage return and line feed, as RFC 5321 says")),
            ("lf", marked("line feed alone, as nc sends it")),
            ("cr", marked("carriage return alone")),
        ),
    ),
    OptionSpec(
        "raw-keys",
        marked("what the editing keys do, Backspace above all"),
        (
            ("off", marked("they edit the line")),
            ("on", marked("they are octets of it, as in some telnets")),
        ),
    ),
    OptionSpec(
        "eat-caps",
        marked("lines that begin with a capital Q or R"),
        (
            ("off", marked("are sent like all others")),
            ("on", marked("never arrive, as with `openssl s_client`: Q ends, R renegotiates")),
        ),
    ),
    OptionSpec(
        "stuff",
        marked("double the dot at the start of a line of the letter for you"),
        (("off", marked("send the letter as typed")), ("on", marked("add the dot, and show it"))),
    ),
    OptionSpec(
        "mask",
        marked("hide what is typed at the auth: prompt"),
        (("off", marked("show it")), ("on", marked("show stars"))),
    ),
    OptionSpec(
        "bytes",
        marked("show the end of each line and hidden bytes in both lanes"),
        (("off", marked("as text")), ("on", marked("with <CR><LF>"))),
    ),
)
OPTIONS = {spec.name: spec for spec in _SPECS}
# What makes this shell as other tools are; a lesson that wants it says so in its step.
OF_TOOLS = ("eol", "raw-keys", "eat-caps")


class Options:
    """The values in force. `changed` is told name and value after each change."""

    __slots__ = ("_values", "changed")

    def __init__(self, **values: str) -> None:
        self._values = {spec.name: spec.values[0][0] for spec in _SPECS}
        self.changed: Callable[[str, str], None] = lambda name, value: None
        for name, value in values.items():
            self.set(name.replace("_", "-"), value)

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def on(self, name: str) -> bool:
        return self._values[name] == "on"

    def set(self, name: str, value: str) -> None:
        """Raise UsageError for an option or value that there is not."""
        spec = OPTIONS.get(name)
        if spec is None:
            raise UsageError(
                tr("there is no option {name}", name=repr(name)), hint=tr("`:set` lists them")
            )
        allowed = [known for known, _ in spec.values]
        if value not in allowed:
            raise UsageError(
                tr(
                    "{name} can be {names}, not {value}",
                    name=name,
                    names=", ".join(allowed),
                    value=repr(value),
                )
            )
        self._values[name] = value
        self.changed(name, value)

    def put_tools_away(self) -> list[str]:
        """Send lines as this shell does, not as some other tool; the options that were changed."""
        changed = [name for name in OF_TOOLS if self[name] != OPTIONS[name].values[0][0]]
        for name in changed:
            self.set(name, OPTIONS[name].values[0][0])
        return changed
