# Item 14: a broken image stops at the budget, says which nodes it waits for, and is undone without touching the rest.

item_14() {
  local before stuck
  fresh_namespace item-14
  n create -f - >/dev/null <<<"$(daemonset broken "{}" "tolerations: [{operator: Exists}]" |
    strategy "{rollingUpdate: {maxUnavailable: 40%}}")"
  succeeds 14.1 "a DaemonSet runs" n rollout status ds/broken --timeout=60s
  becomes 14.2 "and says that it is available and up to date" "Available True, Progressing True" conditions broken
  before=$(names_on name=broken)
  n patch ds broken --type merge -p '{"spec":{"template":{"metadata":{"annotations":
    {"everynode.io/hollow.pull-error":"true"}},"spec":{"containers":[{"name":"main","image":"registry.example/no-such:1"}]}}}}' \
    >/dev/null
  becomes 14.3 "the rollout stops after 40 % of five nodes" "2 3" progress broken
  stuck=$(names_on name=broken | awk '{print $1}' | grep -vxFf <(n get pods -l name=broken -o json |
    jq -r '.items[] | select(.spec.containers[0].image != "registry.example/no-such:1") | .spec.nodeName') | xargs)
  same 14.4 "the first two nodes by name" "master node-geektime" "$stuck"
  becomes 14.5 "the Progressing condition names them and why" "true" names_blockers broken
  becomes 14.6 "and so does kubectl describe" "true" describe_names_blockers broken
  same 14.7 "the healthy Pods are as they were" "$(grep -Ev '^(master|node-geektime) ' <<<"$before")" \
    "$(names_on name=broken | grep -Ev '^(master|node-geektime) ')"
  n rollout undo ds/broken >/dev/null
  succeeds 14.8 "undo heals it" n rollout status ds/broken --timeout=60s
  becomes 14.9 "on all nodes" "$ALL_NODES" ready_on "$NS" name=broken
  same 14.10 "without restarting a healthy Pod" "$(grep -Ev '^(master|node-geektime) ' <<<"$before")" \
    "$(names_on name=broken | grep -Ev '^(master|node-geektime) ')"
  before=$(names_on name=broken)
  runs n rollout undo ds/broken --to-revision="$(revision_numbers | awk '{print $NF}')"
  same 14.11 "an undo to the present template restarts nothing" "$before" "$(names_on name=broken)"
  leave_namespace
}

# conditions NAME: type and status of each condition, by type.
conditions() {
  n get ds "$1" -o json | jq -r '[.status.conditions[]? | "\(.type) \(.status)"] | sort | join(", ")'
}

names_blockers() {
  n get ds "$1" -o json | jq -r '[.status.conditions[]? | select(.type == "Progressing") | .message
    | contains("master") and contains("node-geektime") and test("ErrImagePull|ImagePullBackOff")] | first // false'
}

describe_names_blockers() {
  local text
  text=$(n describe ds "$1" | sed -n '/^Events:/,$p')
  [[ $text == *master* && $text == *node-geektime* && $text =~ ErrImagePull|ImagePullBackOff ]] && echo true || echo false
}
