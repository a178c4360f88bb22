# An Engine, a server and an agent, and looks at them. Sourced by ../agent-test after ../lib.sh.

EVERYNODE=${EVERYNODE:-$ROOT/scripts/everynode}
NODE_NAME=docker-1
bridge=evagent$$
ENGINE_PID=
AGENT_PID=
ITEM=
RECORDER_PID=

skip() { echo "agent-test: skipped: $*"; exit 0; }
failed() {
  echo "FAILED $ITEM: $*" >&2
  return 1
}

docker() { command docker -H "unix://$WORK/docker.sock" "$@"; }
# Never longer than that, whatever hangs.
k() { timeout "$PATIENCE" "$KUBECTL" --kubeconfig "$WORK/data/kubeconfig" "$@"; }

make_bridge() {
  # A bridge of its own: another Engine on this machine may have the usual one.
  ip link add "$bridge" type bridge && ip addr add "172.30.$((RANDOM % 250)).1/24" dev "$bridge" && ip link set "$bridge" up
}

start_engine() {
  dockerd --storage-driver overlay2 --data-root "$WORK/engine" --exec-root "$WORK/exec" --pidfile "$WORK/dockerd.pid" \
    -H "unix://$WORK/docker.sock" --bridge "$bridge" >>"$WORK/dockerd.log" 2>&1 &
  ENGINE_PID=$!
  for ((i = 0; i < 300; i++)); do
    docker version >/dev/null 2>&1 && return
    kill -0 "$ENGINE_PID" 2>/dev/null || return 1
    sleep 0.2
  done
  return 1
}

stop_engine() {
  kill "$ENGINE_PID"
  wait "$ENGINE_PID" 2>/dev/null || true
  ENGINE_PID=
}

# busybox with all that it can do, as an image: no registry is needed.
make_image() {
  local busybox applet
  mkdir -p "$WORK/deb" "$WORK/root/bin" "$WORK/root/tmp" "$WORK/root/etc"
  busybox=$(command -v busybox || true)
  if [[ -z $busybox ]] || ! "$busybox" --list | grep -qx httpd; then
    (cd "$WORK/deb" && apt-get download -qq busybox-static >/dev/null 2>&1) || return 1
    dpkg -x "$WORK"/deb/busybox-static_*.deb "$WORK/deb"
    busybox=$WORK/deb/bin/busybox
  fi
  cp "$busybox" "$WORK/root/bin/busybox"
  for applet in $("$busybox" --list); do [[ -e $WORK/root/bin/$applet ]] || ln -s busybox "$WORK/root/bin/$applet"; done
  echo root:x:0:0:root:/:/bin/sh >"$WORK/root/etc/passwd"
  tar -C "$WORK/root" -c . | docker import - busybox:v1 >/dev/null
  docker tag busybox:v1 busybox:v2
}

# With TLS, authentication and roles; it wants to know nodes by their certificates. The agent joins, and may what a node may.
start_server() {
  printf '%s\n' 'everynode.api-server.tls.mode = on' 'everynode.authentication.mode = required' \
    'everynode.api-server.kubelet.verify-certificates = true' >"$WORK/server.conf"
  launch "$WORK/server.out" "$EVERYNODE" server --port "$API_PORT" --data-dir "$WORK/data" --hollow-nodes 0 \
    --apply none --config "$WORK/server.conf"
}

stop_server() {
  kill "$SERVER_PID"
  wait "$SERVER_PID" 2>/dev/null || true
  SERVER_PID=
}

