# Item 6: the scheduler binds ordinary Pods.

item_6() {
  local i
  fresh_namespace item-6
  does 6.1 "an ordinary Pod is created" "pod/ordinary created" n create -f - <<<"$(pod ordinary)"
  succeeds 6.2 "it runs" n wait --for=condition=Ready pod/ordinary --timeout=60s
  like 6.3 "on a node that is not the master" '^(node-geektime|node-ituring|worker-1|worker-2)$' "$(node_of ordinary)"
  has 6.4 "its Scheduled event says where" \
    "Successfully assigned item-6/ordinary to $(node_of ordinary)" "$(n describe pod ordinary)"

  n create -f - >/dev/null <<<"$(pod by-name "$(affinity metadata.name In node-geektime)")"
  succeeds 6.5 "a Pod that requires metadata.name In [node-geektime] runs" \
    n wait --for=condition=Ready pod/by-name --timeout=60s
  same 6.6 "there" "node-geektime" "$(node_of by-name)"
  # By chance one Pod could land there; a handful shows that the term decides.
  for i in 1 2 3 4; do n create -f - >/dev/null <<<"$(pod "by-name-$i" "$(affinity metadata.name In node-geektime)")"; done
  n wait --for=condition=Ready pod/by-name-{1,2,3,4} --timeout=60s >/dev/null
  same 6.7 "and so does each other one" "node-geektime node-geektime node-geektime node-geektime" \
    "$(for i in 1 2 3 4; do node_of "by-name-$i"; done | xargs)"

  n create -f - >/dev/null <<<"$(pod nowhere "$(affinity metadata.name In no-such-node)")"
  becomes 6.8 "with no such node it has a FailedScheduling event that says why" \
    "0/5 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/master: }, 4 node(s) didn't match Pod's node affinity/selector." \
    failed_scheduling nowhere
  same 6.9 "it stays Pending, on no node" "nowhere 0/1 Pending 0 <none> <none>" \
    "$(n get pod nowhere -o wide --no-headers | squeeze | cut -d' ' -f1-4,6,7)"
  same 6.10 "and its condition says so, too" "False Unschedulable" \
    "$(n get pod nowhere -o 'jsonpath={.status.conditions[?(@.type=="PodScheduled")].status} {.status.conditions[?(@.type=="PodScheduled")].reason}')"

  # A label metadata.name wins over the node's name on the node that has it.
  k label node worker-1 metadata.name=aliased >/dev/null
  n create -f - >/dev/null <<<"$(pod by-label "$(affinity metadata.name In aliased)")"
  n wait --for=condition=Ready pod/by-label --timeout=60s >/dev/null
  same 6.11 "a node with a label metadata.name is found by the label" "worker-1" "$(node_of by-label)"
  n create -f - >/dev/null <<<"$(pod by-old-name "$(affinity metadata.name In worker-1)")"
  becomes 6.12 "and no longer by its name" "False Unschedulable" n get pod by-old-name \
    -o 'jsonpath={.status.conditions[?(@.type=="PodScheduled")].status} {.status.conditions[?(@.type=="PodScheduled")].reason}'
  k label node worker-1 metadata.name- >/dev/null
  succeeds 6.13 "a Pending Pod is bound once a node fits" n wait --for=condition=Ready pod/by-old-name --timeout=60s
  same 6.14 "to that node" "worker-1" "$(node_of by-old-name)"

  k taint node worker-1 dedicated=db:NoSchedule >/dev/null
  k cordon worker-2 >/dev/null
  for i in 1 2 3 4 5 6; do pod "spread-$i"; echo ---; done | n create -f - >/dev/null
  succeeds 6.15 "six more Pods run" n wait --for=condition=Ready pod/spread-{1,2,3,4,5,6} --timeout=60s
  same 6.16 "none on the tainted, the cordoned or the master node" "6" \
    "$(for i in 1 2 3 4 5 6; do node_of "spread-$i"; done | grep -cE '^(node-geektime|node-ituring)$')"
  n create -f - >/dev/null <<<"$(pod to-cordoned "nodeSelector: {kubernetes.io/hostname: worker-2}")"
  becomes 6.17 "a Pod that wants the cordoned node waits, and the event names the reasons" \
    "0/5 nodes are available: 1 node(s) had untolerated taint {dedicated: db}, 1 node(s) had untolerated taint {node-role.kubernetes.io/master: }, 1 node(s) were unschedulable, 2 node(s) didn't match Pod's node affinity/selector." \
    failed_scheduling to-cordoned
  n create -f - >/dev/null <<<"$(pod tolerant "nodeSelector: {kubernetes.io/hostname: worker-1}; tolerations: [{key: dedicated, operator: Exists}]")"
  succeeds 6.18 "a Pod that tolerates the taint runs on the tainted node" \
    n wait --for=condition=Ready pod/tolerant --timeout=60s
  k uncordon worker-2 >/dev/null
  k taint node worker-1 dedicated- >/dev/null
  succeeds 6.19 "after kubectl uncordon the waiting Pod runs" n wait --for=condition=Ready pod/to-cordoned --timeout=60s

  n create -f - >/dev/null <<YAML
apiVersion: v1
kind: Pod
metadata:
  name: huge
spec:
  containers:
  - name: main
    image: registry.example/pod:1
    resources:
      requests:
        cpu: "64"
YAML
  becomes 6.20 "a Pod that is too large for all nodes waits, and the event says why" \
    "0/5 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/master: }, 4 Insufficient cpu." \
    failed_scheduling huge
  does 6.21 "a bound Pod can be deleted" "pod \"ordinary\" deleted$(deleted_from item-6)" n delete pod ordinary
  leave_namespace
}

node_of() { n get pod "$1" -o 'jsonpath={.spec.nodeName}{"\n"}'; }

# The latest message, without what the scheduler tried after filtering.
failed_scheduling() {
  n get events --field-selector "reason=FailedScheduling,involvedObject.name=$1" -o json |
    jq -r '[.items[].message] | last // "" | sub(" preemption: .*"; "")'
}
