"""Archive files of other tools, and damaged ones: every capture that can be had, and a word for every other."""

from __future__ import annotations

import gzip
import hashlib
import io
import random
import shutil
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline.archive import ArchiveWriter, Exchange
from pipeline.archive.copies import Capture
from pipeline.archive.importing import Told, captures
from pipeline.archive.packages import NotReadable

HOST = "https://site.test"
AT = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
PAGE = "<html><body><p>会见 met</p></body></html>".encode()


def taken(path: Path, most_bytes: int = 100_000) -> tuple[list[Capture], Told]:
    told = Told()
    return list(captures(path, wanted=lambda url: "site.test" in url, most_bytes=most_bytes, told=told)), told


def record(
    url: str = f"{HOST}/a",
    body: bytes = PAGE,
    *,
    kind: str = "response",
    head: str = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
    **fields: str,
) -> bytes:
    """One record by hand, with fields that no writer of records would write."""
    block = head.encode() + body
    named = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:test:{hashlib.sha1(url.encode() + block).hexdigest()}>",
        "WARC-Target-URI": url,
        "WARC-Date": "2020-01-02T03:04:05Z",
        "Content-Length": str(len(block)),
    } | {name.replace("_", "-"): value for name, value in fields.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return f"WARC/1.0\r\n{lines}\r\n".encode() + block + b"\r\n\r\n"


def written_by_warcio(*, packed: bool = True) -> bytes:
    """A file as warcio writes it: records of every kind, of two sites."""
    stream = io.BytesIO()
    writer = WARCWriter(stream, gzip=packed)
    writer.write_record(writer.create_warcinfo_record("x.warc", {"software": "other/1.0"}))
    for number in range(3):
        for host in (HOST, "https://elsewhere.test"):
            url = f"{host}/{number}"
            head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
            body = PAGE + str(number).encode()
            dated = {"WARC-Date": f"2020-01-0{number + 1}T00:00:00Z"}
            answer = writer.create_warc_record(
                url, "response", payload=io.BytesIO(body), http_headers=head, warc_headers_dict=dated
            )
            asked = StatusAndHeaders(f"GET /{number} HTTP/1.1", [("Host", host[8:])], is_http_request=True)
            writer.write_request_response_pair(writer.create_warc_record(url, "request", http_headers=asked), answer)
    for kind in ("resource", "conversion", "metadata"):
        writer.write_record(writer.create_warc_record(f"{HOST}/0", kind, payload=io.BytesIO(b"text")))
    writer.write_record(writer.create_warc_record("dns:site.test", "response", payload=io.BytesIO(b"1.2.3.4")))
    return stream.getvalue()


def put(folder: Path, content: bytes, name: str = "other.warc") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


# Files of other tools


@pytest.mark.parametrize("form", ["gzip", "plain", "gzip as a whole", "wacz", "deflated zip"])
def test_a_file_in_any_packing_gives_the_same_captures(tmp_path: Path, form: str) -> None:
    content = written_by_warcio(packed=form in ("gzip", "wacz"))
    if form == "gzip as a whole":
        content = gzip.compress(content)
    path = put(tmp_path, content, "other.warc.gz")
    if form in ("wacz", "deflated zip"):
        path = tmp_path / "other.wacz"
        way = zipfile.ZIP_STORED if form == "wacz" else zipfile.ZIP_DEFLATED
        with zipfile.ZipFile(path, "w", way) as package:
            package.writestr("datapackage.json", "{}")
            package.writestr("indexes/index.cdx.gz", gzip.compress(b"test,site)/ 2020"))
            package.writestr("archive/data.warc" + (".gz" if form == "wacz" else ""), content)
    found, told = taken(path)
    assert [(one.url, one.at.day, one.status, one.body) for one in found] == [
        (f"{HOST}/{number}", number + 1, 200, PAGE + str(number).encode()) for number in range(3)
    ]
    assert told.left == {"of other sites": 3, "resource": 1, "conversion": 1, "no HTTP answer": 1}
    assert (told.captures, told.doubts, told.faults) == (3, [], [])
    origin = dict(found[0].origin)
    inside = "!archive/data.warc" if path.suffix == ".wacz" else ""
    assert origin["source-file"].startswith(path.name + inside)
    assert origin["source-software"] == "other/1.0"
    assert origin["source-record"] == found[0].warc_id


class _Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        moved = self.path == "/moved"
        self.send_response(301 if moved else 404 if self.path == "/gone" else 200)
        if moved:
            self.send_header("Location", "/page")
        self.send_header("Content-Type", "text/html")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for part in (PAGE[:10], PAGE[10:], b""):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))

    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def served() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Pages) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("packed", [True, False])
