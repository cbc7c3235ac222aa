"""Compose, against an engine of the lab."""

from pathlib import Path

from tests.lab import cache
from tests.lab.engine import Engine
from tests.lab.processes import plain_environment
from tests.lab.processes import run as run_program

PLUGIN = "usr/libexec/docker/cli-plugins/docker-compose"


def run(engine: Engine, project: Path, *argv: str, check: bool = True, **variables: str) -> str:
    """Run Compose 2.26 in the folder PROJECT against ENGINE; return what it wrote to standard output, stripped.

    VARIABLES are added to its environment.
    """
    program = cache.get("docker-26.1") / PLUGIN
    env = plain_environment(DOCKER_HOST=engine.unix_url, DOCKER_CONFIG=str(engine.client_folder)) | variables
    return run_program([str(program), *argv], check=check, env=env, cwd=project).stdout.strip()
