"""A registry that has had enough: 429, with the headers that go with it."""

import json
from collections.abc import Collection

from tests.lab.servers.http import Answer, Question, RegistryFront

WINDOW_SECONDS = 21600
BODY = json.dumps(
    {"errors": [{"code": "TOOMANYREQUESTS", "message": "You have reached your pull rate limit."}]}
).encode()


class LimitedServer(RegistryFront):
    """Passes on as many questions for manifests as `remaining` says, then refuses.

    All of it may be changed while it runs. `remaining` None is no limit. With `refusals` set, that many questions are
    refused and the next one finds the limit lifted.
    """

    def __init__(
        self,
        address: str,
        registry: str,
        *,
        remaining: int | None = 0,
        retry_after: str | None = "60",
        refusals: int | None = None,
        methods: Collection[str] = ("GET", "HEAD"),
        limit: int = 100,
    ) -> None:
        """Bind to ADDRESS in front of REGISTRY; only METHODS count against the limit."""
        super().__init__(address, registry)
        self.remaining = remaining
        self.retry_after = retry_after
        self.refusals = refusals
        self._methods = set(methods)
        self._limit = limit

    def answer(self, question: Question) -> Answer:
        """Pass the question on, or refuse it."""
        if "/manifests/" not in question.path or question.method not in self._methods:
            return self.forward(question)
        if not self._spend():
            retry = {} if self.retry_after is None else {"Retry-After": self.retry_after}
            return Answer(429, BODY, {"Content-Type": "application/json", **retry, **self._ledger()})
        found = self.forward(question)
        return Answer(found.status, found.body, {**found.headers, **self._ledger()})

    def _spend(self) -> bool:
        with self._lock:
            if self.remaining == 0 and self.refusals == 0:
                self.remaining = None
            if self.remaining == 0:
                self.refusals = None if self.refusals is None else self.refusals - 1
                return False
            self.remaining = None if self.remaining is None else self.remaining - 1
            return True

    def _ledger(self) -> dict[str, str]:
        """Return the headers that tell a client how much is left, as Docker Hub writes them."""
        if self.remaining is None:
            return {}
        counts = {"ratelimit-limit": self._limit, "ratelimit-remaining": self.remaining}
        return {key: f"{count};w={WINDOW_SECONDS}" for key, count in counts.items()}
