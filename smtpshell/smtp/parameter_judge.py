"""What is odd about a parameter: whether its command has it, and whether its value fits."""

from __future__ import annotations

from smtpshell.catalogue import marked
from smtpshell.smtp.abnf import ESMTP_KEYWORD
from smtpshell.smtp.issue import problem
from smtpshell.smtp.parameter import Parameter
from smtpshell.smtp.parameter_value import value_issue
from smtpshell.smtp.span import Problem
from smtpshell.smtp.table.parameter import PARAMETERS, ParameterSpec

# Who knows a parameter that stands on the wrong command.
_OWNERS = {row.keyword: row.verbs[0] for row in PARAMETERS.values() if row.keyword.isupper()}

# Attributes of these are filed as parameters too, but servers of other makers have more of them.
_WITH_OPEN_SET = frozenset({"XPROXY", "XPROXYFROM", "XPROXYTO", "XSESSIONPARAMS"})


def parameter_problems(parameter: Parameter, said: str, verb: str, seen: set[str]) -> list[Problem]:
    """What is odd about *parameter* of *verb*, whose keyword is *said*; *seen* came before it."""
    keyword, value, start, end = parameter
    spec = PARAMETERS.get(f"{verb} {keyword}")
    if spec is None and not ESMTP_KEYWORD.fullmatch(said):
        return [problem("bad-parameter", start, end)]
    problems = []
    if keyword in seen:
        problems.append(problem("duplicate-parameter", start, end))
    if spec is not None:
        return problems + _value_problems(spec, value, start + len(said), end)
    if verb not in _WITH_OPEN_SET:
        problems.append(_stranger(keyword, start, start + len(said)))
    if value == "":
        problems.append(problem("missing-value", end, end))
    return problems


def _stranger(keyword: str, start: int, end: int) -> Problem:
    owner = _OWNERS.get(keyword)
    if owner is None:
        return problem("unknown-parameter", start, end)
    message = marked("{keyword} is a parameter of {owner}.", keyword=keyword, owner=owner)
    return problem("parameter-wrong-verb", start, end, message)


def _value_problems(spec: ParameterSpec, value: str | None, equals: int, end: int) -> list[Problem]:
    if spec.form == "none":
        if value is None:
            return []
        return [
            problem(
                "unexpected-value",
                equals,
                end,
                marked("{keyword} takes no value.", keyword=spec.keyword),
            )
        ]
    if not value:
        if value is None and spec.optional:
            return []
        message = marked(
            "{keyword} needs a value: {example}.", keyword=spec.keyword, example=spec.example
        )
        return [problem("missing-value", end, end, message)]
    found = value_issue(spec, value)
    return [problem(found[0], equals + 1, end, found[1])] if found else []
