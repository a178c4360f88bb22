# Item 10: kill -9 while clients write, then start again.

KILLS=${KILLS:-5}

item_10() {
  local round version writers pid last=0 new
  k create namespace item-10 >/dev/null
  NS=item-10
  n create -f - >/dev/null <<<"$(daemonset survivor '{everynode.io/hollow.ready-delay: "20ms"}')"
  n rollout status ds/survivor --timeout=60s >/dev/null
  : >"$WORK/acknowledged"

  for ((round = 1; round <= KILLS; round++)); do
    version=$(version_now)
    # Two clients create ConfigMaps one after the other; each line that kubectl prints is an acknowledged object. A
    # third changes the template again and again, so that Pods are being replaced all the time.
    writers=()
    for pid in a b; do
      many_configmaps "$round-$pid" | n create -f - \
        -o 'jsonpath={.metadata.name} {.metadata.uid} {.metadata.resourceVersion}{"\n"}' \
        >"$WORK/round-$round-$pid" 2>/dev/null &
      writers+=($!)
    done
    restarts "$round" >"$WORK/restarts-$round" 2>/dev/null &
    writers+=($!)
    comes_true "10.$round.1" "round $round: clients write and a rollout runs" enough_written "$round"
    end_server KILL
    for pid in "${writers[@]}"; do
      kill "$pid" 2>/dev/null || true
      wait "$pid" 2>/dev/null || true
    done
    cat "$WORK/round-$round-a" "$WORK/round-$round-b" | grep -E '^cm-[^ ]+ [^ ]+ [0-9]+$' >>"$WORK/acknowledged" || true
    tail -n 1 "$WORK/restarts-$round" >"$WORK/restart-$round"

    comes_true "10.$round.2" "round $round: after kill -9 it starts again" start_server
    k get configmaps -n "$NS" -o json |
      jq -r '.items[].metadata | "\(.name) \(.uid) \(.resourceVersion)"' | sort >"$WORK/found"
    same "10.$round.3" "round $round: every acknowledged object is there, unchanged ($(wc -l <"$WORK/acknowledged") so far)" \
      "" "$(sort "$WORK/acknowledged" | comm -23 - "$WORK/found")"
    same "10.$round.4" "round $round: the last acknowledged template is there, or a later one" "true" "$(template_survived "$round")"

    last=$(awk '{print $3}' "$WORK/acknowledged" | sort -n | tail -n 1)
    new=$(n create configmap "after-$round" -o 'jsonpath={.metadata.resourceVersion}')
    same "10.$round.5" "round $round: resourceVersions go on growing" "true" "$( ((new > last)) && echo true || echo "$new after $last")"

    # What a watch from the version before tells must be what was acknowledged since, once each and in order.
    replay "/api/v1/namespaces/$NS/configmaps" "$version" >"$WORK/resumed"
    same "10.$round.6" "round $round: a watch resumes from a version seen before the kill and misses nothing" "" \
      "$(grep "^cm-$round-" "$WORK/acknowledged" | awk '{print $1, $3}' | sort |
        comm -23 - <(jq -r 'select(.type == "ADDED") | .object.metadata | "\(.name) \(.resourceVersion)"' "$WORK/resumed" | sort))"
    same "10.$round.7" "round $round: in the order of versions, each once" "true" \
      "$(jq -cn '[inputs.object.metadata.resourceVersion | tonumber] | . == (. | unique) and length > 0' "$WORK/resumed")"

    becomes "10.$round.8" "round $round: the rollout ends, with one ready Pod on each node" "$WORKERS 4 4" survivors
    replay /api/v1/pods "$version" >"$WORK/pods-resumed"
    same "10.$round.9" "round $round: at no version had a node two Pods of one DaemonSet" "" "$(two_at_once <"$WORK/pods-resumed")"
    same "10.$round.10" "round $round: fluentd is on each node" "$ALL_NODES" "$(pods_on kube-system "$SELECT_FLUENTD")"
  done
  leave_namespace
}

# One List of many ConfigMaps, more than a round lasts.
many_configmaps() {
  jq -n --arg round "$1" '{apiVersion: "v1", kind: "List", items: [range(4000)
    | {apiVersion: "v1", kind: "ConfigMap", metadata: {name: "cm-\($round)-\(.)"}, data: {n: "\(.)"}}]}'
}

# Each line is the generation of an acknowledged change, with the image it set.
restarts() {
  local i
  for ((i = 1; i <= 200; i++)); do
    n patch ds survivor --type merge \
      -p "{\"spec\":{\"template\":{\"metadata\":{\"annotations\":{\"round\":\"$1.$i\"}}}}}" \
      -o 'jsonpath={.metadata.generation}{"\n"}' || return 0
    n rollout status ds/survivor --timeout=3s >/dev/null || true
  done
}

# Enough of everything is under way; each round stops somewhere else.
enough_written() {
  (($(wc -l <"$WORK/round-$1-a") >= 20 + 17 * $1)) && (($(wc -l <"$WORK/round-$1-b") >= 20)) &&
    (($(wc -l <"$WORK/restarts-$1") >= 1 + $1 % 3))
}

template_survived() {
  local acknowledged now
  acknowledged=$(<"$WORK/restart-$1")
  now=$(n get ds survivor -o 'jsonpath={.metadata.generation}')
  if [[ $acknowledged =~ ^[0-9]+$ ]] && ((now >= acknowledged)); then echo true; else echo "$now after $acknowledged"; fi
}

survivors() {
  echo "$(ready_on "$NS" name=survivor) $(n get ds survivor -o 'jsonpath={.status.updatedNumberScheduled} {.status.numberAvailable}')"
}
