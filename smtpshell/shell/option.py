"""What `:set` can set, in one table: name, values, and what the values mean.

Options belong to one shell; there may be several shells in a process.
"""

# No `from __future__ import annotations`: NamedTuple would compile each annotation anew.
from collections.abc import Callable
from typing import NamedTuple

from smtpshell.errors import UsageError


class OptionSpec(NamedTuple):
    """One option. `values` are (value, meaning); the first is the default."""

    name: str
    about: str
    values: tuple[tuple[str, str], ...]


_SPECS = (
    OptionSpec(
        "notes",
        "explanations under what happens",
        (("on", "shown, and fading as you come to know them"), ("off", "a plain telnet")),
    ),
    OptionSpec(
        "verbosity",
        "how much the notes say",
        (
            ("normal", "in full the first time, then a line, then a mark"),
            ("teach", "always in full, for projectors"),
            ("exam", "no notes, no hints, no completion"),
        ),
    ),
    OptionSpec(
        "theme",
        "colours",
        (
            ("dark", "for a dark background"),
            ("light", "for a light background"),
            ("mono", "bold and underline only"),
            ("high-contrast", "strong colours on black or white"),
        ),
    ),
    OptionSpec(
        "big",
        "for projectors: short lines, and room between the commands",
        (("off", "as wide as the terminal"), ("on", "60 columns; make the letters large yourself")),
    ),
    OptionSpec(
        "keys",
        "key bindings of the line editor",
        (("emacs", "Ctrl-A, Ctrl-E, Ctrl-K and so on"), ("vi", "Escape for commands, i to type")),
    ),
    OptionSpec(
        "complete",
        "the menu while you type",
        (
            ("on", "everything that may stand here, with its meaning"),
            ("verbs", "commands only, not their arguments"),
            ("off", "only when you press Tab"),
        ),
    ),
    OptionSpec(
        "suggest",
        "the grey rest of the line (right arrow takes it)",
        (("on", "what comes next in this session"), ("off", "nothing")),
    ),
    OptionSpec("hint-bar", "the line under the prompt", (("on", "shown"), ("off", "hidden"))),
    OptionSpec(
        "remarks",
        "remarks on a line while you type it",
        (("on", "with a mark under the odd place"), ("off", "only the server's answer")),
    ),
    OptionSpec(
        "typed",
        "the line at the prompt once it is sent",
        (("keep", "stays above its C: line"), ("replace", "makes room for its C: line")),
    ),
    OptionSpec(
        "guard",
        "ask before an odd line is sent",
        (("off", "send it; the server's answer teaches"), ("on", "ask once")),
    ),
    OptionSpec(
        "confirm",
        "ask on real servers before the dot that sends the mail",
        (("on", "ask once a letter"), ("off", "do not ask")),
    ),
    OptionSpec(
        "paste",
        "what happens to a paste of several lines",
        (
            ("ask", "ask each time"),
            ("line", "one line per reply"),
            ("batch", "all at once, pipelined"),
        ),
    ),
    OptionSpec(
        "eol",
        "what ends each line on the wire",
        (
            ("crlf", "carriage return and line feed, as RFC 5321 says"),
            ("lf", "line feed alone, as nc sends it"),
            ("cr", "carriage return alone"),
        ),
    ),
    OptionSpec(
        "raw-keys",
        "what the editing keys do, Backspace above all",
        (("off", "they edit the line"), ("on", "they are octets of it, as in some telnets")),
    ),
    OptionSpec(
        "eat-caps",
        "lines that begin with a capital Q or R",
        (
            ("off", "are sent like all others"),
            ("on", "never arrive, as with `openssl s_client`: Q ends, R renegotiates"),
        ),
    ),
    OptionSpec(
        "stuff",
        "double the dot at the start of a line of the letter for you",
        (("off", "send the letter as typed"), ("on", "add the dot, and show it")),
    ),
    OptionSpec(
        "mask",
        "hide what is typed at the auth: prompt",
        (("off", "show it"), ("on", "show stars")),
    ),
    OptionSpec(
        "bytes",
        "show the end of each line and hidden bytes in both lanes",
        (("off", "as text"), ("on", "with <CR><LF>")),
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
            raise UsageError(f"there is no option {name!r}", hint="`:set` lists them")
        allowed = [known for known, _ in spec.values]
        if value not in allowed:
            raise UsageError(f"{name} can be {', '.join(allowed)}, not {value!r}")
        self._values[name] = value
        self.changed(name, value)

    def put_tools_away(self) -> list[str]:
        """Send lines as this shell does, not as some other tool; the options that were changed."""
        changed = [name for name in OF_TOOLS if self[name] != OPTIONS[name].values[0][0]]
        for name in changed:
            self.set(name, OPTIONS[name].values[0][0])
        return changed
