"""The web pages served beside the scheduler, in one process, by uvicorn."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
import uvicorn

from digests.web.app import web
from pipeline.config import Settings
from pipeline.store.database import Database

_log = structlog.get_logger(__name__)


@contextmanager
def serving(database: Database, settings: Settings) -> Iterator[str | None]:
    """Serve the pages while inside; gives their address, None where ``web.port`` is 0.

    Raises OSError, with the keys that name it, where the address cannot be used.
    """
    where = settings.web
    if not where.port:
        yield None
        return
    try:
        listening = socket.create_server((where.host, where.port))
    except OSError as error:
        problem = error.strerror or str(error)
        raise OSError(f"{where.host}:{where.port} cannot be used ({problem}); see web.host and web.port.") from error
    config = uvicorn.Config(
        web(database, settings),
        log_config=None,
        access_log=False,
        server_header=False,
        # whoever else sends X-Forwarded-For could ask in anybody's name
        forwarded_allow_ips=where.proxies,
        timeout_graceful_shutdown=5,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listening],), name="web", daemon=True)
    thread.start()
    address = f"http://{where.host}:{listening.getsockname()[1]}/"
    _log.info("web_serves", address=address)
    try:
        yield address
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()
