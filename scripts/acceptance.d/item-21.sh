# Item 21: a broken image stops at the budget, the DaemonSet says where and why, and undoing it restarts no healthy Pod.

# A condition as "status reason": condition DAEMONSET TYPE
condition() { n get ds "$1" -o json | jq -r --arg type "$2" '.status.conditions[]? | select(.type == $type) | "\(.status) \(.reason)"'; }

# Its message, with the Pods' own suffixes left out.
message() {
  n get ds "$1" -o json | jq -r --arg type "$2" '.status.conditions[]? | select(.type == $type) | .message' |
    sed -E "s/$1-[a-z0-9]{11}/$1-X/g"
}

pod_names() { n get pods -l "name=$1" -o name | sort; }

item_21() {
  local before healthy
  fresh_namespace item-21
  n create -f - >/dev/null <<<"$(daemonset blocked "{}" "tolerations: [{operator: Exists}]")"
  n patch ds blocked -p '{"spec":{"updateStrategy":{"rollingUpdate":{"maxUnavailable":2}}}}' >/dev/null
  succeeds 21.1 "a DaemonSet is rolled out" n rollout status ds/blocked --timeout=60s
  becomes 21.2 "its conditions tell so" "True NodesUpdated" condition blocked Progressing
  same 21.3 "and that enough nodes are served" "True MinimumNodesAvailable" "$(condition blocked Available)"
  before=$(pod_names blocked)

  n patch ds blocked -p '{"spec":{"template":{"metadata":{"annotations":{"everynode.io/hollow.pull-error":"true"}}}}}' >/dev/null
  becomes 21.4 "a template that cannot be pulled blocks its rollout" "False RolloutBlocked" condition blocked Progressing
  becomes 21.5 "the condition names the nodes and the reason" \
    "2 of 5 nodes updated, 3 wait for a turn; waiting for: master (Pod blocked-X is not ready: ImagePullBackOff), node-geektime (Pod blocked-X is not ready: ImagePullBackOff)" \
    message blocked Progressing
  same 21.6 "no more than maxUnavailable are down" "True MinimumNodesAvailable 2" \
    "$(condition blocked Available) $(n get ds blocked -o 'jsonpath={.status.numberUnavailable}')"
  like 21.7 "kubectl describe shows it" 'Warning +RolloutBlocked .*daemonset-controller +2 of 5 nodes updated.*waiting for: master' \
    "$(n describe ds blocked)"
  same 21.8 "as one Event" "1" \
    "$(n get events --field-selector reason=RolloutBlocked,involvedObject.name=blocked --no-headers | wc -l)"
  healthy=$(comm -12 <(echo "$before") <(pod_names blocked))
  same 21.9 "three Pods were not touched" "3" "$(wc -l <<<"$healthy")"

  does 21.10 "it is undone" "daemonset.apps/blocked rolled back" n rollout undo ds/blocked
  succeeds 21.11 "and that rolls out" n rollout status ds/blocked --timeout=60s
  same 21.12 "healthy Pods kept their names" "$healthy" "$(comm -12 <(echo "$before") <(pod_names blocked))"
  becomes 21.13 "the conditions tell so" "True NodesUpdated" condition blocked Progressing
  same 21.14 "the revision was used again" "2 3" "$(revision_numbers)"
  runs n rollout undo ds/blocked --to-revision=3
  becomes 21.15 "going back to the current template changes nothing" "2 3" revision_numbers

  n create -f - >/dev/null <<<"$(daemonset huge)"
  n patch ds huge --type=json -p \
    '[{"op":"add","path":"/spec/template/spec/containers/0/resources","value":{"requests":{"cpu":"1000"}}}]' >/dev/null
  becomes 21.16 "a Pod that does not fit is told on the DaemonSet" "True FailedPlacement" condition huge PlacementFailure
  like 21.17 "with its node and what is missing" '^the Pod does not fit on [0-9]+ nodes?: .*Insufficient cpu' \
    "$(message huge PlacementFailure)"
  like 21.18 "and as an Event" 'Warning +FailedPlacement .*Insufficient cpu' "$(n describe ds huge)"

  runs n patch ds huge --type=json -p \
    '[{"op":"add","path":"/spec/template/spec/containers/0/ports","value":[{"containerPort":80,"hostPort":8080}]},
      {"op":"replace","path":"/spec/updateStrategy/rollingUpdate","value":{"maxUnavailable":0,"maxSurge":1}}]'
  like 21.19 "maxSurge with a hostPort is accepted with a warning" '^0 Warning: .*maxSurge: .*hostPort 8080/TCP' "$RC $ERR"
}
