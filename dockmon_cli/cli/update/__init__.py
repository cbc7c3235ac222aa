"""`dockmon update`: find outdated containers, update them, and look at what was done."""

from dockmon_cli.cli.frame import App
from dockmon_cli.cli.update.apply import apply
from dockmon_cli.cli.update.auto import app as auto
from dockmon_cli.cli.update.check import check
from dockmon_cli.cli.update.explain import explain
from dockmon_cli.cli.update.history import history
from dockmon_cli.cli.update.plan import plan
from dockmon_cli.cli.update.prune import prune
from dockmon_cli.cli.update.pull import pull
from dockmon_cli.cli.update.recover import recover
from dockmon_cli.cli.update.rollback import rollback
from dockmon_cli.cli.update.show import show
from dockmon_cli.cli.update.skip import skip
from dockmon_cli.cli.update.track import track

app = App(help="Find outdated containers, update them, and look at what was done.")
for command in (check, plan, apply, rollback, track, skip, pull, history, show, explain, recover, prune):
    app.command()(command)
app.add_typer(auto, name="auto")
