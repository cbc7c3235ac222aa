"""Making an engine empty again, quickly."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from docker.api.client import APIClient
from docker.errors import APIError

from tests.lab.errors import LabError

ROUNDS = 20
BUILT_IN_NETWORKS = {"bridge", "host", "none"}


def clean(api: APIClient) -> None:
    """Remove all containers, volumes, networks and images that API's engine holds."""
    with ThreadPoolExecutor(8) as pool:
        # In this order: what hangs on something goes before it.
        _empty(pool, lambda: _containers(api), lambda name: api.remove_container(name, v=True, force=True))
        _empty(pool, lambda: _networks(api), lambda name: _remove_network(api, name))
        _empty(pool, lambda: _volumes(api), lambda name: api.remove_volume(name, force=True))
        _empty(pool, lambda: _images(api), lambda name: api.remove_image(name, force=True))


def _empty(pool: ThreadPoolExecutor, found: Callable[[], set[str]], remove: Callable[[str], object]) -> None:
    """Remove what FOUND lists until it lists nothing: a removal may have to wait for another one."""
    for _ in range(ROUNDS):
        names = found()
        if not names:
            return
        failures = [failure for failure in pool.map(lambda name: _attempt(remove, name), names) if failure]
    raise LabError(f"could not remove {', '.join(names)}: {'; '.join(failures)}")


def _attempt(remove: Callable[[str], object], name: str) -> str | None:
    try:
        remove(name)
    except APIError as error:
        return str(error)
    return None


def _containers(api: APIClient) -> set[str]:
    return _ids(api.containers(all=True, quiet=True))


def _images(api: APIClient) -> set[str]:
    return _ids(api.images())


def _networks(api: APIClient) -> set[str]:
    return {item["Id"] for item in api.networks() if item["Name"] not in BUILT_IN_NETWORKS}


def _remove_network(api: APIClient, name: str) -> None:
    """An engine that was killed may know endpoints of containers that are no more."""
    for endpoint in (api.inspect_network(name).get("Containers") or {}).values():
        api.disconnect_container_from_network(endpoint["Name"], name, force=True)
    api.remove_network(name)


def _volumes(api: APIClient) -> set[str]:
    return {item["Name"] for item in api.volumes()["Volumes"] or []}


def _ids(items: Iterable[dict[str, str]]) -> set[str]:
    return {item["Id"] for item in items}
