"""What MLflow's own client sees of a model in Unity Catalog: its versions, what an alias names, and its scores.

The workspace is that of DATABRICKS_HOST and DATABRICKS_TOKEN.
Usage: mlflow_uc_witness.py MODEL ALIAS FOLDER < {"columns": [...], "data": [[...]]}
"""

import json
import sys

import mlflow
import pandas

model, alias, folder = sys.argv[1:]
mlflow.set_registry_uri("databricks-uc")
mlflow.set_tracking_uri(f"sqlite:///{folder}/runs.db")
client = mlflow.MlflowClient()
current = client.get_model_version_by_alias(model, alias)
versions = client.search_model_versions(f"name='{model}'")
table = json.load(sys.stdin)
rows = pandas.DataFrame(table["data"], columns=table["columns"], dtype="float32")
scores = mlflow.pyfunc.load_model(f"models:/{model}@{alias}").predict(rows)
said = {
    "current": current.version,
    "status": current.status,
    "tags": current.tags,
    "versions": sorted(version.version for version in versions),
    "scores": [float(score) for score in scores["score"]],
}
print(json.dumps(said))
