"""A swap on an engine in memory, whose process may die at any moment, and whose engine others meddle with."""

from tests.services.swapping.fakes import Death, Engine, Journal, Time
from tests.services.swapping.kinds import DEAD, KINDS, first_look, moments, told
from tests.services.swapping.meddling import new_one_comes_to, remove_old, restart_engine, take_the_name, wake_old
from tests.services.swapping.scene import ALIAS, NAME, NEW_REF, REF, Moment, Scene, died_everywhere

__all__ = [
    "ALIAS",
    "DEAD",
    "KINDS",
    "NAME",
    "NEW_REF",
    "REF",
    "Death",
    "Engine",
    "Journal",
    "Moment",
    "Scene",
    "Time",
    "died_everywhere",
    "first_look",
    "moments",
    "new_one_comes_to",
    "remove_old",
    "restart_engine",
    "take_the_name",
    "told",
    "wake_old",
]
