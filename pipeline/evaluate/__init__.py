"""Accuracy of an extractor against labelled pages, by the rules of counting of codebook §18.1.

found = evaluate(Path("labels.jsonl"), Path("pages"), document_of, extract)
print(found.text())

and of the resolver against labelled clusters: ``evaluate_linked([Path("clusters.jsonl")]).text()``.
"""

from pipeline.evaluate.checks import LabelError
from pipeline.evaluate.evaluation import Clustering, Evaluation, Missing, evaluate
from pipeline.evaluate.intervals import Ratio, Tally
from pipeline.evaluate.linked import is_linked
from pipeline.evaluate.linked_score import LinkedScore, evaluate_linked
from pipeline.evaluate.score import FIELDS, PageScore

__all__ = [
    "FIELDS",
    "Clustering",
    "Evaluation",
    "LabelError",
    "LinkedScore",
    "Missing",
    "PageScore",
    "Ratio",
    "Tally",
    "evaluate",
    "evaluate_linked",
    "is_linked",
]
