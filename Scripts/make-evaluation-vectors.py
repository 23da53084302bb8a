#!/usr/bin/env python3
"""Writes Vectors/evaluation/metrics.json: ranked lists with their metrics, computed by NumPy in
another way than the Swift module does (a dense 0/1 matrix of hits), for its tests to agree with.

    python3 Scripts/make-evaluation-vectors.py
"""
import json
from pathlib import Path

import numpy as np

CUTOFFS = (1, 5, 10, 20, 100)
RESAMPLES = 200
MASK = (1 << 64) - 1


class SplitMix64:
    def __init__(self, seed):
        self.state = seed

    def index(self, bound):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return ((z ^ (z >> 31)) * bound) >> 64


def make_case(rng, users, items, longest):
    """Some lists are empty, some users have no relevant item, some lists are padded with -1."""
    lists, relevant = [], []
    weight = rng.permutation(1 / np.arange(1, items + 1))
    for user in range(users):
        length = 0 if user % 7 == 3 else rng.integers(0, min(longest, items) + 1)
        ranked = rng.choice(items, length, replace=False, p=weight / weight.sum()).tolist()
        lists.append(ranked + [-1] * (3 if user % 5 == 1 else 0))
        count = 0 if user % 6 == 2 else rng.integers(1, min(items, 15) + 1)
        relevant.append(sorted(rng.choice(items, count, replace=False).tolist()))
    return lists, relevant


def per_user(lists, relevant):
    """{name: float [users]} over the users with something relevant."""
    counted = [user for user in range(len(lists)) if relevant[user]]
    width = max(CUTOFFS)
    hit = np.zeros((len(counted), width))
    for row, user in enumerate(counted):
        hit[row, :len(lists[user])] = np.isin(lists[user], relevant[user])[:width]
    total = np.array([len(relevant[user]) for user in counted])
    place = np.arange(1, width + 1)
    precision = hit.cumsum(1) / place
    values = {}
    for k in CUTOFFS:
        top, possible = hit[:, :k], np.minimum(total, k)
        best = (place[None, :k] <= possible[:, None]) / np.log2(place[:k] + 1)
        values[f"recall@{k}"] = top.sum(1) / total
        values[f"calibrated_recall@{k}"] = top.sum(1) / possible
        values[f"ndcg@{k}"] = (top / np.log2(place[:k] + 1)).sum(1) / best.sum(1)
        values[f"hit_rate@{k}"] = top.max(1)
        values[f"mrr@{k}"] = (top / place[:k]).max(1)
        values[f"map@{k}"] = (top * precision[:, :k]).sum(1) / possible
    return len(counted), values


def estimates(count, values, seed):
    random = SplitMix64(seed)
    draws = np.array([[random.index(count) for _ in range(count)] for _ in range(RESAMPLES)])
    result = {}
    for name, value in values.items():
        lower, upper = np.quantile(value[draws].mean(1), [0.025, 0.975])
        result[name] = {"mean": value.mean(), "lower": lower, "upper": upper}
    return result


def exposure(lists, k, items, candidates, popularity, cold):
    """Gini by its definition: the mean absolute difference over twice the mean."""
    shown = np.array([item for ranked in lists for item in ranked[:k] if item >= 0], int)
    counts = np.bincount(shown, minlength=items)[candidates]
    difference = np.abs(counts[:, None] - counts[None, :]).mean() if len(counts) else 0
    return {
        "k": k,
        "coverage": float((counts > 0).mean()) if len(counts) else 0.0,
        "gini": float(difference / (2 * counts.mean())) if counts.sum() else 0.0,
        "meanPopularity": float(np.asarray(popularity)[shown].mean()) if len(shown) else 0.0,
        "coldShare": float(np.isin(shown, cold).mean()) if len(shown) else 0.0,
    }


def main():
    cases = []
    for seed, (users, items, longest) in enumerate([(1, 3, 3), (9, 8, 8), (40, 60, 30), (25, 200, 120)]):
        rng = np.random.default_rng(seed)
        lists, relevant = make_case(rng, users, items, longest)
        count, values = per_user(lists, relevant)
        cold = np.sort(rng.choice(items, items // 5, replace=False)).tolist()
        popularity = rng.integers(0, 50, items)
        popularity[cold] = 0
        candidates = np.sort(rng.choice(items, items - items // 10, replace=False)).tolist()
        cases.append({
            "lists": lists, "relevant": relevant, "seed": seed, "resamples": RESAMPLES,
            "users": count, "estimates": estimates(count, values, seed),
            "candidates": candidates, "popularity": popularity.tolist(), "cold": cold,
            "exposure": [exposure(lists, k, items, candidates, popularity, cold) for k in (1, 5, 20)],
        })
    path = Path(__file__).parent.parent / "Vectors/evaluation/metrics.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(cases, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