def test_a_file_of_wget(tmp_path: Path, served: str, packed: bool) -> None:
    if shutil.which("wget") is None:
        pytest.skip("no wget")
    form = [] if packed else ["--no-warc-compression"]
    wanted = [f"{served}{path}" for path in ("/page", "/moved", "/gone")]
    subprocess.run(
        ["wget", "--quiet", "--no-config", "--no-proxy", "--warc-file=by-wget", *form, "-O", "out", *wanted],
        cwd=tmp_path, check=False, timeout=60,
    )  # fmt: skip
    (path,) = tmp_path.glob("by-wget.warc*")
    told = Told()
    found = list(captures(path, wanted=lambda url: url.startswith(served), most_bytes=10**6, told=told))
    assert [(one.url.removeprefix(served), one.status) for one in found] == [
        ("/page", 200), ("/moved", 301), ("/page", 200), ("/gone", 404),
    ]  # fmt: skip
    assert {one.body for one in found} == {PAGE}
    assert "Wget" in dict(found[0].origin)["source-software"]
    assert (told.faults, told.doubts) == ([], [])


def test_our_own_files_can_be_taken_in_elsewhere(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, "site", AT, 10**9) as writer:
        page = writer.write(Exchange(f"{HOST}/a", "GET", (), 200, "OK", (("ETag", "1"),), PAGE, AT))
        same = writer.write(Exchange(f"{HOST}/a", "GET", (), 304, "Not Modified", (("ETag", "1"),), b"", AT))
    found, told = taken(tmp_path / writer.file)
    assert [(one.warc_id, one.url, one.at, one.status, one.body) for one in found] == [
        (page.id, page.url, AT, 200, PAGE), (same.id, same.url, AT, 304, b""),
    ]  # fmt: skip
    assert not any((told.left, told.doubts, told.faults))


# What tools write differently


def test_habits_of_tools(tmp_path: Path) -> None:
    chunked = b"5\r\n<html\r\n2;x=y\r\n>a\r\n0\r\n\r\n"
    head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    content = b"".join(
        [
            record(f"<{HOST}/brackets>"),
            record(f"{HOST}/chunks", chunked, head=head),
            record(f"{HOST}/unpacked", PAGE, head=head),  # the header of a coding that was undone
            record(f"{HOST}/h2", head="HTTP/2 200\r\n:status: 200\r\ncontent-type: text/html\r\n\r\n"),
            record(f"{HOST}/bare", head="HTTP/1.0 200 OK\nX: a\n b\n\n"),
            record(f"{HOST}/latin", head="HTTP/1.1 200 Tr\xe8s bien\r\nX: caf\xe9\r\n\r\n"),
            record(f"{HOST}/stamp", WARC_Date="20200102030405"),
            record(f"{HOST}/fraction", WARC_Date="2020-01-02T03:04:05.123456789Z"),
        ]
    )
    found, told = taken(put(tmp_path, content))
    by_name = {one.url.removeprefix(f"{HOST}/"): one for one in found}
    assert list(by_name) == ["brackets", "chunks", "unpacked", "h2", "bare", "latin", "stamp", "fraction"]
    assert {name: one.body for name, one in by_name.items() if one.body != PAGE} == {"chunks": b"<html>a"}
    assert (by_name["h2"].http_version, by_name["h2"].headers) == ("1.1", (("content-type", "text/html"),))
    assert (by_name["bare"].http_version, by_name["bare"].headers) == ("1.0", (("X", "a b"),))
    assert (by_name["latin"].reason, by_name["latin"].headers) == ("Très bien", (("X", "café"),))
    assert by_name["stamp"].at == AT
    assert by_name["fraction"].at == AT.replace(microsecond=123456)
    assert not any((told.left, told.doubts, told.faults))


