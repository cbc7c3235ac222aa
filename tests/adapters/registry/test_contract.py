"""One contract for the fake and for real registries, public and private."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest

from dockmon_cli.core import manifest as m
from dockmon_cli.core.errors import RegistryError
from dockmon_cli.core.platform import Platform
from dockmon_cli.core.reference import Reference
from dockmon_cli.core.registry_access import Credentials
from dockmon_cli.ports.registry import Registry as RegistryPort
from tests.adapters.registry.helpers import client
from tests.fakes.registry import FakeRegistry
from tests.lab import Lab
from tests.lab import Registry as LabRegistry

PLATFORMS = ["linux/amd64", "linux/arm64", "linux/arm/v6"]


class Pushed(Protocol):
    @property
    def ref(self) -> str: ...
    @property
    def digest(self) -> str: ...
    @property
    def config_digest(self) -> str: ...


class Subject(Protocol):
    """A registry to push to and to look at."""

    def push(self, repository: str, tag: str, **recipe: Any) -> Pushed: ...
    def delete_tag(self, repository: str, tag: str) -> None: ...
    def run(self) -> AbstractAsyncContextManager[RegistryPort]: ...


class FakeSubject:
    def __init__(self) -> None:
        self.fake = FakeRegistry()

    def push(self, repository: str, tag: str, **recipe: Any) -> Pushed:
        return self.fake.push(f"registry.lan:5000/{repository}:{tag}", **recipe)

    def delete_tag(self, repository: str, tag: str) -> None:
        self.fake.delete_tag(f"registry.lan:5000/{repository}:{tag}")

    @asynccontextmanager
    async def run(self) -> AsyncIterator[RegistryPort]:
        self.fake.next_run()
        yield self.fake


class LabSubject:
    def __init__(self, registry: LabRegistry, folder: Path) -> None:
        self.registry = registry
        self.folder = folder

    def push(self, repository: str, tag: str, **recipe: Any) -> Pushed:
        return self.registry.push(repository, tag, **recipe)

    def delete_tag(self, repository: str, tag: str) -> None:
        self.registry.delete_tag(repository, tag)

    @asynccontextmanager
    async def run(self) -> AsyncIterator[RegistryPort]:
        self.registry.clear_requests()
        login = {"username": self.registry.user, "password": self.registry.password}
        async with client(auths={self.registry.host: login} if self.registry.user else {}, folder=self.folder) as found:
            yield found


@pytest.fixture(scope="module")
def private(lab: Lab) -> LabRegistry:
    return lab.registry(private=True)


@pytest.fixture(params=["fake", *(pytest.param(kind, marks=pytest.mark.lab) for kind in ("public", "private"))])
def subject(request: pytest.FixtureRequest, tmp_path: Path) -> Subject:
    if request.param == "fake":
        return FakeSubject()
    registry = request.getfixturevalue("registry" if request.param == "public" else "private")
    return LabSubject(registry, tmp_path)


def test_a_tag_answers_its_digest_once_a_run_and_the_new_one_in_the_next(subject: Subject) -> None:
    async def scenario() -> None:
        first = subject.push("moving", "1", seed="first")
        tag = Reference.parse(first.ref)
        async with subject.run() as registry:
            assert await registry.digest(tag, plain_http=True) == first.digest
            asked = registry.requests_made()
            second = subject.push("moving", "1", seed="second")
            assert second.digest != first.digest
            assert await registry.digest(tag, plain_http=True) == first.digest
            assert registry.requests_made() == asked
        async with subject.run() as registry:
            assert await registry.digest(tag, plain_http=True) == second.digest

    asyncio.run(scenario())


@pytest.mark.parametrize(("spelling", "kind"), [("oci", m.OCI_INDEX), ("docker", m.DOCKER_LIST)])
def test_an_index_tells_the_manifest_of_each_platform(subject: Subject, spelling: str, kind: str) -> None:
    async def scenario() -> None:
        pushed = subject.push("many", spelling, index=spelling, platforms=PLATFORMS, attestation=spelling == "oci")
        tag = Reference.parse(pushed.ref)
        async with subject.run() as registry:
            index = await registry.manifest(tag, await registry.digest(tag, plain_http=True), plain_http=True)
            assert (index.digest, index.media_type, index.is_index) == (pushed.digest, kind, True)
            assert [str(entry.platform) for entry in index.entries] == PLATFORMS
            entry = index.for_platform(Platform("linux", "aarch64"))
            assert entry is not None
            manifest = await registry.manifest(tag, entry.digest, plain_http=True)
            assert (manifest.digest, manifest.is_index, manifest.size_bytes > 0) == (entry.digest, False, True)
            assert manifest.config_digest is not None
            config = await registry.image_config(tag, manifest.config_digest, plain_http=True)
            assert Platform.of(config) == Platform("linux", "arm64")

    asyncio.run(scenario())


@pytest.mark.parametrize(("spelling", "kind"), [("oci", m.OCI_MANIFEST), ("docker", m.DOCKER_MANIFEST)])
def test_a_single_manifest_names_the_configuration_of_the_image(subject: Subject, spelling: str, kind: str) -> None:
    async def scenario() -> None:
        pushed = subject.push("one", spelling, spelling=spelling, platforms=["linux/amd64"], config={"User": "mia"})
        tag = Reference.parse(pushed.ref)
        async with subject.run() as registry:
            manifest = await registry.manifest(tag, await registry.digest(tag, plain_http=True), plain_http=True)
            assert (manifest.media_type, manifest.config_digest) == (kind, pushed.config_digest)
            config = await registry.image_config(tag, pushed.config_digest, plain_http=True)
            assert config["config"]["User"] == "mia"

    asyncio.run(scenario())


def test_what_the_registry_does_not_have_is_not_found(subject: Subject) -> None:
    async def scenario() -> None:
        pushed = subject.push("gone", "1")
        subject.delete_tag("gone", "1")
        tag, missing = Reference.parse(pushed.ref), "sha256:" + "0" * 64
        async with subject.run() as registry:
            with pytest.raises(RegistryError) as caught:
                await registry.digest(tag, plain_http=True)
            assert (caught.value.reason, bool(caught.value.hint)) == ("not_found", True)
            assert (await registry.manifest(tag, pushed.digest, plain_http=True)).digest == pushed.digest
            assert await registry.digest(tag.with_digest(pushed.digest), plain_http=True) == pushed.digest
            with pytest.raises(RegistryError) as caught:
                await registry.digest(tag.with_digest(missing), plain_http=True)
            assert caught.value.reason == "not_found"
            for ask in (registry.manifest, registry.image_config):
                with pytest.raises(RegistryError) as caught:
                    await ask(tag, missing, plain_http=True)
                assert caught.value.reason == "not_found"

    asyncio.run(scenario())


def test_a_repository_lists_its_tags_once_a_run(subject: Subject) -> None:
    async def scenario() -> None:
        pushed = [subject.push("listed", tag, seed=tag) for tag in ("1", "1.2", "v1.2-alpine", "latest")]
        subject.push("listed/below", "9")
        repository = Reference.parse(pushed[0].ref)
        async with subject.run() as registry:
            found = await asyncio.gather(*(registry.tags(repository, plain_http=True) for _ in range(3)))
            assert {tuple(sorted(tags)) for tags in found} == {("1", "1.2", "latest", "v1.2-alpine")}
            challenge = 1 if await registry.credentials(repository) else 0
            assert registry.requests_made() == 1 + challenge
        subject.delete_tag("listed", "1.2")
        async with subject.run() as registry:
            assert "1.2" not in await registry.tags(repository, plain_http=True)

    asyncio.run(scenario())


def test_a_repository_that_nobody_has_lists_nothing_and_is_unsupported(subject: Subject) -> None:
    async def scenario() -> None:
        known = Reference.parse(subject.push("somebody", "1").ref)
        nobody = Reference(known.registry, "nobody", "1")
        async with subject.run() as registry:
            with pytest.raises(RegistryError) as caught:
                await registry.tags(nobody, plain_http=True)
            assert caught.value.reason == "unsupported"
            assert "lists no tags" in caught.value.message

    asyncio.run(scenario())


def test_many_questions_at_once_are_asked_once_each(subject: Subject) -> None:
    async def scenario() -> None:
        refs = [Reference.parse(subject.push(f"crowd{n}", "1", seed=str(n)).ref) for n in range(2)]
        async with subject.run() as registry:
            found = await asyncio.gather(*(registry.digest(ref, plain_http=True) for ref in refs * 21))
            assert len(set(found)) == 2
            # A private registry challenges the first question.
            challenge = 1 if await registry.credentials(refs[0]) else 0
            assert registry.requests_made() == 2 + challenge

    asyncio.run(scenario())


@pytest.mark.lab
def test_a_public_registry_sees_two_lookups_for_42_containers(registry: LabRegistry, tmp_path: Path) -> None:
    async def scenario() -> None:
        subject = LabSubject(registry, tmp_path)
        refs = [Reference.parse(subject.push(f"web{n}", "1", index="oci").ref) for n in range(2)]
        async with subject.run() as asker:
            await asyncio.gather(*(asker.digest(ref, plain_http=True) for ref in refs * 21))
        lines = sorted((request.method, request.path, request.status) for request in registry.requests)
        assert lines == [("HEAD", "/v2/web0/manifests/1", 200), ("HEAD", "/v2/web1/manifests/1", 200)]

    asyncio.run(scenario())


@pytest.mark.lab
def test_a_private_registry_sees_one_challenge_and_then_only_lookups(private: LabRegistry, tmp_path: Path) -> None:
    async def scenario() -> None:
        subject = LabSubject(private, tmp_path)
        refs = [Reference.parse(subject.push(f"web{n}", "1").ref) for n in range(3)]
        async with subject.run() as asker:
            await asyncio.gather(*(asker.digest(ref, plain_http=True) for ref in refs * 14))
            assert await asker.credentials(refs[0]) == Credentials(private.user, private.password)
        assert sorted(request.status for request in private.requests) == [200, 200, 200, 401]

    asyncio.run(scenario())


@pytest.mark.lab
@pytest.mark.parametrize("password", [None, "wrong"])
def test_a_private_registry_denies_whoever_has_no_login(
    private: LabRegistry, tmp_path: Path, password: str | None
) -> None:
    async def scenario() -> None:
        tag = Reference.parse(private.push("secret", "1").ref)
        auths = {} if password is None else {private.host: {"username": private.user, "password": password}}
        (tmp_path / "config.json").write_text(json.dumps({"auths": auths}))
        async with client(folder=tmp_path) as asker:
            with pytest.raises(RegistryError) as caught:
                await asker.digest(tag, plain_http=True)
            assert caught.value.reason == "auth"
            assert f"docker login {private.host}" in caught.value.hint

    asyncio.run(scenario())
