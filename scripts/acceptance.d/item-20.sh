# Item 20: owner references, in each propagation; missing owners; a namespace with all that is in it.

item_20() {
  fresh_namespace item-20
  owner_with_dependents
  n delete configmap owner --cascade=background >/dev/null
  becomes 20.1 "background: the owner goes, then what it owns" "" names_of_configmaps
  owner_with_dependents
  n delete configmap owner --cascade=foreground --timeout=60s >/dev/null
  same 20.2 "foreground: when the owner is gone, what it owns is, too" "" "$(names_of_configmaps)"
  owner_with_dependents
  n delete configmap owner --cascade=orphan --timeout=60s >/dev/null
  same 20.3 "orphan: what it owned stays" "dependent second" "$(names_of_configmaps)"
  same 20.4 "without an owner" "null null" \
    "$(n get configmaps dependent second -o json | jq -r '[.items[].metadata.ownerReferences | tostring] | join(" ")')"
  n delete configmap dependent second >/dev/null
  n create -f - >/dev/null <<<"$(owned_configmap stray 00000000-0000-0000-0000-000000000000)"
  becomes 20.5 "what names an owner that never was is collected" "" names_of_configmaps

  n create configmap held >/dev/null
  n patch configmap held --type merge -p '{"metadata":{"finalizers":["example.com/hold"]}}' >/dev/null
  n create -f - >/dev/null <<<"$(daemonset inside)"
  becomes 20.6 "a namespace with a DaemonSet" "$WORKERS" ready_on "$NS" name=inside
  k delete namespace "$NS" --wait=false >/dev/null
  becomes 20.7 "is emptied when it is deleted" "" pods_on "$NS" name=inside
  becomes 20.8 "but for what a finalizer holds" "held" names_of_configmaps
  becomes 20.9 "and says so" "Terminating True" finalizers_remain
  n patch configmap held --type merge -p '{"metadata":{"finalizers":null}}' >/dev/null
  becomes 20.10 "then it goes" "" k get namespace "$NS" --ignore-not-found -o name
  NS=default
}

owned_configmap() {
  cat <<YAML
apiVersion: v1
kind: ConfigMap
metadata:
  name: $1
  ownerReferences:
  - {apiVersion: v1, kind: ConfigMap, name: owner, uid: $2, blockOwnerDeletion: true}
YAML
}

owner_with_dependents() {
  local uid
  n create configmap owner >/dev/null
  uid=$(uid_of -n "$NS" configmap owner)
  n create -f - >/dev/null <<<"$(owned_configmap dependent "$uid")
---
$(owned_configmap second "$uid")"
}

finalizers_remain() {
  json namespace "$NS" | jq -r '.status.phase + " " +
    ([.status.conditions[]? | select(.type == "NamespaceFinalizersRemaining") | .status] | first // "")'
}

# Those of the item itself.
names_of_configmaps() { n get configmaps -o name | sed s,configmap/,, | grep -v kube-root-ca.crt | sort | xargs; }
