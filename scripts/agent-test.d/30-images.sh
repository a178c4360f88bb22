# Images: pulls, their failures, and a registry that asks for a password.

start_registry() {
  local out=$WORK/registry.out
  [[ ! -s $out ]] || return 0
  mkdir -p "$WORK/image"
  docker save busybox:v1 | tar -x -C "$WORK/image"
  "${JAVA_HOME:+$JAVA_HOME/bin/}java" "$ROOT/scripts/agent-test.d/Registry.java" "$WORK/image" puller opensesame >"$out" 2>&1 &
  soon grep -q '^[0-9]' "$out"
}

item_images() {
  start_registry
  local registry=127.0.0.1:$(head -n 1 "$WORK/registry.out")
  k create secret docker-registry puller --docker-server="$registry" --docker-username=puller --docker-password=opensesame >/dev/null
  docker rmi "$registry/private/busybox:1" >/dev/null 2>&1 || true
  local pod
  for pod in "absent $registry/none/such:1 IfNotPresent" "never not/here:1 Never" "nowhere 127.0.0.1:9/none:1 Always" \
    "locked $registry/private/busybox:1 IfNotPresent" "opened $registry/private/busybox:1 Always"; do
    set -- $pod
    k apply -f - >/dev/null <<YAML
apiVersion: v1
kind: Pod
metadata: {name: $1}
spec:
  terminationGracePeriodSeconds: 1
  $([[ $1 == opened || $1 == absent ]] && echo 'imagePullSecrets: [{name: puller}]')
  containers:
  - {name: main, image: "$2", imagePullPolicy: $3, command: [sleep, "3600"]}
YAML
    [[ $1 != locked ]] || matches "without a password" 'ErrImagePull|ImagePullBackOff' state locked state.waiting.reason
  done
  becomes "an image that is not there" ErrImageNeverPull state never state.waiting.reason
  becomes "a registry that cannot be reached" ImagePullBackOff state nowhere state.waiting.reason
  becomes "an image that the registry has not" ImagePullBackOff state absent state.waiting.reason
  matches "its message" "Back-off pulling image \"$registry/none/such:1\"" state absent state.waiting.message
  matches "its events" 'Failed Failed to pull image' events absent
  matches "its events" 'Failed Error: ErrImagePull' events absent
  matches "its events" 'Failed Error: ImagePullBackOff' events absent
  matches "its events" 'BackOff Back-off pulling image' events absent
  ready opened
  matches "its events" 'Pulled Successfully pulled image' events opened
  becomes "kubectl shows it" ImagePullBackOff sh -c "$KUBECTL --kubeconfig $WORK/data/kubeconfig get pod absent --no-headers | awk '{print \$3}'"
  drop absent never nowhere locked opened
  k delete secret puller >/dev/null
}
