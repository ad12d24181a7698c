"""From a document to the mentions in it, Chinese and English, by grammar and gazetteer; every value with its span.

    extraction = extract(Document(text, url, "zh", published))

The way of a page: ``page`` folds and splits it and finds the known names; ``events_zh``/``events_en`` read drafts from
its sentences; ``join`` makes one draft of each event; ``finish`` gives themes, scope, evidence and numbers.
"""

from pipeline.extract import events_en, events_zh
from pipeline.extract.finish import mentions
from pipeline.extract.join import joined
from pipeline.extract.page import page
from pipeline.words import Document, Extraction

__all__ = ["EXTRACTOR_VERSION", "extract"]

# Stored with every mention; a change of rules or grammar data that changes results raises it.
EXTRACTOR_VERSION = "4"


def extract(document: Document) -> Extraction:
    """The events a document tells, and what the rules met and do not know. Deterministic; raises on no text."""
    if not document.text.strip():
        return Extraction()
    found = page(document)
    drafts = events_zh.drafts(found) if document.language == "zh" else events_en.drafts(found)
    return Extraction(mentions(found, joined(drafts)), tuple(found.findings))
