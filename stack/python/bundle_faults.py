"""What is wrong with a bundle of Databricks, one JSON object a line: {"name", "message"}.

The types are those of databricks-bundles, whose own transformation refuses unknown fields, words and missing fields.
On top of it: references to nothing, files that are not there or not uploaded, sizes, schedules.
Usage: bundle_faults.py FOLDER
"""
import json
import re
import sys
from pathlib import Path

import yaml
from databricks.bundles.core._resource_type import _ResourceType
from databricks.bundles.core._transform import _transform

TOP_LEVEL = {"bundle", "include", "sync", "variables", "targets", "resources", "experimental", "presets", "workspace"}
TYPES = {kind.plural_name: kind.resource_type for kind in _ResourceType.all()}
LOOKUPS = {"bundle": {"name", "target"}, "workspace": {"current_user", "file_path", "host", "root_path"}}
REFERENCE = re.compile(r"\$\{([^}]*)\}")
# Of one file in a workspace, and of one in an App.
MOST_BYTES = 10 * 1024 * 1024
HOLDS_DATA = ("schemas", "volumes", "registered_models")
WAREHOUSE_SIZES = {"2X-Small", "X-Small", "Small", "Medium", "Large", "X-Large", "2X-Large", "3X-Large", "4X-Large"}

faults: list[dict[str, str]] = []


def fault(name: str, message: str) -> None:
    faults.append({"name": name, "message": message})


class UniqueKeys(yaml.SafeLoader):
    """YAML keeps the last of two keys; here the second is an error."""


def mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict:
    keys = [loader.construct_object(key) for key, _ in node.value]
    for key in keys:
        if keys.count(key) > 1:
            raise yaml.YAMLError(f"the key '{key}' is there twice, line {node.start_mark.line + 1}")
    return yaml.SafeLoader.construct_mapping(loader, node, deep=True)


UniqueKeys.add_constructor("tag:yaml.org,2002:map", mapping)


def load(path: Path) -> dict:
    try:
        return yaml.load(path.read_text(), UniqueKeys) or {}
    except (OSError, yaml.YAMLError) as error:
        fault(path.name, " ".join(str(error).split()))
        return {}


def texts(value, path: str = ""):
    """Every text of a tree with its path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from texts(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from texts(inner, f"{path}[{index}]")


def lacks(root: dict, path: str) -> bool:
    kind, *rest = path.split(".")
    if kind == "var":
        return len(rest) != 1 or rest[0] not in root.get("variables", {})
    if kind == "resources":
        return len(rest) < 3 or rest[1] not in root["resources"].get(rest[0], {})
    return kind not in LOOKUPS or not rest or rest[0] not in LOOKUPS[kind]


def values_of(root: dict, name: str) -> list[str]:
    """What a variable can be: its default, what targets say, and the words in parentheses of its description."""
    variable = root["variables"].get(name, {})
    said = [variable.get("default"), *(each.get("variables", {}).get(name) for each in root["targets"].values())]
    words = re.findall(r"[\w-]+", " ".join(re.findall(r"\(([^)]*)\)", variable.get("description", ""))))
    return [str(each) for each in [*said, *words] if each is not None]


def paths_of(root: dict, path: str) -> list[str]:
    """A path with each value of the variables that it names."""
    found = re.search(r"\$\{var\.(\w+)\}", path)
    if found is None:
        return [path]
    return [one for value in dict.fromkeys(values_of(root, found[1])) for one in paths_of(root, path.replace(found[0], value))]


def check_file(root: dict, name: str, folder: Path, path: str) -> None:
    for one in paths_of(root, path):
        if one.startswith("/"):
            continue
        file = (folder / one).resolve()
        if not file.exists():
            fault(name, f"'{one}' is not there")
            continue
        if not any(file.is_relative_to((root["folder"] / each).resolve()) for each in root["sync"].get("paths", ["."])):
            fault(name, f"'{one}' is in no folder of sync.paths, so it is not uploaded")
        for each in [file] if file.is_file() else file.rglob("*"):
            if each.is_file() and "node_modules" not in each.parts and each.stat().st_size > MOST_BYTES:
                fault(name, f"'{each.name}' has {each.stat().st_size} bytes, of at most {MOST_BYTES}")


CRON_RANGES = ((0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (1, 7))


def check_cron(name: str, text: str) -> None:
    """Quartz: seconds, minutes, hours, day of the month, month, day of the week, year if it is said."""
    fields = text.split()
    if len(fields) not in (6, 7):
        return fault(name, f"'{text}' has {len(fields)} fields, not 6 or 7")
    for field, (low, high) in zip(fields, CRON_RANGES):
        for number in re.findall(r"(?<![/\d])\d+", field):
            if not low <= int(number) <= high:
                fault(name, f"'{text}': {number} is not from {low} to {high}")
    if (fields[3] == "?") == (fields[5] == "?"):
        fault(name, f"'{text}': exactly one of the days of month and week is '?'")


def check_job(root: dict, name: str, job: dict, folder: Path) -> None:
    tasks = job.get("tasks", [])
    keys = [task.get("task_key") for task in tasks]
    parameters = {each.get("name") for each in job.get("parameters", [])}
    environments = {each.get("environment_key") for each in job.get("environments", [])}
    for task in tasks:
        key = task.get("task_key")
        label = f"{name}.{key}"
        if keys.count(key) > 1:
            fault(label, "is there twice")
        for needed in task.get("depends_on", []):
            if needed.get("task_key") not in keys or needed.get("task_key") == key:
                fault(label, f"waits for '{needed.get('task_key')}', which is no other task")
        if "environment_key" in task and task["environment_key"] not in environments:
            fault(label, f"there is no environment '{task['environment_key']}'")
        path = task.get("sql_task", {}).get("file", {}).get("path") or task.get("spark_python_task", {}).get("python_file")
        if path is not None:
            check_file(root, label, folder, path)
            if path.endswith(".sql") and "catalog" not in parameters:
                fault(label, "its script reads ':catalog', which the job does not give")


def check_rules(root: dict, kind: str, key: str, value: dict, folder: Path) -> None:
    name = f"{kind}.{key}"
    if kind == "jobs":
        check_job(root, name, value, folder)
    if kind == "model_serving_endpoints":
        check_routes(name, value.get("config", {}))
    if kind == "apps":
        check_file(root, name, folder, value.get("source_code_path", ""))
        check_settings(name, value, folder)
    if kind in HOLDS_DATA and value.get("lifecycle", {}).get("prevent_destroy") is not True:
        fault(name, "holds data, and is not kept from being destroyed")
    if kind == "sql_warehouses" and value.get("cluster_size") not in WAREHOUSE_SIZES:
        fault(name, f"'{value.get('cluster_size')}' is no size of a warehouse")
    for path, text in texts(value):
        if re.search(r"quartz_cron_(expression|schedule)$", path):
            check_cron(name, text)


def check_routes(name: str, config: dict) -> None:
    served = {each.get("name") for each in config.get("served_entities", [])}
    routes = config.get("traffic_config", {}).get("routes", [])
    for route in routes:
        if route.get("served_model_name") not in served:
            fault(name, f"a route leads to '{route.get('served_model_name')}', which is not served")
    if routes and sum(route.get("traffic_percentage", 0) for route in routes) != 100:
        fault(name, "its routes do not add up to 100 %")


def check_settings(name: str, app: dict, folder: Path) -> None:
    """Every setting of an App that comes from a resource comes from one of the bundle's."""
    given = {each.get("name") for each in app.get("resources", [])}
    for setting in load(folder / app.get("source_code_path", "") / "app.yaml").get("env", []):
        if "valueFrom" in setting and setting["valueFrom"] not in given:
            fault(name, f"'{setting.get('name')}' comes from '{setting['valueFrom']}', which the app is not given")


