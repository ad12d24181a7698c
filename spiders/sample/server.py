"""A loopback server for the sample sites: files by host and path, in two states, with conditional answers and a log."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

SITES = Path(__file__).parent / "sites"
"""The sample sites: ``first/<host>/<path>``, over it ``second`` with what has changed, and ``second/gone.txt``."""

SITE_NAMES = ("idcpc_en", "idcpc_zh")
"""The sites of which there is a sample."""

STATES = ("first", "second")
_GONE = "gone.txt"
# 27 July 2025: one fixed date for all files, since what changes here changes by the digest of its bytes.
_MODIFIED = formatdate(1_753_560_000, usegmt=True)
_TYPES = {
    ".html": "text/html",
    ".shtml": "text/html",
    ".htm": "text/html",
    ".txt": "text/plain",
    ".xml": "application/xml",
    ".json": "application/json",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as the server saw it, and what it answered."""

    method: str
    host: str
    path: str
    status: int
    conditional: bool
    user_agent: str


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # with the usual 5 a crawl of several hosts is kept waiting, a second each time


class SampleServer:
    """Serves the sample sites on 127.0.0.1 while its ``with`` block lasts.

    ``state`` may be set to ``second`` meanwhile. ``log`` holds every request in the order of its answers.
    ``connect_to`` is what the setting ``crawl.connect_to`` needs, so that the sites' hosts are asked here.
    """

    def __init__(self, root: Path = SITES, state: str = "first") -> None:
        self.root = root
        self.state = state
        self.log: list[Asked] = []
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        # it looks fifty times a second whether it shall end, where socketserver's own pace is twice
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="sample sites", daemon=True
        )

    @property
    def address(self) -> str:
        """``127.0.0.1:port``."""
        return f"127.0.0.1:{self._server.server_port}"

    @property
    def connect_to(self) -> dict[str, str]:
        """Every host of the sample sites, sent to this server."""
        hosts = {path.name for state in STATES for path in (self.root / state).glob("*") if path.is_dir()}
        return dict.fromkeys(sorted(hosts), self.address)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def file(self, host: str, target: str) -> Path | None:
        """The file that answers a request's target in the present state; None where there is none."""
        name = _file_name(target)
        if name is None:
            return None
        states = STATES[: STATES.index(self.state) + 1]
        for state in reversed(states):
            if f"{host}/{name}" in _gone(self.root / state):
                return None
            found = self.root / state / host / name
            if found.is_file():
                return found
        return None


def _file_name(target: str) -> str | None:
    parts = urlsplit(target)
    path = parts.path.lstrip("/")
    if ".." in path.split("/"):
        return None
    if path.endswith("was5/web/search"):
        page = parse_qs(parts.query).get("page", ["1"])[0]
        return f"{path}_page_{page}.html" if page.isdigit() else None
    return path + "index.html" if path.endswith("/") or not path else path


def _gone(state: Path) -> set[str]:
    listing = state / _GONE
    lines = listing.read_text(encoding="utf-8").splitlines() if listing.is_file() else []
    # written as addresses or as host/path
    return {line.strip().partition("://")[2] or line.strip() for line in lines if line.strip()}


def _handler(server: SampleServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            host = (self.headers.get("Host") or "").partition(":")[0]
            file = server.file(host, self.path)
            if file is None:
                self._answer(
                    host, 404, b"<html><head><title>404</title></head><body><h1>404 Not Found</h1></body></html>"
                )
                return
            body = file.read_bytes()
            tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            named = self.headers.get("If-None-Match")
            since = self.headers.get("If-Modified-Since")
            # a tag, where one is named, decides alone (RFC 9110, 13.2.2)
            same = tag in named if named else since == _MODIFIED
            kind = f"{_TYPES.get(file.suffix, 'application/octet-stream')}"
            self._answer(host, 304 if same else 200, b"" if same else body, tag, kind)

        def _answer(self, host: str, status: int, body: bytes, tag: str | None = None, kind: str = "text/html") -> None:
            conditional = "If-None-Match" in self.headers or "If-Modified-Since" in self.headers
            agent = self.headers.get("User-Agent") or ""
            server.log.append(Asked(self.command, host, self.path, status, conditional, agent))
            self.send_response(status)
            if tag:
                self.send_header("ETag", tag)
                self.send_header("Last-Modified", _MODIFIED)
            if status != 304:
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing on standard error: ``SampleServer.log`` is the log."""

    return Handler
