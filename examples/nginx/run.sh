#!/usr/bin/env bash
# Serves prod of the spam filter at http://127.0.0.1:8080 by two unchanged processes behind nginx, until it is told to end.
#   cd examples/spam-filter && aiship promote v1 prod && ../nginx/run.sh /tmp/scorer
set -euo pipefail
dir=${1:?usage: run.sh DIR}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "$dir/tmp"
cp "$here/nginx.conf" "$dir"
trap 'for job in $(jobs -p); do kill "$job"; done' EXIT

# One process for each arm, from a folder that follows it. While no rollout runs, both serve the same bundle.
declare -A port=([stable]=8081 [candidate]=8082)
for arm in stable candidate; do
  aiship follow prod "$dir/$arm" --arm "$arm" --once
  rm -f "$dir/$arm.pid"
  node "$dir/$arm/current/serve/server.mjs" "${port[$arm]}" "$dir/$arm.pid" &
  until [ -e "$dir/$arm.pid" ]; do
    kill -0 "$!"
    sleep 0.1
  done
  aiship follow prod "$dir/$arm" --arm "$arm" --signal HUP --pid-file "$dir/$arm.pid" &
done

# The shares, as nginx draws them: written again with every move of the pointer, and read again by nginx.
export_shares=(aiship route export prod --format nginx -o "$dir/aiship.conf")
"${export_shares[@]}"
nginx -p "$dir" -c nginx.conf -g 'daemon off;' &
nginx=$!
"${export_shares[@]}" --watch --json | while read -r _; do nginx -p "$dir" -c nginx.conf -s reload; done &
wait "$nginx"
