"""`dockmon update`: find outdated containers, update them, and look at what was done."""

from dockmon_cli.cli.frame import App
from dockmon_cli.cli.update.apply import apply
from dockmon_cli.cli.update.check import check
from dockmon_cli.cli.update.history import history
from dockmon_cli.cli.update.plan import plan
from dockmon_cli.cli.update.prune import prune
from dockmon_cli.cli.update.recover import recover
from dockmon_cli.cli.update.rollback import rollback
from dockmon_cli.cli.update.show import show
from dockmon_cli.cli.update.track import track

app = App(help="Find outdated containers, update them, and look at what was done.")
for command in (check, plan, apply, rollback, track, history, show, recover, prune):
    app.command()(command)
