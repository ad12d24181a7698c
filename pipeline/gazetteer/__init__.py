"""What is known by name: countries, parties, people, offices, forums, themes, and the matcher over their forms.

    gazetteer = load()
    for hit in gazetteer.find(text, "zh"): ...

The facts are in ``data/*.csv``, one line each, with their source.
"""

from pipeline.gazetteer.book import Gazetteer
from pipeline.gazetteer.fold import fold
from pipeline.gazetteer.load import load
from pipeline.gazetteer.model import (
    Country,
    Department,
    Forum,
    GazetteerError,
    Hit,
    Kind,
    Name,
    Organisation,
    Party,
    Person,
    Place,
    Post,
    Theme,
    Title,
)

__all__ = [
    "Country",
    "Department",
    "Forum",
    "Gazetteer",
    "GazetteerError",
    "Hit",
    "Kind",
    "Name",
    "Organisation",
    "Party",
    "Person",
    "Place",
    "Post",
    "Theme",
    "Title",
    "fold",
    "load",
]
