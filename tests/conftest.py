"""What the tests of all three wings share: databases of both kinds, child processes, a browser, an environment.

A test that asks for ``database_url`` runs twice, on SQLite and on a real PostgreSQL, each time with a fresh,
empty database. Where the machine has no PostgreSQL or no Chromium the tests skip with a clear word; on CI
(``CI=true``) that is a failure.
"""

from __future__ import annotations

import getpass
import glob
import itertools
import multiprocessing
import multiprocessing.forkserver
import multiprocessing.process
import os
import runpy
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import hypothesis
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# The same examples on every run, so that a green change stays green; `make fuzz` looks for new ones.
hypothesis.settings.register_profile("idwatch", deadline=None, derandomize=True)
hypothesis.settings.register_profile("fuzz", deadline=None, max_examples=5_000)
hypothesis.settings.load_profile("idwatch")

# Our console asks once, when it is loaded; a worker of pytest-xdist has it so, a run without workers not.
os.environ["COLUMNS"] = "80"
# What the tests write need not survive the server's machine; a kill of our own processes loses nothing by it.
os.environ.setdefault("PGOPTIONS", "-c synchronous_commit=off")
# So it lies in memory where Linux has room for it: the archive waits for the disk after every record.
MEMORY = Path("/dev/shm")
if not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < 4 * 2**30 or os.statvfs(MEMORY).f_flag & os.ST_NOEXEC:
    MEMORY = Path(tempfile.gettempdir())
os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

NewPostgres = Callable[..., AbstractContextManager[str]]


