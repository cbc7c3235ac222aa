"""Nothing the user set is lost, and nothing of the old image stays: for any image and any settings."""

import posixpath
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from dockmon_cli.core.create_spec import NewImage, build
from dockmon_cli.core.engine_info import EngineInfo
from tests.core.merge_model import HEALTH, SCALARS, Document, NoCommand, effective, merged, variables

INFO = EngineInfo("id", "26.1.5", "1.45", "linux", "amd64")
WORDS = st.sampled_from(["a", "b", "c"])
VALUES = st.sampled_from(["", "1", "2", "3"])
COMMANDS = st.none() | st.lists(WORDS, max_size=2)
PORTS = st.sampled_from(["80/tcp", "53/udp", "90/tcp"])
PATHS = st.sampled_from(["/x", "/x/", "/y", "y", "/z/w"])


def empties(keys: st.SearchStrategy[str]) -> st.SearchStrategy[Document]:
    return st.dictionaries(keys, st.just({}), max_size=2)


def healthchecks() -> st.SearchStrategy[Document | None]:
    numbers = st.integers(0, 3)
    fields: dict[str, st.SearchStrategy[Any]] = {key: numbers for key in HEALTH if key != "Test"}
    tests = st.sampled_from([["CMD", "a"], ["CMD", "b"], ["NONE"]])
    return st.none() | st.fixed_dictionaries({}, optional={"Test": tests, **fields}).map(without_zeros)


def without_zeros(health: Document) -> Document:
    """The engine neither keeps nor shows a field that is zero."""
    return {key: value for key, value in health.items() if value}


def configs(env: st.SearchStrategy[list[str]], entrypoints: st.SearchStrategy[Any]) -> st.SearchStrategy[Document]:
    return st.fixed_dictionaries(
        {
            "Env": env,
            "Labels": st.dictionaries(WORDS, VALUES, max_size=3),
            "ExposedPorts": empties(PORTS),
            "Volumes": empties(PATHS),
            "Healthcheck": healthchecks(),
            "Entrypoint": entrypoints,
            "Cmd": COMMANDS,
            **dict.fromkeys(SCALARS, VALUES),
        }
    )


IMAGES = configs(st.dictionaries(WORDS, VALUES).map(lambda found: [f"{k}={v}" for k, v in found.items()]), COMMANDS)
USERS = configs(
    st.lists(st.builds("{}={}".format, WORDS, VALUES) | WORDS, max_size=4), COMMANDS | st.just([""])
)  # fmt: skip


def shown(user: Document, image: Document) -> Document:
    """The `Config` that inspect shows of a container created so; no example where the engine refuses."""
    try:
        return merged(user, image)
    except NoCommand:
        assume(False)
        raise


def respecified(config: Document, image: Document, host_config: Document | None = None) -> Document:
    old = {
        "Id": "0" * 64, "Image": "sha256:old", "Config": config, "Mounts": [],
        "HostConfig": {"NetworkMode": "bridge", **(host_config or {})},
        "NetworkSettings": {"Networks": {"bridge": {}}},
    }  # fmt: skip
    spec = build(old, image, INFO, image="web:1", new_image=NewImage("sha256:new"))
    return {key: value for key, value in spec.body.items() if key not in ("HostConfig", "Image")}


@given(user=USERS, image=IMAGES)
def test_on_the_old_image_the_spec_makes_the_same_container(user: Document, image: Document) -> None:
    before = shown(user, image)
    after = merged(respecified(before, image), image)
    assert effective(after) == effective(before)


@given(user=USERS, image=IMAGES, new=IMAGES)
def test_variables_follow_the_new_image_except_where_the_user_set_them(
    user: Document, image: Document, new: Document
) -> None:
    before = shown(user, image)
    after = variables(shown(respecified(before, image), new))
    mine = [entry.partition("=")[0] for entry in user["Env"]]
    for name in "abc":
        if name not in mine:
            assert after.get(name) == variables(new).get(name)
        elif variables(user).get(name) != variables(image).get(name):
            assert after.get(name) == variables(user).get(name)


@given(user=USERS, image=IMAGES, new=IMAGES)
def test_labels_follow_the_new_image_except_where_the_user_set_them(
    user: Document, image: Document, new: Document
) -> None:
    after = shown(respecified(shown(user, image), image), new)["Labels"]
    for name in "abc":
        if name not in user["Labels"]:
            assert after.get(name) == new["Labels"].get(name)
        elif user["Labels"][name] != image["Labels"].get(name):
            assert after[name] == user["Labels"][name]


@given(user=USERS, image=IMAGES, new=IMAGES)
def test_scalars_and_health_fields_follow_the_new_image_except_where_the_user_set_them(
    user: Document, image: Document, new: Document
) -> None:
    after = shown(respecified(shown(user, image), image), new)
    follows(after, user, image, new, SCALARS)
    mine, old, result, fresh = (part["Healthcheck"] or {} for part in (user, image, after, new))
    follows(result, mine, old, fresh, HEALTH)


