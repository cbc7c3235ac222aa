"""The patterns that protect well-known images until somebody says otherwise: every one warns.

Each is a glob for the last path part of an image's repository, so `postgres` is `docker.io/library/postgres` and
`ghcr.io/team/postgres`, and neither `postgres-exporter` nor `baikal:postgres`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dockmon_cli.core.patterns import Category
from dockmon_cli.core.policy import Pattern

_GLOBS: dict[Category, str] = {
    "databases": """
        postgres postgis timescaledb pgvector mysql mariadb percona* mongo redis valkey keydb clickhouse* influxdb
        elasticsearch opensearch cassandra couchdb neo4j cockroach mssql* etcd minio
    """,
    "proxies": "traefik nginx caddy haproxy nginx-proxy nginx-proxy-manager swag envoy cloudflared",
    "monitoring": "prometheus grafana alertmanager loki uptime-kuma netdata zabbix* telegraf gatus",
    "critical": "portainer* vault authelia authentik* pihole adguardhome home-assistant dockmon*",
    "custom": "",
}

DEFAULT_PATTERNS: tuple[Pattern, ...] = tuple(
    Pattern(glob, "warn", category) for category, globs in _GLOBS.items() for glob in globs.split()
)


def patterns_in_force(stored: Iterable[Pattern]) -> tuple[Pattern, ...]:
    """Given the stored patterns, return all there are: the user's own, and the default ones as they were switched."""
    rows = list(stored)
    switched = {row.glob: row for row in rows if not row.own}
    defaults = [
        replace(pattern, enabled=row.enabled, by=row.by, at=row.at) if (row := switched.get(pattern.glob)) else pattern
        for pattern in DEFAULT_PATTERNS
    ]
    return (*sorted((row for row in rows if row.own), key=lambda row: row.glob), *defaults)
