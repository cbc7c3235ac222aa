"""A server that answers every question with a web page, as a captive portal or a wrong address does."""

from tests.lab.servers.http import Answer, HttpServer, Question

PAGE = b"<!DOCTYPE html><html><head><title>Welcome</title></head><body><h1>Please log in</h1></body></html>\n"


class HtmlServer(HttpServer):
    """Always the same page, with one status."""

    def __init__(self, address: str, status: int = 200) -> None:
        """Bind to ADDRESS."""
        super().__init__(address)
        self._status = status

    def answer(self, question: Question) -> Answer:
        """Return the page."""
        return Answer(self._status, PAGE, {"Content-Type": "text/html; charset=utf-8"})
