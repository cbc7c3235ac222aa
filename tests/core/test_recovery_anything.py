"""Recovery as a pure function: whatever a crash left, its steps lead to one container as the old one was.

An engine is simulated as plain state. A swap goes forward and dies anywhere: before or after any line of the journal
and any change to the engine. Then others have their turn, and recovery runs, and dies, and runs again.
"""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from dockmon_cli.core.swap import StartState
from tests.core.recovery_world import DEEDS, World, go, meddle
from tests.core.test_recovery import plan_for

STATES: tuple[StartState, ...] = ("running", "paused", "stopped")


@settings(max_examples=1500)
@given(
    state=st.sampled_from(STATES),
    policy=st.sampled_from(["no", "always", "unless-stopped"]),
    has_way_back=st.booleans(),
    is_tagged=st.booleans(),
    new_fails=st.booleans(),
    lives=st.lists(st.tuples(st.integers(0, 90), st.sampled_from(DEEDS)), min_size=1, max_size=5),
)
def test_recovery_finishes_with_one_container_as_it_was(
    state: StartState, policy: str, has_way_back: bool, is_tagged: bool, new_fails: bool, lives: list[tuple[int, str]]
) -> None:
    has_way_back = has_way_back or state == "stopped"  # what vanishes when it stops has to run
    world = World(plan_for(state, policy, has_way_back=has_way_back), is_tagged, new_fails and state != "stopped")
    run = world.forward()
    for moments, deed in lives:
        go(run, moments)
        if world.operation.phase == "closed":
            break
        meddle(world, deed)
        if deed == "wake the old one" and "old" in world.containers and "new" in world.containers:
            world.containers["old"] = replace(world.containers["old"], status="exited")  # the next look stops it
        run = world.recovery()
    if world.operation.phase != "closed":
        go(world.recovery(), 300)

    assert world.operation.phase == "closed"
    removed = any(deed == "remove the old one" for _, deed in lives) or not has_way_back
    if world.containers or not removed:
        world.assert_good()
