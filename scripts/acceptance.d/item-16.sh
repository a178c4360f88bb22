# Item 16: kubectl drain, and the eviction that it uses.

item_16() {
  local daemon other
  fresh_namespace item-16
  n create -f - >/dev/null <<<"$(daemonset staying)"
  n create -f - >/dev/null <<<"$(pod going "nodeSelector: {kubernetes.io/hostname: worker-2}; terminationGracePeriodSeconds: 1")"
  becomes 16.1 "a daemon Pod runs on each worker" "$WORKERS" ready_on "$NS" name=staying
  becomes 16.2 "and an ordinary Pod on worker-2" "going" running_pods
  daemon=$(pod_at "$NS" name=staying worker-2)
  runs k drain worker-2 --ignore-daemonsets --timeout=30s
  like 16.3 "kubectl drain refuses a Pod without a controller" "cannot delete .*(declare no controller|not managed by)" "$ERR"
  runs k drain worker-2 --ignore-daemonsets --force --timeout=60s
  like 16.4 "with --force it evicts it" "^0 .*pod/going evicted.*node/worker-2 drained" "$RC $(one_line "$OUT")"
  like 16.5 "and lets daemon Pods be" "[Ii]gnoring DaemonSet-managed Pods:.*item-16/$daemon" "$ERR"
  same 16.6 "they run on" "$daemon" "$(pod_at "$NS" name=staying worker-2)"
  same 16.7 "the node is cordoned" "true" "$(k get node worker-2 -o 'jsonpath={.spec.unschedulable}')"
  has 16.8 "the Pod was evicted, not just deleted" "EvictionByEvictionAPI" \
    "$(replay "/api/v1/namespaces/$NS/pods" "$(version_of_namespace)" | jq -c '.object.status.conditions[]?')"
  k uncordon worker-2 >/dev/null

  other=$(pod_at "$NS" name=staying worker-1)
  runs k create --raw "/api/v1/namespaces/$NS/pods/$other/eviction" -f - <<<"{\"apiVersion\":\"policy/v1\",\"kind\":\"Eviction\",\"metadata\":{\"name\":\"$other\",\"namespace\":\"$NS\"}}"
  same 16.9 "a daemon Pod that is evicted by name" "0 Success" "$RC $ERR$(jq -r .status <<<"$OUT")"
  becomes 16.10 "comes back under another name" "true" other_name "$other"
  becomes 16.11 "and is ready" "$WORKERS" ready_on "$NS" name=staying
  leave_namespace
}

# Of the item's namespace when it was made.
version_of_namespace() { k get namespace "$NS" -o 'jsonpath={.metadata.resourceVersion}'; }

other_name() {
  local now
  now=$(pod_at "$NS" name=staying worker-1)
  [[ -n $now && $now != "$1" ]] && echo true || echo "$now"
}
