# Item 5: taints, cordon, tolerations, nodeSelector and required nodeAffinity.

item_5() {
  local before
  fresh_namespace item-5
  before=$(uid_of -n kube-system pod "$(pod_at kube-system "$SELECT_FLUENTD" worker-1)")
  does 5.1 "kubectl taint works" "node/worker-1 tainted" k taint node worker-1 dedicated=db:NoSchedule
  n create -f - >/dev/null <<<"$(daemonset after-taint)"
  becomes 5.2 "a new DaemonSet stays away from the tainted node, and without toleration from the master" \
    "node-geektime node-ituring worker-2" ready_on "$NS" name=after-taint
  becomes 5.3 "and counts three nodes" "3 3 3 3 3" counts "$NS" after-taint
  same 5.4 "a Pod that was on the node before stays" "$before" \
    "$(uid_of -n kube-system pod "$(pod_at kube-system "$SELECT_FLUENTD" worker-1)")"
  becomes 5.5 "it now counts as misscheduled" "1" \
    k -n kube-system get ds fluentd-elasticsearch -o 'jsonpath={.status.numberMisscheduled}'
  n create -f - >/dev/null <<<"$(daemonset tolerant "{}" \
    "tolerations: [{key: dedicated, operator: Equal, value: db, effect: NoSchedule}]")"
  becomes 5.6 "a DaemonSet that tolerates the taint runs there" "$WORKERS" ready_on "$NS" name=tolerant
  k -n kube-system delete pod "$(pod_at kube-system "$SELECT_FLUENTD" worker-1)" >/dev/null
  becomes 5.7 "a deleted Pod does not come back to the tainted node" "4 0" \
    k -n kube-system get ds fluentd-elasticsearch \
    -o 'jsonpath={.status.currentNumberScheduled} {.status.numberMisscheduled}'
  same 5.8 "so its node has none" "master node-geektime node-ituring worker-2" \
    "$(pods_on kube-system "$SELECT_FLUENTD")"
  does 5.9 "the taint can be taken off again" "node/worker-1 untainted" k taint node worker-1 dedicated=db:NoSchedule-
  becomes 5.10 "then Pods come" "$ALL_NODES" ready_on kube-system "$SELECT_FLUENTD"
  becomes 5.11 "of each DaemonSet" "$WORKERS" ready_on "$NS" name=after-taint

  does 5.12 "kubectl cordon works" "node/worker-2 cordoned" k cordon worker-2
  same 5.13 "the node shows as cordoned" "Ready,SchedulingDisabled" \
    "$(k get node worker-2 --no-headers | awk '{print $2}')"
  becomes 5.14 "and has the taint for it" "node.kubernetes.io/unschedulable NoSchedule" \
    k get node worker-2 -o 'jsonpath={.spec.taints[*].key} {.spec.taints[*].effect}'
  n create -f - >/dev/null <<<"$(daemonset after-cordon)"
  becomes 5.15 "it still gets its daemon Pod" "$WORKERS" ready_on "$NS" name=after-cordon
  does 5.16 "kubectl uncordon works" "node/worker-2 uncordoned" k uncordon worker-2
  becomes 5.17 "and the taint goes" "" k get node worker-2 -o 'jsonpath={.spec.taints}'

  # Without the master toleration, and with it again.
  k -n kube-system patch ds fluentd-elasticsearch --type json \
    -p '[{"op":"remove","path":"/spec/template/spec/tolerations"}]' >/dev/null
  becomes 5.18 "without the master toleration the master has no fluentd" "$WORKERS" \
    ready_on kube-system "$SELECT_FLUENTD"
  k apply -f "$FLUENTD_MANIFEST" >/dev/null
  becomes 5.19 "kubectl apply brings the toleration back, and the Pod" "$ALL_NODES" \
    ready_on kube-system "$SELECT_FLUENTD"
  succeeds 5.20 "and that rollout ends" k -n kube-system rollout status ds/fluentd-elasticsearch --timeout=60s

  k label node node-ituring worker-1 disk=ssd >/dev/null
  n create -f - >/dev/null <<<"$(daemonset selecting "{}" "nodeSelector: {disk: ssd}")"
  becomes 5.21 "a nodeSelector selects nodes" "node-ituring worker-1" ready_on "$NS" name=selecting
  k label node node-ituring disk- >/dev/null
  becomes 5.22 "a node that loses the label loses the Pod" "worker-1" pods_on "$NS" name=selecting
  k label node worker-2 disk=ssd >/dev/null
  becomes 5.23 "a node that gets the label gets a Pod" "worker-1 worker-2" ready_on "$NS" name=selecting
  n create -f - >/dev/null <<<"$(daemonset choosing "{}" "$(affinity disk Exists)")"
  becomes 5.24 "a required nodeAffinity (Exists) selects nodes" "worker-1 worker-2" ready_on "$NS" name=choosing
  n create -f - >/dev/null <<<"$(daemonset avoiding "{}" "$(affinity kubernetes.io/hostname NotIn "worker-1, node-ituring")")"
  becomes 5.25 "a required nodeAffinity (NotIn) keeps nodes out" "node-geektime worker-2" \
    ready_on "$NS" name=avoiding
  n create -f - >/dev/null <<<"$(daemonset nowhere "{}" "nodeSelector: {no: such}")"
  becomes 5.26 "a DaemonSet that no node fits wants none" "0 0 0 0 0" counts "$NS" nowhere
  k label node worker-1 worker-2 disk- >/dev/null

  k taint node worker-1 broken=yes:NoExecute >/dev/null
  becomes 5.27 "a NoExecute taint evicts what does not tolerate it" "node-geektime node-ituring worker-2" \
    pods_on "$NS" name=after-taint
  k taint node worker-1 broken- >/dev/null
  becomes 5.28 "and lets it return afterwards" "$WORKERS" ready_on "$NS" name=after-taint
  leave_namespace
  becomes 5.29 "fluentd is everywhere in the end" "$ALL_NODES" ready_on kube-system "$SELECT_FLUENTD"
}
