"""The cache holds complete sets only, whoever fills it and whatever kills them."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep

import pytest

from tests.lab import cache, debian
from tests.lab.errors import AcquireError


class FakeDebian:
    """Unpacks one file a package, slowly, and counts."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self.calls = 0

    def unpack(self, packages: Iterable[str], target: Path, apt: Path) -> None:
        self.calls += 1
        for package in packages:
            (target / package.replace("/", "_")).touch()
            if self.failure:
                raise self.failure
            sleep(0.01)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeDebian:
    """An empty cache, to be filled by a fake."""
    monkeypatch.setenv("DOCKMON_LAB_CACHE", str(tmp_path / "cache"))
    fake = FakeDebian()
    monkeypatch.setattr(debian, "unpack", fake.unpack)
    return fake


def test_a_set_is_fetched_once_by_however_many_ask(fake: FakeDebian) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: cache.get("base"), range(8)))

    assert fake.calls == 1
    assert len(list(found.pop().iterdir())) == len(cache.SETS["base"])


def test_a_fetch_that_failed_leaves_nothing_that_looks_finished(fake: FakeDebian) -> None:
    fake.failure = AcquireError("no network")
    with pytest.raises(AcquireError):
        cache.get("base")

    fake.failure = None
    assert len(list(cache.get("base").iterdir())) == len(cache.SETS["base"])


def test_another_list_of_packages_is_another_set(fake: FakeDebian, monkeypatch: pytest.MonkeyPatch) -> None:
    before = cache.get("base")
    monkeypatch.setitem(cache.SETS, "base", ("runc/bookworm",))

    assert cache.get("base") != before


def test_without_a_setting_the_cache_is_in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOCKMON_LAB_CACHE", raising=False)

    assert cache.folder() == Path(__file__).resolve().parents[2] / ".cache" / "lab"


def test_debian_is_reached_where_this_machine_reaches_it() -> None:
    assert debian.mirror().startswith("http")
