# The parts of scripts/measure-bars, which has set here, home, out, port, divide, warm_ups and java_opts. Each has a
# database, a server and a directory of its own.

WORK=$(mktemp -d "${TMPDIR:-/tmp}/measure-bars.XXXXXX")
PATIENCE=300
# shellcheck source=scripts/lib.sh
. "$here/lib.sh"
CLUSTER=
POSTGRES=
POSTGRES_PID=

end_part() {
  server_down TERM
  if [[ -n $CLUSTER ]]; then
    "$here/cluster" down --directory "$CLUSTER" || true
  fi
  if [[ -n $POSTGRES ]]; then
    exec 3>&-
    wait "$POSTGRES" 2>/dev/null || true
  fi
  rm -rf "$WORK"
}
trap end_part EXIT
trap 'exit 130' INT TERM HUP

nodes_of() { # nodes_of N: as many as are played
  echo $(($1 / divide))
}

postgres_up() {
  mkfifo "$WORK/stdin"
  # Where the time of each commit is kept, so that the way from there to a watch can be measured.
  EVERYNODE_JAVA_OPTS=-Xmx256m "$here/everynode" load-test embedded-postgres --port $((port + 95)) \
    --set track_commit_timestamp=on <"$WORK/stdin" >"$WORK/postgres" 3>&- &
  POSTGRES=$!
  exec 3>"$WORK/stdin"
  soon grep -q '^process ' "$WORK/postgres"
  read -r EVERYNODE_DATABASE_URL EVERYNODE_DATABASE_USER <"$WORK/postgres"
  export EVERYNODE_DATABASE_URL EVERYNODE_DATABASE_USER
  POSTGRES_PID=$(sed -n 's/^process //p' "$WORK/postgres")
}

server_up() { # server_up HOLLOW_NODES [JAVA_OPTS [OPTION...]]
  # Not ours to keep open: PostgreSQL ends when nobody has it.
  EVERYNODE_JAVA_OPTS="${2:-} $java_opts" launch "$WORK/server" "$here/everynode" server --port "$port" \
    --data-dir "$WORK/data" --hollow-nodes "$1" --apply none --config "$home/config/postgres.conf" "${@:3}" 3>&-
}

server_down() { # server_down SIGNAL
  [[ -n $SERVER_PID ]] || return 0
  kill "-$1" "$SERVER_PID" 2>/dev/null || true
  wait "$SERVER_PID" 2>/dev/null || true
  SERVER_PID=
}

load_test() {
  EVERYNODE_JAVA_OPTS= "$here/everynode" load-test "$@" 3>&-
}

# JVMs that have seen nothing yet would be measured, too: the server's and the driver's.
warmed_up() { # warmed_up NODES [SERVERS]: the option for it
  local time sizes=()
  for ((time = 0; time < warm_ups * ${2:-1}; time++)); do sizes+=("$1"); done
  echo "--warm-up=$(IFS=,; echo "${sizes[*]}")"
}

load_run() { # load_run FILE OPTION...: the file is there only when the whole run was done
  local file=$1
  shift
  load_test run --server-pid "$(IFS=,; echo "${PIDS[*]}")" --journal "$EVERYNODE_DATABASE_URL" \
    --journal-user "$EVERYNODE_DATABASE_USER" --timeout 600 --keep-nodes --json "$WORK/run.json" "$@"
  mv "$WORK/run.json" "$file"
}

outside() { # outside N PHASES [OPTION...]
  local nodes phases=$2
  nodes=$(nodes_of "$1")
  postgres_up
  server_up 0
  PIDS=("$SERVER_PID" "$POSTGRES_PID")
  load_run "$out/parts/outside-$1.json" --kubeconfig "$WORK/data/kubeconfig" "$(warmed_up "$(nodes_of 1000)")" \
    --nodes "$nodes" --phases "$phases" --label "nodes outside" "${@:3}"
}

inside() { # inside N HOLLOW_AT_START SIZES JAVA_OPTS
  postgres_up
  server_up "$2" "$4"
  # The server makes its nodes after it is ready; those that come later would be measured, too.
  load_test serving --kubeconfig "$WORK/data/kubeconfig" --nodes "$2" --pause 1000 --timeout 600
  PIDS=("$SERVER_PID" "$POSTGRES_PID")
  load_run "$out/parts/inside-$1.json" --kubeconfig "$WORK/data/kubeconfig" --in-server --nodes "$3" \
    --phases create --label "nodes in the server"
}

restart() { # restart PART NODES PODS JAVA_OPTS: after kill -9, from exec to the first lists
  local begun
  server_down KILL
  load_test serving --kubeconfig "$WORK/data/kubeconfig" --nodes "$2" --pods "$3" >"$WORK/serving" &
  local serving=$!
  soon grep -q waiting "$WORK/serving"
  begun=$(date +%s%3N)
  server_up "$2" "$4"
  wait $serving
  sed -n '/^{/p' "$WORK/serving" | jq --argjson begun "$begun" \
    '. + {seconds: ((.servedAtMillis - $begun) / 1000), readySeconds: ((.readyAtMillis - $begun) / 1000)}' \
    >"$out/parts/$1.json.new"
  mv "$out/parts/$1.json.new" "$out/parts/$1.json"
  cat "$out/parts/$1.json"
}