def check_types(kind: str, key: str, value: dict) -> None:
    name = f"{kind}.{key}"
    if kind not in TYPES:
        return fault(name, f"'{kind}' is no kind of resource")
    try:
        _transform(TYPES[kind], value)
    except (ValueError, TypeError, AssertionError) as error:
        fault(name, " ".join(str(error).split()))


def check_deployment(root: dict) -> None:
    """The bundle makes what the rendering counts on, no more and no less."""
    rendered = root["folder"] / "../rendered/databricks/deployment.json"
    if not rendered.exists():
        return fault("deployment.json", "is not there: run `endcap deploy render`")
    wanted = json.loads(rendered.read_text())
    resources = root["resources"]
    schemas = {key: one.get("name") for key, one in resources.get("schemas", {}).items()}

    def within(kind: str) -> list[str]:
        schema = lambda one: re.sub(r"\$\{resources\.schemas\.(\w+)\.name\}", lambda m: schemas.get(m[1], "?"), one.get("schema_name", ""))
        return [f"{schema(one)}.{one.get('name')}" for one in resources.get(kind, {}).values()]

    made = {"schemas": list(schemas.values()), "volumes": within("volumes"), "models": within("registered_models")}
    for what, names in made.items():
        for name in wanted[what]:
            if name not in names:
                fault(name, f"is one of the rendering's {what}, and the bundle does not make it")
        for name in names:
            if name not in wanted[what]:
                fault(name, f"is made by the bundle, and is none of the rendering's {what}")


def check(folder: Path) -> None:
    main = load(folder / "databricks.yml")
    root = {"sync": {}, "variables": {}, "targets": {}, **main, "folder": folder, "resources": {}}
    for key in main:
        if key not in TOP_LEVEL:
            fault("databricks.yml", f"'{key}' is no part of a bundle")
    files = [file for pattern in main.get("include", []) for file in sorted(folder.glob(pattern))]
    for pattern in main.get("include", []):
        if not any(folder.glob(pattern)):
            fault("databricks.yml", f"'{pattern}' includes nothing")
    for path in root["sync"].get("paths", []):
        if not (folder / path).exists():
            fault("databricks.yml", f"'{path}' of sync.paths is not there")
    places = []
    for file in files:
        for kind, members in load(file).get("resources", {}).items():
            for key, value in members.items():
                if key in root["resources"].setdefault(kind, {}):
                    fault(f"{kind}.{key}", "is there twice")
                root["resources"][kind][key] = value
                places.append((kind, key, value, file.parent))
    for kind, key, value, place in places:
        check_types(kind, key, value)
        check_rules(root, kind, key, value, place)
    tree = {"targets": root["targets"], "resources": root["resources"]}
    for path, text in texts(tree):
        for reference in REFERENCE.findall(text):
            if lacks(root, reference):
                fault(path, f"'${{{reference}}}' refers to nothing")
    for name, target in root["targets"].items():
        for variable in target.get("variables", {}):
            if variable not in root["variables"]:
                fault(f"targets.{name}", f"there is no variable '{variable}'")
    if sum(1 for target in root["targets"].values() if target.get("default")) != 1:
        fault("targets", "exactly one is the default")
    if "schemas" in root["resources"]:
        check_deployment(root)


check(Path(sys.argv[1]).resolve())
for each in faults:
    print(json.dumps(each))
