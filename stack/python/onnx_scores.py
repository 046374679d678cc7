"""Scores rows by an ONNX model under onnxruntime: argv[1] the model, stdin the rows as JSON (null: missing)."""
import json
import sys

import numpy
import onnx
import onnxruntime

onnx.checker.check_model(onnx.load(sys.argv[1]), full_check=True)
rows = numpy.array(json.load(sys.stdin), dtype="float32")
session = onnxruntime.InferenceSession(sys.argv[1])
(score,) = session.run(None, {session.get_inputs()[0].name: rows})
outputs = [[output.name, output.shape] for output in session.get_outputs()]
print(json.dumps({"outputs": outputs, "shape": score.shape, "scores": score.astype("float64").tolist()}))
