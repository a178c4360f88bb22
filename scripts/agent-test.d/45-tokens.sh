# What a container finds to speak with the API as its account.

item_tokens() {
  k apply -f - >/dev/null <<YAML
apiVersion: v1
kind: ServiceAccount
metadata: {name: reader}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: readers}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: reader, namespace: default}]
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: tokens}
spec:
  selector: {matchLabels: {app: tokens}}
  template:
    metadata: {labels: {app: tokens}, annotations: {kubectl.kubernetes.io/default-container: main}}
    spec:
      serviceAccountName: reader
      terminationGracePeriodSeconds: 1
      initContainers:
      - {name: first, image: "busybox:v1", command: [sh, -c, "test -s $ACCOUNT_DIR/token"]}
      containers:
      - {name: main, image: "busybox:v1", command: [sleep, "3600"]}
---
apiVersion: v1
kind: Pod
metadata: {name: tokenless}
spec:
  automountServiceAccountToken: false
  terminationGracePeriodSeconds: 1
  containers: [{name: main, image: "busybox:v1", command: [sleep, "3600"]}]
YAML
  soon tokens_pod >/dev/null
  local pod
  pod=$(tokens_pod)
  ready "$pod"
  expect "the files" "ca.crt namespace token" in_pod "$pod" "ls $ACCOUNT_DIR | xargs"
  expect "the namespace" default in_pod "$pod" "cat $ACCOUNT_DIR/namespace"
  expect "the authority" "" sh -c "k() { $KUBECTL --kubeconfig $WORK/data/kubeconfig exec $pod -c main -- cat $ACCOUNT_DIR/ca.crt; }; k | diff - $WORK/data/pki/ca.crt"
  expect "read-only" 1 in_pod "$pod" "echo x 2>/dev/null >$ACCOUNT_DIR/token; echo \$?"
  expect "who it is" "system:serviceaccount:default:reader" tokens_says "$pod" POST \
    /apis/authentication.k8s.io/v1/selfsubjectreviews .status.userInfo.username
  expect "what its roles allow" PodList tokens_says "$pod" GET /api/v1/namespaces/default/pods .kind
  expect "what they do not" 403 tokens_says "$pod" GET /api/v1/namespaces/default/secrets .code
  ready tokenless
  expect "who wants none" 1 in_pod tokenless "ls $ACCOUNT_DIR >/dev/null 2>&1; echo \$?"
  local kept
  kept=$(in_pod "$pod" "cat $ACCOUNT_DIR/token")
  k delete daemonset tokens >/dev/null
  becomes "its token ends with it" 401 tokens_code "$kept"
  drop tokenless
}

ACCOUNT_DIR=/var/run/secrets/kubernetes.io/serviceaccount

tokens_pod() { k get pods -l app=tokens -o 'jsonpath={.items[0].metadata.name}'; }

# tokens_says POD METHOD PATH FILTER: what the API answers to what the container has: address, authority, token.
tokens_says() {
  local pod=$1 method=$2 path=$3 filter=$4 address
  address=$(in_pod "$pod" 'echo $KUBERNETES_SERVICE_HOST:$KUBERNETES_SERVICE_PORT')
  in_pod "$pod" "cat $ACCOUNT_DIR/ca.crt" >"$WORK/pod-ca.crt"
  printf 'header = "Authorization: Bearer %s"\n' "$(in_pod "$pod" "cat $ACCOUNT_DIR/token")" >"$WORK/pod-token"
  curl -s --config "$WORK/pod-token" --cacert "$WORK/pod-ca.crt" -X "$method" -H 'Content-Type: application/json' \
    $([[ $method == POST ]] && echo -d {}) "https://$address$path" | jq -r "$filter"
}

# tokens_code TOKEN: the status that a request with it gets.
tokens_code() {
  printf 'header = "Authorization: Bearer %s"\n' "$1" >"$WORK/pod-token"
  curl -s -o /dev/null -w '%{http_code}' --config "$WORK/pod-token" --cacert "$WORK/pod-ca.crt" \
    "https://127.0.0.1:$API_PORT/api/v1/namespaces/default/pods"
}