# what a mark asks of the system, and the fixture that finds it
NEEDED = {"postgres": "postgres_server", "chromium": "chromium_program"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A mark brings its fixture, so that a marked test never runs without what it needs; and the fixture its mark."""
    for item in items:
        names: list[str] = getattr(item, "fixturenames", [])
        for mark, fixture in NEEDED.items():
            if item.get_closest_marker(mark) and fixture not in names:
                names.append(fixture)
            elif fixture in names:
                item.add_marker(mark)


def absent(what: str) -> NoReturn:
    """Something of the system is not there: skip with a clear word, on CI fail."""
    if os.environ.get("CI", "").lower() not in ("", "0", "false"):
        pytest.fail(f"{what} (on CI this test may not be skipped)", pytrace=False)
    pytest.skip(what)


@pytest.fixture(autouse=True)
def _environment_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No setting of whoever runs the tests reaches them: neither ``IDWATCH_*`` nor the user's configuration."""
    for name in os.environ:
        if name.startswith("IDWATCH_") and not name.startswith("IDWATCH_TEST_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.getbasetemp() / "no-user-configuration"))


# Databases


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """SQLAlchemy address of a fresh, empty database: once SQLite, once PostgreSQL."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Address of an SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'idwatch.sqlite'}"


@pytest.fixture
def postgres_url(new_postgres: NewPostgres) -> Iterator[str]:
    """Address of an empty PostgreSQL database that is dropped afterwards."""
    with new_postgres() as url:
        yield url


@pytest.fixture(scope="session")
def new_postgres(postgres_server: str) -> Iterator[NewPostgres]:
    """PostgreSQL databases, each for the length of a ``with`` block: ``new_postgres()`` makes an empty one,
    ``new_postgres(url)`` gives a copy of another, to which nothing may be connected. The value is the address."""
    import psycopg
    from sqlalchemy import make_url

    copies: dict[str, list[PostgresCopy]] = {}
    """By what they are copies of, those that nobody uses."""

    @contextmanager
    def made(template: str | None = None) -> Iterator[str]:
        free = copies.setdefault(template, []) if template else []
        copy = free.pop() if free else None
        url = copy.url if copy else create(make_url(template).database if template else "template0")
        if template:
            copy = copy or PostgresCopy(url)
        try:
            yield url
        finally:
            if copy and copy.restore():
                free.append(copy)
            else:
                drop(url)

    def create(of: str | None) -> str:
        name = f"idwatch_test_{uuid.uuid4().hex}"
        with psycopg.connect(postgres_server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {of} ENCODING 'UTF8'")
        return make_url(postgres_server).set(database=name).render_as_string(hide_password=False)

    def drop(url: str) -> None:
        with psycopg.connect(postgres_server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {make_url(url).database} WITH (FORCE)")

    yield made
    for copy in itertools.chain.from_iterable(copies.values()):
        drop(copy.url)


class PostgresCopy:
    """A copy of a database that one test after the other gets: making one takes a durable server half a second."""

    # A statement that changes tables, columns, views, functions or rights leaves a row of the catalogue that is new.
    _STRUCTURE = " UNION ALL ".join(
        f"SELECT concat('{catalogue}', oid, ' ', xmin) FROM {catalogue} WHERE {column} = 'public'::regnamespace"
        for catalogue, column in (
            ("pg_class", "relnamespace"), ("pg_constraint", "connamespace"), ("pg_proc", "pronamespace"),
            ("pg_namespace", "oid"),
        )
    ) + (
        " UNION ALL SELECT concat(attrelid, ' ', attnum, ' ', a.xmin) FROM pg_attribute a JOIN pg_class c"
        " ON c.oid = attrelid WHERE relnamespace = 'public'::regnamespace"
    )  # fmt: skip

    def __init__(self, url: str) -> None:
        import psycopg

        self.url = url
        with psycopg.connect(url) as connection:
            self.structure = set(connection.execute(self._STRUCTURE))
            self.rows: dict[str, bytes] = {}
            for (table,) in connection.execute(
                "SELECT format('%I', tablename) FROM pg_tables WHERE schemaname = 'public'"
            ).fetchall():
                with connection.cursor().copy(f"COPY {table} TO STDOUT") as out:
                    self.rows[table] = b"".join(out)
            self.sequences = connection.execute(
                "SELECT format('%I', sequencename), last_value FROM pg_sequences"
            ).fetchall()

    def restore(self) -> bool:
        """Take back what was written; False where the structure was changed, or we may not pass over foreign keys,
        which would be looked up for every row."""
        import psycopg

        with psycopg.connect(self.url) as connection:
            ours = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
            if ours != (True,):
                return False
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            if set(connection.execute(self._STRUCTURE)) != self.structure:
                return False
            connection.execute("SET session_replication_role = replica")
            for table, rows in self.rows.items():
                connection.execute(f"DELETE FROM {table}")
                if rows:
                    with connection.cursor().copy(f"COPY {table} FROM STDIN") as into:
                        into.write(rows)
            for name, last in self.sequences:
                connection.execute("SELECT setval(%s, coalesce(%s, 1), %s)", (name, last, last is not None))
        return True


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server: the one named, the one that answers on loopback, or Debian's package run for the tests."""
    named = os.environ.get("IDWATCH_TEST_POSTGRES")
    if named:
        yield named
        return
    answering = _server_on_loopback()
    if answering:
        yield answering
        return
    programs = _postgres_programs()
    if programs is None:
        absent(
            "no PostgreSQL: IDWATCH_TEST_POSTGRES is not set, nothing answers on 127.0.0.1:5432 without a password, "
            "and no server package is installed"
        )
    with _own_server(programs) as url:
        yield url


def _server_on_loopback() -> str | None:
    try:
        import psycopg
    except ImportError:
        absent("no PostgreSQL driver: install the extra `postgres`")
    for user in dict.fromkeys(("postgres", getpass.getuser())):
        url = f"postgresql://{user}@127.0.0.1:5432/postgres"
        try:
            with psycopg.connect(url, connect_timeout=3) as connection:
                row = connection.execute(
                    "SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user"
                ).fetchone()
        except psycopg.OperationalError:
            continue
        if row and row[0]:
            return url
    return None


def _postgres_programs() -> Path | None:
    """The folder of ``initdb`` and ``pg_ctl``: the newest Debian package, else wherever the path has them."""
    packaged = [Path(folder) for folder in glob.glob("/usr/lib/postgresql/*/bin") if Path(folder, "initdb").exists()]
    if packaged:
        return max(packaged, key=lambda folder: float(folder.parent.name))
    found = shutil.which("initdb")
    return Path(found).parent if found and Path(found).with_name("pg_ctl").exists() else None


@contextmanager
def _own_server(programs: Path) -> Iterator[str]:
    """Run a server in a temporary folder, as a user of its own where we are root, which it refuses to run as."""
    folder = Path(tempfile.mkdtemp(prefix="idwatch-postgres-", dir=MEMORY))
    as_user: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data, log = folder / "data", folder / "log"

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [*as_user, str(programs / program), *arguments],
            check=True, cwd=folder, stdout=subprocess.DEVNULL, timeout=120,
        )  # fmt: skip

    try:
        run(
            "initdb", "--pgdata", str(data), "--username", "postgres", "--auth", "trust",
            "--encoding", "UTF8", "--locale", "C", "--no-sync",
        )  # fmt: skip
        options = f"-F -c max_wal_size=128MB -h 127.0.0.1 -p {port} -k {folder}"
        run("pg_ctl", "start", "--wait", "--pgdata", str(data), "--log", str(log), "--options", options)
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "stop", "--pgdata", str(data), "--mode", "immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# Child processes


@dataclass
class Child:
    """A child process, as far as a test needs what ``subprocess.Popen`` offers. Its outputs are files."""

    process: multiprocessing.process.BaseProcess
    output: Path
    errors: Path

    @property
    def pid(self) -> int:
        assert self.process.pid is not None
        return self.process.pid

    @property
    def stdout(self) -> str:
        return self.output.read_text(encoding="utf-8")

    @property
    def stderr(self) -> str:
        return self.errors.read_text(encoding="utf-8")

    @property
    def returncode(self) -> int | None:
        return self.process.exitcode

    def poll(self) -> int | None:
        self.process.join(0)
        return self.process.exitcode

    def wait(self, timeout: float = 300) -> int:
        """The exit code, negative after a signal; TimeoutError where the child goes on."""
        self.process.join(timeout)
        if self.process.exitcode is None:
            raise TimeoutError(f"process {self.pid} goes on after {timeout} s")
        return self.process.exitcode

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        self.process.kill()


@pytest.fixture(scope="session")
def forked(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Child]:
    """Starts ``idwatch …`` or a Python file as a process of its own: ``forked("idwatch", "status", folder=…)``.

    A fork of a process that has loaded everything, since starting Python takes two seconds of work and the tests do
    it a hundred times. ``environment`` is the whole of it (but a console is 200 wide and without colours);
    ``new_session`` makes the child lead a process group.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["loaded"])
    with pytest.MonkeyPatch.context() as patch:
        # where tests/loaded.py is found; Python 3.11 does not hand its own path down
        patch.setenv("PYTHONPATH", os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]))
        patch.setenv("COLUMNS", "200")  # what our console asks once, when it is loaded
        patch.setenv("NO_COLOR", "1")
        multiprocessing.forkserver.ensure_running()
    scratch = tmp_path_factory.mktemp("children")
    program = str(Path(__file__).with_name("forked_child.py"))
    numbers = itertools.count()

    def start(
        *words: str,
        folder: Path,
        environment: Mapping[str, str] | None = None,
        new_session: bool = False,
    ) -> Child:
        number = next(numbers)
        began = scratch / f"{number}.began"
        output, errors = scratch / f"{number}.out", scratch / f"{number}.err"
        order = {
            "words": words, "folder": str(folder), "environment": dict(environment or os.environ),
            "new_session": new_session, "began": str(began), "output": str(output), "errors": str(errors),
        }  # fmt: skip
        process = context.Process(target=runpy.run_path, args=(program, {"order": order}), daemon=True)
        child = Child(process, output, errors)
        process.start()
        while not began.exists() and child.poll() is None:
            time.sleep(0.001)
        return child

    return start


# A browser


@pytest.fixture(scope="session")
def chromium_program() -> str:
    """The system's Chromium; none is downloaded."""
    found = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found is None:
        absent("no Chromium: install the system's package `chromium` (and a Chinese font, `fonts-noto-cjk`)")
    return found


# One for each module, not for the session: while Playwright's loop runs, nothing else in the thread can run one.
@pytest.fixture(scope="module")
def browser(chromium_program: str) -> Iterator[Browser]:
    """A headless Chromium, by Playwright: ``browser.new_page(viewport={"width": 360, "height": 800})``."""
    from playwright.sync_api import sync_playwright

    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium_program, args=as_root)
        yield running
        running.close()
