# What an agent costs that has nothing to do: only when it is asked for by name.

cpu_ticks() { cut -d ')' -f 2 "/proc/$AGENT_PID/stat" | awk '{print $12 + $13}'; }
rest() {
  local before after
  sleep 20
  before=$(cpu_ticks)
  sleep 60
  after=$(cpu_ticks)
  awk -v pods="$1" -v ticks=$((after - before)) -v hz="$(getconf CLK_TCK)" -v kib="$(awk '/VmRSS/ {print $2}' "/proc/$AGENT_PID/status")" \
    'BEGIN {printf "agent at rest with %d Pods: %.2f s of CPU time in a minute, %d MB resident\n", pods, ticks / hz, kib / 1024}'
}
item_rest() {
  local i
  k create configmap for-all --from-literal=a=b >/dev/null
  for ((i = 1; i <= 30; i++)); do
    k apply -f - >/dev/null <<YAML
apiVersion: v1
kind: Pod
metadata: {name: rest-$i, labels: {for: rest}}
spec:
  terminationGracePeriodSeconds: 1
  volumes: [{name: shown, configMap: {name: for-all}}]
  containers:
  - {name: main, image: "busybox:v1", command: [sleep, "3600"], volumeMounts: [{name: shown, mountPath: /shown}]}
YAML
    ((i > 1)) || { ready rest-1; rest 1; }
  done
  k wait pod -l for=rest --for=condition=Ready --timeout="${PATIENCE}s" >/dev/null
  rest 30
  k delete pod -l for=rest --wait=false >/dev/null
}
