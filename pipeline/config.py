"""Settings: read here and nowhere else.

Order: ``IDWATCH_*`` variables (``IDWATCH_DATABASE__URL`` for ``database.url``) over ``idwatch.toml`` over the
defaults below. The file is the one named by ``--config`` (or ``IDWATCH_CONFIG``), else ``idwatch.toml`` in
the working folder, else the one in the user's configuration folder. Paths in it are relative to the file;
without a file they are relative to the working folder.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

FILE_NAME = "idwatch.toml"


class ConfigError(Exception):
    """The configuration cannot be used; the message names the file, the line where known, and the remedy."""


def _aware_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("give the time zone, as in 2025-07-28T06:00:00+08:00")
    return value.astimezone(UTC)


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError("not a time zone's name, such as Europe/Berlin")
    return value


def _with_ports(value: dict[str, str]) -> dict[str, str]:
    for host, target in value.items():
        if not re.fullmatch(r".+:\d{1,5}", target):
            raise ValueError(f"{host}: {target!r} has no port; write it as 127.0.0.1:8080")
    return value


def _database(value: str) -> str:
    try:
        name = make_url(value).get_backend_name()
    except ArgumentError:
        name = None
    if name not in ("sqlite", "postgresql"):
        raise ValueError("give an address such as sqlite:///data/idwatch.sqlite or postgresql+psycopg://user@host/name")
    return value


def _host(value: str) -> str:
    # what `smtp..example.org` or a label of 64 signs does otherwise is an UnicodeError of the sockets, mails later
    if not value.isascii():
        raise ValueError(f"{value} is not in ASCII; write it as DNS has it, xn--…")
    if not all(0 < len(label) < 64 for label in value.removesuffix(".").split(".")):
        raise ValueError(f"{value!r} is no host's name")
    return value


def _public(value: str) -> str:
    try:
        parts = urlsplit(value)
        whole = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port)
    except ValueError:
        whole = False
    if not whole or re.search(r"[\s?#@]", value):
        raise ValueError("give an address such as https://digest.example.org, with nothing behind its path")
    _host(parts.hostname or "")
    return value


def _mailbox(value: str) -> str:
    """What has no address in it is refused by who sends, in words of its own."""
    for local, domain in re.findall(r"([^\s<>]+)@([^\s<>]+)", value):
        _ascii(local)
        _host(domain)
    return value


def _ascii(value: str) -> str:
    if not value.isascii():
        raise ValueError("only ASCII can be told to every SMTP server")
    return value


class _Section(BaseModel):
    # an error that nobody catches would show the password it is about
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class DatabaseSettings(_Section):
    url: Annotated[str, AfterValidator(_database)] = Field(
        default="sqlite:///data/idwatch.sqlite", description="SQLAlchemy address of the database."
    )
    sample: bool = Field(
        default=False,
        description="A new database is marked as holding sample data (set by `idwatch demo` alone).",
    )


class ArchiveSettings(_Section):
    folder: Path = Field(default=Path("data/archive"), description="Folder of the WARC files and of the ledger.")
    rotate_bytes: int = Field(default=1_000_000_000, ge=10_000, description="A WARC file past this size is closed.")


class CrawlSettings(_Section):
    contact: str = Field(
        default="https://example.org/idwatch-contact-not-set",
        description="Address put into the user agent, so that a site's owner can write to the operator.",
    )
    sites: list[str] = Field(
        default_factory=list, description="Names of the sites to watch (see `idwatch sites list`); empty: all of them."
    )
    delay: float = Field(default=4.0, ge=0, description="Seconds between two requests to one host.")
    timeout: float = Field(default=60.0, gt=0, description="Seconds after which an unanswered request is given up.")
    max_bytes: int = Field(default=16_000_000, ge=1000, description="Largest answer kept, in bytes, also unpacked.")
    connect_to: Annotated[dict[str, str], AfterValidator(_with_ports)] = Field(
        default_factory=dict,
        description="Hosts sent to another server in plain HTTP, as curl's --connect-to:"
        ' {"www.idcpc.gov.cn" = "127.0.0.1:8080"}. Lifts delays and the ban on private addresses for them.',
    )


class ClockSettings(_Section):
    now: Annotated[datetime, AfterValidator(_aware_utc)] | None = Field(
        default=None,
        description="A fixed instant instead of the present one, with its zone (demo and tests).",
    )


class DigestSettings(_Section):
    public_url: Annotated[str, AfterValidator(_public)] | None = Field(
        default=None,
        description="Address under which readers reach the copies, as https://digest.example.org; without it an"
        " edition is a folder.",
    )
    outbox: Path = Field(default=Path("data/outbox"), description="Folder for mails as .eml where no SMTP is set.")
    editions: Path = Field(default=Path("data/editions"), description="Folder of the editions made as files.")
    zone: Annotated[str, AfterValidator(_zone)] = Field(
        default="Europe/Berlin", description="Time zone of the sending hour."
    )
    weekday: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] = Field(
        default="mon", description="Day on which the digest of the week before is sent."
    )
    hour: int = Field(default=6, ge=0, le=23, description="Hour at which it is sent, in the zone.")


class WebSettings(_Section):
    host: str = Field(default="127.0.0.1", description="Address on which `idwatch serve` shows the web pages.")
    port: int = Field(default=8642, ge=0, le=65535, description="Its port; 0 for no web pages.")
    proxies: list[str] = Field(
        default_factory=lambda: ["127.0.0.1"],
        description="Addresses of proxies that are believed about who asks (X-Forwarded-For).",
    )


class MailSettings(_Section):
    host: Annotated[str, AfterValidator(_host)] | None = Field(
        default=None, description="SMTP server; without it mails are written to the outbox."
    )
    port: int = Field(default=587, ge=1, le=65535, description="SMTP port.")
    security: Literal["starttls", "tls", "none"] = Field(default="starttls", description="How the line is secured.")
    username: Annotated[str, AfterValidator(_ascii)] | None = Field(default=None, description="SMTP login name.")
    password: Annotated[str, AfterValidator(_ascii)] | None = Field(
        default=None, description="SMTP password; better given as IDWATCH_MAIL__PASSWORD."
    )
    sender: Annotated[str, AfterValidator(_mailbox)] = Field(
        default="idwatch <idwatch@localhost>", description="The From line."
    )
    timeout: float = Field(default=30.0, gt=0, description="Seconds to wait for the SMTP server.")
    rate: float = Field(default=0.0, ge=0, description="Most mails a second; 0: as fast as the server takes them.")
    bounces: Annotated[str, AfterValidator(_mailbox)] | None = Field(
        default=None,
        description="Address to which mails come back, such as bounces@example.org; each mail names its own,"
        " bounces+CODE@example.org. See `idwatch mail bounce`.",
    )
    dkim_selector: str | None = Field(
        default=None, description="DKIM selector, where no relay signs (extra dkim); the domain is the sender's."
    )
    dkim_key: Path | None = Field(default=None, description="Its private key, a PEM file.")
    uncertain: Literal["ask", "resend"] = Field(
        default="ask",
        description="What becomes of a mail that may or may not have arrived: left to the operator, or sent again"
        " with the same Message-ID.",
    )


class Settings(BaseSettings):
    """All settings. ``base`` is the folder that relative paths start from, ``source`` says where they came from."""

    model_config = SettingsConfigDict(
        extra="forbid",
        env_prefix="IDWATCH_",
        env_nested_delimiter="__",
        nested_model_default_partial_update=True,
        hide_input_in_errors=True,
    )

    database: DatabaseSettings = DatabaseSettings()
    archive: ArchiveSettings = ArchiveSettings()
    crawl: CrawlSettings = CrawlSettings()
    clock: ClockSettings = ClockSettings()
    digest: DigestSettings = DigestSettings()
    web: WebSettings = WebSettings()
    mail: MailSettings = MailSettings()
    base: Path = Field(default=Path("."), exclude=True)
    source: str = Field(default="the defaults", exclude=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings

    def path(self, value: Path) -> Path:
        """A configured path, made absolute from the folder of the configuration file."""
        return value if value.is_absolute() else (self.base / value).resolve()

    @property
    def archive_folder(self) -> Path:
        return self.path(self.archive.folder)

    @property
    def database_url(self) -> str:
        """The database address, a relative SQLite path made absolute from the configuration's folder."""
        prefix = "sqlite:///"
        url = self.database.url
        if url.startswith(prefix) and not url.startswith(prefix + "/") and ":memory:" not in url:
            return prefix + str(self.path(Path(url.removeprefix(prefix))))
        return url

    @property
    def database_file(self) -> Path | None:
        """The SQLite file, None for another database."""
        return (
            Path(self.database_url.removeprefix("sqlite:///")) if self.database_url.startswith("sqlite:///") else None
        )


