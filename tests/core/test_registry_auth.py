"""Challenges of registries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockmon_cli.core.registry_auth import Challenge, choose_challenge, parse_challenges, pull_scope

HUB = 'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/web:pull"'


def test_a_bearer_challenge_is_read_with_its_quoted_parameters() -> None:
    (found,) = parse_challenges([HUB])
    assert found.scheme == "bearer"
    assert found.realm == "https://auth.docker.io/token"
    assert found.parameters["service"] == "registry.docker.io"
    assert found.parameters["scope"] == "repository:library/web:pull"


def test_commas_and_escapes_inside_quotes_belong_to_the_value() -> None:
    (found,) = parse_challenges(
        [r'bearer Realm="https://a/t?x=1,2", scope="repository:a:pull,push", error="say \"no\""']
    )
    assert found.realm == "https://a/t?x=1,2"
    assert found.parameters["scope"] == "repository:a:pull,push"
    assert found.parameters["error"] == 'say "no"'


@pytest.mark.parametrize(
    "headers",
    [
        ['Basic realm="x"', HUB],
        [f'Basic realm="x", {HUB}'],
        [f'Negotiate YIIabc==, Basic realm="x",{HUB}'],
        [f"NTLM,{HUB}"],
    ],
)
def test_bearer_is_preferred_among_several_challenges_in_one_header_or_in_many(headers: list[str]) -> None:
    chosen = choose_challenge(parse_challenges(headers))
    assert chosen is not None
    assert (chosen.scheme, chosen.realm) == ("bearer", "https://auth.docker.io/token")


def test_unquoted_parameters_and_loose_spacing_are_understood() -> None:
    (found,) = parse_challenges(["Bearer  realm = https://a.example:5001/token?a=b , service=reg"])
    assert found.realm == "https://a.example:5001/token?a=b"
    assert found.parameters["service"] == "reg"


def test_basic_is_answered_where_there_is_no_usable_bearer() -> None:
    assert choose_challenge(parse_challenges(['Bearer service="x"', 'Basic realm="y"'])) == Challenge(
        "basic", {"realm": "y"}
    )


@pytest.mark.parametrize("headers", [[], [""], ["NTLM"], ['realm="x"'], ["Bearer"], ["\x00 = ,,"]])
def test_nothing_to_answer_is_none(headers: list[str]) -> None:
    assert choose_challenge(parse_challenges(headers)) is None


@given(st.lists(st.text(max_size=200), max_size=3))
def test_any_header_is_read_without_an_error(headers: list[str]) -> None:
    assert all(challenge.scheme for challenge in parse_challenges(headers))


def test_a_token_is_asked_for_one_repository_and_for_reading_only() -> None:
    assert pull_scope("library/web") == "repository:library/web:pull"