start_agent() {
  local before
  before=$(grep -c 'is ready: Pods run at' "$WORK/agent.out" 2>/dev/null || true)
  # Once: later it has what it was given then.
  [[ -f $WORK/join ]] || (
    umask 077
    "$EVERYNODE" token create --kubeconfig "$WORK/data/kubeconfig" --for 1h --join >"$WORK/join"
    grep -oE '[a-z0-9]{6}\.[a-z0-9]{16}' "$WORK/join" >"$WORK/token"
  )
  # shellcheck disable=SC2046 # words
  "$EVERYNODE" agent --node-name "$NODE_NAME" --token-file "$WORK/token" $(grep -oE -- '--(server|ca-hash) [^ ]+' "$WORK/join") \
    --docker-host "unix://$WORK/docker.sock" --root-dir "$WORK/node" --pod-logs "$WORK/logs" \
    --address 127.0.0.1 --port "$NODE_PORT" --verbose >>"$WORK/agent.out" 2>&1 </dev/null &
  AGENT_PID=$!
  [[ ${1:-} == later ]] || soon more "${before:-0}" grep -c 'is ready: Pods run at' "$WORK/agent.out"
}

kill_agent() {
  kill "-${1:-9}" "$AGENT_PID"
  wait "$AGENT_PID" 2>/dev/null || true
  AGENT_PID=
}

is() { [[ $("${@:2}") == "$1" ]]; }
like() { [[ $("${@:2}" 2>&1) =~ $1 ]]; }
more() { (($("${@:2}") > $1)); }

# expect TEXT EXPECTED COMMAND...: at once.
expect() {
  local text=$1 wanted=$2 out
  shift 2
  out=$("$@" 2>&1) || out="$out (exit code $?)"
  [[ $out == "$wanted" ]] || failed "$text: expected \"$wanted\", got \"$out\" of $*"
}
# becomes TEXT EXPECTED COMMAND...: soon.
becomes() {
  local text=$1 wanted=$2 out
  shift 2
  out=$(soon_prints "$wanted" "$@")
  [[ $out == "$wanted" ]] || failed "$text: expected \"$wanted\", got \"$out\" of $*"
}
matches() {
  local text=$1 regex=$2
  shift 2
  soon like "$regex" "$@" >/dev/null || failed "$text: no \"$regex\" in \"$("$@" 2>&1)\" of $*"
}

# get POD JSONPATH
get() { k get pod "$1" -o "jsonpath={$2}"; }
state() { get "$1" ".status.containerStatuses[0].$2"; }
running() { becomes "$1 runs" Running get "$1" .status.phase; }
ready() { becomes "$1 is Ready" True get "$1" '.status.conditions[?(@.type=="Ready")].status'; }
events() { k get events --field-selector "involvedObject.name=$1" -o 'jsonpath={range .items[*]}{.reason} {.message}{"\n"}{end}'; }
# of POD CONTAINER: IDs of those that run.
of() { docker ps -q --no-trunc --filter "label=io.kubernetes.pod.name=$1" --filter "label=io.kubernetes.container.name=$2"; }
count() { of "$@" | wc -l; }
of_any() { docker ps -aq --no-trunc --filter "label=io.kubernetes.pod.name=$1" --filter "label=io.kubernetes.container.name=$2"; }
all_of() { docker ps -aq --no-trunc --filter "label=io.kubernetes.pod.name=$1"; }
node_ready() { k get node "$NODE_NAME" -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}'; }
in_pod() { k exec "$1" -- sh -c "$2"; }
drop() { k delete pod "$@" --grace-period=1 --wait=false >/dev/null 2>&1; }

# Of each container that ran: when it began and ended, by Pod and name, for no_two_at_once.
record_runs() {
  docker events --filter type=container --filter event=start --filter event=die --format \
    '{{.TimeNano}} {{.Action}} {{.ID}} {{index .Actor.Attributes "io.kubernetes.pod.uid"}} {{index .Actor.Attributes "io.kubernetes.container.name"}}' \
    >>"$WORK/runs" 2>/dev/null &
  RECORDER_PID=$!
}

# No two containers of one name of a Pod have run at a time.
no_two_at_once() {
  local wrong
  wrong=$(sort -n "$WORK/runs" | awk 'NF == 5 {
    key = $4 " " $5
    if ($2 == "die") { if (runs[key] == $3) delete runs[key] }
    else { if (key in runs && runs[key] != $3) print "two at once: " key; runs[key] = $3; starts++ }
  } END { if (!starts) print "nothing was recorded" }')
  [[ -z $wrong ]] || failed "$wrong"
}
