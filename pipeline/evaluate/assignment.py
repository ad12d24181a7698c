"""The one-to-one assignment of greatest total weight, exact, by the Hungarian method."""

from __future__ import annotations

from collections.abc import Sequence


def assign(weights: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Pairs (row, column), each row and column at most once, of the greatest total weight; in the order of the rows.

    Weights are whole and not negative, so that sums are exact; a weight of 0 is no pair and is left out. The work is
    rows² · columns for fewer rows than columns, so hundreds of either are fine. Among equal totals the choice
    depends on the order of rows and columns: hand them in a fixed one. Raises ValueError for a negative weight.
    """
    if not weights or not weights[0]:
        return []
    if any(weight < 0 for row in weights for weight in row):
        raise ValueError("weights must not be negative")
    if len(weights) > len(weights[0]):
        turned = [list(column) for column in zip(*weights, strict=True)]
        return sorted((row, column) for column, row in assign(turned))
    return sorted((row, column) for row, column in _full(weights) if weights[row][column] > 0)


def _full(weights: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Every row with its column. Rows and columns count from 1 here, 0 stands for none: the usual form of the
    method by shortest augmenting paths, with a price for each row and column."""
    rows, columns = len(weights), len(weights[0])
    far = 1 + 4 * sum(map(sum, weights))
    row_price, column_price = [0] * (rows + 1), [0] * (columns + 1)
    owner = [0] * (columns + 1)
    for row in range(1, rows + 1):
        owner[0], column = row, 0
        distance, came, done = [far] * (columns + 1), [0] * (columns + 1), [False] * (columns + 1)
        while True:
            done[column] = True
            at, step, nearest = owner[column], far, 0
            for other in range(1, columns + 1):
                if done[other]:
                    continue
                rest = -weights[at - 1][other - 1] - row_price[at] - column_price[other]
                if rest < distance[other]:
                    distance[other], came[other] = rest, column
                if distance[other] < step:
                    step, nearest = distance[other], other
            for other in range(columns + 1):
                if done[other]:
                    row_price[owner[other]] += step
                    column_price[other] -= step
                else:
                    distance[other] -= step
            column = nearest
            if owner[column] == 0:
                break
        while column:
            owner[column] = owner[came[column]]
            column = came[column]
    return [(owner[column] - 1, column - 1) for column in range(1, columns + 1) if owner[column]]
