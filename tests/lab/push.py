"""Sending images to a registry over its own API; no engine is involved."""

from pathlib import Path
from ssl import create_default_context

import httpx

from tests.lab.images import Document, Image

USER_AGENT = "dockmon-lab"


class Pusher:
    """A connection to one registry that remembers what it has sent where."""

    def __init__(self, host: str, auth: tuple[str, str] | None, ca: Path | None) -> None:
        """Talk to HOST, with basic AUTH if given, over TLS if there is a CA to trust."""
        self._http = httpx.Client(
            base_url=f"{'https' if ca else 'http'}://{host}/v2",
            auth=auth,
            headers={"User-Agent": USER_AGENT},
            verify=create_default_context(cafile=ca) if ca else True,
            # No proxy of the user's may come between the lab and itself.
            trust_env=False,
        )
        self._homes: dict[str, set[str]] = {}

    def image(self, repository: str, image: Image) -> None:
        """Send an image with all its blobs; it can then be had by digest."""
        for layer in image.layers:
            self._blob(repository, layer.digest, layer.data)
        self._blob(repository, image.config.digest, image.config.data)
        self.manifest(repository, image.manifest.digest, image.manifest)

    def manifest(self, repository: str, reference: str, document: Document) -> None:
        """Send a manifest or index under a tag or its digest."""
        url = f"/{repository}/manifests/{reference}"
        headers = {"Content-Type": document.media_type}
        self._http.put(url, content=document.data, headers=headers).raise_for_status()

    def delete(self, repository: str, digest: str) -> None:
        """Delete a manifest, and with it every tag on it."""
        self._http.delete(f"/{repository}/manifests/{digest}").raise_for_status()
        self._homes = {blob: homes - {repository} for blob, homes in self._homes.items()}

    def ready(self) -> bool:
        """Tell whether the registry answers."""
        try:
            return self._http.get("/").status_code == 200
        except httpx.TransportError:
            return False

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def _blob(self, repository: str, digest: str, data: bytes) -> None:
        homes = self._homes.setdefault(digest, set())
        if repository in homes:
            return
        # A blob that another repository has is taken over from there instead of being sent again.
        source = {"mount": digest, "from": next(iter(homes))} if homes else {}
        begun = self._http.post(f"/{repository}/blobs/uploads/", params=source).raise_for_status()
        if begun.status_code == 202:
            url = httpx.URL(begun.headers["Location"]).copy_merge_params({"digest": digest})
            headers = {"Content-Type": "application/octet-stream"}
            self._http.put(url, content=data, headers=headers).raise_for_status()
        homes.add(repository)
