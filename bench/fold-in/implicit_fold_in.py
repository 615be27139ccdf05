"""Folding histories in by the Python package `implicit`: milliseconds of each `recalculate_user`.

Prints one JSON line: {"milliseconds": [...], "version": "..."}. Factors and histories are random;
the time depends on neither.
"""

import argparse
import json
import os
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"

import implicit
import numpy
import scipy.sparse


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--items", type=int, required=True)
    parser.add_argument("--factors", type=int, required=True)
    parser.add_argument("--events", type=int, required=True)
    parser.add_argument("--rounds", type=int, required=True)
    options = parser.parse_args()
    random = numpy.random.default_rng(1)
    model = implicit.als.AlternatingLeastSquares(
        factors=options.factors, use_gpu=False, num_threads=1, dtype=numpy.float32
    )
    scale = options.factors**-0.5
    shape = (options.items, options.factors)
    model.item_factors = (scale * random.standard_normal(shape)).astype(numpy.float32)
    model.user_factors = numpy.zeros((1, options.factors), numpy.float32)
    milliseconds = []
    for n in range(-50, options.rounds):
        items = random.choice(options.items, options.events, replace=False)
        weights = (0.5 + random.random(options.events)).astype(numpy.float32)
        rows = numpy.zeros(options.events, numpy.int32)
        history = scipy.sparse.csr_matrix((weights, (rows, items)), shape=(1, options.items))
        start = time.perf_counter()
        model.recalculate_user(0, history)
        if n >= 0:
            milliseconds.append(1000 * (time.perf_counter() - start))
    print(json.dumps({"milliseconds": milliseconds, "version": implicit.__version__}))


main()
