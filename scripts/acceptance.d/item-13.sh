# Item 13: OnDelete: a new template reaches a node only when somebody deletes its Pod there.

item_13() {
  local before
  fresh_namespace item-13
  n create -f - >/dev/null <<<"$(daemonset manual "{}" "tolerations: [{operator: Exists}]" | strategy "{type: OnDelete}")"
  becomes 13.1 "a DaemonSet runs" "$ALL_NODES" ready_on "$NS" name=manual
  before=$(names_on name=manual)
  n set image ds/manual main=registry.example/manual:2 >/dev/null
  becomes 13.2 "the new template is seen" "2 2" \
    n get ds manual -o 'jsonpath={.metadata.generation} {.status.observedGeneration}'
  same 13.3 "there is a revision for it" "1 2" "$(revision_numbers)"
  same 13.4 "and no Pod was touched" "$before" "$(names_on name=manual)"
  n delete pod "$(pod_at "$NS" name=manual worker-1)" >/dev/null
  becomes 13.5 "a deleted Pod returns" "$ALL_NODES" ready_on "$NS" name=manual
  same 13.6 "with the new image" "registry.example/manual:2" \
    "$(n get pod "$(pod_at "$NS" name=manual worker-1)" -o 'jsonpath={.spec.containers[0].image}')"
  becomes 13.7 "and counts as the only one updated" "1" \
    n get ds manual -o 'jsonpath={.status.updatedNumberScheduled}'
  same 13.8 "the others are as they were" "$(grep -v '^worker-1 ' <<<"$before")" \
    "$(names_on name=manual | grep -v '^worker-1 ')"
  leave_namespace
}
