"""From a document to the mentions in it; ``extractor`` is the way in."""
