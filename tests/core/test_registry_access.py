"""Where plain http is allowed."""

import pytest

from dockmon_cli.core.engine_info import EngineInfo
from dockmon_cli.core.reference import Reference
from dockmon_cli.core.registry_access import Credentials, plain_http_allowed


def engine(names: tuple[str, ...] = (), networks: tuple[str, ...] = ()) -> EngineInfo:
    return EngineInfo("id", "26.1", "1.45", "linux", "amd64", insecure_registries=names, insecure_cidrs=networks)


@pytest.mark.parametrize(
    ("image", "info", "configured"),
    [
        ("registry.lan:5000/web", engine(), ["registry.lan:5000"]),
        ("10.1.2.3:5000/web", engine(), ["10.0.0.0/8"]),
        ("registry.lan:5000/web", engine(names=("registry.lan:5000",)), []),
        ("10.1.2.3:5000/web", engine(networks=("10.0.0.0/8",)), []),
        ("[fd00::1]:5000/web", engine(networks=("fd00::/8",)), []),
        ("[fd00::1]/web", engine(networks=("fd00::/8",)), []),
        ("localhost:5000/web", engine(), []),
        ("127.0.0.9:5000/web", engine(), []),
    ],
)
def test_plain_http_is_allowed_where_the_configuration_or_the_engine_names_the_registry(
    image: str, info: EngineInfo, configured: list[str]
) -> None:
    assert plain_http_allowed(Reference.parse(image), info, configured)


@pytest.mark.parametrize(
    ("image", "configured"),
    [
        ("registry.lan:5000/web", []),
        ("registry.lan:5000/web", ["registry.lan", "registry.lan:5001", "10.0.0.0/8"]),
        ("11.1.2.3:5000/web", ["10.0.0.0/8", "not/a/network", "fd00::/8"]),
        ("web", ["docker.io", "0.0.0.0/0"]),
    ],
)
def test_plain_http_is_refused_everywhere_else(image: str, configured: list[str]) -> None:
    assert not plain_http_allowed(Reference.parse(image), engine(), configured)


def test_credentials_show_no_secret() -> None:
    shown = repr(Credentials("mia", "s3cret-word", "s3cret-token"))
    assert "mia" in shown
    assert "s3cret" not in shown
