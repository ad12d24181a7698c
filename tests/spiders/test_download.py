"""Which addresses are of the public internet."""

import pytest

from spiders.download import is_number, is_public


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2400:3200::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:8.8.8.8", True),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    assert is_number(address)
    assert is_public(address) is public


@pytest.mark.parametrize("host", ["www.idcpc.gov.cn", "localhost", "127.1", "2130706433", ""])
def test_names_are_no_numbers(host: str) -> None:
    assert not is_number(host)
