# Item 1: the fluentd-elasticsearch manifest, applied with kubectl, gets one Pod on each eligible node.

SELECT_FLUENTD=name=fluentd-elasticsearch
FLUENTD_MANIFEST=$ROOT/config/examples/02-fluentd-elasticsearch.yaml

item_1() {
  # The default start has applied config/examples. Its history, told by a watch from the first version on, shows that
  # fluentd waited for the network on each node.
  if [[ $TOUR_START == fresh ]]; then
    does 1.1 "the network plugin was ready on each node before fluentd came there" "$(tr ' ' '\n' <<<"$ALL_NODES")" \
      network_came_first
  fi

  does 1.2 "the fluentd DaemonSet of the default start can be deleted" \
    'daemonset.apps "fluentd-elasticsearch" deleted'"$(deleted_from kube-system)" \
    k -n kube-system delete daemonset fluentd-elasticsearch
  becomes 1.3 "its Pods go with it" "" pods_on kube-system "$SELECT_FLUENTD"
  does 1.4 "kubectl apply creates it from the manifest" \
    "daemonset.apps/fluentd-elasticsearch created" k apply -f "$FLUENTD_MANIFEST"
  succeeds 1.5 "kubectl rollout status sees it through" \
    k -n kube-system rollout status daemonset/fluentd-elasticsearch --timeout=60s
  like 1.6 "rollout status ends with kubectl's sentence" \
    'daemon set "fluentd-elasticsearch" successfully rolled out$' "$OUT"
  same 1.7 "each node has exactly one Pod, the master included" "$ALL_NODES" \
    "$(pods_on kube-system "$SELECT_FLUENTD")"
  same 1.8 "all of them are Running and ready" \
    "1/1 Running 1/1 Running 1/1 Running 1/1 Running 1/1 Running" \
    "$(k -n kube-system get pods -l "$SELECT_FLUENTD" --no-headers | awk '{print $2, $3}' | xargs)"
  same 1.9 "the DaemonSet's own columns agree" \
    "fluentd-elasticsearch 5 5 5 5 5 <none>" \
    "$(k -n kube-system get ds fluentd-elasticsearch --no-headers | squeeze | cut -d' ' -f1-7)"
  does 1.10 "a second apply changes nothing" \
    "daemonset.apps/fluentd-elasticsearch unchanged" k apply -f "$FLUENTD_MANIFEST"

  local pods
  pods=$(json -n kube-system pods -l "$SELECT_FLUENTD")
  same 1.11 "each Pod has image, requests and limits of the manifest" \
    '["quay.io/fluentd_elasticsearch/fluentd:v3.0.0",{"limits":{"memory":"200Mi"},"requests":{"cpu":"100m","memory":"200Mi"}}]' \
    "$(jq -c '[.items[].spec.containers[] | [.image, .resources]] | unique[]' <<<"$pods")"
  same 1.12 "each Pod has the two hostPath volumes, the second one read-only, and its account's token" \
    '[{"/var/log":null,"/var/lib/docker/containers":true,"/var/run/secrets/kubernetes.io/serviceaccount":true},["/var/log","/var/lib/docker/containers",null],30]' \
    "$(jq -cS '[.items[].spec | [(.containers[0].volumeMounts | map({(.mountPath): .readOnly}) | add),
        [.volumes[].hostPath.path], .terminationGracePeriodSeconds]] | unique[]' <<<"$pods" |
      jq -c '[{"/var/log": .[0]["/var/log"], "/var/lib/docker/containers": .[0]["/var/lib/docker/containers"],
        "/var/run/secrets/kubernetes.io/serviceaccount": .[0]["/var/run/secrets/kubernetes.io/serviceaccount"]},
        .[1], .[2]]')"
  same 1.13 "each Pod is labelled and owned by the DaemonSet" \
    "[\"fluentd-elasticsearch\",\"$(uid_of -n kube-system ds fluentd-elasticsearch)\",true]" \
    "$(jq -c '[.items[].metadata | [.labels.name, .ownerReferences[0].uid, .ownerReferences[0].controller]]
      | unique[]' <<<"$pods")"
  same 1.14 "the DaemonSet keeps its label" "fluentd-logging" \
    "$(k -n kube-system get ds fluentd-elasticsearch -o 'jsonpath={.metadata.labels.k8s-app}')"
}

# What newer clients add to "deleted".
deleted_from() { if [[ $KUBECTL_MINOR -ge 33 ]]; then echo " from $1 namespace"; fi; }

# Nodes on which a ready network-plugin Pod was seen before the first fluentd Pod, from the journal's beginning on.
network_came_first() {
  replay /api/v1/namespaces/kube-system/pods 1 | jq -rn '
    reduce (inputs | .object) as $pod ({ready: {}, good: []};
      ($pod.spec.nodeName // "") as $node
      | if $pod.metadata.labels.name == "network-plugin"
          and any($pod.status.conditions[]?; .type == "Ready" and .status == "True")
        then .ready[$node] = true
        elif $pod.metadata.labels.name == "fluentd-elasticsearch" and .ready[$node] then .good += [$node]
        elif $pod.metadata.labels.name == "fluentd-elasticsearch" then .good += [$node + " too early"]
        else . end)
    | .good | unique[]'
}
