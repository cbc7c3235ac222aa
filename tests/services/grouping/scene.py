"""Several containers about to be swapped as one operation, and what has to be there in the end."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from dockmon_cli.core.create_spec import CreateSpec
from dockmon_cli.core.documents import encode
from dockmon_cli.core.operation import ImageVersion, Operation
from dockmon_cli.core.swap import StartState, SwapPlan, follower_steps, forward_steps
from dockmon_cli.core.swap_group import GroupPlan
from dockmon_cli.core.verify import VerifySettings
from dockmon_cli.services.journal import MemberRecorder
from dockmon_cli.services.swap.context import Swap
from dockmon_cli.services.swap.run import SwapRun
from tests.fakes.engine import NOW
from tests.services.grouping.engine import SHARES, SharingEngine
from tests.services.swapping import Journal, Scene


@dataclass(frozen=True)
class Part:
    """One member: what it is bound to, the state it is in, and whether it has an update."""

    bound_to: str = ""
    state: StartState = "running"
    updates: bool = False
    is_rm: bool = False


@dataclass
class GroupScene(Scene):
    """Several containers about to be swapped as one operation; the first of `parts` is the operation's own."""

    parts: Mapping[str, Part] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.engine: SharingEngine = SharingEngine(self)
        self.journal = Journal(self)
        self.ids: dict[str, str] = {}
        self.old_images: dict[str, str] = {}
        self.group = GroupPlan(tuple(self._member(name, part) for name, part in self.parts.items()))
        self.plan = self.group.main

    def _member(self, name: str, part: Part) -> SwapPlan:
        ref, digest, engine = f"registry.lan/{name}:1", f"sha256:{name}", self.engine
        image = engine.add_image(ref)
        new = engine.add_pullable(f"registry.lan/{name}", digest) if part.updates else image
        mode = SHARES + self.ids[part.bound_to] if part.bound_to else "bridge"
        policy = {"Name": "no" if part.is_rm else self.policy, "MaximumRetryCount": 0}
        body = {
            "Image": ref,
            "Labels": {},
            "HostConfig": {"RestartPolicy": policy, "AutoRemove": part.is_rm, "NetworkMode": mode},
        }
        found = engine.add_container(name, ref, running=part.state != "stopped", **body)
        if part.state == "paused":
            engine.documents[found]["State"].update(Paused=True, Status="paused")
        self.ids[name], self.old_images[name] = found, image
        steps = forward_steps(
            runs=part.state != "stopped", has_way_back=not part.is_rm, is_paused=part.state == "paused", connects=False
        )
        spec, version = CreateSpec(body), ImageVersion()
        return SwapPlan(
            "host-1", "nas", name, name, f"host-1:{found[:12]}", found, image, part.state, policy, 10, ref,
            f"registry.lan/{name}", digest if part.updates else "", new, f"dockmon-rollback/{name}:1",
            f"dockmon-new/{name}:2", spec, spec, version, version,
            steps if part.updates else follower_steps(steps, lends=True, proves=True),
            VerifySettings(1.0), has_way_back=not part.is_rm, purpose="update" if part.updates else "follow",
            ties={self.ids[part.bound_to]: part.bound_to} if part.bound_to else {},
        )  # fmt: skip

    def swap(self, op: str = "op-1") -> Operation:
        main = self.group.main
        operation = Operation(
            op, "host-1", "nas", main.identity, main.name, main.key, "me", NOW, "forward", main.old, main.new,
            encode(self.group),
        )  # fmt: skip
        return self.opened(operation)

    def _run(self, operation: Operation) -> SwapRun:
        recorder, tools = self.hands(operation)
        swaps = [
            Swap(self.engine, plan, MemberRecorder(recorder, self.group.container(place)), tools)
            for place, plan in enumerate(self.group.members)
        ]
        return SwapRun(swaps, recorder)

    # What is there

    def is_original(self, name: str) -> bool:
        """True if the container that has the name is the one from before."""
        return bool(self.ids[name] == self.engine.named(name)["Id"])

    def faults(self, *, lost: Collection[str] = ()) -> list[str]:
        """What is not as it has to be when the row is closed.

        Of the members `lost`, which somebody removed before dockmon touched them, and of what is bound to them,
        nothing is expected but that they are there once at most.
        """
        here, names = [name for name in self.parts if name not in self._with_bound(lost)], self.engine.names()
        if not set(here) <= set(names) <= set(self.parts):
            return [f"there are {names}"]
        return [f"{name}: {fault}" for name in here for fault in self._faults_of(name)] + [
            f"{tag} is left behind" for tag in self.engine.references if tag.startswith("dockmon-new/")
        ]

    def _with_bound(self, lost: Collection[str]) -> set[str]:
        found = set(lost)
        for name, part in self.parts.items():
            if part.bound_to in found:
                found.add(name)
        return found

    def _faults_of(self, name: str) -> list[str]:
        part, plan = self.parts[name], next(plan for plan in self.group.members if plan.name == name)
        found = self.engine.named(name)
        state = found["State"]
        now = "paused" if state["Paused"] else "running" if state["Running"] else "stopped"
        target = self.engine.target(found)
        is_new = found["Image"] == plan.new_image_id
        faults = {
            f"it is {now}": now != part.state,
            "what it shares is dead": part.state != "stopped" and not self.engine.works(found),
            "it is bound to another": part.bound_to and target != self.engine.named(part.bound_to)["Id"],
            "its policy is another": found["HostConfig"]["RestartPolicy"]["Name"] != plan.restart_policy["Name"],
            "it runs neither image": found["Image"] not in (plan.old_image_id, plan.new_image_id),
            "its tag is elsewhere": self.engine.references.get(plan.image) != found["Image"],
            "a name of ours keeps its image": plan.keep_old in self.engine.references and not (part.updates and is_new),
        }
        return [fault for fault, holds in faults.items() if holds]