def test_what_cannot_be_kept_is_counted_by_its_reason(tmp_path: Path) -> None:
    cut = "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"
    torn_chunks = b"5\r\n<html\r\n9\r\nab"
    content = b"".join(
        [
            record("https://elsewhere.test/"),
            record(f"{HOST}/1", WARC_Truncated="length"),  # as Common Crawl marks what passes 1 MiB
            record(f"{HOST}/2", WARC_Segment_Number="1"),
            record(f"{HOST}/3", head=cut),
            record(f"{HOST}/4", torn_chunks, head="HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
            record(f"{HOST}/5", bytes(400_000)),
            record(f"{HOST}/6", head="HTTP/1.1 403 Forbidden\r\n\r\n"),
            record(f"{HOST}/7", head="HTTP/1.1 503 Busy\r\n\r\n"),
            record(f"{HOST}/8", b""),
            record(f"{HOST}/9", WARC_Date="yesterday"),
            record(f"{HOST}/10", head="GET / HTTP/1.1\r\n\r\n", kind="request"),
            record(f"{HOST}/11", head="no head"),
            record(f"{HOST}/12", kind="resource"),
            record(f"{HOST}/13", kind="continuation"),
            record(f"{HOST}/14"),
        ]
    )
    found, told = taken(put(tmp_path, content))
    assert [one.url for one in found] == [f"{HOST}/14"]
    assert told.left == {
        "of other sites": 1, "cut off": 4, "too large": 1, "refusals and failures": 2, "empty": 1,
        "without a date": 1, "no HTTP answer": 1, "resource": 1, "continuation": 1,
    }  # fmt: skip
    assert told.faults == []


def test_revisits_say_whose_bytes_they_stand_for(tmp_path: Path) -> None:
    profile = "http://netpreserve.org/warc/1.1/revisit"
    content = b"".join(
        [
            record(
                f"{HOST}/a", b"", kind="revisit", WARC_Profile=f"{profile}/identical-payload-digest",
                WARC_Refers_To="<urn:x>", WARC_Refers_To_Target_URI=f"<{HOST}/b>",
                WARC_Refers_To_Date="2019-01-01T00:00:00Z",
            ),
            record(f"{HOST}/c", b"", kind="revisit", head="", WARC_Profile=f"{profile}/identical-payload-digest"),
            record(f"{HOST}/d", b"", kind="revisit", WARC_Profile=f"{profile}/server-not-modified"),
        ]
    )  # fmt: skip
    (one, bare, unchanged), _ = taken(put(tmp_path, content))
    assert one.same_as is not None
    assert (one.same_as.warc_id, one.same_as.url) == ("urn:x", f"{HOST}/b")
    assert one.same_as.at == datetime(2019, 1, 1, tzinfo=UTC)
    assert (bare.status, bare.same_as is not None) == (200, True)
    assert (unchanged.status, unchanged.same_as) == (304, None)


@pytest.mark.parametrize("name", ["WARC-Block-Digest", "WARC-Payload-Digest"])
def test_bytes_that_do_not_fit_their_digest_are_told(tmp_path: Path, name: str) -> None:
    head = "HTTP/1.1 200 OK\r\n\r\n"
    data = head.encode() + PAGE if "Block" in name else PAGE
    right = f"sha256:{hashlib.sha256(data).hexdigest()}"
    wrong = "sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    content = b"".join(
        record(f"{HOST}/{number}", head=head, **{name.replace("-", "_"): digest})
        for number, digest in enumerate((right, wrong, "unheard:of"))
    )
    found, told = taken(put(tmp_path, content))
    assert len(found) == 3
    (doubt,) = told.doubts
    assert f"{HOST}/1" in doubt
    assert f"offset {len(content) // 3}" in doubt or "offset" in doubt


def test_the_digest_of_a_payload_may_be_that_of_its_chunks(tmp_path: Path) -> None:
    head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE), PAGE)
    content = b"".join(
        record(f"{HOST}/{number}", chunks, head=head, WARC_Payload_Digest=f"sha1:{hashlib.sha1(data).hexdigest()}")
        for number, data in enumerate((PAGE, chunks, b"else"))
    )
    assert [f"{HOST}/2" in doubt for doubt in taken(put(tmp_path, content))[1].doubts] == [True]


