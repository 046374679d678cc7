"""The other side of `endcap bench train`: LightGBM on the same rows, in runs that are asked for one by one.

A folder holds x.f32 (column after column), y.f32 and groups.i32 (sizes) of `train` and `held`. Each line on stdin is
a JSON object of LightGBM's settings; each answer is one JSON object, and held-out scores go to scores.f64.
"""
import json
import sys
import time
from pathlib import Path

import lightgbm
import numpy


def read(folder, name, features):
    labels = numpy.fromfile(folder / f"{name}.y.f32", dtype="<f4")
    columns = numpy.fromfile(folder / f"{name}.x.f32", dtype="<f4").reshape(features, len(labels))
    return columns.T, labels, numpy.fromfile(folder / f"{name}.groups.i32", dtype="<i4")


def main():
    folder, features = Path(sys.argv[1]), int(sys.argv[2])
    rows, labels, groups = read(folder, "train", features)
    held, _, _ = read(folder, "held", features)
    print(json.dumps({"version": lightgbm.__version__}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        settings, trees = asked["settings"], asked["trees"]
        began = time.perf_counter()
        data = lightgbm.Dataset(rows, labels, group=groups, params=settings, free_raw_data=False).construct()
        binned, cpu = time.perf_counter(), time.process_time()
        booster = lightgbm.train(settings, data, num_boost_round=trees)
        trained, cpu = time.perf_counter(), time.process_time() - cpu
        booster.predict(held).astype("<f8").tofile(folder / "scores.f64")
        seconds = {"bin_seconds": binned - began, "train_seconds": trained - binned, "train_cpu_seconds": cpu}
        print(json.dumps({**seconds, "trees": booster.num_trees()}), flush=True)


main()
