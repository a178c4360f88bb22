# What is converged after the agent was away, and who may call it.

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
  k delete ds each >/dev/null
  drop alone
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
