"""What all tests share: loopback only, and one switch to renew golden files."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from inspect import iscoroutinefunction
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# Whatever language the developer reads: a test that wants another one says so.
os.environ["SMTPSHELL_LANG"] = "en"
# However wide the developer's terminal is, and whatever else is set there for smtpshell.
for _name in ("COLUMNS", "LINES", "NO_COLOR", "EDITOR", "VISUAL", "SMTPSHELL_USERS"):
    os.environ.pop(_name, None)
# A shell's `pytest &` and nohup let signals be ignored, and programs that tests start inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)

# The same examples in every run, so that a red run is always news. Looking for new ones:
# pytest --hypothesis-profile=explore
# How long an example takes is a benchmark's business: a busy machine is no fault of the code.
untimed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("steady", untimed, derandomize=True)
settings.register_profile("explore", untimed, max_examples=2000)
settings.load_profile("steady")

LOOP_SECONDS = 60.0  # for a test that goes wrong; none waits for it
LOOPBACK = ("127.", "::1", "localhost")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write the actual output into golden files"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """A test that is a coroutine has a loop of its own, and a limit: a server may never answer."""
    if not iscoroutinefunction(pyfuncitem.obj):
        return None
    names = pyfuncitem._fixtureinfo.argnames
    test = pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names})

    async def bounded() -> None:
        await asyncio.wait_for(test, LOOP_SECONDS)

    asyncio.run(bounded())
    return True


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test begins in English, also after one that has chosen another language (--lang)."""
    monkeypatch.setenv("SMTPSHELL_LANG", "en")


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test leaves this machine: connecting to any other address fails (asyncio included)."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(
            LOOPBACK
        ):
            raise AssertionError(f"a test tried to leave the machine: {address!r}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
