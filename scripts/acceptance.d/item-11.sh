# Item 11: maxUnavailable 2 over five nodes: two, two, one, in the order of the nodes' names.

item_11() {
  local never='{"spec":{"template":{"metadata":{"annotations":{"everynode.io/hollow.never-ready":"true"}}}}}'
  fresh_namespace item-11
  n create -f - >/dev/null <<<"$(daemonset stepping "{}" "tolerations: [{operator: Exists}]" |
    strategy "{rollingUpdate: {maxUnavailable: 2}}")"
  becomes 11.1 "a DaemonSet runs on five nodes" "$ALL_NODES" ready_on "$NS" name=stepping

  # Each new Pod is held back until it is told to become ready, so that the rollout is stepped by hand.
  n patch ds stepping --type merge -p "$never" >/dev/null
  becomes 11.2 "two nodes are updated first" "2 3" progress stepping
  same 11.3 "the first ones by name" "master node-geektime" "$(held_on stepping)"
  like 11.4 "kubectl rollout status waits" 'timed out waiting for the condition' \
    "$(n rollout status ds/stepping --timeout=2s 2>&1)"
  same 11.5 "no third node is touched meanwhile" "2 3" "$(progress stepping)"
  let_ready stepping
  becomes 11.6 "then two more" "4 3" progress stepping
  same 11.7 "the next ones by name" "node-ituring worker-1" "$(held_on stepping)"
  let_ready stepping
  becomes 11.8 "then the last one" "5 4" progress stepping
  same 11.9 "which is the last by name" "worker-2" "$(held_on stepping)"
  let_ready stepping
  succeeds 11.10 "and the rollout ends" n rollout status ds/stepping --timeout=60s
  leave_namespace
}

# progress NAME: how many nodes have the new revision, and how many are available.
progress() { n get ds "$1" -o 'jsonpath={.status.updatedNumberScheduled} {.status.numberAvailable}'; }

# held_on NAME: nodes whose Pod is held back.
held_on() {
  json -n "$NS" pods -l "name=$1" | jq -r '[.items[] | select(.metadata.deletionTimestamp == null)
    | select(.metadata.annotations["everynode.io/hollow.never-ready"]) | .spec.nodeName] | sort | join(" ")'
}

let_ready() { n annotate pods -l "name=$1" everynode.io/hollow.never-ready- >/dev/null 2>&1; }