def follows(after: Document, user: Document, image: Document, new: Document, keys: tuple[str, ...]) -> None:
    for key in keys:
        mine = user.get(key) or None
        wanted = new.get(key) if mine in (None, image.get(key)) else mine
        assert (after.get(key) or None) == (wanted or None)


@given(user=USERS, image=IMAGES, new=IMAGES)
def test_ports_and_volumes_are_the_users_and_the_new_images(user: Document, image: Document, new: Document) -> None:
    after = shown(respecified(shown(user, image), image), new)
    for key in ("ExposedPorts", "Volumes"):
        assert set(after[key]) == (set(user[key]) - set(image[key])) | set(new[key])


@given(user=USERS, image=IMAGES, new=IMAGES, published=PORTS)
def test_a_published_port_stays_exposed(user: Document, image: Document, new: Document, published: str) -> None:
    user["ExposedPorts"][published] = {}
    host_config = {"PortBindings": {published: [{"HostPort": "8080"}]}}
    after = shown(respecified(shown(user, image), image, host_config), new)
    assert published in after["ExposedPorts"]


@given(user=USERS, image=IMAGES, new=IMAGES)
def test_entrypoint_and_command_follow_the_new_image_except_where_the_user_set_them(
    user: Document, image: Document, new: Document
) -> None:
    after = shown(respecified(shown(user, image), image), new)
    entrypoint, cmd = user["Entrypoint"], user["Cmd"] or None
    if entrypoint is None and cmd is None:
        assert (after["Entrypoint"], after["Cmd"]) == (new["Entrypoint"], new["Cmd"])
    elif entrypoint is None and cmd != image["Cmd"]:
        assert (after["Entrypoint"], after["Cmd"]) == (new["Entrypoint"], cmd)
    elif entrypoint and entrypoint not in ([""], image["Entrypoint"]):
        assert (after["Entrypoint"], after["Cmd"] or None) == (entrypoint, cmd)
    elif entrypoint == [""] and image["Entrypoint"]:
        assert (after["Entrypoint"], after["Cmd"]) == (None, cmd)
    elif entrypoint == [] and image["Entrypoint"] and cmd is None:
        assert (after["Entrypoint"], after["Cmd"]) == ([], new["Cmd"])


# Volumes: which one is mounted where


def mounted(host_config: Document, declared: Document, fresh: str) -> dict[str, str]:
    """Where the engine mounts which volume; those it has to make itself are called by `fresh` and their place.

    It refuses two mounts for one place, and adds a volume for each declared path that has none.
    """
    asked = [_parts(bind, fresh) for bind in host_config.get("Binds") or []]
    asked += [(_at(m["Target"]), m.get("Source") or fresh + _at(m["Target"])) for m in host_config.get("Mounts") or []]
    places = dict(asked)
    assert len(places) == len(asked), "the engine answers 400: duplicate mount point"
    return {**{_at(path): fresh + _at(path) for path in declared}, **places}


def _parts(bind: str, fresh: str) -> tuple[str, str]:
    source, colon, rest = bind.partition(":")
    return (_at(rest.partition(":")[0]), source) if colon else (_at(source), fresh + _at(source))


def _at(path: str) -> str:
    return posixpath.normpath("/" + path.strip("/"))


SOURCES = st.sampled_from(["", "named"])


@given(
    binds=st.dictionaries(PATHS, SOURCES, max_size=2),
    mounts=st.dictionaries(PATHS, SOURCES, max_size=2),
    declared=empties(PATHS),
)
def test_every_volume_is_mounted_where_it_was(
    binds: dict[str, str], mounts: dict[str, str], declared: Document
) -> None:
    places = [_at(path) for path in (*binds, *mounts)]
    assume(len(set(places)) == len(places))
    host_config: Document = {
        "Binds": [f"{source}:{path}" if source else path for path, source in binds.items() if path.startswith("/")],
        "Mounts": [
            {"Type": "volume", "Target": path, **({"Source": source} if source else {})}
            for path, source in mounts.items()
        ],
    }
    before = mounted(host_config, declared, "old")
    old = {
        "Id": "0" * 64, "Image": "sha256:old", "Config": {"Volumes": declared},
        "HostConfig": {"NetworkMode": "none", **host_config}, "NetworkSettings": {},
        "Mounts": [{"Type": "volume", "Name": name, "Destination": place} for place, name in before.items()],
    }  # fmt: skip
    spec = build(old, {"Volumes": declared}, INFO, image="web:1", new_image=NewImage("sha256:new"))
    assert mounted(spec.body["HostConfig"], declared, "new") == before
