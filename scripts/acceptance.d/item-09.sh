# Item 9: wrong manifests are refused with Kubernetes' own messages, and nothing is created.

item_9() {
  local strict='Error from server (BadRequest): error when creating "STDIN": DaemonSet in version "v1" cannot be handled as a DaemonSet: strict decoding error: unknown field'
  local verb
  fresh_namespace item-9
  for verb in apply create; do
    wrong "$verb" 1 "sepc: for spec:" "$strict \"sepc\"" 's/^spec:/sepc:/'
    wrong "$verb" 2 "sepc: for spec: in the template" "$strict \"spec.template.sepc\"" 's/^    spec:/    sepc:/'
    wrong "$verb" 3 "operation: for operator:" "$strict \"spec.template.spec.tolerations[0].operation\"" \
      's/operator: Exists/operation: Exists/'
    wrong "$verb" 4 "requiredDuringSchedulingIgnoreDuringExecution" \
      "$strict \"spec.template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoreDuringExecution\"" \
      's/IgnoredDuring/IgnoreDuring/'
    wrong "$verb" 5 "a selector that does not match the template" \
      'The DaemonSet "wrong" is invalid: spec.template.metadata.labels: Invalid value: {"name":"other"}: `selector` does not match template `labels`' \
      's/^        name: wrong/        name: other/'
    wrong "$verb" 6 "a missing image" \
      'The DaemonSet "wrong" is invalid: spec.template.spec.containers[0].image: Required value' '/image:/d'
    wrong "$verb" 7 "restartPolicy Never" \
      'The DaemonSet "wrong" is invalid: spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"' \
      's/^      containers:/      restartPolicy: Never\n      containers:/'
    wrong "$verb" 8 "an unknown kind" \
      "error: resource mapping not found for name: \"wrong\" namespace: \"\" from \"STDIN\": no matches for kind \"DaemonSett\" in version \"apps/v1\"
ensure CRDs are installed first" 's/^kind: DaemonSet/kind: DaemonSett/'
    wrong "$verb" 9 "an unknown version" \
      "error: resource mapping not found for name: \"wrong\" namespace: \"\" from \"STDIN\": no matches for kind \"DaemonSet\" in version \"apps/v1beta1\"
ensure CRDs are installed first" 's,^apiVersion: apps/v1,apiVersion: apps/v1beta1,'
    wrong "$verb" 10 "broken YAML" \
      "error: error parsing STDIN: error converting YAML to JSON: yaml: line 8: did not find expected ',' or ']'" \
      's/matchLabels:/matchLabels: [/'
    wrong "$verb" 11 "a bad name" \
      "The DaemonSet \"Wrong_\" is invalid: metadata.name: Invalid value: \"Wrong_\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')" \
      's/^  name: wrong/  name: Wrong_/'
  done
  refused 9.23 "several faults are told at once" 1 'The DaemonSet "wrong" is invalid: 
* spec.template.spec.containers[0].image: Required value
* spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"' \
    n create -f - <<<"$(wrong_base | sed -e '/image:/d' -e 's/^      containers:/      restartPolicy: Never\n      containers:/')"
  like 9.24 "a namespace that is not there" 'Error from server \(NotFound\): error when creating "STDIN": namespaces "no-such" not found' \
    "$(wrong_base | k -n no-such create -f - 2>&1)"
  same 9.25 "nothing was created" "" "$(k get ds,pods -A -o name | grep -i wrong || true)"
  does 9.26 "with --validate=warn the field is only warned about" "daemonset.apps/wrong created" \
    warned n create --validate=warn -f - <<<"$(wrong_base | sed 's/^        operator: Exists/        operation: Exists\n        operator: Exists/')"
  has 9.27 "by name" 'unknown field "spec.template.spec.tolerations[0].operation"' "$(<"$WORK/warning")"
  leave_namespace
}

wrong_base() {
  cat <<'YAML'
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: wrong
spec:
  selector:
    matchLabels:
      name: wrong
  template:
    metadata:
      labels:
        name: wrong
    spec:
      tolerations:
      - key: a
        operator: Exists
      affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms:
            - matchExpressions:
              - key: kubernetes.io/os
                operator: In
                values: [linux]
      containers:
      - name: c
        image: registry.example/c:1
YAML
}

# wrong VERB N TEXT MESSAGE SED-SCRIPT: the base manifest, changed, is refused with that message.
wrong() {
  local number=9.$2
  [[ $1 == apply ]] || number=9.$(($2 + 11))
  runs n "$1" -f - <<<"$(wrong_base | sed "$5")"
  same "$number" "kubectl $1: $3" "1 $4" "$RC $ERR"
}

# Warnings go to a file, as their form differs between the versions.
warned() { "$@" 2>"$WORK/warning"; }
