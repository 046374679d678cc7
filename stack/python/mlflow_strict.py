"""Checks exchanges with MLflow's REST APIs against its protobuf messages: unknown members, types, enums, required ones.

Reads a JSON list of exchanges {method, path, query, request, status, response}; prints a JSON list with one list of
breaches for each, null for what is no call of these APIs.
"""

import json
import re
import sys

from google.protobuf import json_format
from google.protobuf.message_factory import GetMessageClass
from mlflow.protos import databricks_pb2, databricks_uc_registry_service_pb2, model_registry_pb2, service_pb2

PREFIX = re.compile(r"^/api/\d\.\d")
MODULES = (service_pb2, model_registry_pb2, databricks_uc_registry_service_pb2)


def calls():
    """(method, path) -> (request, response) as message classes."""
    found = {}
    for module in MODULES:
        for service in module.DESCRIPTOR.services_by_name.values():
            for method in service.methods:
                request = method.input_type
                # MLflow's own messages hold the answer in a nested one and declare another as the output.
                response = request.nested_types_by_name.get("Response", method.output_type)
                for endpoint in method.GetOptions().Extensions[databricks_pb2.rpc].endpoints:
                    found[(endpoint.method, endpoint.path)] = (GetMessageClass(request), GetMessageClass(response))
    return found


def faults(side, kind, body):
    message = kind()
    try:
        json_format.ParseDict(body if body is not None else {}, message, ignore_unknown_fields=False)
    except json_format.ParseError as error:
        return [f"{side}: {error}"]
    missing = [
        field.name
        for field in kind.DESCRIPTOR.fields
        if field.GetOptions().Extensions[databricks_pb2.validate_required] and not isthere(message, field)
    ]
    return [f"{side}: required '{name}' is missing" for name in missing]


def isthere(message, field):
    return message.HasField(field.name) if field.has_presence else bool(getattr(message, field.name))


def breaches(known, exchange):
    call = (exchange["method"], PREFIX.sub("", exchange["path"]))
    if call not in known:
        return None
    request, response = known[call]
    asked = exchange["query"] if exchange["method"] == "GET" else exchange.get("request")
    found = faults("request", request, asked)
    if exchange["status"] == 200:
        found += faults("answer", response, exchange.get("response"))
    return [f"{call[0]} {call[1]}: {fault}" for fault in found]


known = calls()
json.dump([breaches(known, exchange) for exchange in json.load(sys.stdin)], sys.stdout)
