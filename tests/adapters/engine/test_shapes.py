"""JSON that is not Docker's is one host's failure."""

from typing import Any

import pytest

from dockmon_cli.adapters.engine.shapes import CONTAINER, IMAGE, INFO, ROW, Shape, checked, checked_list
from dockmon_cli.core.errors import HostError

WEB: dict[str, Any] = {
    "Id": "a", "Name": "/web", "Image": "sha256:b", "Config": {"Image": "web", "Labels": None}, "HostConfig": {},
    "State": {}, "NetworkSettings": {}, "Created": "2026-01-01T00:00:00Z",
}  # fmt: skip
NO_OBJECTS: list[Any] = [[], [{}], "x", None, 5]


@pytest.mark.parametrize(
    ("document", "shape"),
    [
        (WEB, CONTAINER),
        (WEB | {"New": 1}, CONTAINER),
        ({"Id": "a"}, IMAGE),
        ({"Id": "a", "Config": {}, "RepoDigests": []}, IMAGE),
        ({}, INFO),
        ({"Id": "a", "ImageID": "b"}, ROW),
        ({"Id": "a", "ImageID": "b", "Image": "c", "Names": ["/web"], "Labels": {}, "Ports": [], "Created": 1}, ROW),
    ],
)
def test_what_is_as_it_should_be_is_handed_on(document: dict[str, Any], shape: Shape) -> None:
    assert checked(document, shape) is document
    assert checked_list([document], shape) == [document]


@pytest.mark.parametrize(
    ("answer", "shape", "names"),
    [
        *((answer, CONTAINER, "object") for answer in NO_OBJECTS),
        ({}, CONTAINER, "Id"),
        ({**WEB, "Config": None}, CONTAINER, "Config"),
        ({**WEB, "Config": {"Image": "web", "Labels": []}}, CONTAINER, "Config.Labels"),
        ({**WEB, "State": 1}, CONTAINER, "State"),
        ({"Id": "a", "RepoDigests": "x"}, IMAGE, "RepoDigests"),
        ({"Id": "a", "ImageID": "b", "Labels": []}, ROW, "Labels"),
        ({"Id": "a"}, ROW, "ImageID"),
        ({"Id": "a", "ImageID": "b", "ImageManifestDescriptor": "c"}, ROW, "ImageManifestDescriptor"),
    ],
)
def test_anything_else_is_a_broken_answer_that_says_what_is_wrong(answer: Any, shape: Shape, names: str) -> None:
    with pytest.raises(HostError) as caught:
        checked(answer, shape)
    assert (caught.value.code, bool(caught.value.hint)) == ("broken_answer", True)
    assert names in caught.value.message


@pytest.mark.parametrize("answer", [{}, "x", 5, [None], ["x"]])
def test_what_is_no_list_of_documents_is_never_an_empty_one(answer: Any) -> None:
    with pytest.raises(HostError):
        checked_list(answer, ROW)
    assert checked_list(None, ROW) == []