# Files that are none


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"<html>no archive</html>", "no WARC record"),
        (gzip.compress(b"text", mtime=0), "no WARC record"),
        (b"filedesc://x.arc 0.0.0.0 20120101000000 text/plain 9\n1 0 x\n", "warcio recompress"),
        (gzip.compress(b"filedesc://x.arc 0.0.0.0 20120101000000 text/plain 9\n1 0 x\n", mtime=0), "warcio recompress"),
        (b"\x28\xb5\x2f\xfdxx", "zstd -d"),
        (b"PK\x03\x04 torn", "fetch it again"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_a_word(tmp_path: Path, content: bytes, word: str) -> None:
    path = put(tmp_path, content, "given.warc.gz")
    with pytest.raises(NotReadable, match=word) as caught:
        taken(path)
    assert "given.warc.gz" in str(caught.value)


def test_a_zip_without_warc_files_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as package:
        package.writestr("page.html", PAGE)
    with pytest.raises(NotReadable, match="a ZIP without WARC files"):
        taken(tmp_path / "x.zip")


# Damage


def numbered(count: int, *, packed: bool) -> list[bytes]:
    draw = random.Random(7)
    records = [record(f"{HOST}/{number}", PAGE + draw.randbytes(300)) for number in range(count)]
    return [gzip.compress(one) for one in records] if packed else records


def names(found: list[Capture]) -> list[int]:
    return [int(one.url.rpartition("/")[2]) for one in found]


@pytest.mark.parametrize("packed", [True, False])
def test_a_torn_record_in_the_middle_costs_only_itself(tmp_path: Path, packed: bool) -> None:
    records = numbered(5, packed=packed)
    start = sum(map(len, records[:2]))
    content = b"".join([*records[:2], records[2][: len(records[2]) // 2], *records[3:]])
    found, told = taken(put(tmp_path, content))
    assert names(found) == [0, 1, 3, 4]
    assert [one.body[: len(PAGE)] for one in found] == [PAGE] * 4
    (fault,) = told.faults
    assert f"other.warc, offset {start}: " in fault
    assert "fetch the file again" in fault


@pytest.mark.parametrize("packed", [True, False])
def test_a_tail_torn_at_any_byte_costs_only_the_last_record(tmp_path: Path, packed: bool) -> None:
    records = numbered(3, packed=packed)
    before = len(b"".join(records[:2]))
    for size in range(before + 1, before + len(records[2]) - (0 if packed else 4), 5):
        found, told = taken(put(tmp_path, b"".join(records)[:size]))
        assert names(found) == [0, 1], size
        assert [f"offset {before}" in fault for fault in told.faults] == [True], size


@pytest.mark.parametrize("packed", [True, False])
def test_whatever_is_damaged_nothing_is_made_up_and_the_rest_is_read(tmp_path: Path, packed: bool) -> None:
    records = numbered(12, packed=packed)
    whole = names(taken(put(tmp_path, b"".join(records)))[0])
    bodies = {one.url: one.body for one in taken(put(tmp_path, b"".join(records)))[0]}
    draw = random.Random(11)
    for _ in range(150):
        hurt = list(records)
        number = draw.randrange(len(hurt))
        kind = draw.choice(["flip", "cut", "zeros", "garbage", "lost"])
        one = bytearray(hurt[number])
        at = draw.choice([0, draw.randrange(len(one))])
        if kind == "flip":
            one[at] ^= 1 << draw.randrange(8)
        elif kind == "cut":
            del one[at:]
        elif kind == "zeros":
            one[at:] = bytes(len(one) - at)
        elif kind == "garbage":
            one[at:at] = draw.randbytes(70_000)
        else:
            one.clear()
        hurt[number] = bytes(one)
        found, _ = taken(put(tmp_path, b"".join(hurt)))
        others = [other for other in whole if other != number]
        assert [other for other in names_of_known(found, bodies) if other != number] == others, (kind, number, at)
        if packed:  # a gzip member has a checksum, a plain file none
            assert all(one.body == bodies.get(one.url, one.body) for one in found)


def names_of_known(found: list[Capture], bodies: dict[str, bytes]) -> list[int]:
    return names([one for one in found if bodies.get(one.url) == one.body])


def test_a_damaged_file_inside_a_package_does_not_hide_the_others(tmp_path: Path) -> None:
    records = numbered(4, packed=True)
    path = tmp_path / "x.wacz"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("archive/one.warc.gz", b"".join(records[:2]))
        package.writestr("archive/two.warc.gz", b"".join(records[2:]))
    content = bytearray(path.read_bytes())
    content[content.find(records[0]) + 40] ^= 0xFF
    path.write_bytes(bytes(content))
    found, told = taken(path)
    assert names(found) == [1, 2, 3]
    (fault,) = told.faults
    assert fault.startswith("x.wacz!archive/one.warc.gz, offset 0: broken gzip data")
