# Item 7: a changed template makes a new ControllerRevision and rolls out, one Pod at a time.

item_7() {
  local version revisions
  fresh_namespace item-7
  n create -f - >/dev/null <<<"$(daemonset rolling "{}" "tolerations: [{operator: Exists}]")"
  succeeds 7.1 "the first rollout ends" n rollout status ds/rolling --timeout=60s
  same 7.2 "there is one ControllerRevision" "1" "$(revision_numbers)"
  does 7.3 "kubectl rollout history lists it" "daemonset.apps/rolling 
REVISION  CHANGE-CAUSE
1         <none>" n rollout history ds/rolling

  version=$(version_now)
  does 7.4 "kubectl set image works" "daemonset.apps/rolling image updated" \
    n set image ds/rolling main=registry.example/rolling:2
  runs n rollout status ds/rolling --timeout=90s
  like 7.5 "kubectl rollout status tells how it proceeds" \
    'Waiting for daemon set "rolling" rollout to finish: [0-4] out of 5 new pods have been updated\.\.\.' "$OUT"
  like 7.6 "and that it ends" 'daemon set "rolling" successfully rolled out$' "$RC $OUT"
  same 7.7 "all Pods have the new image" "5 registry.example/rolling:2" "$(images)"
  same 7.8 "there are two ControllerRevisions" "1 2" "$(revision_numbers)"
  revisions=$(n get controllerrevisions --sort-by=.revision --no-headers | awk '{print $1, $2, $3}')
  like 7.9 "kubectl get shows their columns" \
    '^rolling-[a-z0-9]+ daemonset.apps/rolling 1
rolling-[a-z0-9]+ daemonset.apps/rolling 2$' "$revisions"
  same 7.10 "each Pod carries the hash of its revision" \
    "$(awk 'NR == 2 {sub("rolling-", "", $1); print $1}' <<<"$revisions")" \
    "$(n get pods -l name=rolling -o json | jq -r '[.items[].metadata.labels["controller-revision-hash"]] | unique[]')"

  replay "/api/v1/namespaces/$NS/pods" "$version" >"$WORK/rolling.json"
  same 7.11 "never more than one Pod was unavailable" "4 of 5 at worst, 5 replaced" \
    "$(availability rolling <"$WORK/rolling.json")"
  same 7.12 "the DaemonSet's own count never said otherwise" "1" \
    "$(replay "/apis/apps/v1/namespaces/$NS/daemonsets" "$version" |
      jq -n '[inputs.object.status.numberUnavailable // 0] | max')"
  same 7.13 "no node had two live Pods at any time" "" "$(two_at_once <"$WORK/rolling.json")"

  n annotate ds rolling kubernetes.io/change-cause="image 3" >/dev/null
  n set image ds/rolling main=registry.example/rolling:3 >/dev/null
  succeeds 7.14 "a third revision rolls out" n rollout status ds/rolling --timeout=90s
  does 7.15 "kubectl rollout history lists all three, with the change cause" "daemonset.apps/rolling 
REVISION  CHANGE-CAUSE
1         <none>
2         <none>
3         image 3" n rollout history ds/rolling
  has 7.16 "kubectl rollout history --revision shows a template" "registry.example/rolling:2" \
    "$(n rollout history ds/rolling --revision=2)"
  does 7.17 "kubectl rollout undo --to-revision works" "daemonset.apps/rolling rolled back" \
    n rollout undo ds/rolling --to-revision=1
  succeeds 7.18 "and rolls out" n rollout status ds/rolling --timeout=90s
  same 7.19 "the first image is back" "5 registry.example/rolling:1" "$(images)"
  same 7.20 "the first revision is now the latest" "2 3 4" "$(revision_numbers)"
  same 7.21 "under its old name" "$(awk 'NR == 1 {print $1}' <<<"$revisions")" \
    "$(n get controllerrevisions --sort-by=.revision --no-headers | awk 'END {print $1}')"
  does 7.22 "kubectl rollout undo without a number goes back by one" "daemonset.apps/rolling rolled back" \
    n rollout undo ds/rolling
  succeeds 7.23 "and rolls out" n rollout status ds/rolling --timeout=90s
  same 7.24 "the image before is back" "5 registry.example/rolling:3" "$(images)"
  refused 7.25 "undo to a revision that is not there is refused" 1 "error: unable to find specified revision 77 in history" \
    n rollout undo ds/rolling --to-revision=77
  does 7.26 "kubectl rollout restart works" "daemonset.apps/rolling restarted" n rollout restart ds/rolling
  succeeds 7.27 "and replaces the Pods" n rollout status ds/rolling --timeout=90s
  same 7.28 "all carry the time of the restart" "5" "$(n get pods -l name=rolling -o json |
    jq '[.items[] | select(.metadata.annotations["kubectl.kubernetes.io/restartedAt"])] | length')"

  # A bad image stops the rollout after one Pod: the budget is used up.
  n patch ds rolling --type merge \
    -p '{"spec":{"template":{"metadata":{"annotations":{"everynode.io/hollow.never-ready":"true"}}}}}' >/dev/null
  becomes 7.29 "a Pod that does not become ready holds up the rollout" "1 4" \
    n get ds rolling -o 'jsonpath={.status.updatedNumberScheduled} {.status.numberAvailable}'
  like 7.30 "kubectl rollout status gives up in the time it is told" 'timed out waiting for the condition' \
    "$(n rollout status ds/rolling --timeout=2s 2>&1)"
  same 7.31 "still only one is unavailable" "4" "$(ready_on "$NS" name=rolling | wc -w)"
  n rollout undo ds/rolling >/dev/null
  succeeds 7.32 "undo ends it well" n rollout status ds/rolling --timeout=90s
  becomes 7.33 "with all Pods ready" "$ALL_NODES" ready_on "$NS" name=rolling
  leave_namespace
}

revision_numbers() { n get controllerrevisions -o json | jq -r '[.items[].revision] | sort | map(tostring) | join(" ")'; }

images() { n get pods -l name=rolling -o 'jsonpath={range .items[*]}{.spec.containers[0].image}{"\n"}{end}' | sort | uniq -c | xargs; }

# From the events of a watch that began with all five ready: the fewest that were ready and not ending at any event.
availability() {
  jq -rn --arg name "$1" '
    reduce (inputs | select(.object.metadata.labels.name == $name)) as $event ({down: {}, new: {}, worst: 0};
      $event.object as $pod
      | ($pod.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution
          .nodeSelectorTerms[0].matchFields[0].values[0]) as $node
      | ($event.type != "DELETED" and $pod.metadata.deletionTimestamp == null
          and any($pod.status.conditions[]?; .type == "Ready" and .status == "True")) as $ready
      | if $ready then .down |= del(.[$node]) | .new[$node] = true else .down[$node] = true end
      | .worst = ([.worst, (.down | length)] | max))
    | "\(5 - .worst) of 5 at worst, \(.new | length) replaced"'
}
