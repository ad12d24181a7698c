"""One import in a process of its own: takes an order as JSON, prints what came of it as one line of JSON."""

import json
import sys
from datetime import datetime
from pathlib import Path

from pipeline.config import ClockSettings, Settings
from pipeline.store.database import open_database
from pipeline.words import Document, Extraction
from spiders.history.importing import import_files


def extractor(document: Document) -> Extraction:
    return Extraction()


if __name__ == "__main__":
    order = json.loads(sys.argv[1])
    folder = Path(order["folder"])
    folder.mkdir(parents=True, exist_ok=True)
    settings = Settings(base=folder, clock=ClockSettings(now=datetime.fromisoformat(order["now"])))
    database = open_database(settings, create=True)
    done = import_files(settings, database, [Path(order["file"])], extractor=extractor, extractor_version="test")
    print(json.dumps([sum(done.new.values()), done.known, done.told.faults]))
