# Item 19: the scheduler: why a Pod waits, affinity, spread, priority and pre-emption.

item_19() {
  local only="nodeSelector: {kubernetes.io/hostname: worker-2}; terminationGracePeriodSeconds: 1"
  local cpu="resources: {requests: {cpu: "
  fresh_namespace item-19
  n create -f - >/dev/null <<<"$(requesting big 100)"
  becomes 19.1 "a Pod too big for any node says why it waits" \
    "0/5 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/master: }, 4 Insufficient cpu." \
    why_waits big
  has 19.2 "in an event, too" "FailedScheduling" "$(n get events --field-selector involvedObject.name=big)"
  n delete pod big >/dev/null

  n create -f - >/dev/null <<<"$(pod first "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {group: apart}}}]}}" |
    sed 's/^    app: first/&\n    group: apart/')
---
$(pod second "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {group: apart}}}]}}" |
    sed 's/^    app: second/&\n    group: apart/')"
  becomes 19.3 "Pods that want to be apart are" "2" nodes_of group=apart
  n create -f - >/dev/null <<<"$(pod near "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: first}}}]}}")"
  becomes 19.4 "a Pod that wants to be near another one is" "true" same_node first near

  # Topology spread: four Pods over four workers.
  local name
  for name in one two three four; do
    n create -f - >/dev/null <<<"$(pod "$name" "topologySpreadConstraints: [{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule, nodeTaintsPolicy: Honor, labelSelector: {matchLabels: {group: spread}}}]" |
      sed "s/^    app: $name/&\n    group: spread/")"
  done
  becomes 19.5 "Pods with a spread constraint go to different nodes" "4" nodes_of group=spread
  n delete pods --all --grace-period=1 >/dev/null

  k create -f - >/dev/null <<'YAML'
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: item-19-high}
value: 1000
YAML
  n create -f - >/dev/null <<<"$(requesting low 3 "$only")"
  becomes 19.6 "a Pod of low priority runs on worker-2" "low" running_pods
  n create -f - >/dev/null <<<"$(requesting high 3 "$only; priorityClassName: item-19-high")"
  becomes 19.7 "a Pod of higher priority takes its place" "high" running_pods
  has 19.8 "an event tells who was in the way" "Preempted" "$(n get events --field-selector involvedObject.name=low)"
  same 19.9 "its priority was resolved" "1000" "$(n get pod high -o 'jsonpath={.spec.priority}')"

  n create -f - >/dev/null <<<"$(daemonset critical "{}" "priorityClassName: system-node-critical" |
    sed 's/^      - name: main/&\n        resources: {requests: {cpu: "3"}}/')"
  becomes 19.10 "a critical daemon Pod takes the place of an ordinary Pod" "$WORKERS" ready_on "$NS" name=critical
  becomes 19.11 "which is gone" "" running_pods
  same 19.12 "daemon Pods carry their priority" "2000001000" \
    "$(n get pod "$(pod_at "$NS" name=critical worker-2)" -o 'jsonpath={.spec.priority}')"
  refused 19.13 "a priority class that is not there is refused" 1 \
    'Error from server (Forbidden): error when creating "STDIN": pods "lost" is forbidden: no PriorityClass with name nowhere was found' \
    n create -f - <<<"$(pod lost "priorityClassName: nowhere")"
  n delete ds critical >/dev/null
  k delete priorityclass item-19-high >/dev/null
  leave_namespace
}

# requesting NAME CPUS [POD-SPEC]: a Pod that requests so many CPUs.
requesting() { pod "$1" "${3:-terminationGracePeriodSeconds: 1}" | sed "s/^  - name: main/&\n    resources: {requests: {cpu: \"$2\"}}/"; }

# Why a Pod waits, without what the pre-emption adds.
why_waits() {
  n get pod "$1" -o json | jq -r '.status.conditions[]? | select(.type == "PodScheduled" and .status == "False") | .message' |
    sed 's/ preemption: .*//'
}

nodes_of() { n get pods -l "$1" -o json | jq '[.items[].spec.nodeName | select(.)] | unique | length'; }

same_node() {
  [[ $(n get pod "$1" "$2" -o 'jsonpath={.items[*].spec.nodeName}' | xargs -n1 | grep -c .) == 2 ]] || return 0
  [[ $(n get pod "$1" "$2" -o 'jsonpath={.items[*].spec.nodeName}' | xargs -n1 | sort -u | wc -l) == 1 ]] && echo true || echo false
}
