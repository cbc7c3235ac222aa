"""What `update apply` will do to each container, and why not where it will not.

`plan` is the one decision behind `update plan`, `update apply --dry-run` and `update apply`: the swap plans it
returns are the objects that are printed and executed.
"""

from dockmon_cli.core.update_plan.candidate import Candidate, Dependent, PlanItem, Would
from dockmon_cli.core.update_plan.groups import needs
from dockmon_cli.core.update_plan.plan import plan, plan_by_itself
from dockmon_cli.core.update_plan.questions import LARGEST_SILENT_LAYER
from dockmon_cli.core.update_plan.swap_plan import swap_plan

__all__ = [
    "LARGEST_SILENT_LAYER", "Candidate", "Dependent", "PlanItem", "Would", "needs", "plan", "plan_by_itself",
    "swap_plan",
]  # fmt: skip
