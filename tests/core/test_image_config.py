"""Reading image configurations that a registry may have made up."""

from typing import Any

import pytest

from dockmon_cli.core.image_config import LONGEST_LABEL, label, same_content, settings_in

LAYERS = ["sha256:a", "sha256:b"]
CONFIG = {"Env": ["A=1"], "Cmd": ["serve"], "Labels": {"x": "y"}, "Healthcheck": {"Test": ["CMD", "true"]}}


def blob(**settings: Any) -> dict[str, Any]:
    return {"config": {**CONFIG, **settings}, "rootfs": {"type": "layers", "diff_ids": LAYERS}}


def image(**settings: Any) -> dict[str, Any]:
    """The same image as an engine shows it: with empty fields of its own."""
    return {"Config": {"Hostname": "", "User": "", "Volumes": None, **CONFIG, **settings}, "RootFS": {"Layers": LAYERS}}


def test_the_same_layers_and_settings_are_the_same_image() -> None:
    assert same_content(image(), blob())
    assert same_content(image(Volumes={}), blob(Volumes=None))


@pytest.mark.parametrize(
    "settings",
    [
        {"Env": ["A=2"]},
        {"Cmd": ["other"]},
        {"Labels": {"x": "z"}},
        {"Healthcheck": None},
        {"User": "1000"},
        {"Volumes": {"/data": {}}},
        {"StopSignal": "SIGINT"},
    ],
)
def test_any_setting_that_differs_makes_another_image(settings: dict[str, Any]) -> None:
    assert not same_content(image(), blob(**settings))


def test_other_layers_or_none_are_another_image() -> None:
    assert not same_content(image(), blob() | {"rootfs": {"diff_ids": LAYERS[:1]}})
    assert not same_content({**image(), "RootFS": {"Layers": []}}, blob() | {"rootfs": {"diff_ids": []}})


@pytest.mark.parametrize("found", [None, [], "text", 1])
def test_what_is_no_configuration_says_nothing(found: Any) -> None:
    assert settings_in({"config": found}) == {}
    assert not same_content(image(), {"config": found, "rootfs": found})


def test_settings_of_a_wrong_shape_are_left_out() -> None:
    odd = {"Env": "A=1", "Cmd": [1], "Labels": ["x"], "User": 5, "Volumes": [], "WorkingDir": "/", "New": 1}
    assert settings_in({"config": odd}) == {"WorkingDir": "/", "New": 1}


def test_a_label_is_text_of_a_length_that_can_be_shown() -> None:
    settings = {"Labels": {"long": "x" * 1000, "number": 5, "empty": "", "fine": "1.2"}}
    assert label(settings, "fine") == "1.2"
    assert [label(settings, name) for name in ("number", "empty", "none")] == [None, None, None]
    assert label(settings, "long") == "x" * LONGEST_LABEL
    assert label({"Labels": None}, "fine") is None
