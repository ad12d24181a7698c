"""Settings: where they are found, what they refuse, and in which words."""

from __future__ import annotations

import traceback
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from pipeline import clock
from pipeline.config import ConfigError, MailSettings, load


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "user"))
    monkeypatch.delenv("IDWATCH_CONFIG", raising=False)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


def write(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "idwatch.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_without_a_file_everything_lies_in_the_working_folder(tmp_path: Path) -> None:
    settings = load()
    assert settings.database_file == tmp_path / "work" / "data" / "idwatch.sqlite"
    assert settings.archive_folder == tmp_path / "work" / "data" / "archive"
    assert "no idwatch.toml" in settings.source


def test_paths_are_relative_to_the_file_that_names_them(tmp_path: Path) -> None:
    file = write(tmp_path / "etc", '[database]\nurl = "sqlite:///kept/a.sqlite"\n')
    settings = load(file)
    assert settings.database_file == tmp_path / "etc" / "kept" / "a.sqlite"
    assert settings.source == str(file)


def test_the_named_file_rules_over_the_working_folder_and_that_over_the_users(tmp_path: Path) -> None:
    write(tmp_path / "user" / "idwatch", "[crawl]\ndelay = 1\n")
    assert load().crawl.delay == 1
    write(tmp_path / "work", "[crawl]\ndelay = 2\n")
    assert load().crawl.delay == 2
    assert load(write(tmp_path / "named", "[crawl]\ndelay = 3\n")).crawl.delay == 3


def test_the_environment_rules_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "work", '[database]\nurl = "sqlite:///a.sqlite"\n[crawl]\ndelay = 2\ntimeout = 9\n')
    monkeypatch.setenv("IDWATCH_CRAWL__DELAY", "7")
    settings = load()
    assert (settings.crawl.delay, settings.crawl.timeout) == (7, 9)


def test_an_unknown_key_is_refused_with_file_and_line(tmp_path: Path) -> None:
    file = write(tmp_path / "work", "[crawl]\ndelay = 2\ndelayy = 3\n")
    with pytest.raises(ConfigError, match=rf"{file}, line 3: crawl\.delayy: unknown key"):
        load()


def test_a_bad_value_from_the_environment_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDWATCH_CRAWL__DELAY", "-1")
    with pytest.raises(ConfigError, match=r"IDWATCH_CRAWL__DELAY \(environment\)"):
        load()


def test_a_named_file_that_is_absent_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such configuration file"):
        load(tmp_path / "absent.toml")


def test_broken_toml_names_the_file(tmp_path: Path) -> None:
    file = write(tmp_path / "work", "[crawl\n")
    with pytest.raises(ConfigError, match=str(file)):
        load()


def test_the_fixed_clock_needs_a_zone_and_is_kept_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDWATCH_CLOCK__NOW", "2025-07-28T06:00:00+08:00")
    assert clock.now(load()) == datetime(2025, 7, 27, 22, tzinfo=UTC)
    monkeypatch.setenv("IDWATCH_CLOCK__NOW", "2025-07-28T06:00:00")
    with pytest.raises(ConfigError, match="time zone"):
        load()


