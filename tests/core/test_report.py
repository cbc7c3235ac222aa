"""Errors as data, and the exit code a run deserves."""

import pytest

from dockmon_cli.core.errors import ConfigError, HostError, NotFound, RegistryError
from dockmon_cli.core.report import ErrorEntry, entries_of, exit_code


def entry(error: Exception) -> ErrorEntry:
    assert isinstance(error, HostError | NotFound | RegistryError)
    return entries_of(error)[0]


REFUSED = entry(HostError("refused", "nobody listens", host="attic"))
TLS = entry(HostError("tls_ca", "signed by somebody else", host="edge"))
MISSING = entry(NotFound("no container is called web", target="web"))
NO_IMAGE = entry(RegistryError("not_found", "no such image"))
DENIED = entry(RegistryError("auth", "login refused"))


@pytest.mark.parametrize(
    ("ok", "failures", "code"),
    [
        (0, [], 0),
        (2, [], 0),
        (1, [REFUSED], 3),
        (1, [TLS], 3),
        (0, [REFUSED], 1),
        (0, [TLS, TLS], 4),
        (0, [TLS, REFUSED], 1),
        (0, [MISSING], 5),
        (2, [MISSING], 3),
    ],
)
def test_some_of_both_is_3_and_otherwise_what_all_failures_share(
    ok: int, failures: list[ErrorEntry], code: int
) -> None:
    assert exit_code(ok=ok, failures=failures) == code


def test_a_registry_s_refusal_is_never_4_or_5() -> None:
    assert exit_code(ok=0, failures=[NO_IMAGE]) == 1
    assert exit_code(ok=0, failures=[DENIED]) == 1


def test_findings_are_9_and_yield_to_3() -> None:
    assert exit_code(ok=3, failures=[], findings=True) == 9
    assert exit_code(ok=3, failures=[REFUSED], findings=True) == 3


def test_pending_at_the_time_limit_is_8_whatever_else_happened() -> None:
    assert exit_code(ok=1, failures=[REFUSED], pending=True) == 8


def test_an_entry_carries_the_place_and_the_next_step_but_not_the_exit_code() -> None:
    error = HostError("refused", "nobody listens", "start it", host="attic")
    assert entries_of(error)[0].document() == {
        "host": "attic", "target": None, "code": "refused", "message": "nobody listens", "hint": "start it",
    }  # fmt: skip


def test_each_problem_of_a_configuration_is_an_entry_of_its_own() -> None:
    entries = entries_of(ConfigError(["a:1: x", "a:2: y"], "see check"))
    assert [e.message for e in entries] == ["a:1: x", "a:2: y"]
    assert {e.exit_code for e in entries} == {7}
