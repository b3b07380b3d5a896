"""What can be asked of a session on the command line, as one table with two readers.

click (`command.py`) makes options, help and error messages of it. `read_plainly` takes the command
lines that need neither help nor a message: importing click takes longer than a script takes to send
its letter. Whatever it is not sure of it leaves to click.
"""

# No `from __future__ import annotations` here: NamedTuple compiles every annotation that is a
# string, which takes longer than all the rest of this module.
from collections.abc import Iterable
from typing import Any, NamedTuple

from smtpshell.catalogue import marked, tr

LONGEST_TIMEOUT = 86_400.0  # seconds


class Option(NamedTuple):
    """One option: a flag, or with a *metavar* or *choices* one that takes a value.

    *off* is the flag that says the opposite. *connects*: it is for `connect` alone.
    """

    name: str
    about: str
    metavar: str = ""
    choices: tuple[str, ...] = ()
    off: str = ""
    connects: bool = False

    @property
    def key(self) -> str:
        """Its name in `Asked`."""
        return self.name.lstrip("-").replace("-", "_")

    @property
    def takes_value(self) -> bool:
        return bool(self.metavar or self.choices)


class Asked(NamedTuple):
    """A session as it was asked for; without a *server* it is that of the practice server."""

    server: str = ""
    tls: bool = False
    starttls: bool = False
    lmtp: bool = False
    cafile: str = ""
    plain: bool = False
    theme: str = ""
    verbosity: str = "normal"
    notes: bool = True
    transcript: str = ""
    no_transcript: bool = False
    stop_on_error: bool = False
    timeout: float | None = None
    insecure_auth: bool = False
    accept_bad_certificate: bool = False
    personality: str = ""
    scenario: str = ""
    folder: str = ""
    lang: str = ""


DEFAULTS = Asked()

OPTIONS = (
    Option("--tls", marked("TLS from the first byte (port 465)."), connects=True),
    Option(
        "--starttls",
        marked("Port 587. You say STARTTLS; where it fails, a script goes no further."),
        connects=True,
    ),
    Option("--lmtp", marked("LMTP instead of SMTP (port 24)."), connects=True),
    Option("--cafile", marked("Certificates to trust, in PEM form."), "FILE", connects=True),
    Option("--personality", marked("Practice: the server to talk to, such as exim-like."), "NAME"),
    Option("--scenario", marked("Practice: the house it serves, such as dns-town."), "NAME"),
    Option("--folder", marked("Practice: personalities, scenarios of yours."), "DIR"),
    Option("--lang", marked("Language of the words, such as de."), "CODE"),
    Option("--plain", marked("Linear text, for screen readers.")),
    Option(
        "--theme",
        marked("Colours; NO_COLOR means mono."),
        choices=("dark", "light", "mono", "high-contrast"),
    ),
    Option(
        "--verbosity",
        marked("Notes that fade, notes always in full, or none."),
        choices=("normal", "teach", "exam"),
    ),
    Option("--notes", marked("Explanations under the dialogue."), off="--no-notes"),
    Option("--transcript", marked("Keep the transcript there, not in your own folder."), "FILE"),
    Option("--no-transcript", marked("Keep none.")),
    Option("--stop-on-error", marked("Script: stop at the first 4yz or 5yz.")),
    Option("--timeout", marked("Script: how long each whole reply may take."), "SECONDS"),
    Option("--insecure-auth", marked("Script: logins may go out in clear.")),
    Option(
        "--accept-bad-certificate",
        marked("Script: go on although the certificate was not verified."),
    ),
)


def seconds(text: str) -> float:
    """A time-out as it was typed; ValueError if it is none."""
    value = float(text) if text.isascii() else 0.0
    if not 0 < value <= LONGEST_TIMEOUT:
        raise ValueError(
            tr("more than 0 and at most {most} seconds, please", most=f"{LONGEST_TIMEOUT:g}")
        )
    return value


def read_plainly(arguments: Iterable[str]) -> Asked | None:
    """The session that *arguments* ask for; None if click has to look at them."""
    found: dict[str, Any] = {}
    connects = False
    words = iter(arguments)
    for word in words:
        name, sign, value = word.partition("=")
        option = _BY_NAME.get(name)
        if option is None:
            if word.startswith("-") or "server" in found:
                return None
            if connects:
                found["server"] = word
            elif word == "connect":
                connects = True
            else:
                return None
        elif option.connects and not connects:
            return None
        elif not option.takes_value:
            if sign:
                return None
            found[option.key] = name != option.off
        else:
            taken = _value(option, value if sign else next(words, "-"))
            if taken is None:
                return None
            found[option.key] = taken
    return None if connects and not found.get("server") else Asked(**found)


def _value(option: Option, text: str) -> str | float | None:
    if text.startswith("-") or (option.choices and text not in option.choices):
        return None
    if option.key == "lang":
        from smtpshell.language import is_language

        return text if is_language(text) else None
    if option.key != "timeout":
        return text
    try:
        return seconds(text)
    except ValueError:
        return None


_BY_NAME = {name: option for option in OPTIONS for name in (option.name, option.off) if name}
