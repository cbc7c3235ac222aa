"""Platforms."""

import pytest

from dockmon_cli.core.platform import Platform


@pytest.mark.parametrize(
    ("given", "normal"),
    [
        (("linux", "x86_64", ""), "linux/amd64"),
        (("Linux", "AMD64", "v1"), "linux/amd64"),
        (("linux", "amd64", "v3"), "linux/amd64/v3"),
        (("linux", "aarch64", ""), "linux/arm64"),
        (("linux", "arm64", "v8"), "linux/arm64"),
        (("linux", "arm64", "8"), "linux/arm64"),
        (("linux", "arm64", "v9"), "linux/arm64/v9"),
        (("linux", "arm", ""), "linux/arm/v7"),
        (("linux", "arm", "6"), "linux/arm/v6"),
        (("linux", "armhf", ""), "linux/arm/v7"),
        (("linux", "armel", ""), "linux/arm/v6"),
        (("linux", "armv7l", ""), "linux/arm/v7"),
        (("linux", "armv6l", ""), "linux/arm/v6"),
        (("linux", "i386", ""), "linux/386"),
        (("linux", "i686", ""), "linux/386"),
        (("linux", "riscv64", ""), "linux/riscv64"),
        (("macos", "arm64", ""), "darwin/arm64"),
    ],
)  # fmt: skip
def test_every_spelling_becomes_containerds(given: tuple[str, str, str], normal: str) -> None:
    platform = Platform(*given)
    assert str(platform) == normal
    assert Platform(platform.os, platform.architecture, platform.variant) == platform


def test_a_platform_is_read_from_an_index_entry_a_configuration_and_an_inspect() -> None:
    assert Platform.of({"os": "linux", "architecture": "arm64", "variant": "v8"}) == Platform("linux", "arm64")
    assert Platform.of({"Os": "linux", "Architecture": "arm", "Variant": None}) == Platform("linux", "arm", "v7")


@pytest.mark.parametrize(
    "document", [{}, {"os": "linux"}, {"os": "", "architecture": "amd64"}, {"os": 1, "architecture": 2}]
)
def test_a_document_without_a_platform_has_none(document: dict[str, object]) -> None:
    assert Platform.of(document) is None


def test_an_arm_engine_takes_its_own_variant_first_and_lower_ones_after_it() -> None:
    assert [str(p) for p in Platform("linux", "arm", "v7").accepts()] == [
        "linux/arm/v7",
        "linux/arm/v6",
        "linux/arm/v5",
    ]
    assert Platform("linux", "arm", "v7").matches(Platform("linux", "arm", "v6"))
    assert not Platform("linux", "arm", "v6").matches(Platform("linux", "arm", "v7"))


def test_a_newer_amd64_or_arm64_takes_the_plain_one() -> None:
    assert Platform("linux", "amd64", "v3").matches(Platform("linux", "amd64", "v2"))
    assert Platform("linux", "amd64", "v3").matches(Platform("linux", "amd64"))
    assert not Platform("linux", "amd64").matches(Platform("linux", "amd64", "v3"))
    assert Platform("linux", "arm64", "v9").matches(Platform("linux", "arm64", "v8"))


def test_no_platform_takes_an_image_of_another_architecture_or_system() -> None:
    assert not Platform("linux", "amd64").matches(Platform("linux", "386"))
    assert not Platform("linux", "arm64").matches(Platform("linux", "arm", "v7"))
    assert not Platform("linux", "amd64").matches(Platform("windows", "amd64"))
    assert not Platform("linux", "amd64", "strange").matches(Platform("linux", "amd64"))


def test_attestations_are_for_an_unknown_platform() -> None:
    assert Platform("unknown", "unknown").is_unknown
    assert not Platform("linux", "amd64").is_unknown
