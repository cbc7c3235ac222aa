"""`dockmon hosts`: name Docker engines, test them, and change how they are reached."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from dockmon_cli import wiring
from dockmon_cli.cli.frame import App
from dockmon_cli.cli.host_items import COLUMNS, item, shown, text
from dockmon_cli.cli.output import Report, emit
from dockmon_cli.cli.prompt import ask, can_ask, confirm
from dockmon_cli.cli.settings import Settings, settings_of
from dockmon_cli.core.errors import UsageError
from dockmon_cli.core.hosts import Host, TlsFiles
from dockmon_cli.core.report import entries_of, exit_code
from dockmon_cli.services import hosts as service
from dockmon_cli.services.hosts_import import import_contexts

app = App(help="Name Docker engines, test them, and change how they are reached.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="The host's name.")]
Names = Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Hosts; all of them without any.")]
TlsDir = Annotated[str | None, typer.Option("--tls-dir", metavar="DIR", help="Folder of ca.pem, cert.pem and key.pem.")]
TlsCa = Annotated[str | None, typer.Option("--tls-ca", metavar="FILE", help="The CA that signed the engine.")]
TlsCert = Annotated[str | None, typer.Option("--tls-cert", metavar="FILE", help="Our certificate.")]
TlsKey = Annotated[str | None, typer.Option("--tls-key", metavar="FILE", help="Its private key.")]
SshKey = Annotated[str | None, typer.Option("--ssh-key", metavar="FILE", help="The private key to log in with.")]
SshHostKey = Annotated[
    str | None,
    typer.Option("--ssh-host-key", metavar="KEY", help="The host's public key, its SHA256:… fingerprint, or a file."),
]
NoCheck = Annotated[bool, typer.Option("--no-check", help="Save it without asking it first.")]


@app.command()
def add(
    ctx: typer.Context,
    name: Name,
    url: Annotated[str, typer.Argument(metavar="URL", help="unix:///path, tcp://host:port or ssh://user@host.")],
    tls_dir: TlsDir = None,
    tls_ca: TlsCa = None,
    tls_cert: TlsCert = None,
    tls_key: TlsKey = None,
    ssh_key: SshKey = None,
    ssh_host_key: SshHostKey = None,
    no_check: NoCheck = False,
) -> int:
    """Name an engine, once it has answered."""
    tls = _tls(tls_dir, tls_ca, tls_cert, tls_key)
    wanted = Host("", name, url, tls, _path(ssh_key), ssh_host_key)
    return _do(ctx, lambda desk: service.add(desk, wanted, check=not no_check))


@app.command("list")
def list_(ctx: typer.Context) -> int:
    """Show all hosts, and what each says of itself."""
    return _do(ctx, service.look)


@app.command()
def show(ctx: typer.Context, name: Name) -> int:
    """Show one host whole."""
    settings = settings_of(ctx)
    with _desk(settings) as desk:
        looks = asyncio.run(service.look(desk, [name]))
    errors = tuple(entry for problem in looks.problems for entry in entries_of(problem))
    items = tuple(map(shown, looks.hosts))
    emit(Report(items, errors, COLUMNS, text=text(items[0])), settings)
    return exit_code(ok=len(items) - len(errors), failures=errors)


@app.command("test")
def try_(ctx: typer.Context, names: Names = None) -> int:
    """Ask hosts whether they answer, and what they allow."""
    return _do(ctx, lambda desk: service.look(desk, names or ()))


@app.command("set")
def set_(
    ctx: typer.Context,
    name: Name,
    new_name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="Another name.")] = None,
    url: Annotated[str | None, typer.Option("--url", metavar="URL", help="Another URL.")] = None,
    tls_dir: TlsDir = None,
    tls_ca: TlsCa = None,
    tls_cert: TlsCert = None,
    tls_key: TlsKey = None,
    ssh_key: SshKey = None,
    ssh_host_key: SshHostKey = None,
    no_check: NoCheck = False,
) -> int:
    """Change a host's name or how it is reached; it keeps its settings."""
    tls = _tls(tls_dir, tls_ca, tls_cert, tls_key)
    given = {"name": new_name, "url": url, "tls": tls, "ssh_key": _path(ssh_key), "ssh_host_key": ssh_host_key}
    changes = {key: value for key, value in given.items() if value is not None}
    if not changes:
        raise UsageError("nothing to set was given", "name what to change: --url, --name, --tls-dir, --ssh-key, …")
    return _do(ctx, lambda desk: service.change(desk, name, lambda host: altered(host, changes), check=not no_check))


def altered(host: Host, changes: dict[str, Any]) -> Host:
    """The host with what was given; what another URL has no use for is dropped with the old one."""
    scheme = str(changes.get("url", host.url)).partition("://")[0]
    if scheme != host.scheme:
        host = replace(host, tls=None, ssh_key=None, ssh_host_key=None)
    return replace(host, **changes)


@app.command()
def remove(
    ctx: typer.Context, name: Name, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False
) -> int:
    """Forget a host and what is stored of it. Its containers stay as they are."""
    settings = settings_of(ctx)
    with _desk(settings) as desk:
        host, rows = service.what_goes_with(desk, name)
        goes = ", ".join(f"{count} {what}" for what, count in rows.items()) or "nothing else"
        if not confirm(f"Forget {name} ({host.url})? With it goes: {goes}.", yes=yes):
            return 0
        service.remove(desk, host)
    note = f"{name} is forgotten; with it went: {goes}"
    emit(Report(({**item(service.Looked(host)), "removed": rows},), columns=COLUMNS[:1], notes=(note,)), settings)
    return 0


@app.command("import")
def import_(
    ctx: typer.Context,
    contexts: Annotated[
        list[str] | None, typer.Argument(metavar="[CONTEXT]...", help="docker's contexts; all of them without any.")
    ] = None,
    no_check: NoCheck = False,
) -> int:
    """Take over what docker's contexts name."""
    return _do(ctx, lambda desk: import_contexts(desk, contexts or (), check=not no_check))


def _do(ctx: typer.Context, work: Callable[[service.HostDesk], Coroutine[Any, Any, service.Looks]]) -> int:
    settings = settings_of(ctx)
    with _desk(settings) as desk:
        looks = asyncio.run(work(desk))
    errors = tuple(entry for problem in looks.problems for entry in entries_of(problem))
    emit(Report(tuple(map(item, looks.hosts)), errors, COLUMNS, looks.notes), settings)
    failed = {problem.host for problem in looks.problems}
    return exit_code(ok=sum(looked.host.name not in failed for looked in looks.hosts), failures=errors)


def _desk(settings: Settings) -> AbstractContextManager[service.HostDesk]:
    ask_key = _confirm_key if can_ask() else None
    return wiring.host_desk(settings, ask_key=ask_key)


def _confirm_key(host: str, fingerprint: str) -> bool:
    answer = ask(f"{host} shows the SSH host key {fingerprint}. Is that right? [y/N]", instead="--ssh-host-key KEY")
    return answer.lower() in ("y", "yes")


def _tls(folder: str | None, ca: str | None, cert: str | None, key: str | None) -> TlsFiles | None:
    """The files named one by one, else those of the folder; None where neither is given."""
    given = {"ca": ca, "cert": cert, "key": key}
    files = {part: _path(file or (folder and f"{folder}/{part}.pem")) for part, file in given.items()}
    return TlsFiles(**files) if any(files.values()) else None


def _path(file: str | None) -> str | None:
    """Stored paths are absolute: the next command may be typed elsewhere."""
    return str(Path(file).expanduser().absolute()) if file else None
