"""A group of containers on an engine in memory: what they share dies with the one that has it, as on a real one."""

from tests.services.grouping.meddling import made_anew, new_one_of, remove, restart_sharing_engine, wake
from tests.services.grouping.scene import GroupScene, Part

__all__ = ["GroupScene", "Part", "made_anew", "new_one_of", "remove", "restart_sharing_engine", "wake"]
