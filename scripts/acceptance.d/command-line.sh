# The command line: what it says when something is wrong, how it starts and how it stops. Numbers begin with 0.

everynode() {
  (cd "$ROOT" && timeout 120 mvn -q compile exec:java -Dexec.args="$*" </dev/null)
}

launcher() { timeout 120 "$ROOT/scripts/everynode" "$@" </dev/null; }

# fails_in_one_line N.M TEXT REGEX COMMAND...: a non-zero exit and one line on standard error that says why.
fails_in_one_line() {
  local number=$1 text=$2 regex=$3
  shift 3
  runs "$@"
  if ((RC != 0 && RC < 124)) && [[ -z $OUT && $ERR != *$'\n'* && $ERR =~ $regex ]]; then
    pass "$number" "$text"
  else
    fail "$number" "$text" "a non-zero exit and one line like: $regex" "$RC $OUT $ERR"
  fi
}

command_line() {
  local taken other held
  launcher --version >/dev/null 2>&1 || true # it builds on first use
  runs launcher --help
  like 0.1 "--help shows the commands" '^0 Usage: everynode .*server' "$RC $OUT"
  runs launcher server --help
  like 0.2 "server --help shows the flags" '^0 .*--apply.*--config.*--data-dir.*--hollow-nodes.*--port' \
    "$RC $(grep -oE -- '--(apply|config|data-dir|hollow-nodes|port)' <<<"$OUT" | sort -u | xargs)"
  runs launcher --version
  like 0.3 "--version shows it" '^0 Everynode [0-9]+\.[0-9]+' "$RC $OUT"
  runs everynode --version
  like 0.4 "mvn -q compile exec:java takes arguments" '^0 Everynode [0-9]+\.[0-9]+' "$RC $OUT"

  fails_in_one_line 0.5 "a bad flag" "^everynode: Unknown option: '--no-such-flag'" launcher server --no-such-flag
  fails_in_one_line 0.6 "a bad value" "^everynode: .*--port.*'many'" launcher server --port many
  fails_in_one_line 0.7 "a port out of range" '^everynode: --port must be 0 to 65535, not 70000' launcher server --port 70000
  fails_in_one_line 0.8 "an unknown command" "^everynode: .*'serve'" launcher serve

  echo 'everynode { database { kind = ' >"$WORK/broken.conf"
  fails_in_one_line 0.9 "a broken config file" '^everynode: broken configuration: .*broken.conf' \
    launcher server --config "$WORK/broken.conf" --data-dir "$WORK/none"
  echo 'everynode.databse.kind = h2' >"$WORK/unknown.conf"
  fails_in_one_line 0.10 "an unknown setting" '^everynode: broken configuration: .*unknown setting everynode.databse.kind' \
    launcher server --config "$WORK/unknown.conf" --data-dir "$WORK/none"
  fails_in_one_line 0.11 "a config file that is not there" '^everynode: cannot read configuration file .*no-such.conf' \
    launcher server --config "$WORK/no-such.conf" --data-dir "$WORK/none"
  echo 'nodes: [{nome: x}]' >"$WORK/nodes.yaml"
  fails_in_one_line 0.12 "a broken topology" '^everynode: hollow nodes: .*nome' \
    launcher server --hollow-nodes "$WORK/nodes.yaml" --data-dir "$WORK/none"
  fails_in_one_line 0.13 "a manifest that is not there" '^everynode: cannot read manifest .*no-such.yaml' \
    launcher server --apply "$WORK/no-such.yaml" --data-dir "$WORK/none"
  echo '{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: x}, sepc: {}}' >"$WORK/wrong.yaml"
  fails_in_one_line 0.14 "a wrong manifest" '^everynode: manifest .*wrong.yaml.*unknown field "sepc"' \
    launcher server --apply "$WORK/wrong.yaml" --data-dir "$WORK/none"
  local away
  away=$(free_port)
  EVERYNODE_DATABASE_URL=jdbc:postgresql://127.0.0.1:$(free_port)/none setsid "$ROOT/scripts/everynode" server \
    --config "$ROOT/config/postgres.conf" --port "$away" --data-dir "$WORK/none" >"$WORK/waiting" 2>&1 </dev/null &
  comes_true 0.15 "a database that is not there is waited for" \
    grep -qE '^Waiting: database postgresql://127\.0\.0\.1:[0-9]+/none is not reachable' "$WORK/waiting"
  same 0.15 "meanwhile requests get 503" 503 \
    "$(curl -s -o "$WORK/stderr" -w "%{http_code}" --cacert "$WORK/none/pki/ca.crt" "https://127.0.0.1:$away/api/v1/nodes")"
  kill $!
  wait $! 2>/dev/null

  # A small server of its own: no nodes, a manifest of its own, by the launcher.
  taken=$(free_port)
  daemonset small >"$WORK/small.yaml"
  echo '{apiVersion: v1, kind: ConfigMap, metadata: {name: small}}' >"$WORK/small-too.yaml"
  SERVER_DIR=$WORK
  SERVER_COMMAND=("$ROOT/scripts/everynode" server --port "$taken" --data-dir small --hollow-nodes 0
    --apply "$WORK/small.yaml" --apply "$WORK/small-too.yaml")
  comes_true 0.16 "the launcher starts a server, from any directory" start_server
  DATA=$WORK/small
  like 0.17 "it tells address and kubeconfig" "^Everynode ready: https://127.0.0.1:$taken, kubeconfig small/kubeconfig\$" \
    "$(grep ^Everynode "$SERVER_OUT")"
  does 0.18 "--hollow-nodes 0 has none" "" k get nodes -o name
  same 0.19 "--apply is repeatable" "daemonset.apps/small configmap/small" "$(k get ds,cm -A -o name | grep -v kube-root-ca.crt | xargs)"
  same 0.20 "the kubeconfig is its owner's alone" "600" "$(stat -c %a "$DATA/kubeconfig")"
  other=$(free_port)
  fails_in_one_line 0.21 "a locked data directory" \
    '^everynode: the data directory .*small is in use by another Everynode \(process [0-9]+\)' \
    launcher server --port "$other" --data-dir "$DATA"
  fails_in_one_line 0.22 "a used port" "^everynode: .*$taken" \
    launcher server --port "$taken" --data-dir "$WORK/second"
  held=$(k get --raw /version | jq -r .gitVersion)
  like 0.23 "the first server goes on unharmed" '^v1\.' "$held"

  # Another client's watch is open meanwhile.
  k get configmaps -A -w >"$WORK/open-watch" 2>&1 &
  await grep -q small "$WORK/open-watch"
  local begun=$SECONDS
  end_server INT
  same 0.24 "Ctrl-C stops it" "130" "$RC"
  same 0.25 "in less than ten seconds" "true" "$( ((SECONDS - begun < 10)) && echo true || echo "$((SECONDS - begun)) s")"
  wait %% 2>/dev/null || true
  like 0.26 "it says so and nothing else" $'\nStopping[^\n]*$' "$(<"$SERVER_OUT")"
  same 0.27 "without a complaint in its log" "" "$(grep -E ' (WARN|ERROR) ' "$DATA/everynode.log" || true)"
  comes_true 0.28 "it starts again on the same data" start_server
  same 0.29 "which are still there" "daemonset.apps/small configmap/small" "$(k get ds,cm -A -o name | grep -v kube-root-ca.crt | xargs)"
  end_server TERM
  same 0.30 "SIGTERM stops it, too" "143" "$RC"

  # A number of nodes, no manifests, any free port; in a terminal, so that the live table shows.
  SERVER_COMMAND=(script -qefc "$ROOT/scripts/everynode server --port 0 --data-dir terminal --hollow-nodes 3 --apply $ROOT/config/examples" /dev/null)
  TERM=xterm comes_true 0.31 "it starts in a terminal" start_server
  DATA=$WORK/terminal
  comes_true 0.32 "and shows that everything has converged" grep -q 'All nodes and DaemonSets have converged' "$SERVER_OUT"
  same 0.33 "--hollow-nodes 3 has three" "3" "$(k get nodes -o name | wc -l)"
  like 0.34 "the terminal saw a live table" \
    'DAEMONSET +DESIRED +CURRENT +READY +UP-TO-DATE +AVAILABLE.*kube-system/network-plugin +3 +3 +3 +3 +3' \
    "$(tr -d '\r' <"$SERVER_OUT")"
  kill -INT "$(<"$DATA/lock")"
  RC=0
  wait "$SERVER_PID" || RC=$?
  SERVER_PID=
  same 0.35 "Ctrl-C ends it there, too" "130" "$RC"
}
