# Item 4: a node that joins gets its Pod; a node that is deleted loses it.

node_manifest() {
  local none="{}"
  cat <<YAML
apiVersion: v1
kind: Node
metadata:
  name: $1
  labels:
    kubernetes.io/hostname: $1
  annotations: ${2:-$none}
YAML
}

PLAYED='{everynode.io/hollow: "true"}'

item_4() {
  # Nobody plays this node: it stays not ready, which only Pods with a wide toleration bear.
  does 4.1 "a Node object can be created" "node/silent created" k create -f - <<<"$(node_manifest silent)"
  becomes 4.2 "exactly one network-plugin Pod is made for it" "1" count_for silent network-plugin
  same 4.3 "and none of fluentd, which does not tolerate a node that is not ready" "0" \
    "$(count_for silent fluentd-elasticsearch)"
  like 4.4 "the Pod is Pending, and an event says why" 'FailedScheduling.*nodes are available' \
    "$(k -n kube-system get events --field-selector reason=FailedScheduling --no-headers | squeeze)"
  does 4.5 "it can be deleted" "node \"silent\" deleted" k delete node silent
  becomes 4.6 "and its Pod goes with it" "0" count_for silent network-plugin

  # The annotation asks the hollow nodes' fleet to play its kubelet.
  does 4.7 "a node that a kubelet plays joins" "node/late-1 created" k create -f - <<<"$(node_manifest late-1 "$PLAYED")"
  succeeds 4.8 "it becomes Ready" k wait --for=condition=Ready node/late-1 --timeout=60s
  becomes 4.9 "fluentd gets a ready Pod there" "late-1 $ALL_NODES" ready_on kube-system "$SELECT_FLUENTD"
  becomes 4.10 "the network plugin, too" "late-1 $ALL_NODES" ready_on kube-system name=network-plugin
  becomes 4.11 "the DaemonSet counts it" "6 6 6 6 6" counts kube-system fluentd-elasticsearch
  succeeds 4.12 "kubectl deletes it" k delete node late-1
  becomes 4.13 "its Pods go" "0 0" both_for late-1
  becomes 4.14 "the DaemonSet counts it no longer" "5 5 5 5 5" counts kube-system fluentd-elasticsearch

  succeeds 4.15 "one of the first nodes can be deleted" k delete node worker-2
  becomes 4.16 "its Pods go" "0 0" both_for worker-2
  same 4.17 "it does not join again by itself" 'Error from server (NotFound): nodes "worker-2" not found' \
    "$(k get node worker-2 2>&1)"
  succeeds 4.18 "created again it joins again" k create -f - <<<"$(node_manifest worker-2 "$PLAYED")"
  becomes 4.19 "and gets its Pod again" "$ALL_NODES" ready_on kube-system "$SELECT_FLUENTD"
}

# Pods of a DaemonSet in kube-system that are on a node or made for it: count_for NODE NAME
count_for() {
  json -n kube-system pods -l "name=$2" | jq --arg node "$1" '[.items[] | select(.spec.nodeName == $node
    or .spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution
      .nodeSelectorTerms[0].matchFields[0].values[0] == $node)] | length'
}

both_for() { echo "$(count_for "$1" fluentd-elasticsearch) $(count_for "$1" network-plugin)"; }

# DESIRED CURRENT READY UP-TO-DATE AVAILABLE
counts() { k -n "$1" get ds "$2" --no-headers | awk '{print $2, $3, $4, $5, $6}'; }
