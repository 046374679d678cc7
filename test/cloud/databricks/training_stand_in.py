"""Runs the training task with files in the place of what Spark reads.

Arguments: folder of train.py, folder of NDJSON files of topics, folder in the place of /Volumes, then the task's own.
"""

import gzip
import pathlib
import sys

sources, events, volumes, *given = sys.argv[1:]
sys.path.insert(0, sources)
import train  # noqa: E402


def write_topic(spark, catalog, topic, fields, folder):
    """Two parts a topic, as Spark names them; of fields that the deployment does not name nothing."""
    folder.mkdir(parents=True)
    file = pathlib.Path(events) / f"{topic}.ndjson"
    lines = file.read_bytes().splitlines(keepends=True) if file.exists() else []
    half = len(lines) // 2
    for number, some in enumerate([lines[:half], lines[half:]]):
        (folder / f"part-{number:05}-stand-in.txt.gz").write_bytes(gzip.compress(b"".join(some)))
    (folder / "_SUCCESS").touch()


train.VOLUMES = pathlib.Path(volumes)
train.write_topic = write_topic
train.main(given, spark=None)
