"""XGBoost on rows of bins, for paired comparisons of rankers.

The folder holds train.x.f32 (column after column; bin 0 is missing), train.y.f32, train.groups.i32 (sizes) and
settings.json; the trees go to trees.json as XGBoost's own JSON dump.
"""
import json
import sys
from pathlib import Path

import numpy
import xgboost


def main():
    folder, features = Path(sys.argv[1]), int(sys.argv[2])
    labels = numpy.fromfile(folder / "train.y.f32", dtype="<f4")
    rows = numpy.fromfile(folder / "train.x.f32", dtype="<f4").reshape(features, len(labels)).T
    data = xgboost.DMatrix(rows, label=labels, missing=0.0)
    data.set_group(numpy.fromfile(folder / "train.groups.i32", dtype="<i4"))
    asked = json.loads((folder / "settings.json").read_text())
    booster = xgboost.train(asked["settings"], data, num_boost_round=asked["trees"])
    trees = [json.loads(tree) for tree in booster.get_dump(dump_format="json")]
    (folder / "trees.json").write_text(json.dumps({"version": xgboost.__version__, "trees": trees}))


main()
