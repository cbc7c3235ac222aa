"""Hosts that are there: changed under their host_id, removed, looked at, and taken over from docker."""

import asyncio
from dataclasses import replace

import pytest

from dockmon_cli.core.errors import Declared, HostError, NotFound, UsageError
from dockmon_cli.core.hosts import Endpoint, Host, TlsFiles
from dockmon_cli.services import hosts as service
from dockmon_cli.services.hosts_import import host_name, import_contexts
from tests.adapters.store.samples import operation
from tests.fakes.host_tools import FakeDockerSettings
from tests.services.host_desk import ATTIC, NAS, AnyEngines, add, change, desk


def test_setting_name_and_url_keeps_the_host_id() -> None:
    at = desk()
    add(at, NAS)
    change(at, "nas", lambda host: replace(host, name="cellar"))
    change(at, "cellar", lambda host: replace(host, url="tcp://10.0.0.6:2375"))
    assert at.store.hosts() == [Host("id-1", "cellar", "tcp://10.0.0.6:2375")]


def test_a_change_that_does_not_answer_changes_nothing() -> None:
    at = desk()
    add(at, NAS)
    broken = replace(at, engines=AnyEngines(failures={"nas": HostError("dns", "its name is not known")}))
    with pytest.raises(HostError):
        change(broken, "nas", lambda host: replace(host, url="tcp://nobody:1"))
    assert at.store.hosts()[0].url == NAS.url


def test_a_new_name_that_is_taken_or_bad_is_refused() -> None:
    at = desk()
    add(at, NAS)
    add(at, ATTIC)
    for name in ("attic", "Bad"):
        with pytest.raises(UsageError):
            change(at, "nas", lambda host, name=name: replace(host, name=name))  # type: ignore[misc]


def test_what_is_declared_implied_or_unknown_can_t_be_changed() -> None:
    at = desk(declared=(replace(ATTIC, host_id="d", origin="declared"),))
    with pytest.raises(Declared):
        at.changeable("attic")
    with pytest.raises(NotFound, match="nsa"):
        at.changeable("nsa")
    with pytest.raises(UsageError, match="not configured"):
        desk().changeable("local")


def test_removing_forgets_the_host_and_local_serves_again() -> None:
    at = desk()
    add(at, NAS)
    host, rows = service.what_goes_with(at, "nas")
    assert rows == {}
    service.remove(at, host)
    assert [host.name for host in at.serving()] == ["local"]


def test_a_host_with_an_unfinished_update_is_not_forgotten() -> None:
    at = desk()
    add(at, NAS)
    at.journal.open_operation(operation(host_id="id-1", phase="forward"))
    with pytest.raises(UsageError, match="not finished"):
        service.what_goes_with(at, "nas")


def test_looking_shows_every_host_and_why_some_do_not_answer() -> None:
    engines = AnyEngines(failures={"nas": HostError("refused", "connection refused")})
    at = desk(engines=engines)
    add(at, NAS, check=False)
    add(at, ATTIC)
    looks = asyncio.run(service.look(at))
    assert [(looked.host.name, looked.info is not None) for looked in looks.hosts] == [("attic", True), ("nas", False)]
    told = [(problem.host, problem.message) for problem in looks.problems]
    assert told == [("nas", "unreachable: connection refused")]
    with pytest.raises(NotFound):
        asyncio.run(service.look(at, ["nsa"]))


def contexts(*endpoints: Endpoint) -> FakeDockerSettings:
    return FakeDockerSettings(contexts=endpoints)


def test_contexts_are_taken_over_each_for_itself() -> None:
    docker = contexts(
        Endpoint("Home NAS", "tcp://10.0.0.5:2376", TlsFiles("ca", "cert", "key")),
        Endpoint("open", "tcp://10.0.0.6:2376", problem="it turns the verification of TLS off"),
        Endpoint("windows", "npipe:////./pipe/docker_engine"),
    )
    at = desk(docker=docker)
    looks = asyncio.run(import_contexts(at, (), check=True))
    assert [host.name for host in at.store.hosts()] == ["home-nas"]
    assert at.store.hosts()[0].tls == TlsFiles("ca", "cert", "key")
    assert {problem.host for problem in looks.problems} == {"open", "windows"}
    again = asyncio.run(import_contexts(at, ["Home NAS"], check=True))
    assert (len(again.hosts), again.problems, len(at.store.hosts())) == (1, (), 1)
    assert again.hosts[0].info
    with pytest.raises(NotFound):
        asyncio.run(import_contexts(at, ["nobody"], check=True))


@pytest.mark.parametrize(("context", "name"), [("Home NAS", "home-nas"), ("_x", "x"), ("a.b-c_d", "a.b-c_d")])
def test_a_context_s_name_becomes_one_that_a_host_can_have(context: str, name: str) -> None:
    assert host_name(context) == name
