# Item 2: affinity and tolerations are injected into each Pod, not into the template.

item_2() {
  local pods template
  pods=$(json -n kube-system pods -l "$SELECT_FLUENTD")
  same 2.1 "each Pod requires its own node by one matchFields term metadata.name" "5" \
    "$(jq '[.items[] | select(.spec.affinity == {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution:
      {nodeSelectorTerms: [{matchFields: [{key: "metadata.name", operator: "In", values: [.spec.nodeName]}]}]}}})]
      | length' <<<"$pods")"
  same 2.2 "each Pod carries its own toleration and the seven injected ones, none for the network" \
    "node-role.kubernetes.io/master:NoSchedule
node.kubernetes.io/disk-pressure:NoSchedule Exists
node.kubernetes.io/memory-pressure:NoSchedule Exists
node.kubernetes.io/not-ready:NoExecute Exists
node.kubernetes.io/pid-pressure:NoSchedule Exists
node.kubernetes.io/unreachable:NoExecute Exists
node.kubernetes.io/unschedulable:NoSchedule Exists" "$(each_tolerates <<<"$pods")"
  template=$(json -n kube-system ds fluentd-elasticsearch | jq -c '.spec.template.spec')
  same 2.3 "the template has no affinity and only the manifest's toleration" \
    '[null,[{"effect":"NoSchedule","key":"node-role.kubernetes.io/master"}]]' \
    "$(jq -cS '[.affinity, .tolerations]' <<<"$template")"
  like 2.4 "a Pod with hostNetwork tolerates network-unavailable, too" \
    'node.kubernetes.io/network-unavailable:NoSchedule Exists' \
    "$(json -n kube-system pods -l name=network-plugin | each_tolerates)"
  has 2.5 "kubectl describe shows an injected toleration on the Pod" \
    "node.kubernetes.io/unschedulable:NoSchedule op=Exists" \
    "$(k -n kube-system describe pod "$(pod_at kube-system "$SELECT_FLUENTD" worker-1)")"

  # An affinity of the template's own stays, with the node's term in place of its required terms.
  fresh_namespace item-2
  n create -f - >/dev/null <<YAML
$(daemonset own-affinity "{}" "$(affinity kubernetes.io/hostname In "worker-1, worker-2")")
YAML
  becomes 2.6 "a template with its own affinity lands where that allows it" "worker-1 worker-2" \
    pods_on "$NS" name=own-affinity
  same 2.7 "its Pods' required terms are replaced by the node's own" \
    '[[{"matchFields":[{"key":"metadata.name","operator":"In","values":["worker-1"]}]}],[{"matchFields":[{"key":"metadata.name","operator":"In","values":["worker-2"]}]}]]' \
    "$(json -n "$NS" pods | jq -c '[.items[].spec.affinity.nodeAffinity
      .requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms] | sort')"
  leave_namespace
}

# The tolerations that all Pods of a list have in common, one a line; differing Pods are told.
each_tolerates() {
  jq -r '[.items[] | [.spec.tolerations[] | "\(.key // "*"):\(.effect)\(if .operator then " " + .operator else "" end)"]
    | sort] | unique | if length == 1 then .[0][] else "differing Pods: \(.)" end'
}
