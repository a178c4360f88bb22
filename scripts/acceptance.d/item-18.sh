# Item 18: a node that goes silent, and returns. The grace period is the default of 40 s.

item_18() {
  local daemon here="nodeSelector: {kubernetes.io/hostname: worker-1}; terminationGracePeriodSeconds: 1"
  local PATIENCE=$((PATIENCE + 60))
  fresh_namespace item-18
  n create -f - >/dev/null <<<"$(daemonset resident "{}" "tolerations: [{operator: Exists}]")"
  n create -f - >/dev/null <<<"$(daemonset plain)"
  n create -f - >/dev/null <<<"$(pod leaving "$here; tolerations: [{key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 2}]")
---
$(pod waiting "$here")"
  becomes 18.1 "daemon Pods run" "$ALL_NODES $WORKERS" both_ready
  becomes 18.2 "and two ordinary Pods on worker-1" "leaving waiting" running_pods
  daemon=$(pod_at "$NS" name=resident worker-1)
  like 18.3 "the node renews its lease" '^[0-9]{4}-' "$(k -n kube-node-lease get lease worker-1 -o 'jsonpath={.spec.renewTime}')"
  k annotate node worker-1 everynode.io/hollow.vanish=true >/dev/null
  becomes 18.4 "a silent node becomes Unknown after its grace" "NotReady Unknown" ready_words worker-1
  becomes 18.5 "and is tainted as unreachable" "node.kubernetes.io/unreachable:NoExecute node.kubernetes.io/unreachable:NoSchedule" \
    unreachable_taints worker-1
  becomes 18.6 "its daemon Pod counts as unavailable" "1" n get ds resident -o 'jsonpath={.status.numberUnavailable}'
  becomes 18.7 "one that does not tolerate the taint counts it as misscheduled" "1" \
    n get ds plain -o 'jsonpath={.status.numberMisscheduled}'
  becomes 18.8 "the Pod that tolerates this for 2 s is evicted" "waiting" alive
  same 18.9 "the Pod with the usual 300 s is not" "waiting" "$(alive)"
  same 18.10 "and the daemon Pod stays" "$daemon" "$(pod_at "$NS" name=resident worker-1)"
  k annotate node worker-1 everynode.io/hollow.vanish- >/dev/null
  becomes 18.11 "when the node returns it is Ready" "Ready True" ready_words worker-1
  becomes 18.12 "the taints go" "" unreachable_taints worker-1
  becomes 18.13 "what was to end ends" "waiting" names_of_all
  becomes 18.14 "and the daemon Pod is ready again" "$ALL_NODES $WORKERS" both_ready
  same 18.15 "the same one" "$daemon" "$(pod_at "$NS" name=resident worker-1)"
  leave_namespace
}

both_ready() { echo "$(ready_on "$NS" name=resident) $(ready_on "$NS" name=plain)"; }

ready_words() {
  json node "$1" | jq -r '.status.conditions[] | select(.type == "Ready") | (if .status == "True" then "Ready " else "NotReady " end) + .status'
}

unreachable_taints() {
  json node "$1" | jq -r '[.spec.taints[]? | select(.key == "node.kubernetes.io/unreachable") | "\(.key):\(.effect)"] | sort | join(" ")'
}

# Ordinary Pods that nobody has asked to end.
alive() { n get pods -l app -o json | jq -r '[.items[] | select(.metadata.deletionTimestamp == null) | .metadata.name] | sort | join(" ")'; }

names_of_all() { n get pods -l app -o json | jq -r '[.items[].metadata.name] | sort | join(" ")'; }
