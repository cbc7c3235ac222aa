"""What `update apply` will do to each container, and why not where it will not."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from dockmon_cli.core.check_answer import Available, CheckAnswer, Current
from dockmon_cli.core.containers import Container
from dockmon_cli.core.detect import Served
from dockmon_cli.core.engine_info import EngineInfo
from dockmon_cli.core.reference import Reference
from dockmon_cli.core.update_plan import LARGEST_SILENT_LAYER, Candidate, Dependent, PlanItem, plan
from dockmon_cli.core.verify import VerifySettings

OLD, NEW, INDEX = (f"sha256:{letter * 64}" for letter in "abc")
WEB = "registry.lan:5000/web:1"
REPOSITORY = Reference.parse(WEB).name
CONTAINER = Container("h", "nas", "d" * 64, "web", WEB, OLD, "running", datetime(2026, 1, 1, tzinfo=UTC))
OUTDATED = CheckAnswer("update_available", current=Current(OLD, "1.0"), available=Available(WEB, INDEX, "1.1"))
VERIFY = VerifySettings()


def inspect(*, status: str = "running", **host_config: Any) -> dict[str, Any]:
    state = {"Status": status, "Running": status in ("running", "paused"), "Paused": status == "paused"}
    return {
        "Id": CONTAINER.id,
        "Name": "/web",
        "Image": OLD,
        "Config": {"Image": WEB, "Hostname": CONTAINER.id[:12], "Env": [], "Labels": {}},
        "HostConfig": {"NetworkMode": "bridge", "RestartPolicy": {"Name": "always"}, **host_config},
        "State": {**state, "Restarting": False, "ExitCode": 0},
        "Mounts": [],
        "NetworkSettings": {"Networks": {"bridge": {}}},
    }


def candidate(**changes: Any) -> Candidate:
    base = Candidate(
        CONTAINER,
        inspect(),
        EngineInfo("e", "26.1.5", "1.45", "linux", "amd64", image_store="containerd"),
        OUTDATED,
        "allow",
        named=False,
        reference=Reference.parse(WEB),
        served=Served(INDEX, NEW, NEW, size_bytes=1000, version="1.1"),
        old_image_config={},
    )
    return replace(base, **changes)


def tied(*names: str) -> dict[str, str]:
    """What one is bound to; `web` is the candidate."""
    return {CONTAINER.id if name == "web" else name.ljust(64, "0"): name for name in names}


def dependent(name: str = "side", place: int = 1, bound_to: tuple[str, ...] = ("web",), **changes: Any) -> Dependent:
    container = replace(CONTAINER, id=name.ljust(64, "0"), name=name)
    own = {**inspect(NetworkMode=f"container:{CONTAINER.id}"), "Id": container.id, "Name": f"/{name}"}
    info = EngineInfo("e", "26.1.5", "1.45", "linux", "amd64", image_store="containerd")
    return replace(Dependent(container, own, info, tied(*bound_to), place, {}), **changes)


def decide(*, forced: bool = False, **changes: Any) -> PlanItem:
    keys = frozenset({CONTAINER.key} if forced else ())
    (item,) = plan([candidate(**changes)], VERIFY, forced=keys)
    return item


def test_an_allowed_update_is_a_swap_to_what_was_found() -> None:
    item = decide()
    assert (item.would, item.reason, item.needs_answer) == ("update", None, False)
    assert item.swap
    assert (item.swap.digest, item.swap.new_image_id, item.swap.repository) == (INDEX, INDEX, REPOSITORY)
    assert (item.swap.image, item.swap.old_image_id, item.swap.size_bytes) == (WEB, OLD, 1000)
    assert (item.swap.old.version, item.swap.new.version) == ("1.0", "1.1")


@pytest.mark.parametrize(("version", "is_said"), [("1.29.2", True), ("2.26.1", False), ("", False)])
def test_of_what_compose_1_made_the_plan_says_that_up_recreates_it(version: str, is_said: bool) -> None:
    labels = {"com.docker.compose.project": "shop", "com.docker.compose.version": version}
    item = decide(container=replace(CONTAINER, labels=labels))
    assert ("Compose 1" in item.message) is is_said


def test_what_compose_left_beside_it_is_named_with_what_to_do() -> None:
    assert "docker rm 6a3b_shop-web-1" in decide(twins=("6a3b_shop-web-1",)).message
    assert "docker rm" not in decide().message


def test_the_graph_driver_knows_the_new_image_by_its_configuration() -> None:
    info = EngineInfo("e", "20.10", "1.41", "linux", "amd64", image_store="graph")
    assert decide(info=info, served=Served(INDEX, NEW, "sha256:config")).swap.new_image_id == "sha256:config"  # type: ignore[union-attr]


NOT_DONE: list[tuple[dict[str, Any], str, str | None]] = [
    ({"answer": CheckAnswer("ignored", "managed_by", "a swarm task")}, "skipped", "managed_by"),
    ({"verdict": "ignore"}, "skipped", "ignored"),
    ({"answer": CheckAnswer("ignored", "policy"), "verdict": "ignore"}, "skipped", "ignored"),
    *[
        ({"answer": CheckAnswer("unknown", reason, "why")}, "failed", reason)
        for reason in ("auth", "not_found", "rate_limited", "unreachable", "unsupported")
    ],
    ({"answer": CheckAnswer("unknown", "not_found", "why"), "is_untold": True}, "failed", "old_image_unreadable"),
    ({"answer": CheckAnswer("up_to_date")}, "unchanged", None),
    ({"answer": CheckAnswer("pinned", "digest")}, "unchanged", "pinned"),
    ({"answer": CheckAnswer("local_image")}, "unchanged", "local_image"),
    ({"verdict": "block"}, "blocked", "policy"),
    ({"inspect": inspect(status="exited")}, "skipped", "stopped"),
    ({"circle": ("api", "web")}, "skipped", "circle"),
    ({"dependents": (dependent(circle=("a", "b")),)}, "skipped", "circle"),
    ({"dependents": (dependent(image_config=None),)}, "skipped", "dependents"),
    ({"dependents": (dependent(manager="a swarm task"),)}, "skipped", "dependents"),
    ({"dependents": (dependent(down="web"),)}, "skipped", "dependents"),
    ({"dependents": (dependent(is_own=True),)}, "skipped", "dependents"),
    ({"dependents": (dependent(is_road=True),)}, "skipped", "dependents"),
    ({"down": "vpn"}, "skipped", "dependents"),
    ({"is_busy": True}, "skipped", "busy"),
    ({"is_busy": True, "answer": CheckAnswer("up_to_date")}, "skipped", "busy"),
    ({"is_own": True}, "skipped", "dockmon"),
    ({"is_road": True}, "skipped", "dockmon"),
    ({"old_image_config": None}, "failed", "old_image_unreadable"),
]


@pytest.mark.parametrize(("changes", "would", "reason"), NOT_DONE)
def test_what_is_not_done_has_a_reason_that_no_answer_overcomes(
    changes: dict[str, Any], would: str, reason: str | None
) -> None:
    for forced in (False, True):
        item = decide(forced=forced, **changes)
        assert (item.would, item.reason, item.swap) == (would, reason, None)


@pytest.mark.parametrize(
    "changes", [changes for changes, would, _ in NOT_DONE if would in ("skipped", "blocked")], ids=str
)
def test_what_is_refused_says_what_to_do(changes: dict[str, Any]) -> None:
    item = decide(**changes)
    assert item.message
    assert item.hint


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"verdict": "warn"}, "warn"),
        ({"inspect": inspect(AutoRemove=True)}, "auto_remove"),
        ({"size_rw": LARGEST_SILENT_LAYER + 1}, "writable_layer"),
        ({"dependents": (dependent(size_rw=LARGEST_SILENT_LAYER + 1),)}, "writable_layer"),
        ({"dependents": (dependent(inspect=inspect(AutoRemove=True)),)}, "auto_remove"),
    ],
)
def test_what_needs_an_answer_of_its_own_waits_for_it(changes: dict[str, Any], reason: str) -> None:
    item = decide(**changes)
    assert (item.would, item.reason, item.needs_answer, item.swap) == ("needs_confirmation", reason, True, None)
    assert "--force" in item.hint
    assert decide(forced=True, **changes).would == "update"


def test_a_small_writable_layer_is_lost_without_a_question() -> None:
    assert decide(size_rw=LARGEST_SILENT_LAYER).would == "update"


def test_force_answers_for_the_containers_that_were_confirmed_only() -> None:
    other = replace(CONTAINER, id="e" * 64, name="db")
    both = [candidate(verdict="warn"), candidate(container=other, verdict="warn")]
    assert [item.would for item in plan(both, VERIFY, forced=frozenset({other.key}))] == [
        "needs_confirmation",
        "update",
    ]


@pytest.mark.parametrize("changes", [{"named": True}, {"takes_stopped": True}])
def test_a_stopped_one_is_updated_where_it_is_meant_and_never_started(changes: dict[str, Any]) -> None:
    item = decide(inspect=inspect(status="exited"), **changes)
    assert item.would == "update"
    assert item.swap
    assert not {"stop", "start", "verify"} & {step.name for step in item.swap.steps}


def test_a_paused_one_is_no_stopped_one() -> None:
    assert decide(inspect=inspect(status="paused")).would == "update"


def test_block_yields_to_nothing_and_goes_before_what_else_is_wrong() -> None:
    item = decide(forced=True, verdict="block", dependents=(dependent(down="web"),), inspect=inspect(status="exited"))
    assert (item.would, item.reason) == ("blocked", "policy")


def test_a_host_that_lets_nothing_be_changed_is_told_before_anybody_tries() -> None:
    info = replace(candidate().info, access="read_only")
    assert (decide(info=info).would, decide(info=info).reason) == ("failed", "read_only")
    assert decide(info=info, verdict="block").would == "blocked"


UNKNOWN = CheckAnswer("unknown", "unreachable", "registry.lan:5000 is unreachable")


@pytest.mark.parametrize(
    ("changes", "would", "reason"),
    [
        ({"verdict": "block"}, "blocked", "policy"),
        ({"inspect": inspect(status="exited")}, "skipped", "stopped"),
        ({"inspect": inspect(status="exited"), "named": True, "takes_stopped": True}, "failed", "unreachable"),
        ({}, "failed", "unreachable"),
    ],
)
def test_what_would_not_be_touched_anyway_fails_for_no_registry(
    changes: dict[str, Any], would: str, reason: str
) -> None:
    item = decide(answer=UNKNOWN, served=None, **changes)
    assert (item.would, item.reason) == (would, reason)