def test_a_beijing_day_begins_eight_hours_before_utc() -> None:
    assert clock.beijing_day(datetime(2025, 7, 27, 16, tzinfo=UTC)).isoformat() == "2025-07-28"
    assert clock.beijing_day(datetime(2025, 7, 27, 15, 59, tzinfo=UTC)).isoformat() == "2025-07-27"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('[digest]\nzone = "Mars/Phobos"\n', "line 2: digest.zone: .*time zone"),
        ('[crawl]\nconnect_to = {"a.example" = "127.0.0.1"}\n', "line 2: crawl.connect_to: .*has no port"),
        ('[database]\nurl = "nonsense"\n', "line 2: database.url: .*give an address"),
        ('[database]\nurl = "mysql://root@localhost/x"\n', "line 2: database.url: .*give an address"),
        ('[digest]\npublic_url = "digest.example.org"\n', "line 2: digest.public_url: .*https://digest"),
        ('[digest]\npublic_url = "ftp://digest.example.org"\n', "line 2: digest.public_url: .*https://digest"),
        ('[digest]\npublic_url = "https:///path"\n', "line 2: digest.public_url: .*https://digest"),
        ('[digest]\npublic_url = "https://e.org/?a=b"\n', "line 2: digest.public_url: .*https://digest"),
        ('[digest]\npublic_url = "https://e.org/a b"\n', "line 2: digest.public_url: .*https://digest"),
        ('[digest]\npublic_url = "https://e.org:port/"\n', "line 2: digest.public_url: .*https://digest"),
        ('[digest]\npublic_url = "https://b\u00fccher.example"\n', "line 2: digest.public_url: .*xn--"),
        ('[digest]\npublic_url = "https://e..org/"\n', "line 2: digest.public_url: .*no host"),
        ('[mail]\nhost = "smtp..example.org"\n', "line 2: mail.host: .*no host"),
        (f'[mail]\nhost = "{"x" * 64}.example.org"\n', "line 2: mail.host: .*no host"),
        ('[mail]\nhost = "smtp.b\u00fccher.example"\n', "line 2: mail.host: .*xn--"),
        ('[mail]\nsender = "idwatch <digest@b\u00fccher.example>"\n', "line 2: mail.sender: .*xn--"),
        ('[mail]\nsender = "\u00c4nne <\u00e4nne@example.org>"\n', "line 2: mail.sender: .*ASCII"),
        ('[mail]\nsender = "idwatch <digest@e..org>"\n', "line 2: mail.sender: .*no host"),
        ('[mail]\nbounces = "bounces@b\u00fccher.example"\n', "line 2: mail.bounces: .*xn--"),
        ('[mail]\nusername = "\u00e4nne"\n', "line 2: mail.username: .*ASCII"),
    ],
)
def test_values_that_could_only_fail_later_are_refused_at_once(tmp_path: Path, text: str, word: str) -> None:
    write(tmp_path / "work", text)
    with pytest.raises(ConfigError, match=word):
        load()


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    file = write(tmp_path / "work", "")
    file.write_bytes(b"\xff\xfe[crawl]")
    with pytest.raises(ConfigError, match=str(file)):
        load()


def test_a_variable_that_is_no_setting_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """One underscore too few, and the default database would be used in silence."""
    monkeypatch.setenv("IDWATCH_DATABASE_URL", "sqlite:///a.sqlite")
    with pytest.raises(ConfigError, match=r"IDWATCH_DATABASE_URL \(environment\): no such setting"):
        load()


def test_a_bad_variable_is_blamed_and_not_the_file_that_has_the_key_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "work", "[crawl]\ndelay = 2\n")
    monkeypatch.setenv("IDWATCH_CRAWL__DELAY", "fast")
    with pytest.raises(ConfigError, match=r"^IDWATCH_CRAWL__DELAY \(environment\)"):
        load()


def test_a_password_that_no_server_could_be_told_is_refused_and_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SMTP's login is made of ASCII by Python's library, whose error repeats the password."""
    write(tmp_path / "work", '[mail]\nhost = "localhost"\n')
    monkeypatch.setenv("IDWATCH_MAIL__PASSWORD", "geh\u00e9im")
    with pytest.raises(ConfigError, match=r"IDWATCH_MAIL__PASSWORD \(environment\): .*ASCII") as caught:
        load()
    assert "im" not in str(caught.value).replace("mail", "")
    assert "geh" not in "".join(traceback.format_exception(caught.value))
    with pytest.raises(ValidationError, match="ASCII") as refused:
        MailSettings(password="geh\u00e9im")
    assert "geh" not in str(refused.value)


def test_addresses_are_taken_as_they_are_written(tmp_path: Path) -> None:
    mail = 'host = "mail_relay"\nsender = "\u00c4nne, the editor <digest@xn--bcher-kva.example>"\npassword = "a b"\n'
    write(tmp_path / "work", f'[digest]\npublic_url = "https://[::1]:8642/sub/"\n[mail]\n{mail}')
    settings = load()
    assert settings.digest.public_url == "https://[::1]:8642/sub/"
    assert settings.mail.sender == "\u00c4nne, the editor <digest@xn--bcher-kva.example>"
    for host in ("127.0.0.1", "::1", "smtp.example.org.", "localhost"):
        write(tmp_path / "work", f'[mail]\nhost = "{host}"\n')
        assert load().mail.host == host
