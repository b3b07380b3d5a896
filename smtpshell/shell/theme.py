"""Themes: which colour a style class has. No class carries a meaning that words do not carry too.

`dark` and `light` are for terminals of that background, `mono` uses weight and underline alone
(what NO_COLOR gets), `high-contrast` black and white with strong hues.
"""

from __future__ import annotations

from collections.abc import Mapping

# The classes, by what they are for. Every theme speaks of each of them.
CLASSES = (
    "client",  # C:
    "server",  # S:
    "note",  # the bar before our own words
    "note.head",
    "note.error",
    "note.line",
    "remark",  # the caret under an odd line
    "reply.2",
    "reply.3",
    "reply.4",
    "reply.5",
    "reply.odd",  # no code, or one that no RFC knows
    "enhanced",
    "ehlo",
    "verb",
    "keyword",
    "path",
    "parameter",
    "value",
    "header",
    "dot",
    "problem",
    "prompt",
    "prompt.tls",
    "prompt.live",
    "menu",
    "menu.current",
    "menu.meaning",
    "bar",
    "bar.syntax",
    "bar.mark",
    "bar.live",
    "guess",  # the suggested rest of the line
    "ask",
    "goal.done",  # a lesson's check list
    "goal.open",
    "example",  # a dialogue to read
    "session.0",  # whose line it is, where several are told side by side
    "session.1",
    "session.2",
    "session.3",
)
SESSIONS = tuple(name for name in CLASSES if name.startswith("session."))

_DARK = {
    "client": "ansibrightcyan bold",
    "server": "ansibrightmagenta bold",
    "note": "ansibrightblack",
    "note.head": "ansibrightyellow",
    "note.error": "ansibrightred bold",
    "note.line": "ansigray",
    "remark": "ansibrightyellow",
    "reply.2": "ansibrightgreen bold",
    "reply.3": "ansibrightblue bold",
    "reply.4": "ansibrightyellow bold",
    "reply.5": "ansibrightred bold",
    "reply.odd": "ansibrightred bold underline",
    "enhanced": "ansibrightblue",
    "ehlo": "ansibrightcyan",
    "verb": "ansibrightcyan bold",
    "keyword": "ansicyan",
    "path": "ansibrightgreen",
    "parameter": "ansibrightblue",
    "value": "ansibrightmagenta",
    "header": "ansibrightblue",
    "dot": "ansibrightyellow bold",
    "problem": "underline",
    "prompt": "bold",
    "prompt.tls": "ansibrightgreen bold",
    "prompt.live": "ansibrightred bold",
    "menu": "ansiwhite",
    "menu.current": "reverse",
    "menu.meaning": "ansigray",
    "bar": "ansigray",
    "bar.syntax": "bold",
    "bar.mark": "ansibrightgreen",
    "bar.live": "ansibrightred bold",
    "guess": "ansibrightblack",
    "ask": "ansibrightyellow bold",
    "goal.done": "ansibrightgreen bold",
    "example": "ansibrightcyan",
    "session.0": "ansibrightyellow bold",
    "session.1": "ansibrightcyan bold",
    "session.2": "ansibrightmagenta bold",
    "session.3": "ansibrightgreen bold",
}

_LIGHT = {
    "client": "ansiblue bold",
    "server": "ansimagenta bold",
    "note": "ansibrightblack",
    "note.head": "ansiblack bold",
    "note.error": "ansired bold",
    "note.line": "ansibrightblack",
    "remark": "ansired",
    "reply.2": "#006400 bold",
    "reply.3": "ansiblue bold",
    "reply.4": "#8a4b00 bold",
    "reply.5": "ansired bold",
    "reply.odd": "ansired bold underline",
    "enhanced": "ansiblue",
    "ehlo": "#005f5f",
    "verb": "ansiblue bold",
    "keyword": "ansiblue",
    "path": "#006400",
    "parameter": "#005f5f",
    "value": "ansimagenta",
    "header": "#005f5f",
    "dot": "ansired bold",
    "problem": "underline",
    "prompt": "bold",
    "prompt.tls": "#006400 bold",
    "prompt.live": "ansired bold",
    "menu": "ansiblack",
    "menu.current": "reverse",
    "menu.meaning": "ansibrightblack",
    "bar": "ansibrightblack",
    "bar.syntax": "ansiblack bold",
    "bar.mark": "#006400",
    "bar.live": "ansired bold",
    "guess": "ansibrightblack",
    "ask": "ansired bold",
    "goal.done": "#006400 bold",
    "example": "ansiblue",
    "session.0": "#8a4b00 bold",
    "session.1": "ansiblue bold",
    "session.2": "ansimagenta bold",
    "session.3": "#006400 bold",
}

_MONO = {
    "client": "bold",
    "server": "bold",
    "note.head": "bold",
    "note.error": "bold",
    "reply.4": "bold",
    "reply.5": "bold",
    "reply.odd": "bold underline",
    "problem": "underline",
    "verb": "bold",
    "dot": "bold",
    "prompt": "bold",
    "prompt.tls": "bold",
    "prompt.live": "bold",
    "menu.current": "reverse",
    "bar.syntax": "bold",
    "bar.live": "bold",
    # Dim, the only way but colour to say "not typed yet"; terminals that know no dim show "guess"
    # as text, and the cursor before it says the same.
    "guess": "dim",
    "ask": "bold",
    "goal.done": "bold",
    "session.1": "bold",
    "session.2": "underline",
    "session.3": "bold underline",
}

_HIGH_CONTRAST = {
    "client": "#ffffff bg:#0000af bold",
    "server": "#ffffff bg:#87005f bold",
    "note": "#ffffff bg:#303030",
    "note.head": "bold",
    "note.error": "#ffffff bg:#af0000 bold",
    "note.line": "bold",
    "remark": "bold",
    "reply.2": "#ffffff bg:#005f00 bold",
    "reply.3": "#ffffff bg:#0000af bold",
    "reply.4": "#000000 bg:#ffff00 bold",
    "reply.5": "#ffffff bg:#af0000 bold",
    "reply.odd": "#ffffff bg:#af0000 bold underline",
    "enhanced": "bold",
    "ehlo": "bold",
    "verb": "bold",
    "path": "bold underline",
    "parameter": "bold",
    "header": "bold",
    "dot": "bold reverse",
    "problem": "reverse",
    "prompt": "bold",
    "prompt.tls": "#ffffff bg:#005f00 bold",
    "prompt.live": "#ffffff bg:#af0000 bold",
    "menu.current": "reverse bold",
    "bar": "",
    "bar.syntax": "bold",
    "bar.live": "#ffffff bg:#af0000 bold",
    "guess": "underline",
    "ask": "reverse bold",
    "goal.done": "#ffffff bg:#005f00 bold",
    "example": "bold",
    "session.0": "#000000 bg:#ffff00 bold",
    "session.1": "#ffffff bg:#0000af bold",
    "session.2": "#ffffff bg:#87005f bold",
    "session.3": "#ffffff bg:#005f00 bold",
}

THEMES: Mapping[str, Mapping[str, str]] = {
    "dark": _DARK,
    "light": _LIGHT,
    "mono": _MONO,
    "high-contrast": _HIGH_CONTRAST,
}
DEFAULT_THEME = "dark"


def theme_style(name: str, style_class: str) -> str:
    """prompt_toolkit's style string for one of our classes; "" where the theme is silent."""
    return THEMES[name].get(style_class, "")
