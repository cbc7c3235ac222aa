"""Mutual TLS with real engines: right files work, each wrong one has its own reason."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dockmon_cli.adapters.clock import SystemClock
from dockmon_cli.adapters.engine.engines import DockerEngines
from dockmon_cli.core.errors import HostError
from dockmon_cli.core.hosts import Host, TlsFiles
from tests.lab import Engine, Lab

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module")
def secure(lab_engines: Callable[[str, str], Engine]) -> Engine:
    """An engine that asks for certificates."""
    return lab_engines("26.1-containerd", "tls")


def files(folder: Path) -> TlsFiles:
    return TlsFiles(
        *(str(folder / name) if (folder / name).exists() else None for name in ("ca.pem", "cert.pem", "key.pem"))
    )


def version(url: str, tls: TlsFiles | None) -> str:
    async def run() -> str:
        async with DockerEngines(SystemClock()).open(Host("id", "nas", url, tls), timeout_s=10) as engine:
            return (await engine.info()).version

    return asyncio.run(run())


def failure(url: str, tls: TlsFiles | None) -> HostError:
    with pytest.raises(HostError) as caught:
        version(url, tls)
    assert caught.value.hint
    assert caught.value.exit_code == 4
    return caught.value


def test_the_right_files_open_it(secure: Engine) -> None:
    assert version(secure.tcp_url, files(secure.tls_dir)).startswith("26.")


def test_no_files_at_all_tell_that_tls_is_expected(secure: Engine) -> None:
    assert failure(secure.tcp_url, None).code == "tls_expected"


def test_tls_with_an_engine_that_speaks_plain_text_is_told(
    secure: Engine, lab_engines: Callable[[str, str], Engine]
) -> None:
    plain = lab_engines("26.1-containerd", "tcp")
    assert failure(plain.tcp_url, files(secure.tls_dir)).code == "tls_expected"


@pytest.mark.parametrize(
    ("fault", "code"),
    [("wrong-ca", "tls_ca"), ("foreign", "tls_client_cert"), ("expired", "tls_client_cert"),
     ("no-cert", "tls_client_cert"), ("open-key", "key_mode")],
)  # fmt: skip
def test_each_wrong_file_of_ours_has_its_own_reason(secure: Engine, fault: str, code: str) -> None:
    assert failure(secure.tcp_url, files(secure.tls.client(fault))).code == code  # type: ignore[arg-type]


def test_a_missing_certificate_is_told_apart_from_a_refused_one(secure: Engine) -> None:
    missing, refused = (failure(secure.tcp_url, files(secure.tls.client(fault))) for fault in ("no-cert", "foreign"))
    assert "none was given" in missing.message
    assert "refuses" in refused.message


@pytest.mark.parametrize(("fault", "code"), [("expired", "tls_expired"), ("wrong-name", "tls_name")])
def test_each_fault_of_the_engine_s_certificate_has_its_own_reason(lab: Lab, fault: str, code: str) -> None:
    engine = lab.engine(f"tls-{fault}", tls=fault)  # type: ignore[arg-type]
    try:
        assert failure(engine.tcp_url, files(engine.tls_dir)).code == code
    finally:
        engine.close()


def copied(secure: Engine, tmp_path: Path) -> Path:
    return Path(shutil.copytree(secure.tls_dir, tmp_path / "tls"))


def test_a_key_that_the_group_can_read_is_refused_before_it_is_used(secure: Engine, tmp_path: Path) -> None:
    folder = copied(secure, tmp_path)
    (folder / "key.pem").chmod(0o640)
    error = failure("tcp://nobody.invalid:2376", files(folder))
    assert (error.code, "0640" in error.message) == ("key_mode", True)


@pytest.mark.parametrize(("name", "code"), [("ca.pem", "tls_ca"), ("cert.pem", "tls_client_cert")])
def test_a_file_that_is_no_pem_is_told_by_its_name(secure: Engine, tmp_path: Path, name: str, code: str) -> None:
    folder = copied(secure, tmp_path)
    (folder / name).write_text("nonsense")
    error = failure(secure.tcp_url, files(folder))
    assert (error.code, name in error.message) == (code, True)


def test_a_file_that_is_not_there_is_told_by_its_name(secure: Engine) -> None:
    right = files(secure.tls_dir)
    assert "/none/ca.pem" in failure(secure.tcp_url, TlsFiles("/none/ca.pem", right.cert, right.key)).message


def test_a_certificate_without_its_key_is_refused(secure: Engine) -> None:
    right = files(secure.tls_dir)
    assert failure(secure.tcp_url, TlsFiles(right.ca, right.cert, None)).code == "tls_client_cert"
