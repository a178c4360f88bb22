# Item 3: the control loop: missing Pods come, extra ones go, failing ones are tried again with back-off.

item_3() {
  local victim uid version
  victim=$(pod_at kube-system "$SELECT_FLUENTD" worker-1)
  uid=$(uid_of -n kube-system pod "$victim")
  succeeds 3.1 "a daemon Pod can be deleted" k -n kube-system delete pod "$victim"
  becomes 3.2 "the node has a ready Pod again" "$ALL_NODES" ready_on kube-system "$SELECT_FLUENTD"
  like 3.3 "it is another Pod" '^[0-9a-f-]{36}$' \
    "$(new=$(uid_of -n kube-system pod "$(pod_at kube-system "$SELECT_FLUENTD" worker-1)")
      [[ $new == "$uid" ]] && echo "the same Pod" || echo "$new")"
  like 3.4 "kubectl get finds the deleted one no longer" 'Error from server \(NotFound\): pods "fluentd-.*" not found' \
    "$(k -n kube-system get pod "$victim" 2>&1)"
  k -n kube-system delete pods -l "$SELECT_FLUENTD" --wait=false >/dev/null
  becomes 3.5 "all Pods deleted at once come back, one for each node" "$ALL_NODES" \
    ready_on kube-system "$SELECT_FLUENTD"

  fresh_namespace item-3
  n create -f - >/dev/null <<<"$(daemonset plain)"
  becomes 3.6 "a new DaemonSet gets its Pods" "$WORKERS" ready_on "$NS" name=plain

  # Extra: a Pod that the selector matches and nobody owns is adopted; with it the node has one too many.
  n create -f - >/dev/null <<YAML
apiVersion: v1
kind: Pod
metadata:
  name: extra
  labels:
    name: plain
spec:
  nodeName: worker-1
  terminationGracePeriodSeconds: 1
  containers:
  - name: main
    image: registry.example/plain:1
YAML
  becomes 3.7 "an extra Pod of the DaemonSet on a node is deleted" "$WORKERS" pods_on "$NS" name=plain
  n delete pod extra --ignore-not-found >/dev/null 2>&1
  n patch ds plain --type merge -p '{"spec":{"template":{"spec":{"nodeSelector":{"kubernetes.io/hostname":"worker-2"}}}}}' \
    >/dev/null
  becomes 3.8 "Pods on nodes that are no longer eligible are deleted" "worker-2" pods_on "$NS" name=plain

  # Fails three times on each node before it starts.
  version=$(version_now)
  n create -f - >/dev/null <<<"$(daemonset flaky '{everynode.io/hollow.fail-times: "3"}')"
  succeeds 3.9 "Pods that fail to start are tried again until they start" \
    n rollout status ds/flaky --timeout=90s
  same 3.10 "each node has one ready Pod in the end" "$WORKERS" "$(ready_on "$NS" name=flaky)"
  replay "/api/v1/namespaces/$NS/pods" "$version" >"$WORK/flaky.json"
  same 3.11 "each node saw three failed Pods and one that runs" \
    '["node-geektime",3,1] ["node-ituring",3,1] ["worker-1",3,1] ["worker-2",3,1]' \
    "$(jq -cn '[inputs.object | select(.metadata.labels.name == "flaky" and .spec.nodeName)]
      | group_by(.spec.nodeName)[]
      | [.[0].spec.nodeName, ([.[] | select(.status.phase == "Failed") | .metadata.uid] | unique | length),
        ([.[] | select(.status.phase == "Running") | .metadata.uid] | unique | length)]' "$WORK/flaky.json" | xargs -d '\n')"
  # Whole seconds are all that a creationTimestamp tells: waits of 1, 2 and 4 s show as at least 2 and then 3.
  same 3.12 "the waits between the tries grow" \
    "true true true true" \
    "$(jq -cn '[inputs | select(.type == "ADDED") | .object | select(.metadata.labels.name == "flaky")]
      | group_by(.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution
          .nodeSelectorTerms[0].matchFields[0].values[0])[]
      | [.[].metadata.creationTimestamp | fromdate] | sort
      | length == 4 and .[3] - .[2] >= 3 and .[3] - .[2] > .[1] - .[0]' "$WORK/flaky.json" | xargs)"
  like 3.13 "each failed Pod is told by an event" \
    'Found failed daemon pod item-3/flaky-[a-z0-9]+ on node worker-1, will try to kill it' \
    "$(n get events --field-selector reason=FailedDaemonPod -o 'jsonpath={range .items[*]}{.message}{"\n"}{end}')"
  same 3.14 "never had a node two live Pods of it" "" "$(two_at_once <"$WORK/flaky.json")"

  # An image that cannot be pulled stays visible, and is no failure of the Pod.
  n create -f - >/dev/null <<<"$(daemonset unpullable '{everynode.io/hollow.pull-error: "true"}')"
  becomes 3.15 "an image that cannot be pulled shows in the STATUS column" "4 ErrImagePull" \
    pull_errors
  does 3.16 "a corrected template heals it" "daemonset.apps/unpullable patched" \
    n patch ds unpullable --type merge -p \
    '{"spec":{"template":{"metadata":{"annotations":{"everynode.io/hollow.pull-error":"false"}}}}}'
  becomes 3.17 "and its Pods become ready" "$WORKERS" ready_on "$NS" name=unpullable
  leave_namespace
}

pull_errors() {
  n get pods -l name=unpullable --no-headers | awk '{print $3}' | sed s/ImagePullBackOff/ErrImagePull/ | sort | uniq -c | xargs
}

# From watch events on standard input: "DaemonSet UID, node" pairs that had two Pods which were neither ended nor ending.
two_at_once() {
  jq -rn 'reduce inputs as $event ({live: {}, wrong: []};
    $event.object as $pod
    | if ($pod.metadata.ownerReferences[0].kind // "") != "DaemonSet" then . else
      ($pod.metadata.ownerReferences[0].uid + " "
        + ($pod.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution
          .nodeSelectorTerms[0].matchFields[0].values[0] // $pod.spec.nodeName // "")) as $slot
      | (if $event.type == "DELETED" or $pod.metadata.deletionTimestamp != null
          or ($pod.status.phase | . == "Failed" or . == "Succeeded")
        then .live[$slot] = ((.live[$slot] // []) - [$pod.metadata.uid])
        else .live[$slot] = ((.live[$slot] // []) + [$pod.metadata.uid] | unique) end)
      | if (.live[$slot] | length) > 1 then .wrong += [$slot] else . end end)
    | .wrong | unique[]'
}
