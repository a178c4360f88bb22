# Item 17: deletion with background, foreground and orphan propagation; adoption and release.

item_17() {
  local before version adopted
  fresh_namespace item-17
  make_cascading
  becomes 17.1 "a DaemonSet runs" "$ALL_NODES" ready_on "$NS" name=cascading
  does 17.2 "kubectl delete, background" 'daemonset.apps "cascading" deleted' deleted cascading background
  becomes 17.3 "takes the Pods along" "" pods_on "$NS" name=cascading
  becomes 17.4 "and the revisions" "" revision_numbers

  make_cascading
  becomes 17.5 "a second one runs" "$ALL_NODES" ready_on "$NS" name=cascading
  version=$(version_now)
  does 17.6 "kubectl delete, foreground" 'daemonset.apps "cascading" deleted' deleted cascading foreground
  same 17.7 "has ended the Pods when it returns" "" "$(n get pods -l name=cascading -o name)"
  has 17.8 "the DaemonSet was held by foregroundDeletion meanwhile" "foregroundDeletion" \
    "$(replay "/apis/apps/v1/namespaces/$NS/daemonsets" "$version" | jq -c .object.metadata.finalizers)"

  make_cascading
  becomes 17.9 "a third one runs" "$ALL_NODES" ready_on "$NS" name=cascading
  before=$(names_on name=cascading)
  does 17.10 "kubectl delete, orphan" 'daemonset.apps "cascading" deleted' deleted cascading orphan
  becomes 17.11 "the Pods lose their owner" "0" owned
  same 17.12 "and run on" "$before" "$(names_on name=cascading)"
  make_cascading
  becomes 17.13 "the same DaemonSet made anew adopts them" "5" owned
  becomes 17.14 "counts them" "5 5 5 5 5" counts "$NS" cascading
  same 17.15 "and restarts none" "$before" "$(names_on name=cascading)"

  # Release: a Pod that the selector no longer matches.
  n label pod "$(pod_at "$NS" name=cascading worker-1)" name=released --overwrite >/dev/null
  becomes 17.16 "a Pod with another label is let go" "" \
    n get pods -l name=released -o 'jsonpath={.items[*].metadata.ownerReferences[*].name}'
  becomes 17.17 "and replaced" "$ALL_NODES" ready_on "$NS" name=cascading
  same 17.18 "while it runs on" "worker-1" "$(ready_on "$NS" name=released)"
  n delete ds cascading --wait=false >/dev/null

  # A Pod made by hand that a DaemonSet's selector matches.
  n create -f - >/dev/null <<<"$(pod byhand "nodeSelector: {kubernetes.io/hostname: worker-2}")"
  n label pod byhand name=finder >/dev/null
  becomes 17.19 "a Pod made by hand runs" "worker-2" ready_on "$NS" name=finder
  adopted=$(names_on name=finder)
  n create -f - >/dev/null <<<"$(daemonset finder | strategy "{type: OnDelete}")"
  becomes 17.20 "a DaemonSet that finds it adopts it" "finder" \
    n get pod byhand -o 'jsonpath={.metadata.ownerReferences[*].name}'
  becomes 17.21 "makes no other on that node" "$WORKERS" ready_on "$NS" name=finder
  same 17.22 "and leaves it running" "$adopted" "$(names_on name=finder | grep '^worker-2 ')"
  leave_namespace
}

make_cascading() { n create -f - >/dev/null <<<"$(daemonset cascading "{}" "tolerations: [{operator: Exists}]")"; }

# deleted NAME PROPAGATION: newer versions of kubectl name the namespace, too.
deleted() { n delete ds "$1" --cascade="$2" --timeout=60s | sed "s/ from .* namespace\$//"; }

owned() { json -n "$NS" pods -l name=cascading | jq '[.items[] | select(.metadata.ownerReferences[0].kind == "DaemonSet")] | length'; }
