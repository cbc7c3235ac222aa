"""What of the machine the registry client reads."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

CERTS_DIR = Path("/etc/docker/certs.d")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Environment (proxies, DOCKER_CONFIG, HOME, PATH), docker's folder of certificates, and time limits in seconds."""

    environment: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
    certs_dir: Path = CERTS_DIR
    request_timeout_s: float = 10.0
    helper_timeout_s: float = 10.0
