"""One fit of the Python package `implicit`: seconds of each iteration, and its lists.

Prints one JSON line: {"seconds": [...], "cpuSeconds": [...], "fitSeconds": ..., "version": "..."},
the lists of each iteration but the first one. With --out, writes the best K items of every user
that the user does not have, users x K uint32, to that file.
"""

import argparse
import gzip
import json
import os
import time

# As `implicit` itself asks for: its own threads, not the BLAS library's.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"

import implicit
import numpy
import scipy.sparse


def read(path, shape):
    users, items = [], []
    with gzip.open(path, "rt") as lines:
        for line in lines:
            user, *rest = line.split()
            users.extend([int(user)] * len(rest))
            items.extend(int(item) for item in rest)
    ones = numpy.ones(len(users), numpy.float32)
    return scipy.sparse.csr_matrix((ones, (users, items)), shape=shape)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--train", required=True)
    parser.add_argument("--users", type=int, required=True)
    parser.add_argument("--items", type=int, required=True)
    parser.add_argument("--factors", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--iterations", type=int, required=True)
    parser.add_argument("--alpha", type=float, required=True)
    parser.add_argument("--regularization", type=float, required=True)
    parser.add_argument("--k", type=int, default=20)
    parser.add_argument("--out")
    options = parser.parse_args()
    train = read(options.train, (options.users, options.items))
    model = implicit.als.AlternatingLeastSquares(
        factors=options.factors,
        regularization=options.regularization,
        alpha=options.alpha,
        iterations=options.iterations,
        num_threads=options.threads,
        use_gpu=False,
        random_state=1,
    )
    seconds, ends = [], []

    def on_iteration(iteration, elapsed, loss=None):
        seconds.append(elapsed)
        ends.append(time.process_time())

    model.fit_callback = on_iteration
    start = time.perf_counter()
    model.fit(train, show_progress=False)
    fit_seconds = time.perf_counter() - start
    cpu_seconds = [end - start for start, end in zip(ends, ends[1:])]
    if options.out:
        lists, _ = model.recommend(
            numpy.arange(options.users), train, N=options.k, filter_already_liked_items=True
        )
        lists.astype(numpy.uint32).tofile(options.out)
    result = {
        "seconds": seconds[1:],
        "cpuSeconds": cpu_seconds,
        "fitSeconds": fit_seconds,
        "version": implicit.__version__,
    }
    print(json.dumps(result))


main()
