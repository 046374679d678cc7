"""Confluent's own client against the statements API at an address: what it understood, as JSON on stdout.

Arguments: address, organisation, environment, key, secret.
"""

import json
import sys

import confluent_sql

endpoint, organization, environment, key, secret = sys.argv[1:]
connection = confluent_sql.connect(
    endpoint=endpoint,
    controlplane_endpoint=endpoint,
    organization_id=organization,
    environment_id=environment,
    compute_pool_id="lfcp-1",
    flink_api_key=key,
    flink_api_secret=secret,
    database="shop",
)
cursor = connection.cursor()
cursor.execute("SELECT `sku`, `views` FROM `t`")
rows = [list(row) for row in cursor.fetchall()]
columns = [column[0] for column in cursor.description]
statement = connection.execute_snapshot_ddl("CREATE TABLE `t` (`a` STRING)")
names = [one.name for one in connection.list_statements()]
print(json.dumps({"columns": columns, "rows": rows, "ddl": str(statement.phase.value), "listed": len(names)}))
cursor.close()
connection.close()
