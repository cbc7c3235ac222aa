"""The parts of the create spec that are told apart by what the engine shows, case by case."""

from copy import deepcopy
from typing import Any

import pytest

from dockmon_cli.core.create_spec import lock_body
from tests.core.create_spec_samples import ID, PODMAN, Document, container, spec_of


def test_what_nobody_knows_is_passed_on_and_the_old_document_stays_as_it_was() -> None:
    old = container({"Future": [1]}, {"FutureToo": {"deep": [None]}, "DeviceRequests": [{"Count": -1}]})
    before = deepcopy(old)
    body = spec_of(old).body
    assert body["Future"] == [1]
    assert body["HostConfig"]["FutureToo"] == {"deep": [None]}
    assert body["HostConfig"]["DeviceRequests"] == [{"Count": -1}]
    assert body["Image"] == "web:1"
    assert old == before


# Hostname


@pytest.mark.parametrize(
    ("hostname", "host_config", "kept"),
    [
        (ID[:12], {}, None),
        ("box", {}, "box"),
        ("c" * 12, {}, "c" * 12),
        ("nas", {"UTSMode": "host"}, None),
        ("other", {"NetworkMode": "container:abc"}, None),
        ("nas", {"NetworkMode": "host"}, "nas"),
    ],
)
def test_a_hostname_is_kept_unless_the_engine_made_it(hostname: str, host_config: Document, kept: str | None) -> None:
    assert spec_of(container({"Hostname": hostname}, host_config)).body.get("Hostname") == kept


def test_a_domain_name_stays_where_the_network_is_its_own() -> None:
    assert spec_of(container({"Domainname": "lan"}, {"UTSMode": "host"})).body["Domainname"] == "lan"
    assert "Domainname" not in spec_of(container({"Domainname": "lan"}, {"NetworkMode": "container:abc"})).body


# Entrypoint and command

OWN = ["mine"]


@pytest.mark.parametrize(
    ("shown", "kept"),
    [
        ((["run"], ["serve"]), {}),
        ((["run"], OWN), {"Cmd": OWN}),
        ((OWN, ["serve"]), {"Entrypoint": OWN, "Cmd": ["serve"]}),
        ((OWN, None), {"Entrypoint": OWN}),
        ((["run"], None), {"Entrypoint": ["run"]}),
        ((None, OWN), {"Entrypoint": [""], "Cmd": OWN}),
        ((None, ["serve"]), {"Entrypoint": [""], "Cmd": ["serve"]}),
        (([], ["serve"]), {"Entrypoint": []}),
        (([], OWN), {"Entrypoint": [], "Cmd": OWN}),
    ],
)
def test_entrypoint_and_command_are_kept_as_far_as_they_are_the_users(
    shown: tuple[list[str] | None, list[str] | None], kept: Document
) -> None:
    old = container({"Entrypoint": shown[0], "Cmd": shown[1]})
    body = spec_of(old, image={"Entrypoint": ["run"], "Cmd": ["serve"]}).body
    assert {key: body[key] for key in ("Entrypoint", "Cmd") if key in body} == kept


def test_a_variable_set_twice_keeps_its_last_word() -> None:
    old = container({"Env": ["A=1", "A=2", "B=1"]})
    assert spec_of(old, image={"Env": ["A=2", "B=1"]}).body["Env"] == ["A=1", "A=2"]


# Host config


def test_links_are_written_as_create_wants_them() -> None:
    links = ["/db:/web/database", "/cache:/web/cache"]
    assert spec_of(container(host_config={"Links": links})).body["HostConfig"]["Links"] == [
        "db:database",
        "cache:cache",
    ]


def test_podman_is_told_neither_nothing_nor_the_same_thing_twice() -> None:
    host_config = {"NanoCpus": 500000000, "CpuQuota": 50000, "CpuPeriod": 100000, "MemorySwappiness": 0,
                   "Devices": [{"PathOnHost": "/dev/null", "CgroupPermissions": ""}], "Dns": None}  # fmt: skip
    sent = spec_of(container(host_config=host_config), PODMAN).body["HostConfig"]
    assert sent["NanoCpus"] == 500000000
    assert {"CpuQuota", "CpuPeriod", "MemorySwappiness", "Dns"}.isdisjoint(sent)
    assert sent["Devices"] == [{"PathOnHost": "/dev/null"}]


# Compose


