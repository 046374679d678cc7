#!/bin/sh
# Restores the backup that the volume names, lets the key of the secret in, serves. What fails ends the start.
set -eu
: "${ENDCAP_SERVING_VOLUME:?is the path of the volume, by the resource serving-volume}"
: "${ENDCAP_API_KEY:?is the text of a key, by the resource api-key}"
: "${DATABRICKS_APP_PORT:?is set by Databricks Apps}"
endcap=node_modules/.bin/endcap
data="${TMPDIR:-/tmp}/endcap-app/shop"

rm -rf "$data"
"$endcap" restore --from "dbfs:$ENDCAP_SERVING_VOLUME" --data-dir "$data"
printf '%s\n' "$ENDCAP_API_KEY" |
  "$endcap" keys add --data-dir "$data" --scope "${ENDCAP_API_KEY_SCOPES:-recommend}" --name databricks-app
unset ENDCAP_API_KEY
exec "$endcap" serve --data-dir "$data" --host 0.0.0.0 --port "$DATABRICKS_APP_PORT"
