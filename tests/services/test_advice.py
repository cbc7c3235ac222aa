"""What an operation's row tells of the container after a way back is so, whatever happened meanwhile."""

from __future__ import annotations

import pytest

from dockmon_cli.core.advice import what_to_do
from tests.services.swapping import NAME, Moment, Scene, new_one_comes_to, remove_old, take_the_name

DEAD = {"Status": "exited", "Running": False, "ExitCode": 3}
CHANGES = frozenset({"stop", "start", "rename", "set_restart_policy", "remove", "disconnect", "pause"})
ACTS: dict[str, list[Moment]] = {
    "nobody": [],
    "somebody removes the original": [remove_old],
    "somebody puts another one in its place": [remove_old, take_the_name(runs=True)],
}

EXPECTED: dict[str, set[str]] = {
    "nobody": {"nothing was changed"},
    "somebody removes the original": {"the container was gone, and dockmon made no other"},
    "somebody puts another one in its place": {"what somebody else made is in its place"},
}


def faults(scene: Scene, said: str) -> list[str]:
    """What is said and is not so."""
    there = {document["Id"]: document for document in scene.engine.documents.values()}
    now = next((document for document in there.values() if document["Name"] == f"/{NAME}"), None)
    is_original = now is not None and now["Id"] == scene.old_id
    is_stranger = now is not None and bool(now["Config"].get("Stranger"))
    touched = [call for call in scene.engine.calls if call[0] in CHANGES and scene.old_id in call]
    claims = {
        "the original runs again": bool(is_original and now and now["State"]["Status"] == "running"),
        "the original is back": is_original,
        "a new container of the old image": not is_original and now is not None and now["Image"] == scene.old_image,
        "what somebody else made": is_stranger,
        "the container was gone": now is None,
        "nothing was changed": not touched and "create_beside" not in {step.name for step in scene.row.steps},
        "the original was not touched": not touched,
    }
    return [claim for claim, holds in claims.items() if claim in said and not holds]


@pytest.mark.parametrize("order", ["stop-first", "start-first"])
@pytest.mark.parametrize("acts", ACTS)
@pytest.mark.parametrize("state", [{}, DEAD], ids=["good", "dead"])
def test_the_advice_claims_nothing_that_is_not_so(order: str, acts: str, state: dict[str, object]) -> None:
    def make() -> Scene:
        return new_one_comes_to(Scene(order=order), **state)  # type: ignore[arg-type]

    whole = make()
    whole.swap()
    told = set()
    for moment in range(0, whole.ticks, 3):
        scene = make()
        scene.dies_at, scene.meddling = [moment], {moment: ACTS[acts]}
        scene.to_the_end()
        if scene.journal.rows and scene.row.result != "updated":
            said = what_to_do(scene.row)
            told.add(said.partition(";")[0].partition(":")[0])
            assert faults(scene, said) == [], (said, scene.row.message, [step.name for step in scene.row.steps])
    assert told >= EXPECTED[acts]
