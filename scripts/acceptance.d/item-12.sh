# Item 12: maxSurge: the new Pod is ready before the old one goes; never two of one revision on a node.

item_12() {
  local version
  fresh_namespace item-12
  n create -f - >/dev/null <<<"$(daemonset surging "{}" "tolerations: [{operator: Exists}]" |
    strategy "{rollingUpdate: {maxSurge: 2, maxUnavailable: 0}}")"
  succeeds 12.1 "a DaemonSet with maxSurge 2 runs" n rollout status ds/surging --timeout=60s
  becomes 12.2 "on five nodes" "$ALL_NODES" ready_on "$NS" name=surging
  version=$(version_now)
  n set image ds/surging main=registry.example/surging:2 >/dev/null
  succeeds 12.3 "a new image rolls out" n rollout status ds/surging --timeout=90s
  becomes 12.4 "with one Pod on each node in the end" "$ALL_NODES" pods_on "$NS" name=surging
  replay "/api/v1/namespaces/$NS/pods" "$version" >"$WORK/surging.json"
  same 12.5 "no node was ever without a ready Pod" "5" "$(surge_facts <"$WORK/surging.json" | jq .fewestReady)"
  same 12.6 "never more than two new Pods were not ready" "true" \
    "$(surge_facts <"$WORK/surging.json" | jq '.mostUnready <= 2 and .mostUnready > 0')"
  same 12.7 "never had a node two live Pods of one revision, nor three" "[]" \
    "$(surge_facts <"$WORK/surging.json" | jq -c .wrong)"

  # A surge that cannot succeed takes nothing down.
  n patch ds surging --type merge -p \
    '{"spec":{"template":{"metadata":{"annotations":{"everynode.io/hollow.pull-error":"true"}}}}}' >/dev/null
  becomes 12.8 "a broken image stops after two nodes, where it stands beside the old Pod" \
    "master master node-geektime node-geektime node-ituring worker-1 worker-2" pods_on "$NS" name=surging
  same 12.9 "with all nodes still served" "$ALL_NODES" "$(ready_on "$NS" name=surging)"
  n rollout undo ds/surging >/dev/null
  becomes 12.10 "undo takes the broken Pods away" "$ALL_NODES" pods_on "$NS" name=surging

  runs n create -f - <<<"$(daemonset ported "{}" "tolerations: []" | strategy "{rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}" |
    sed 's/^      - name: main/&\n        ports: [{containerPort: 80, hostPort: 18080}]/')"
  like 12.11 "hostPort together with maxSurge is warned of" 'Warning: .*hostPort.*maxSurge|Warning: .*maxSurge.*hostPort' "$ERR"
  leave_namespace
}

# From watch events that began with all five ready.
surge_facts() {
  jq -n '
    def node: .spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchFields[0].values[0];
    reduce (inputs | select(.object.metadata.labels.name == "surging")) as $event
      ({pods: {}, fewestReady: 5, mostUnready: 0, wrong: []};
      $event.object as $pod
      | if $event.type == "DELETED" or $pod.metadata.deletionTimestamp != null then del(.pods[$pod.metadata.uid])
        else .pods[$pod.metadata.uid] = {node: ($pod | node), revision: $pod.metadata.labels["controller-revision-hash"],
          ready: any($pod.status.conditions[]?; .type == "Ready" and .status == "True")} end
      | ([.pods[]] | group_by(.node)) as $nodes
      | .seen = ((.seen // {}) + ([$nodes[] | select(any(.ready)) | {(.[0].node): true}] | add // {}))
      | (.lost // {}) as $lost
      | .lost = ($lost + ([.seen | keys[]] - [$nodes[] | select(any(.ready)) | .[0].node] | map({(.): true}) | add // {}))
      | .mostUnready = ([.mostUnready, ([.pods[] | select(.ready | not)] | length)] | max)
      | .wrong += [$nodes[] | select(length > 2 or (map(.revision) | unique | length) < length) | .[0].node])
    | {fewestReady: (5 - (.lost | length)), mostUnready, wrong: (.wrong | unique)}'
}
