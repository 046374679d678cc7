"""What MLflow's own client sees of a registered model: the run of the version that an alias names, and its scores.

Usage: mlflow_witness.py SERVER MODEL ALIAS < {"columns": [...], "data": [[...]]}
"""

import json
import sys

import mlflow
import pandas

server, model, alias = sys.argv[1:]
mlflow.set_tracking_uri(server)
client = mlflow.MlflowClient()
run = client.get_run(client.get_model_version_by_alias(model, alias).run_id)
table = json.load(sys.stdin)
rows = pandas.DataFrame(table["data"], columns=table["columns"], dtype="float32")
scores = mlflow.pyfunc.load_model(f"models:/{model}@{alias}").predict(rows)
said = {
    "run": {
        "name": run.info.run_name,
        "status": run.info.status,
        "metrics": run.data.metrics,
        "params": run.data.params,
    },
    "scores": [float(score) for score in scores["score"]],
}
print(json.dumps(said))
