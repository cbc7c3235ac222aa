"""What commands read without changing anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockmon_cli.wiring.given import Given
from dockmon_cli.wiring.places import (
    HOST_TIMEOUT_S,
    config,
    known_hosts,
    open_store,
    quick_rows,
    rules_of,
    store_path,
    tags_of,
)

if TYPE_CHECKING:
    from dockmon_cli.core.selection import Selector
    from dockmon_cli.services.policy import Explanation
    from dockmon_cli.services.ps import Listing, Wanted


async def ps(given: Given, wanted: Wanted) -> Listing:
    """Return the containers wanted, with the stored answers; the ORM is not loaded for them."""
    from dockmon_cli.adapters.clock import SystemClock
    from dockmon_cli.adapters.engine.engines import DockerEngines
    from dockmon_cli.core.tags import tag_book
    from dockmon_cli.services.ps import ps

    settings, stored = config(given), quick_rows(given)
    hosts, tags = known_hosts(given, settings, stored), tag_book(stored.tags, settings.tags)
    timeout_s = given.timeout_s or HOST_TIMEOUT_S
    return await ps(DockerEngines(SystemClock()), hosts, stored.answers, wanted, timeout_s=timeout_s, tags=tags)


async def explain_policy(given: Given, selector: Selector) -> Explanation:
    """Return what each level of the policy says of the selected containers."""
    from dockmon_cli.adapters.clock import SystemClock
    from dockmon_cli.adapters.engine.engines import DockerEngines
    from dockmon_cli.core.policy_defaults import patterns_in_force
    from dockmon_cli.services.policy import Policies, explain

    settings, stored = config(given), quick_rows(given)
    with open_store(store_path(given)) as store:
        policies = Policies(rules_of(settings, store), patterns_in_force(store.patterns.patterns()))
        tags = tags_of(settings, store)
    return await explain(
        DockerEngines(SystemClock()),
        known_hosts(given, settings, stored),
        selector,
        policies,
        timeout_s=given.timeout_s or HOST_TIMEOUT_S,
        tags=tags,
        update_states={key: answer.state for key, answer in stored.answers.items()},
    )
