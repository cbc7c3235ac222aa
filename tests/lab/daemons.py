"""The programs an engine consists of, once they run."""

import signal
import socket
from dataclasses import dataclass
from pathlib import Path

from tests.lab.errors import StartError
from tests.lab.plan import Plan
from tests.lab.processes import wait_until
from tests.lab.sandbox import Inmate

START_SECONDS = 60


@dataclass(frozen=True)
class Daemons:
    """Those that answer the API, and those that help them."""

    api: tuple[Inmate, ...]
    helpers: tuple[Inmate, ...] = ()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to those that answer the API."""
        for daemon in self.api:
            daemon.signal(number)

    def kill(self) -> None:
        """Kill all at once; containers and their keepers live on."""
        for daemon in (*self.api, *self.helpers):
            daemon.signal(signal.SIGKILL)
        for daemon in (*self.api, *self.helpers):
            daemon.wait()

    def stop(self) -> None:
        """Stop one after the other in order. dockerd stops every container first."""
        for daemon in (*self.api, *self.helpers):
            daemon.signal(signal.SIGTERM)
            daemon.wait()

    def wait_until_ready(self, plan: Plan) -> None:
        """Wait until the unix socket answers. Raise StartError, with the log of what failed, if it does not."""
        wait_until(lambda: answers(plan.socket) or bool(self._dead()), START_SECONDS)
        dead = self._dead()
        if dead or not answers(plan.socket):
            guilty = (dead or self.api)[0]
            raise StartError(f"engine {plan.name} ({plan.kind.name}) did not start", guilty.log)

    def _dead(self) -> list[Inmate]:
        return [daemon for daemon in (*self.helpers, *self.api) if not daemon.running()]


def answers(path: Path) -> bool:
    """Tell whether an engine behind the unix socket answers a ping."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(5)
        try:
            connection.connect(str(path))
            connection.sendall(b"GET /_ping HTTP/1.0\r\nHost: lab\r\n\r\n")
            return b" 200 " in connection.recv(64)
        except OSError:
            return False
