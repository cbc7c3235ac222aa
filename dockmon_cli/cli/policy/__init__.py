"""`dockmon policy`: which containers may be updated, and why."""

from dockmon_cli.cli.frame import App
from dockmon_cli.cli.policy.explain import explain
from dockmon_cli.cli.policy.patterns import app as pattern
from dockmon_cli.cli.policy.verdicts import list_, set_, unset

app = App(help="Say which containers may be updated, and see why.")
app.command("list")(list_)
app.command("set")(set_)
app.command("unset")(unset)
app.command("explain")(explain)
app.add_typer(pattern, name="pattern")
