"""Each labelled set resolved by the weights of the others: ``python -m pipeline.evaluate.linked_cross FILE…``.

Shows what weights that were fitted on a set gain on it. Tables of names and the gazetteer are the same for all sets,
and were made with the labels in view: of names that nobody had in view these figures say nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.evaluate.linked import load_linked
from pipeline.evaluate.linked_score import LinkedScore, evaluate_linked
from pipeline.resolve import fit, weights


def crossed(paths: Sequence[Path]) -> Iterator[LinkedScore]:
    """The score of each file, resolved by weights fitted on all others. Raises LabelError for an unusable one."""
    for path in paths:
        others = load_linked([other for other in paths if other != path])
        with TemporaryDirectory() as folder:
            fit.write([[(one.kept, one.event) for one in labelled.mentions] for labelled in others], Path(folder))
            with weights.read_from(Path(folder)):
                yield evaluate_linked([path])


def main(arguments: Sequence[str]) -> None:
    """Print the report of each file."""
    for score in crossed([Path(argument) for argument in arguments]):
        print(score.text())


if __name__ == "__main__":
    main(sys.argv[1:])
