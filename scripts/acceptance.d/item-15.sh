# Item 15: NoExecute taints and tolerationSeconds.

item_15() {
  local here="nodeSelector: {kubernetes.io/hostname: worker-1}; terminationGracePeriodSeconds: 1" begun daemon
  local upkeep="key: upkeep, operator: Exists, effect: NoExecute"
  fresh_namespace item-15
  n create -f - >/dev/null <<<"$(daemonset steady "{}" "tolerations: [{operator: Exists}]")"
  n create -f - >/dev/null <<<"$(daemonset passing)"
  n create -f - >/dev/null <<<"$(pod plain "$here")
---
$(pod patient "$here; tolerations: [{$upkeep, tolerationSeconds: 4}]")
---
$(pod lasting "$here; tolerations: [{$upkeep}]")
---
$(pod saved "$here; tolerations: [{$upkeep, tolerationSeconds: 3600}]")"
  becomes 15.1 "four Pods run on worker-1" "lasting patient plain saved" running_pods
  becomes 15.2 "and the daemon Pods" "$WORKERS" ready_on "$NS" name=passing
  becomes 15.3 "all of them" "$ALL_NODES" ready_on "$NS" name=steady
  daemon=$(pod_at "$NS" name=steady worker-1)
  has 15.4 "Pods tolerate an unreachable node for 300 s" "node.kubernetes.io/unreachable:NoExecute op=Exists for 300s" \
    "$(n describe pod plain)"
  k taint node worker-1 upkeep=now:NoExecute >/dev/null
  begun=$SECONDS
  becomes 15.5 "what does not tolerate the taint goes at once" "lasting patient saved" running_pods
  becomes 15.6 "the daemon Pod without a toleration, too" "node-geektime node-ituring worker-2" pods_on "$NS" name=passing
  becomes 15.7 "what tolerates it for 4 s goes then" "lasting saved" running_pods
  same 15.8 "not before" "true" "$( ((SECONDS - begun >= 3)) && echo true || echo "after $((SECONDS - begun)) s")"
  same 15.9 "the daemon Pod that tolerates everything stays" "$daemon" "$(pod_at "$NS" name=steady worker-1)"
  has 15.10 "an event tells why" "TaintManagerEviction" "$(n get events --field-selector involvedObject.name=plain)"
  k taint node worker-1 upkeep- >/dev/null
  becomes 15.11 "without the taint the daemon Pod returns" "$WORKERS" ready_on "$NS" name=passing
  same 15.12 "what still tolerated it was saved" "lasting saved" "$(running_pods)"
  leave_namespace
}

# The ordinary Pods of the item that run and do not end.
running_pods() {
  n get pods -l app -o json | jq -r '[.items[] | select(.status.phase == "Running" and .metadata.deletionTimestamp == null)
    | .metadata.name] | sort | join(" ")'
}
