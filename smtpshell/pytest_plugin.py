"""The practice server as pytest fixtures; found by itself where smtpshell is installed.

    def test_my_mailer(smtp_server):
        send_mail(smtp_server.host, smtp_server.port, to="ana@office.test")
        assert len(smtp_server.mailbox("ana@office.test")) == 1

The report of a test that fails has the dialogues, with notes and the server's reasons.

pytest imports this file whenever it starts, so nothing of smtpshell is imported before a test asks
for a server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections import deque
    from collections.abc import Callable, Iterator

    from smtpshell.sandbox.practice import Practice
    from smtpshell.sandbox.wire.witness import Heard

MOST_HEARD = 1000  # lines and letters of a server that are kept for the report
_SETTINGS = (
    ("personality", "how the server of the smtp_server fixture behaves", "postfix-like"),
    ("scenario", "who lives at the server of the smtp_server fixture", ""),
    ("seed", "the seed of the server of the smtp_server fixture", "7"),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options `--smtp-personality`, `--smtp-scenario`, `--smtp-seed`, and the same as ini keys."""
    group = parser.getgroup("smtpshell", "practice SMTP server (smtpshell)")
    for name, about, default in _SETTINGS:
        group.addoption(f"--smtp-{name}", dest=f"smtp_{name}", default=None, help=about)
        parser.addini(f"smtp_{name}", f"{about} (default: {default or 'the one that suits'})")


# What each server of a test has heard last, by the name of its personality.
_HEARD = pytest.StashKey["list[tuple[str, deque[Heard]]]"]()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Add to the report of a failed test what its servers heard and said."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]  # of pluggy
    if report.failed:
        for personality, heard in item.stash.get(_HEARD, []):
            if text := _told(list(heard)):
                report.sections.append((f"Practice server {personality}", text))


def _told(heard: list[Heard]) -> str:
    """What was heard, as the log of `smtpshell serve` has it: passwords are left out."""
    from io import StringIO

    from smtpshell.cli.log import LONGEST
    from smtpshell.cli.text_log import TextLog, writer_on
    from smtpshell.shell.script import Telling

    out = StringIO()
    log = TextLog(writer_on(out), Telling())
    for one in heard:
        log.tell(one._replace(data=one.data[:LONGEST]), len(one.data))
    return out.getvalue()


@pytest.fixture
def smtp_server_factory(
    request: pytest.FixtureRequest,
) -> Iterator[Callable[..., Practice]]:
    """Starts practice servers, which end with the test: `smtp_server_factory("greylister")`.

    Takes what `smtpshell.sandbox.practice_server` does; what is left out comes from the options.
    """
    from collections import deque
    from contextlib import ExitStack

    from smtpshell.sandbox.practice import practice_server

    logs: list[tuple[str, deque[Heard]]] = []
    request.node.stash[_HEARD] = logs
    with ExitStack() as stack:

        def make(personality: str | None = None, **options: Any) -> Practice:
            settings = _settings(request.config)
            personality = personality or settings["personality"]
            options.setdefault("scenario", settings["scenario"] or None)
            options.setdefault("seed", _seed(settings["seed"]))
            heard: deque[Heard] = deque(maxlen=MOST_HEARD)
            if options.setdefault("hear", heard.append) == heard.append:
                logs.append((personality, heard))
            return stack.enter_context(practice_server(personality, **options))

        yield make


@pytest.fixture
def smtp_server(smtp_server_factory: Callable[..., Practice]) -> Practice:
    """A practice server for each test: `host`, `port`, `tls_port`, `ca_file`, `mailbox(ana)`."""
    return smtp_server_factory()


def _settings(config: pytest.Config) -> dict[str, str]:
    return {
        name: config.getoption(f"smtp_{name}") or config.getini(f"smtp_{name}") or default
        for name, _, default in _SETTINGS
    }


def _seed(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise pytest.UsageError(f"smtp_seed is a whole number, not {text!r}") from None