@pytest.mark.parametrize(
    ("said", "becomes"),
    [("sha256:old", "sha256:new"), ("sha256:old-platform", "sha256:platform"), ("sha256:else", "sha256:else")],
)
def test_composes_image_label_keeps_its_kind(said: str, becomes: str) -> None:
    labels = {"com.docker.compose.image": said, "com.docker.compose.config-hash": "abc"}
    old = container({"Labels": labels}, ImageManifestDescriptor={"digest": "sha256:old-platform"})
    assert spec_of(old).body["Labels"] == {**labels, "com.docker.compose.image": becomes}


# Volumes that only the engine's own words tell apart


def volume(place: str, name: str, **rest: Any) -> Document:
    return {"Type": "volume", "Name": name, "Destination": place, "RW": True, **rest}


def test_what_comes_from_another_container_stays_there() -> None:
    old = container(
        {"Volumes": {"/mine": {}}},
        {"VolumesFrom": ["db:ro"]},
        Mounts=[volume("/mine", "m"), volume("/theirs", "t", RW=False)],
    )
    host_config = spec_of(old).body["HostConfig"]
    assert host_config["VolumesFrom"] == ["db:ro"]
    assert host_config["Binds"] == ["m:/mine"]


def test_mounts_and_binds_of_the_users_stay_as_they_are() -> None:
    asked = {
        "Binds": ["named:/a:ro,nocopy", "/srv:/b:rslave"],
        "Mounts": [
            {"Type": "volume", "Source": "named", "Target": "/c", "VolumeOptions": {"Subpath": "deep"}},
            {"Type": "tmpfs", "Target": "/d"},
            {"Type": "bind", "Source": "/srv", "Target": "/e"},
        ],
        "Tmpfs": {"/f": "size=1m"},
    }
    shown = [
        volume("/a", "named", RW=False), volume("/c", "named"), {"Type": "bind", "Source": "/srv", "Destination": "/b"},
        {"Type": "bind", "Source": "/srv", "Destination": "/e"}, {"Type": "tmpfs", "Destination": "/d"},
    ]  # fmt: skip
    sent = spec_of(container(host_config=asked, Mounts=shown)).body["HostConfig"]
    assert {key: sent[key] for key in asked} == asked


# The container that takes the name


def successor(**host_config: Any) -> Document:
    host = {"Binds": ["a:/a"], "Mounts": [{"Type": "volume"}], "VolumesFrom": ["db"], **host_config}
    labels = {"com.docker.compose.project": "shop", "mine": "1"}
    return {"Image": "web:1", "Labels": labels, "Volumes": {"/x": {}}, "HostConfig": host}


def test_the_lock_is_no_service_and_holds_on_to_no_volume() -> None:
    body = successor(RestartPolicy={"Name": "always"}, Memory=1)
    before = deepcopy(body)
    lock = lock_body(body, "ours:new", "op-1")
    assert ("never started" in lock["Entrypoint"][0], lock["Cmd"]) == (True, [])
    assert lock["Labels"] == {"mine": "1", "dockmon.op": "op-1"}
    assert "Volumes" not in lock
    assert {"Binds", "Mounts", "VolumesFrom"}.isdisjoint(lock["HostConfig"])
    assert lock["HostConfig"]["RestartPolicy"]["Name"] == "no"
    assert (lock["Image"], lock["HostConfig"]["Memory"]) == ("ours:new", 1)
    assert body == before


def test_the_lock_is_bound_to_no_container() -> None:
    shared = {"NetworkMode": "container:abc", "IpcMode": "container:abc", "PidMode": "container:abc", "Links": ["a:b"]}
    host_config = lock_body(successor(**shared), "ours:new", "op-1")["HostConfig"]
    assert host_config["NetworkMode"] == "none"
    assert {"IpcMode", "PidMode", "Links"}.isdisjoint(host_config)
    unshared = {"NetworkMode": "lan", "IpcMode": "private", "PidMode": "host"}
    assert unshared.items() <= lock_body(successor(**unshared), "ours:new", "op-1")["HostConfig"].items()


def test_the_lock_of_one_that_vanishes_keeps_its_volumes_from_vanishing_too() -> None:
    lock = lock_body(successor(AutoRemove=True), "ours:new", "op-1")
    assert lock["HostConfig"]["Binds"] == ["a:/a"]
    assert lock["HostConfig"]["AutoRemove"] is False
