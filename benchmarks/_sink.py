"""The other end of the benchmark's mails: an SMTP server in a process of its own that reads and forgets.

Two kinds: ``aiosmtpd``, a real server, which takes some milliseconds a mail as any does that does something with it;
and ``bare``, which looks for nothing but commands and the closing dot, and is faster than any real server: there the
sender's own costs show undiluted.
"""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

END = b"\r\n.\r\n"


def serve() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        print(listening.getsockname()[1], flush=True)
        while True:
            threading.Thread(target=talk, args=(listening.accept()[0],), daemon=True).start()


def talk(connection: socket.socket) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.sendall(b"220 sink\r\n")
    kept = b""
    while True:
        while b"\r\n" not in kept:
            more = connection.recv(65_536)
            if not more:
                return
            kept += more
        line, _, kept = kept.partition(b"\r\n")
        verb = line[:4].upper()
        if verb == b"DATA":
            connection.sendall(b"354 go on\r\n")
            tail = b"\r\n" + kept
            while not tail.endswith(END):  # the sender waits for the answer, so that nothing follows the dot
                more = connection.recv(1 << 20)
                if not more:
                    return
                tail = (tail + more)[-len(END) :] if len(more) < len(END) else more[-len(END) :]
            kept = b""
            connection.sendall(b"250 taken\r\n")
        elif verb == b"QUIT":
            connection.sendall(b"221 bye\r\n")
            return
        else:
            connection.sendall(b"250 ok\r\n")


def serve_aiosmtpd() -> None:
    from aiosmtpd.handlers import Sink
    from aiosmtpd.smtp import SMTP

    async def main() -> None:
        server = await asyncio.get_running_loop().create_server(lambda: SMTP(Sink(), hostname="sink"), "127.0.0.1", 0)
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()

    asyncio.run(main())


KINDS = {"aiosmtpd": serve_aiosmtpd, "bare": serve}


@contextmanager
def sink(kind: str) -> Iterator[int]:
    """The port of a sink, while the block lasts."""
    process = subprocess.Popen([sys.executable, __file__, kind], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    KINDS[sys.argv[1]]()
