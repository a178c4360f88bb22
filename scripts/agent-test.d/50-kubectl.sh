# What kubectl does with a Pod: logs, exec, attach, cp, port-forward.

item_kubectl() {
  k apply -f - >/dev/null <<'YAML'
apiVersion: v1
kind: Pod
metadata: {name: talker}
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - name: main
    image: busybox:v1
    command: [sh, -c]
    args:
    - |
      if [ ! -e /state/ran ]; then touch /state/ran; for i in 1 2 3; do echo first $i; done; echo "it was me" >/dev/termination-log; exit 5; fi
      for i in 1 2 3 4 5; do echo line $i; done
      while ! [ -e /state/go ]; do sleep 0.2; done
      echo followed
      while true; do sleep 1; done
    volumeMounts: [{name: state, mountPath: /state}]
  - name: reader
    image: busybox:v1
    stdin: true
    command: [sh, -c, "while read line; do echo got $line; done; sleep 3600"]
  - name: web
    image: busybox:v1
    command: [sh, -c, "mkdir -p /www && echo forwarded >/www/index.html && exec httpd -f -p 8080 -h /www"]
  volumes: [{name: state, emptyDir: {}}]
YAML
  becomes "it restarts" 1 get talker '.status.containerStatuses[?(@.name=="main")].restartCount'
  ready talker
  expect "its last state" "5 Error it was me" get talker '.status.containerStatuses[?(@.name=="main")].lastState.terminated.exitCode} {.status.containerStatuses[?(@.name=="main")].lastState.terminated.reason} {.status.containerStatuses[?(@.name=="main")].lastState.terminated.message'
  expect "logs --previous" $'first 1\nfirst 2\nfirst 3' k logs talker -c main --previous
  expect "logs --tail" $'line 4\nline 5' k logs talker -c main --tail=2
  matches "logs --timestamps" '^20[0-9-]+T[0-9:.]+Z line 5$' k logs talker -c main --tail=1 --timestamps
  expect "logs --since of a time to come" "" k logs talker -c main --since-time=2099-01-01T00:00:00Z
  expect "logs --since" $'line 1\nline 2\nline 3\nline 4\nline 5' k logs talker -c main --since=1h
  expect "logs of all containers" 5 sh -c "$KUBECTL --kubeconfig $WORK/data/kubeconfig logs talker --all-containers | grep -c line"
  k logs -f talker -c main --tail=0 >"$WORK/followed" &
  local follower=$!
  k exec talker -c main -- touch /state/go
  becomes "logs -f" followed cat "$WORK/followed"
  kill "$follower"
  k exec talker -c main -- sh -c 'echo to out; echo to err >&2' >"$WORK/exec.out" 2>"$WORK/exec.err"
  expect "exec, its streams" "to out to err" sh -c "echo \$(cat $WORK/exec.out $WORK/exec.err)"
  local code=0
  echo typed | k exec -i talker -c main -- sh -c 'read x; [ "$x" = typed ] && exit 9' >/dev/null 2>&1 || code=$?
  expect "the exit code of exec -i" 9 echo "$code"
  code=0
  script -qec "timeout $PATIENCE $KUBECTL --kubeconfig $WORK/data/kubeconfig exec -it talker -c main -- sh -c 'tty >/state/tty; exit 3'" /dev/null </dev/null >/dev/null 2>&1 || code=$?
  expect "the exit code of exec -it" "3 /dev/pts/0" sh -c "echo $code $(k exec talker -c main -- cat /state/tty)"
  matches "a command that is not there" 'executable file not found|no such file' k exec talker -c main -- /no/such
  (echo attached; sleep 2) | timeout 10 "$KUBECTL" --kubeconfig "$WORK/data/kubeconfig" attach -i talker -c reader >/dev/null 2>&1 || true
  becomes "attach" "got attached" k logs talker -c reader
  head -c 3000000 /dev/urandom >"$WORK/sent"
  k cp "$WORK/sent" talker:/state/copied -c main >/dev/null
  k cp talker:/state/copied "$WORK/received" -c main >/dev/null 2>&1
  expect "cp there and back" same sh -c "cmp $WORK/sent $WORK/received && echo same"
  local port=$(free_port)
  k port-forward pod/talker "$port:8080" >/dev/null 2>&1 &
  local forward=$!
  becomes "port-forward" forwarded curl -s "http://127.0.0.1:$port/"
  kill "$forward"
  matches "links to logs" '"log":"followed' tail -n 1 "$WORK/logs/containers/talker_default_main-$(of talker main).log"
  drop talker
}

item_restarts() {
  k apply -f - >/dev/null <<'YAML'
apiVersion: v1
kind: Pod
metadata: {name: crashing}
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - name: main
    image: busybox:v1
    command: [sh, -c, "echo a last word; exit 4"]
    terminationMessagePolicy: FallbackToLogsOnError
  - {name: steady, image: "busybox:v1", command: [sleep, "3600"]}
---
apiVersion: v1
kind: Pod
metadata: {name: late}
spec:
  activeDeadlineSeconds: 5
  terminationGracePeriodSeconds: 1
  containers:
  - {name: main, image: "busybox:v1", command: [sleep, "3600"]}
YAML
  becomes "the first restart comes at once, the second waits" CrashLoopBackOff get crashing '.status.containerStatuses[?(@.name=="main")].state.waiting.reason'
  matches "its message" 'back-off 10s restarting failed container=main pod=crashing_default' get crashing '.status.containerStatuses[?(@.name=="main")].state.waiting.message'
  expect "termination message from the log" "4 a last word" get crashing '.status.containerStatuses[?(@.name=="main")].lastState.terminated.exitCode} {.status.containerStatuses[?(@.name=="main")].lastState.terminated.message'
  matches "kubectl shows it" 'crashing +1/2 +(CrashLoopBackOff|Error)' k get pods --no-headers
  matches "an event says so" 'BackOff Back-off restarting failed container main in pod crashing_default' events crashing
  becomes "it restarts again" 2 get crashing '.status.containerStatuses[?(@.name=="main")].restartCount'
  matches "the back-off doubles" 'back-off 20s' get crashing '.status.containerStatuses[?(@.name=="main")].state.waiting.message'
  expect "the other container goes on" 0 get crashing '.status.containerStatuses[?(@.name=="steady")].restartCount'
  # Another image in place: another container, without back-off.
  k patch pod crashing -p '{"spec": {"containers": [{"name": "steady", "image": "busybox:v2"}]}}' >/dev/null
  becomes "another image in place" "busybox:v2 1" get crashing '.status.containerStatuses[?(@.name=="steady")].image} {.status.containerStatuses[?(@.name=="steady")].restartCount'
  matches "an event says why" 'Killing Container steady definition changed, will be restarted' events crashing
  becomes "a Pod that may not be active for ever" "Failed DeadlineExceeded" get late '.status.phase} {.status.reason'
  expect "it runs no more" "" of late main
  drop crashing late
}
