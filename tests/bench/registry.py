"""All benchmarks by the number of their budget."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tests.bench import server, startup, terminal, text
from tests.bench.lib import Result


class Benchmark(NamedTuple):
    """What is measured, against whom, and the function that does it with so many rounds."""

    about: str
    run: Callable[[int], list[Result]]


BENCHMARKS = {
    "T1": Benchmark("--version and --help against python -c pass and swaks", startup.version),
    "T2": Benchmark("first text on the screen against Python's input()", startup.first_text),
    "T3": Benchmark("prompt ready against a plain prompt_toolkit prompt", startup.prompt),
    "T4": Benchmark("prompt ready against litecli and ptpython", startup.prompt_of_others),
    "T5": Benchmark("one scripted message, whole process, against swaks", startup.script),
    "K1": Benchmark("key to echo against a plain prompt_toolkit prompt", terminal.keys),
    "K2": Benchmark("key to echo against litecli and ptpython", terminal.keys_of_others),
    "R1": Benchmark("a reply that is due to the screen, against telnet", terminal.reply),
    "R2": Benchmark("Enter to the wire, in milliseconds", terminal.enter),
    "R3": Benchmark("ten unasked lines on a slow terminal, against nc", terminal.unasked),
    "R4": Benchmark("Enter to the reply, against the patch_stdout design", terminal.exchange),
    "S1": Benchmark("messages a second, 1 KB, against smtp-sink", server.messages_sink),
    "S2": Benchmark("the same against aiosmtpd", server.messages_aiosmtpd),
    "S3": Benchmark("processor time a message against the least a server can do", server.cpu),
    "S4": Benchmark("100 KB messages against smtp-sink and aiosmtpd", server.large),
    "S5": Benchmark("a connection for each message, 100 at a time", server.connections),
    "S6": Benchmark("memory of an idle session, against aiosmtpd", server.idle),
    "X1": Benchmark("a transcript read, against a parser made by hand", text.transcript),
    "L1": Benchmark("all words known at start-up, against tomllib on all of them", text.words),
}
