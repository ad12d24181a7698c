"""From bytes to text."""

import encodings.aliases

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from spiders.charset import decode

CHINESE = "中共中央对外联络部部长在京会见某国某党总书记一行，双方就两党关系交换意见。" * 3


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
def test_bom_and_utf8_win_over_a_wrong_declaration(encoding: str) -> None:
    body = f'<meta charset="gb2312">{CHINESE}'.encode(encoding)
    assert CHINESE in decode(body, "text/html; charset=iso-8859-1")[0]


@pytest.mark.parametrize("declared", ["gb2312", "GBK", "gb18030"])
def test_gb2312_and_gbk_are_read_as_gb18030(declared: str) -> None:
    # 㛃 and 𠮷 are in gb18030 only
    text = f"{CHINESE}喆㛃𠮷"
    body = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">{text}'.encode("gb18030")
    read, encoding = decode(body)
    assert text in read
    assert encoding == "gb18030"


def test_a_header_that_agrees_with_the_bytes_counts() -> None:
    assert decode("中華民國的政黨".encode("big5"), "text/html; charset=big5") == ("中華民國的政黨", "big5")


def test_a_header_of_one_byte_a_character_does_not_hide_chinese() -> None:
    # both the header and the document lie
    body = f'<meta charset="utf-8"><p class="a long class name and much markup">{CHINESE}</p>'.encode("gb18030")
    assert CHINESE in decode(body, "text/html; charset=ISO-8859-1")[0]


def test_an_accented_text_stays_what_it_is_declared_to_be() -> None:
    text = "Le Parti congolais du travail a été reçu à Pékin, où l'école du Parti a organisé un séminaire."
    assert decode(text.encode("cp1252"), "text/html; charset=ISO-8859-1") == (text, "cp1252")


def test_the_servers_default_of_latin1_yields_to_the_documents_declaration() -> None:
    body = f'<meta charset="gbk">{CHINESE}'.encode("gb18030")
    assert CHINESE in decode(body, "text/html; charset=ISO-8859-1")[0]


def test_a_declaration_that_disagrees_with_the_bytes_is_passed_over() -> None:
    # as on the Wayback copy of he.xinhuanet.com: the first charset in the file says utf-8, the bytes are GB18030
    body = f'<meta charset="utf-8"><meta charset="gb2312">{CHINESE}'.encode("gb18030")
    assert CHINESE in decode(body)[0]


@pytest.mark.parametrize("header", [None, "text/html", "text/html; charset=utf-8"])
def test_gb_bytes_that_call_themselves_utf8_are_read_as_gb18030(header: str | None) -> None:
    page = (
        f'<html><head><meta charset=utf-8><title>某</title></head><div class="TRS_Editor"><p>{CHINESE}</p></div></html>'
    )
    assert decode(page.encode("gb18030"), header) == (page, "gb18030")


def test_badly_damaged_utf8_does_not_become_chinese_of_another_kind() -> None:
    # every second character has lost its last byte
    body = b"".join(character.encode()[: 2 + number % 2] for number, character in enumerate(CHINESE))
    assert decode(b'<meta charset="utf-8">' + body)[1] == "utf-8"


def test_latin1_that_calls_itself_utf8_does_not_become_chinese() -> None:
    text = "Le Parti congolais du travail a été reçu à Pékin, où l'école du Parti a organisé un séminaire."
    assert decode(f'<meta charset="utf-8">{text}'.encode("cp1252"))[1] != "gb18030"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("page", [f"\r\n<!DOCTYPE html><p>{CHINESE}</p>", "<html><p>nothing but ASCII</p></html>"])
def test_utf16_is_known_by_its_markup_without_a_bom(encoding: str, page: str) -> None:
    assert decode(page.encode(encoding)) == (page, encoding)


def test_damaged_utf8_stays_utf8() -> None:
    body = CHINESE.encode() + b"\xe4\xb8" + "，某国。".encode()
    read, encoding = decode(body, None)
    assert encoding == "utf-8"
    assert CHINESE in read
    assert "\ufffd" in read


def test_undeclared_gbk_is_detected() -> None:
    assert CHINESE in decode(CHINESE.encode("gb18030"))[0]


@pytest.mark.parametrize("label", ["base64", "rot13", "no-such-charset", "utf-7-and-more", "\x00"])
def test_names_that_are_no_charset_are_ignored(label: str) -> None:
    assert decode(CHINESE.encode("gb18030"), f"text/html; charset={label}")[0] == CHINESE


@pytest.mark.parametrize("name", sorted({*encodings.aliases.aliases, *encodings.aliases.aliases.values(), "idna"}))
def test_no_codec_that_python_knows_makes_it_fail(name: str) -> None:
    # a header of `charset=undefined` once did
    for body in (b"\x80", b"xn--\xff.\\u12", CHINESE.encode("gb18030")):
        assert isinstance(decode(body, f"text/html; charset={name}")[0], str)


@given(st.binary(max_size=400), st.text(max_size=30))
@example(body=b"\x80", content_type="UNDEFINED")
def test_never_fails(body: bytes, content_type: str) -> None:
    assert isinstance(decode(body, f"text/html; charset={content_type}")[0], str)


@given(st.text(min_size=1))
def test_utf8_comes_back_as_it_was(text: str) -> None:
    encoded = text.encode("utf-8", "surrogatepass")
    if text.startswith("\ufeff") or any("\ud800" <= character <= "\udfff" for character in text):
        return
    assert decode(encoded)[0] == text
