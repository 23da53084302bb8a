#!/usr/bin/env python3
"""Makes Vectors/collaborative/: what numpy, scipy and the `implicit` library make of small matrices.

Run with a Python that has numpy, scipy and implicit:  python Scripts/make-collaborative-vectors.py
"""
import json
import pathlib

import numpy as np
import scipy.sparse as sp
from implicit.als import AlternatingLeastSquares
from implicit.cpu import als as cpu_als

OUT = pathlib.Path(__file__).resolve().parent.parent / "Vectors" / "collaborative"


def numbers(array, digits=7):
    """Flat, and rounded to what float32 can hold."""
    return [float(f"{x:.{digits}g}") for x in np.asarray(array).ravel()]


def interactions(random, users, items, density, cold=()):
    """A matrix of ones: some items popular, some without a user, one user with every other item."""
    popular = random.random(items) * 2 * density
    x = (random.random((users, items)) < popular).astype(np.float64)
    x[3] = 1
    x[5] = 0
    x[:, list(cold)] = 0
    return x


def ease(random):
    x = interactions(random, 40, 14, 0.3, cold=[4, 13])
    regularization = 5.0
    warm = np.flatnonzero(x.sum(0) > 0)
    inverse = np.linalg.inv(x[:, warm].T @ x[:, warm] + regularization * np.eye(len(warm)))
    b = -inverse / np.diag(inverse)
    np.fill_diagonal(b, 0)
    u, i = x.nonzero()
    return dict(userCount=x.shape[0], itemCount=x.shape[1], users=u.tolist(), items=i.tolist(),
                regularization=regularization, warm=warm.tolist(), weights=numbers(b))


def neighbours(random):
    """Cosine with shrinkage over all pairs, in dense double precision."""
    x = interactions(random, 40, 14, 0.3, cold=[4])
    shrinkage = 3.0
    co = x.T @ x
    norm = np.sqrt(np.diag(co))
    s = co / (np.outer(norm, norm) + shrinkage)
    np.fill_diagonal(s, 0)
    u, i = x.nonzero()
    return dict(userCount=x.shape[0], itemCount=x.shape[1], users=u.tolist(), items=i.tolist(),
                shrinkage=shrinkage, weights=numbers(s))


def als(random):
    """Final losses of `implicit` from given factors. Its confidence is alpha times the weight, so
    it gets 1 + alpha * weight as the weight and 1 as alpha; its loss is divided by the sum of all
    confidences."""
    factors, regularization, alpha, iterations = 6, 0.5, 3.0, 8
    x = interactions(random, 50, 30, 0.15, cold=[7])
    x *= random.integers(1, 4, x.shape)
    confidence = sp.csr_matrix(np.where(x > 0, 1 + alpha * x, 0).astype(np.float32))
    user_start = random.random((50, factors)).astype(np.float32) * 0.1
    item_start = random.random((30, factors)).astype(np.float32) * 0.1
    losses = {}
    for name, settings in dict(conjugateGradient=dict(use_cg=True), exact=dict(use_cg=False)).items():
        model = AlternatingLeastSquares(
            factors=factors, regularization=regularization, alpha=1.0, iterations=iterations,
            num_threads=1, use_gpu=False, **settings)
        model.user_factors, model.item_factors = user_start.copy(), item_start.copy()
        model.fit(confidence, show_progress=False)
        losses[name] = float(cpu_als.calculate_loss(
            confidence, model.user_factors, model.item_factors, regularization, num_threads=1))
        losses[name + "Scores"] = numbers(model.user_factors[:4] @ model.item_factors.T, 6)
    u, i = x.nonzero()
    return dict(userCount=50, itemCount=30, users=u.tolist(), items=i.tolist(),
                weights=x[u, i].tolist(), factors=factors, regularization=regularization,
                alpha=alpha, iterations=iterations, confidenceSum=float(confidence.sum()),
                userStart=numbers(user_start), itemStart=numbers(item_start), **losses)


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    for name, make in dict(ease=ease, neighbours=neighbours, als=als).items():
        path = OUT / f"{name}.json"
        path.write_text(json.dumps(make(np.random.default_rng(1))) + "\n")
        print(path, path.stat().st_size)


if __name__ == "__main__":
    main()
