"""The resolver's job done by plain Splink on DuckDB: exact blocks, similar names, weights by its own estimation."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

import pyarrow
import splink.comparison_library as compare
from pypinyin import lazy_pinyin
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from pipeline.words import KeptMention, MentionKey

SURE = 0.999
"""The probability from which a pair is joined: of 0.95, 0.99, 0.999 … the one with the best F1 on 10⁴ mentions."""


def splink_clusters(mentions: Sequence[KeptMention]) -> list[tuple[MentionKey, ...]]:
    """The mentions in clusters. Chinese names are given in pinyin, and of several people the first."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    database = DuckDBAPI()
    table = database.register(pyarrow.Table.from_pylist(list(_rows(mentions))))
    linker = Linker(table, _settings(), log_level=logging.ERROR)
    training = linker.training
    training.estimate_probability_two_random_records_match([block_on("official", "party", "day")], recall=0.6)
    training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (block_on("country", "day"), block_on("official", "party")):
        training.estimate_parameters_using_expectation_maximisation(rule)
    predicted = linker.inference.predict(threshold_match_probability=SURE)
    found = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, threshold_match_probability=SURE)
    clusters: dict[int, list[MentionKey]] = {}
    for row in found.as_record_list():
        clusters.setdefault(row["cluster_id"], []).append(mentions[row["unique_id"]].key)
    return [tuple(members) for members in clusters.values()]


def _settings() -> SettingsCreator:
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            compare.JaroWinklerAtThresholds("person", [0.92, 0.8]),
            compare.ExactMatch("official").configure(term_frequency_adjustments=True),
            compare.ExactMatch("party").configure(term_frequency_adjustments=True),
            compare.ExactMatch("country").configure(term_frequency_adjustments=True),
            compare.AbsoluteDateDifferenceAtThresholds(
                "day", input_is_string=True, metrics=["day", "day"], thresholds=[1, 7]
            ),
            compare.ExactMatch("kind"),
            compare.ExactMatch("city"),
            compare.ExactMatch("mode"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("country", "day"),
            block_on("official", "day"),
            block_on("party", "day"),
            block_on("official", "party", "month"),
        ],
        retain_matching_columns=False,
    )


def _rows(mentions: Sequence[KeptMention]) -> Iterator[dict[str, object]]:
    for number, kept in enumerate(mentions):
        mention = kept.mention
        day = mention.date_start.isoformat() if mention.date_start else None
        person = next((one.name for one in mention.foreign_people), None)
        yield {
            "unique_id": number,
            "day": day,
            "month": day[:7] if day else None,
            "country": next(iter(mention.countries), None),
            "official": next((one.name for one in mention.chinese_people), None),
            "party": next((one.id for one in mention.organisations), None),
            "person": "".join(lazy_pinyin(person)).lower() if person else None,
            "kind": mention.type,
            "city": mention.place_id,
            "mode": None if mention.mode == "unknown" else mention.mode,
        }
