"""The body without its Content-Encoding, within a bound."""

from __future__ import annotations

import gzip
import zlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.archive import ContentError, decoded
from pipeline.words import Record

LIMIT = 100_000


def record(body: bytes, coding: str | None = None) -> Record:
    headers = (("content-encoding", coding),) if coding is not None else ()
    return Record("urn:x", "https://site.test/a", datetime(2026, 11, 2, tzinfo=UTC), 200, headers, body, "f", 0)


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


PACKERS = {"gzip": gzip.compress, "X-GZip": gzip.compress, "deflate": zlib.compress, " identity ": bytes, "": bytes}


@given(data=st.binary(max_size=LIMIT), coding=st.sampled_from(sorted(PACKERS)))
def test_packing_is_undone(data: bytes, coding: str) -> None:
    assert decoded(record(PACKERS[coding](data), coding), LIMIT) == data


@given(data=st.binary(max_size=2_000))
def test_deflate_without_its_wrapper_is_undone(data: bytes) -> None:
    assert decoded(record(raw_deflate(data), "deflate"), LIMIT) == data


def test_codings_are_undone_in_reverse() -> None:
    assert decoded(record(gzip.compress(zlib.compress(b"text")), "deflate, gzip"), LIMIT) == b"text"


def test_brotli_is_undone_where_it_is_installed() -> None:
    brotli = pytest.importorskip("brotli")
    packed = brotli.compress(b"text" * 1000)
    assert decoded(record(packed, "br"), LIMIT) == b"text" * 1000
    with pytest.raises(ContentError, match="broken br"):
        decoded(record(packed[:-2], "br"), LIMIT)
    with pytest.raises(ContentError, match="too large"):
        decoded(record(brotli.compress(bytes(10**8), quality=1), "br"), LIMIT)


def test_a_body_that_was_unpacked_under_its_header_is_taken_as_it_is() -> None:
    assert decoded(record(b"<html>", "gzip"), LIMIT) == b"<html>"


def test_several_gzip_members_are_one_body() -> None:
    assert decoded(record(gzip.compress(b"a") + gzip.compress(b"b"), "gzip"), LIMIT) == b"ab"


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_bomb_is_stopped_at_the_bound(coding: str) -> None:
    bomb = PACKERS[coding](bytes(20 * LIMIT))
    with pytest.raises(ContentError, match=r"too large: https://site\.test/a"):
        decoded(record(bomb, coding), LIMIT)


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_body_that_is_cut_off_is_broken(coding: str) -> None:
    with pytest.raises(ContentError, match=f"broken {coding}"):
        decoded(record(PACKERS[coding](b"text" * 1000)[:-9], coding), LIMIT)


def test_a_plain_body_has_the_same_bound() -> None:
    with pytest.raises(ContentError, match="too large"):
        decoded(record(bytes(LIMIT + 1)), LIMIT)


def test_an_unknown_coding_is_named() -> None:
    with pytest.raises(ContentError, match="unknown coding 'zpaq'"):
        decoded(record(b"x", "zpaq"), LIMIT)
