"""Shared by the tests of the maintainer's commands: sites on loopback, and the commands as child processes."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

Answer = tuple[int, Mapping[str, str], bytes]
CHILD = Path(__file__).with_name("tools_child.py")
HTML = "text/html; charset=utf-8"


class Internet:
    """One loopback server for any number of hosts: ``answers`` maps host and path to status, headers and body.
    ``asked`` holds each request's host, path and headers; what is not there is answered 404."""

    def __init__(self) -> None:
        self.answers: dict[tuple[str, str], Answer] = {}
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        internet = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                host = self.headers["Host"]
                internet.asked.append((host, self.path, dict(self.headers)))
                missing: Answer = (404, {}, b"<html><title>404</title><h1>404 Not Found</h1></html>")
                status, headers, body = internet.answers.get((host, self.path), missing)
                self.send_response(status)
                for name, value in {"Content-Type": HTML, "Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server.server_port}"

    def say(self, host: str, path: str, body: str | bytes, status: int = 200, **headers: str) -> None:
        """What the host answers at that path."""
        content = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[host, path] = (status, named, content)

    def paths(self, host: str) -> list[str]:
        """The paths asked of a host, in order."""
        return [path for asked, path, _ in self.asked if asked == host]


@pytest.fixture
def internet() -> Iterator[Internet]:
    internet = Internet()
    yield internet
    internet.server.shutdown()
    internet.server.server_close()


@pytest.fixture
def tool(tmp_path: Path, forked: Callable[..., Any]) -> Callable[..., Any]:
    """Runs a command in a folder of its own: ``tool("doctor", "good", connect_to={…}, sites={…})``; gives the child
    after its end. ``sites``: further sites by name, with their host."""

    def run(*words: str, connect_to: Mapping[str, str], sites: Mapping[str, str] | None = None) -> Any:
        folder = tmp_path / "work"
        folder.mkdir(exist_ok=True)
        named = ", ".join(f"{json.dumps(host)} = {json.dumps(target)}" for host, target in connect_to.items())
        settings = f'[crawl]\ntimeout = 5\nconnect_to = {{{named}}}\n[clock]\nnow = "2026-03-13T08:00:00+08:00"\n'
        (folder / "idwatch.toml").write_text(settings, encoding="utf-8")
        child = forked(str(CHILD), json.dumps(dict(sites or {})), *words, folder=folder)
        child.wait(timeout=120)
        return child

    return run
