# Checks and servers for scripts/acceptance. Sourced by it; every path and setting comes from there, and waits from
# scripts/lib.sh.

# --- checks: each prints one line "ok N.M text" or "FAILED N.M text (expected …, got …)" ---

PASSED=0
FAILED=0
FAILURES=()

one_line() {
  local text=${1//$'\n'/ ⏎ }
  ((${#text} > 700)) && text="${text:0:700}…"
  printf '%s' "${text:-nothing}"
}

pass() {
  PASSED=$((PASSED + 1))
  printf 'ok %s %s\n' "$1" "$2"
}

# fail N.M TEXT EXPECTED GOT
fail() {
  FAILED=$((FAILED + 1))
  local line
  line="FAILED $1 $2 (expected $(one_line "$3"), got $(one_line "$4"))"
  FAILURES+=("[$TOUR] $line")
  printf '%s\n' "$line"
}

# same N.M TEXT EXPECTED GOT: word for word.
same() {
  if [[ $3 == "$4" ]]; then pass "$1" "$2"; else fail "$@"; fi
}

# like N.M TEXT REGEX GOT: an extended regular expression that matches somewhere.
like() {
  if [[ $4 =~ $3 ]]; then pass "$1" "$2"; else fail "$1" "$2" "something like: $3" "$4"; fi
}

# has N.M TEXT PART GOT: the part occurs, word for word.
has() {
  if [[ $4 == *"$3"* ]]; then pass "$1" "$2"; else fail "$1" "$2" "…$3…" "$4"; fi
}

# runs COMMAND...: keeps exit code, standard output and standard error in RC, OUT and ERR.
runs() {
  RC=0
  OUT=$("$@" 2>"$WORK/stderr") || RC=$?
  ERR=$(<"$WORK/stderr")
}

# does N.M TEXT EXPECTED-STDOUT COMMAND...: exit code 0 and exactly that output.
does() {
  local number=$1 text=$2 expected=$3
  shift 3
  runs "$@"
  same "$number" "$text" "0 $expected" "$RC $OUT${ERR:+ $ERR}"
}

# succeeds N.M TEXT COMMAND...: exit code 0.
succeeds() {
  local number=$1 text=$2
  shift 2
  runs "$@"
  if ((RC == 0)); then pass "$number" "$text"; else fail "$number" "$text" "exit code 0" "$RC $OUT $ERR"; fi
}

# refused N.M TEXT EXIT-CODE EXPECTED-STDERR COMMAND...: fails with exactly that message.
refused() {
  local number=$1 text=$2 code=$3 expected=$4
  shift 4
  runs "$@"
  same "$number" "$text" "$code $expected" "$RC $ERR${OUT:+ $OUT}"
}

# becomes N.M TEXT EXPECTED COMMAND...: sooner or later the command prints that; looks again until PATIENCE ends.
becomes() {
  local number=$1 text=$2 expected=$3 got
  shift 3
  got=$(soon_prints "$expected" "$@")
  if [[ $got == "$expected" ]]; then pass "$number" "$text"; else fail "$number" "$text" "$expected within $PATIENCE s" "$got"; fi
}

# comes_true N.M TEXT COMMAND...: sooner or later the command succeeds.
comes_true() {
  local number=$1 text=$2
  shift 2
  if await "$@"; then pass "$number" "$text"; else fail "$number" "$text" "true within $PATIENCE s: $*" "$(<"$WORK/soon")"; fi
}

# await COMMAND...: until it succeeds; fails when PATIENCE ends. Counts nothing.
await() { soon "$@" >/dev/null; }

# --- kubectl ---

# Of the whole cluster; no call of it goes on for ever.
k() { timeout 120 "$KUBECTL" --kubeconfig "$DATA/kubeconfig" "$@"; }

# In the present item's own namespace.
n() { k -n "$NS" "$@"; }

# Columns separated by single blanks, without blanks at the ends of lines.
squeeze() { sed -E 's/[[:space:]]+/ /g; s/ $//'; }

# The header line of a kubectl table.
header() { k "$@" 2>&1 | head -n 1 | squeeze; }

json() { k get "$@" -o json; }

# The item's own namespace.
NS=default

# Nodes that a DaemonSet's live Pods are on, in order, one word each: pods_on NAMESPACE SELECTOR
pods_on() {
  json -n "$1" pods -l "$2" |
    jq -r '[.items[] | select(.metadata.deletionTimestamp == null) | .spec.nodeName // "<none>"] | sort | join(" ")'
}

# The same, Ready ones only.
ready_on() {
  json -n "$1" pods -l "$2" | jq -r '[.items[] | select(.metadata.deletionTimestamp == null)
    | select(any(.status.conditions[]?; .type == "Ready" and .status == "True")) | .spec.nodeName] | sort | join(" ")'
}

# The name of the live Pod on a node: pod_at NAMESPACE SELECTOR NODE
pod_at() {
  json -n "$1" pods -l "$2" |
    jq -r --arg node "$3" '.items[] | select(.metadata.deletionTimestamp == null and .spec.nodeName == $node)
      | .metadata.name'
}

uid_of() { k get "$@" -o 'jsonpath={.metadata.uid}'; }

# What a watch from a version tells, one JSON text a line: replay PATH VERSION
replay() { k get --raw "$1?watch=1&resourceVersion=$2&timeoutSeconds=2" 2>/dev/null || true; }

# The version that a list of all Pods has now.
version_now() { k get --raw /api/v1/pods?limit=1 | jq -r .metadata.resourceVersion; }

# A DaemonSet's manifest: daemonset NAME [TEMPLATE-ANNOTATIONS [POD-SPEC]], both as one line of YAML.
daemonset() {
  local none="{}"
  cat <<YAML
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: $1
spec:
  selector:
    matchLabels:
      name: $1
  template:
    metadata:
      labels:
        name: $1
      annotations: ${2:-$none}
    spec:
      ${3:-restartPolicy: Always}
      terminationGracePeriodSeconds: 1
      containers:
      - name: main
        image: registry.example/$1:1
YAML
}

# An ordinary Pod: pod NAME [POD-SPEC]; "; " separates the lines of its YAML.
pod() {
  local lines=${2:-terminationGracePeriodSeconds: 1}
  cat <<YAML
apiVersion: v1
kind: Pod
metadata:
  name: $1
  labels:
    app: $1
spec:
  ${lines//; /$'\n  '}
  containers:
  - name: main
    image: registry.example/pod:1
YAML
}

# affinity KEY OPERATOR [VALUES]: a required nodeAffinity with one expression, in one line of YAML.
affinity() {
  local terms="[{matchExpressions: [{key: $1, operator: $2${3:+, values: [$3]}}]}]"
  echo "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: $terms}}}"
}

# Every node here, in order.
ALL_NODES="master node-geektime node-ituring worker-1 worker-2"
WORKERS="node-geektime node-ituring worker-1 worker-2"

# --- servers ---

SERVER_OUT=

# start_server: in SERVER_DIR, by SERVER_COMMAND; returns when it says that it is ready, else fails.
start_server() {
  SERVER_OUT=$(mktemp "$WORK/server.XXXXXX")
  local begun
  begun=$(date +%s%3N)
  launch "$SERVER_OUT" env --chdir="$SERVER_DIR" "${SERVER_COMMAND[@]}" || return 1
  START_TIME=$(($(date +%s%3N) - begun))
}

# end_server SIGNAL: ends it and keeps its exit code in RC.
end_server() {
  RC=0
  [[ -n $SERVER_PID ]] || return 0
  kill "-$1" "$SERVER_PID" 2>/dev/null || true
  local deadline=$((SECONDS + 60))
  while kill -0 "$SERVER_PID" 2>/dev/null && ((SECONDS < deadline)); do
    sleep 0.1
  done
  if kill -KILL "$SERVER_PID" 2>/dev/null; then
    echo "The server outlived signal $1 by 60 s and was killed" >&2
  fi
  wait "$SERVER_PID" 2>/dev/null || RC=$?
  SERVER_PID=
}

POSTGRES_DIR=

as_postgres() { if ((EUID == 0)); then runuser -u postgres -- "$@"; else "$@"; fi; }

# A PostgreSQL of our own with an empty database, on a free port of the loopback address.
start_postgres() {
  local bin port
  bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
  [[ -x $bin/initdb ]] || { echo "PostgreSQL's initdb is missing (Debian: postgresql)" >&2; return 1; }
  POSTGRES_BIN=$bin
  POSTGRES_DIR=$(mktemp -d /tmp/everynode-postgres.XXXXXX)
  ((EUID != 0)) || chown postgres "$POSTGRES_DIR"
  port=$(free_port)
  (
    cd "$POSTGRES_DIR"
    as_postgres "$bin/initdb" -D "$POSTGRES_DIR/db" -U everynode -A trust -E UTF8 --no-locale
    as_postgres "$bin/pg_ctl" -D "$POSTGRES_DIR/db" -w -l "$POSTGRES_DIR/log" \
      -o "-p $port -k $POSTGRES_DIR -c listen_addresses=127.0.0.1" start
    as_postgres "$bin/createdb" -h 127.0.0.1 -p "$port" -U everynode everynode
  ) >"$WORK/postgres.out" 2>&1 || { cat "$WORK/postgres.out" >&2; return 1; }
  export EVERYNODE_DATABASE_URL="jdbc:postgresql://127.0.0.1:$port/everynode"
  export EVERYNODE_DATABASE_USER=everynode EVERYNODE_DATABASE_PASSWORD=
}

stop_postgres() {
  [[ -n $POSTGRES_DIR ]] || return 0
  (cd "$POSTGRES_DIR" && as_postgres "$POSTGRES_BIN/pg_ctl" -D "$POSTGRES_DIR/db" -m immediate stop) \
    >/dev/null 2>&1 || true
  rm -rf "$POSTGRES_DIR"
  POSTGRES_DIR=
  unset EVERYNODE_DATABASE_URL EVERYNODE_DATABASE_USER EVERYNODE_DATABASE_PASSWORD
}

# fresh_namespace NAME: one for an item of its own.
fresh_namespace() {
  NS=$1
  k create namespace "$NS" >/dev/null
}

leave_namespace() {
  k delete namespace "$NS" --timeout=60s >/dev/null
  NS=default
}

# strategy YAML: a DaemonSet's manifest on standard input gets this updateStrategy, one line of YAML.
strategy() { sed "0,/^spec:/s//spec:\n  updateStrategy: $1/"; }

# Node names with the names and UIDs of a DaemonSet's live Pods, one line each: names_on SELECTOR
names_on() {
  json -n "$NS" pods -l "$1" | jq -r '[.items[] | select(.metadata.deletionTimestamp == null)
    | "\(.spec.nodeName) \(.metadata.name) \(.metadata.uid)"] | sort[]'
}
