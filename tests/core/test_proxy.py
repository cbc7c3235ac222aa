"""Which proxy a request goes through."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockmon_cli.core.proxy import proxy_for

PROXIES = {"HTTP_PROXY": "http://p:1", "https_proxy": "p:2"}


@pytest.mark.parametrize(
    ("scheme", "proxy"),
    [("http", "http://p:1"), ("https", "http://p:2")],
)
def test_each_scheme_has_its_proxy_in_either_spelling(scheme: str, proxy: str) -> None:
    assert proxy_for(scheme, "ghcr.io", 443, PROXIES) == proxy


def test_without_a_proxy_the_way_is_direct() -> None:
    assert proxy_for("https", "ghcr.io", 443, {"HTTP_PROXY": "http://p:1", "HTTPS_PROXY": ""}) is None


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1"])
def test_loopback_is_always_direct(host: str) -> None:
    assert proxy_for("http", host, 5000, PROXIES) is None


@pytest.mark.parametrize(
    ("no_proxy", "host", "port"),
    [
        ("*", "ghcr.io", 443),
        ("ghcr.io", "ghcr.io", 443),
        ("a, GHCR.io ,b", "ghcr.io", 443),
        ("example.com", "a.example.com", 443),
        (".example.com", "a.example.com", 443),
        ("*.example.com", "a.example.com", 443),
        ("ghcr.io:443", "ghcr.io", 443),
        ("10.0.0.0/8", "10.1.2.3", 5000),
        ("10.1.2.3", "10.1.2.3", 5000),
        ("10.1.2.3:5000", "10.1.2.3", 5000),
        ("fd00::/8", "fd00::1", 5000),
        ("[fd00::1]:5000", "fd00::1", 5000),
    ],
)
def test_what_no_proxy_covers_is_direct(no_proxy: str, host: str, port: int) -> None:
    assert proxy_for("https", host, port, PROXIES | {"NO_PROXY": no_proxy}) is None


@pytest.mark.parametrize(
    ("no_proxy", "host", "port"),
    [
        ("", "ghcr.io", 443),
        (",, ,", "ghcr.io", 443),
        ("cr.io", "ghcr.io", 443),
        (".example.com", "example.com", 443),
        ("ghcr.io:444", "ghcr.io", 443),
        ("10.0.0.0/8", "11.1.2.3", 5000),
        ("10.0.0.0/8", "ghcr.io", 443),
        ("10.1.2.3:5001", "10.1.2.3", 5000),
    ],
)
def test_everything_else_goes_through_the_proxy(no_proxy: str, host: str, port: int) -> None:
    assert proxy_for("https", host, port, PROXIES | {"no_proxy": no_proxy}) == "http://p:2"


@given(st.text(max_size=40), st.sampled_from(["ghcr.io", "10.1.2.3", "fd00::1"]))
def test_any_no_proxy_is_read_without_an_error(no_proxy: str, host: str) -> None:
    assert proxy_for("https", host, 443, PROXIES | {"NO_PROXY": no_proxy}) in {None, "http://p:2"}
