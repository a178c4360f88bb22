# What is converged after something was away: the agent, the API, the Engine, the node.

# A DaemonSet's Pod and an ordinary one; the DaemonSet's is found by its label.
begin_pods() {
  k apply -f - >/dev/null <<'YAML'
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: each}
spec:
  selector: {matchLabels: {app: each}}
  template:
    metadata: {labels: {app: each}}
    spec:
      terminationGracePeriodSeconds: 1
      initContainers: [{name: init, image: "busybox:v1", command: [sh, -c, "echo init"]}]
      containers:
      - {name: main, image: "busybox:v1", command: [sleep, "3600"]}
      - {name: other, image: "busybox:v1", command: [sleep, "3600"]}
---
apiVersion: v1
kind: Pod
metadata: {name: alone}
spec:
  terminationGracePeriodSeconds: 1
  containers: [{name: main, image: "busybox:v1", command: [sleep, "3600"]}]
YAML
  k rollout status ds/each --timeout="${PATIENCE}s" >/dev/null
  ready alone
}
each() { k get pods -l app=each -o jsonpath='{.items[*].metadata.name}'; }
pods_of_each() { k get pods -l app=each --no-headers 2>/dev/null | wc -l; }
# each_runs CONTAINER: how many of that name.
each_runs() { count "$(each)" "$1"; }
each_restarts() { k get pod -l app=each -o 'jsonpath={.items[*].status.containerStatuses[*].restartCount}'; }
of_names() { docker ps -aq --filter "label=io.kubernetes.container.name=$1"; }
ids() { docker ps -q --no-trunc --filter "label=io.everynode.node=$NODE_NAME" | sort | md5sum; }

item_agent_killed() {
  begin_pods
  local before=$(ids) i
  for i in 1 2 3; do
    kill_agent
    start_agent
  done
  expect "its containers live on" "$before" ids
  expect "no restarts" "0 0" each_restarts
  # Amid the start of a Pod, wherever that is.
  for i in 0.3 1.0; do
    k delete pod -l app=each --wait=false >/dev/null 2>&1 || true
    sleep "$i"
    kill_agent
    start_agent
  done
  k rollout status ds/each --timeout="${PATIENCE}s" >/dev/null
  becomes "one Pod of it" 1 pods_of_each
  kill_agent TERM
  expect "SIGTERM says that Pods go on" 1 grep -c "its Pods go on running" "$WORK/agent.out"
  expect "and so they do" 1 each_runs main
  start_agent
}

item_api_away() {
  local pod=$(each)
  stop_server
  docker kill "$(of "$pod" other)" >/dev/null
  # The agent goes on without the API: what ends runs again.
  becomes "a container that ends is restarted" 1 count "$pod" other
  docker kill "$(of "$pod" main)" >/dev/null
  sleep 3
  start_server
  becomes "the API hears of it" "1 1" each_restarts
  becomes "the node is Ready" True node_ready
  # Pods are deleted while the agent does not hear of it.
  kill_agent
  k delete pod alone --grace-period=0 --force >/dev/null 2>&1
  k delete pod "$pod" --grace-period=0 --force >/dev/null 2>&1
  start_agent
  becomes "containers of Pods that are gone are removed" "" all_of alone
  becomes "containers of Pods that are gone are removed" "" all_of "$pod"
  k rollout status ds/each --timeout="${PATIENCE}s" >/dev/null
}

item_node_deleted() {
  local pod=$(each)
  kill_agent
  k delete node "$NODE_NAME" >/dev/null
  becomes "its Pods go with it" "" each
  start_agent
  becomes "the node is there again" True node_ready
  k rollout status ds/each --timeout="${PATIENCE}s" >/dev/null
  becomes "nothing of the former Pod stays" "" all_of "$pod"
  becomes "a Pod runs" 1 each_runs main
}

item_engine_restarts() {
  stop_engine
  becomes "the node is not Ready" False node_ready
  matches "its condition says why" 'container runtime is down' k get node "$NODE_NAME" -o 'jsonpath={.status.conditions[?(@.type=="Ready")].message}'
  kill "$RECORDER_PID" 2>/dev/null || true
  start_engine
  record_runs
  becomes "the node is Ready" True node_ready
  k rollout status ds/each --timeout="${PATIENCE}s" >/dev/null
  becomes "one container of a name" 1 each_runs main
  becomes "one container of a name" 1 each_runs other
  # The Engine and the agent together, as when a machine starts again.
  kill_agent
  stop_engine
  kill "$RECORDER_PID" 2>/dev/null || true
  start_engine
  record_runs
  start_agent
  becomes "the node is Ready" True node_ready
  k rollout status ds/each --timeout="${PATIENCE}s" >/dev/null
  becomes "one container of a name" 1 each_runs main
  becomes "one container of a name" 1 each_runs other
  k delete ds each >/dev/null
  becomes "nothing of it stays" "" of_names other
}

endpoint_without_certificate() {
  curl -sk -o /dev/null -w '%{http_code}' "https://127.0.0.1:$NODE_PORT/pods" || true
}

item_endpoint() {
  k apply -f - >/dev/null <<'YAML'
apiVersion: v1
kind: Pod
metadata: {name: asked}
spec:
  terminationGracePeriodSeconds: 1
  containers: [{name: main, image: "busybox:v1", command: [sh, -c, "echo told; sleep 3600"]}]
YAML
  ready asked
  expect "the API server reaches it" told k logs asked
  if grep -q certificate-authority "$WORK/data/kubeconfig"; then
    expect "nobody else does" 000 endpoint_without_certificate
  fi
  drop asked
}
