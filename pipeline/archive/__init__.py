"""The archive: every exchange as WARC, written before anything interprets it; beside it, what cannot be derived."""

from pipeline.archive.content import ContentError, decoded
from pipeline.archive.ledger import LedgerEntry
from pipeline.archive.reader import BrokenArchive, iterate, iterate_all, read_record, warc_files
from pipeline.archive.repair import cut_torn_tail
from pipeline.archive.writer import ArchiveWriter, Exchange

__all__ = [
    "ArchiveWriter",
    "BrokenArchive",
    "ContentError",
    "Exchange",
    "LedgerEntry",
    "cut_torn_tail",
    "decoded",
    "iterate",
    "iterate_all",
    "read_record",
    "warc_files",
]