reads() {
  local nodes watched
  nodes=$(nodes_of 5000)
  local pods=$((nodes * 2)) example=$home/config/examples/02-fluentd-elasticsearch.yaml
  local kubeconfig=$WORK/data/kubeconfig
  postgres_up
  server_up "$nodes"
  sed 's/fluentd-elasticsearch/fluentd-second/' "$example" >"$WORK/second.yaml"
  load_test converge --kubeconfig "$kubeconfig" --nodes "$nodes" --manifest "$example"
  load_test converge --kubeconfig "$kubeconfig" --nodes "$nodes" --manifest "$WORK/second.yaml"
  load_test reads --kubeconfig "$kubeconfig" --pods "$pods" --changes 0 --runs 50 --only 'pods, JSON' --json "$WORK/lists"
  jq '.[0]' "$WORK/lists" >"$out/parts/lists.json"
  for watched in 0 "$nodes"; do
    load_test watches --kubeconfig "$kubeconfig" --node-watches "$watched" --journal "$EVERYNODE_DATABASE_URL" \
      --journal-user "$EVERYNODE_DATABASE_USER" --json "$WORK/watches"
    mv "$WORK/watches" "$out/parts/$( ((watched)) && echo node-)watches.json"
  done
  restart restart-5000 "$nodes" "$pods" ""
}

cluster() {
  local small large member size servers=() pids
  small=$(nodes_of 1000)
  large=$(nodes_of 5000)
  postgres_up
  CLUSTER=$WORK/cluster
  "$here/cluster" up 3 --directory "$CLUSTER" --port "$port" --heap 512m --database "$EVERYNODE_DATABASE_URL" 3>&-
  "$here/cluster" status --directory "$CLUSTER" | tee "$WORK/status"
  mapfile -t pids < <(sed -n 's/.*running \([0-9][0-9]*\).*/\1/p' "$WORK/status")
  for member in 1 2 3; do
    servers+=(--server "$(sed -n 's/^ *server: *"\{0,1\}\([^"]*\).*/\1/p' "$CLUSTER/$member/kubeconfig" | head -n 1)")
  done
  PIDS=("${pids[@]}" "$POSTGRES_PID")
  load_run "$WORK/cluster.json" --kubeconfig "$CLUSTER/1/kubeconfig" "${servers[@]}" "$(warmed_up "$small" 3)" \
    --nodes "$small,$large" --phases update-100 --label "three JVMs"
  for size in 1000:0 5000:1; do
    jq --argjson at "${size#*:}" '.sizes = [.sizes[$at]]' "$WORK/cluster.json" >"$out/parts/cluster-${size%:*}.json"
  done
}

# The same run with the doors closed, as they are by default, and open (plain HTTP, nobody asked), in turn, each with a
# database of its own. The figure is the median of the pairs.
doors() {
  local pair way option server
  for pair in 1 2 3; do
    for way in closed open; do
      option=() server=(--kubeconfig "$WORK/data/kubeconfig")
      [[ $way == closed ]] || option=(--insecure-http) server=(--server "http://127.0.0.1:$port")
      rm -rf "$WORK/stdin" "$WORK/postgres" "$WORK/data"
      postgres_up
      server_up 0 "" "${option[@]}"
      PIDS=("$SERVER_PID" "$POSTGRES_PID")
      load_run "$WORK/$way-$pair.json" "${server[@]}" "$(warmed_up "$(nodes_of 1000)")" --nodes "$(nodes_of 1000)" \
        --phases update-100 --label "doors $way"
      server_down TERM
      exec 3>&-
      wait "$POSTGRES" || true
      POSTGRES=
    done
  done
  jq -n '[inputs | .sizes[0].phases | map({key: .phase, value: .perSecond}) | from_entries] as $runs
    | def median: sort | .[length / 2 | floor];
      [range(0; $runs | length; 2) as $i | {closed: $runs[$i], open: $runs[$i + 1]}] as $pairs
    | {pairs: $pairs} + ([$pairs[0].closed | keys[] as $phase
        | {key: $phase, value: ([$pairs[] | .closed[$phase] / .open[$phase]] | median)}] | from_entries)' \
    "$WORK"/{closed,open}-1.json "$WORK"/{closed,open}-2.json "$WORK"/{closed,open}-3.json | tee "$out/parts/doors.json"
}

passes() {
  "$here/benchmark" Eligibility -rf json -rff "$WORK/passes"
  jq '[.[] | {key: (if .params.notIn == "0" then "plain" else "notIn" end), value: .primaryMetric.score}] | from_entries' \
    "$WORK/passes" | tee "$out/parts/passes.json"
}

measure() { # measure PART
  case $1 in
    outside-1000 | outside-15000) outside "${1#*-}" update-100 ;;
    outside-5000) outside 5000 update-100,rest,join-one --joining "$((100 / divide > 3 ? 100 / divide : 3))" --rest-seconds 60 ;;
    inside-100000)
      # As docs/operations.md has it for large fleets.
      local large="-Xms4g -Xmx4g -XX:-G1UseAdaptiveIHOP"
      inside 100000 "$(nodes_of 100000)" "$(nodes_of 100000)" "$large"
      restart restart-100000 "$(nodes_of 100000)" 0 "$large"
      ;;
    inside-*) inside "${1#*-}" "$(nodes_of 300)" "$(nodes_of 300),$(nodes_of "${1#*-}")" "" ;;
    *) "$1" ;;
  esac
}
