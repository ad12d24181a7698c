"""The loopback server of the sample sites."""

import http.client
from collections.abc import Iterator
from pathlib import Path

import pytest

from spiders.sample.server import SampleServer

HOST = "www.example.cn"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SampleServer]:
    files = {
        f"first/{HOST}/a/index.html": "list",
        f"first/{HOST}/a/one.html": "one",
        f"first/{HOST}/a/two.html": "two",
        f"first/{HOST}/was5/web/search_page_2.html": "second page",
        "first/other.example.cn/a/one.html": "another host",
        f"second/{HOST}/a/one.html": "one, edited",
        "second/gone.txt": f"{HOST}/a/two.html\n",
        "secret.txt": "secret",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    with SampleServer(tmp_path) as server:
        yield server


def ask(server: SampleServer, path: str, host: str = HOST, **headers: str) -> tuple[int, str, dict[str, str]]:
    connection = http.client.HTTPConnection(server.address, timeout=10)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("GET", path, headers={"Host": host} | sent)
    response = connection.getresponse()
    body = response.read().decode()
    connection.close()
    return response.status, body, dict(response.headers)


def test_files_are_served_by_host_and_path(server: SampleServer) -> None:
    assert ask(server, "/a/one.html")[:2] == (200, "one")
    assert ask(server, "/a/one.html", "other.example.cn")[:2] == (200, "another host")
    assert ask(server, "/a/")[:2] == (200, "list")
    assert ask(server, "/was5/web/search?page=2&channelid=1")[:2] == (200, "second page")
    assert ask(server, "/was5/web/search?page=9")[0] == 404
    assert ask(server, "/../../secret.txt")[0] == 404
    assert server.connect_to == {HOST: server.address, "other.example.cn": server.address}


def test_the_second_state_lies_over_the_first(server: SampleServer) -> None:
    server.state = "second"
    assert ask(server, "/a/one.html")[:2] == (200, "one, edited")
    assert ask(server, "/a/two.html")[0] == 404
    assert ask(server, "/a/")[:2] == (200, "list")


@pytest.mark.parametrize(("asked", "given"), [("If_None_Match", "ETag"), ("If_Modified_Since", "Last-Modified")])
def test_conditional_answers(server: SampleServer, asked: str, given: str) -> None:
    mark = ask(server, "/a/one.html")[2][given]
    status, body, _ = ask(server, "/a/one.html", **{asked: mark})
    assert (status, body) == (304, "")
    assert [(one.status, one.conditional) for one in server.log] == [(200, False), (304, True)]


def test_an_edit_changes_the_tag_and_the_tag_decides(server: SampleServer) -> None:
    _, _, headers = ask(server, "/a/one.html")
    server.state = "second"
    both = {"If_None_Match": headers["ETag"], "If_Modified_Since": headers["Last-Modified"]}
    assert ask(server, "/a/one.html", **both)[:2] == (200, "one, edited")