def user_folder() -> Path:
    """The user's configuration folder for idwatch (XDG)."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "idwatch"


def find_file(named: Path | None = None) -> Path | None:
    """The configuration file that rules, None where there is none. Raises ConfigError for an absent named one."""
    named = named or (Path(os.environ["IDWATCH_CONFIG"]) if os.environ.get("IDWATCH_CONFIG") else None)
    if named is not None:
        if not named.is_file():
            raise ConfigError(f"{named}: no such configuration file (named by --config or IDWATCH_CONFIG)")
        return named
    return next((path for path in (Path.cwd() / FILE_NAME, user_folder() / FILE_NAME) if path.is_file()), None)


def load(named: Path | None = None) -> Settings:
    """Read the settings. Raises ConfigError naming file, line, key and what is wrong."""
    file = find_file(named)
    values: dict[str, Any] = {}
    if file is not None:
        try:
            text = file.read_text(encoding="utf-8")
            values = tomllib.loads(text)
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ConfigError(f"{file}: not readable as TOML: {error}") from error
        for internal in ("base", "source"):
            if internal in values:
                raise ConfigError(f"{file}, line {_line(text, internal)}: unknown key {internal!r}")
    if unknown := _unknown_variables():
        raise ConfigError(f"{', '.join(unknown)} (environment): no such setting; see docs/settings.md for the names")
    base = file.resolve().parent if file is not None else Path.cwd()
    source = str(file.resolve()) if file is not None else f"the defaults (no {FILE_NAME} in {base} or {user_folder()})"
    try:
        return Settings(**{**values, "base": base, "source": source})
    except ValidationError as error:
        raise ConfigError("\n".join(_explain(file, values, item) for item in error.errors())) from error


def _unknown_variables() -> list[str]:
    """Variables that look like settings and are none: IDWATCH_DATABASE_URL must not silently mean the default."""
    known = {
        f"IDWATCH_{section}__{key}".upper()
        for section, field in Settings.model_fields.items()
        for key in getattr(field.annotation, "model_fields", {})
    }
    ours = (name for name in os.environ if name.upper().startswith("IDWATCH_"))
    return sorted(
        name
        for name in ours
        if name.upper() not in known | {"IDWATCH_CONFIG"} and not name.upper().startswith("IDWATCH_TEST_")
    )


def _explain(file: Path | None, values: dict[str, Any], item: Any) -> str:
    keys = [str(part) for part in item["loc"]]
    dotted = ".".join(keys)
    what = "unknown key; see docs/settings.md for the keys" if item["type"] == "extra_forbidden" else item["msg"]
    in_file: Any = values
    for key in keys:
        in_file = in_file.get(key) if isinstance(in_file, dict) else None
    variable = f"IDWATCH_{'__'.join(keys[:2])}".upper()
    from_environment = any(name.upper() == variable for name in os.environ)
    if file is not None and in_file is not None and not from_environment:
        return f"{file}, line {_line(file.read_text(encoding='utf-8'), keys[-1])}: {dotted}: {what}"
    return f"{variable} (environment): {dotted}: {what}"


def _line(text: str, key: str) -> int | str:
    pattern = re.compile(rf"^\s*\[?[\w.\"]*\b{re.escape(key)}\b")
    return next((number for number, line in enumerate(text.splitlines(), 1) if pattern.match(line)), "?")


def as_toml(sections: dict[str, dict[str, object]]) -> str:
    """A configuration file from plain values: JSON's strings, numbers and booleans are TOML's."""

    def value(item: object) -> str:
        if isinstance(item, dict):
            return "{" + ", ".join(f"{json.dumps(k)} = {json.dumps(v)}" for k, v in item.items()) + "}"
        return json.dumps(item)

    return "\n".join(
        f"[{name}]\n" + "".join(f"{key} = {value(item)}\n" for key, item in keys.items())
        for name, keys in sections.items()
    )
