# Probes of each kind, hooks, and the order of containers.

# An answer of gRPC's health service with the status 1, SERVING, after the settings: the same for every question.
GRPC='\000\000\000\004\000\000\000\000\000\000\000\000\004\001\000\000\000\000'
GRPC+='\000\000\001\001\004\000\000\000\001\210\000\000\007\000\000\000\000\000\001\000\000\000\000\002\010\001'
GRPC+='\000\000\017\001\005\000\000\000\001\000\013grpc-status\0010'

item_probes() {
  k apply -f - >/dev/null <<YAML
apiVersion: v1
kind: Pod
metadata: {name: probed}
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - name: http
    image: busybox:v1
    command: [sh, -c, "mkdir -p /www && echo ok >/www/healthy && exec httpd -f -p 8080 -h /www"]
    ports: [{name: web, containerPort: 8080}]
    startupProbe: {httpGet: {path: /healthy, port: web}, periodSeconds: 1}
    readinessProbe: {httpGet: {path: /ready, port: web}, periodSeconds: 1}
    livenessProbe: {httpGet: {path: /healthy, port: 8080}, periodSeconds: 1}
  - name: tcp
    image: busybox:v1
    command: [sh, -c, "sleep 2; while true; do nc -l -p 8081 </dev/null; done"]
    readinessProbe: {tcpSocket: {port: 8081}, periodSeconds: 1}
  - name: grpc
    image: busybox:v1
    command: [nc, -ll, -p, "8082", -e, sh, -c]
    args: ['sleep 0.2; printf "$GRPC"; sleep 1']
    readinessProbe: {grpc: {port: 8082}, periodSeconds: 1, timeoutSeconds: 5}
YAML
  becomes "TCP and gRPC are ready, HTTP is not" "false true true" get probed '.status.containerStatuses[?(@.name=="http")].ready} {.status.containerStatuses[?(@.name=="tcp")].ready} {.status.containerStatuses[?(@.name=="grpc")].ready'
  matches "an event says why" 'Unhealthy Readiness probe failed: HTTP probe failed with statuscode: 404' events probed
  k exec probed -c http -- touch /www/ready
  ready probed
  k exec probed -c http -- rm /www/ready
  becomes "it is not Ready any more" False get probed '.status.conditions[?(@.type=="Ready")].status'
  k exec probed -c http -- rm /www/healthy
  becomes "liveness restarts it" 1 get probed '.status.containerStatuses[?(@.name=="http")].restartCount'
  matches "an event says so" 'Killing Container http failed liveness probe, will be restarted' events probed
  expect "the others are not restarted" "0 0" get probed '.status.containerStatuses[?(@.name=="tcp")].restartCount} {.status.containerStatuses[?(@.name=="grpc")].restartCount'
  drop probed
}

item_startup_probe() {
  # Liveness would fail at once; it must not be asked before the startup probe has succeeded, nor readiness.
  k apply -f - >/dev/null <<'YAML'
apiVersion: v1
kind: Pod
metadata: {name: slow}
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - name: main
    image: busybox:v1
    command: [sh, -c, "sleep 4; touch /tmp/up; sleep 3600"]
    startupProbe: {exec: {command: [ls, /tmp/up]}, periodSeconds: 1, failureThreshold: 30}
    livenessProbe: {exec: {command: [ls, /tmp/up]}, periodSeconds: 1, failureThreshold: 1}
---
apiVersion: v1
kind: Pod
metadata: {name: never-up}
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - name: main
    image: busybox:v1
    command: [sleep, "3600"]
    startupProbe: {exec: {command: ["false"]}, periodSeconds: 1, failureThreshold: 2}
YAML
  running slow
  expect "it is not started" false state slow started
  ready slow
  expect "it was not restarted" "true 0" state slow 'started} {.status.containerStatuses[0].restartCount'
  becomes "a startup probe that fails restarts" 1 state never-up restartCount
  matches "an event says so" 'Killing Container main failed startup probe, will be restarted' events never-up
  drop slow never-up
}

item_hooks() {
  rm -rf "$WORK/hooks"
  mkdir -p "$WORK/hooks"
  k apply -f - >/dev/null <<YAML
apiVersion: v1
kind: Pod
metadata: {name: hooked}
spec:
  terminationGracePeriodSeconds: 20
  volumes: [{name: out, hostPath: {path: $WORK/hooks}}]
  containers:
  - name: web
    image: busybox:v1
    command: [sh, -c]
    args:
    - |
      mkdir -p /www/cgi-bin
      printf '#!/bin/sh\necho \$REQUEST_METHOD \$QUERY_STRING >>/out/http\necho; echo ok\n' >/www/cgi-bin/stop
      chmod +x /www/cgi-bin/stop
      trap 'echo term >>/out/http; exit 0' TERM
      httpd -p 8080 -h /www
      while true; do sleep 0.1; done
    volumeMounts: [{name: out, mountPath: /out}]
    lifecycle:
      preStop: {httpGet: {path: "/cgi-bin/stop?by=hook", port: 8080}}
  - name: main
    image: busybox:v1
    command: [sh, -c, "trap 'echo term >>/out/exec; exit 0' TERM; while true; do sleep 0.1; done"]
    volumeMounts: [{name: out, mountPath: /out}]
    lifecycle:
      postStart: {exec: {command: [sh, -c, "sleep 1; echo started >>/out/exec"]}}
      preStop: {exec: {command: [sh, -c, "sleep 1; echo stopping >>/out/exec"]}}
---
apiVersion: v1
kind: Pod
metadata: {name: bad-hook}
spec:
  terminationGracePeriodSeconds: 1
  restartPolicy: Never
  containers:
  - name: main
    image: busybox:v1
    command: [sleep, "3600"]
    lifecycle:
      postStart: {exec: {command: [sh, -c, "echo no >&2; exit 3"]}}
YAML
  ready hooked
  expect "postStart ran" started cat "$WORK/hooks/exec"
  becomes "a postStart hook that fails ends its container" 137 state bad-hook state.terminated.exitCode
  matches "an event says so" 'FailedPostStartHook' events bad-hook
  k delete pod hooked bad-hook --timeout=60s >/dev/null
  expect "preStop by exec comes before the signal" "started stopping term" xargs <"$WORK/hooks/exec"
  expect "preStop by HTTP comes before the signal" "GET by=hook term" xargs <"$WORK/hooks/http"
}

item_sidecars() {
  rm -rf "$WORK/order"
  mkdir -p "$WORK/order"
  k apply -f - >/dev/null <<YAML
apiVersion: v1
kind: Pod
metadata: {name: ordered}
spec:
  terminationGracePeriodSeconds: 20
  volumes: [{name: out, hostPath: {path: $WORK/order}}]
  initContainers:
  - name: first
    image: busybox:v1
    command: [sh, -c, "echo first >>/out/log"]
    volumeMounts: [&out {name: out, mountPath: /out}]
  - name: one
    image: busybox:v1
    restartPolicy: Always
    command: &stay [sh, -c, "trap 'echo -\$0 >>/out/log; exit 0' TERM; sleep 1; echo +\$0 >>/out/log; touch /tmp/up; while true; do sleep 0.1; done", one]
    startupProbe: {exec: {command: [ls, /tmp/up]}, periodSeconds: 1, failureThreshold: 60}
    volumeMounts: [*out]
  - name: two
    image: busybox:v1
    restartPolicy: Always
    command: [sh, -c, "trap 'sleep 1; echo -two >>/out/log; exit 0' TERM; echo +two >>/out/log; touch /tmp/up; while true; do sleep 0.1; done"]
    startupProbe: {exec: {command: [ls, /tmp/up]}, periodSeconds: 1, failureThreshold: 60}
    volumeMounts: [*out]
  - name: last
    image: busybox:v1
    command: [sh, -c, "echo last >>/out/log"]
    volumeMounts: [*out]
  containers:
  - name: main
    image: busybox:v1
    command: [sh, -c, "trap 'sleep 1; echo -main >>/out/log; exit 0' TERM; echo +main >>/out/log; while true; do sleep 0.1; done"]
    volumeMounts: [*out]
YAML
  ready ordered
  becomes "they begin in order" "first +one +two last +main" xargs -a "$WORK/order/log"
  docker kill "$(of ordered one)" >/dev/null
  becomes "a sidecar that ends runs again" 1 get ordered '.status.initContainerStatuses[?(@.name=="one")].restartCount'
  becomes "and is ready" true get ordered '.status.initContainerStatuses[?(@.name=="one")].ready'
  expect "init containers do not run again" "0 0" get ordered '.status.initContainerStatuses[?(@.name=="first")].restartCount} {.status.initContainerStatuses[?(@.name=="last")].restartCount'
  matches "the sidecar's log" '\+one' cat "$WORK/order/log"
  k delete pod ordered --timeout=60s >/dev/null
  expect "they end in the other order" "first +one +two last +main +one -main -two -one" xargs -a "$WORK/order/log"
  # A Pod whose main containers have all succeeded has succeeded: its sidecars end.
  k apply -f - >/dev/null <<'YAML'
apiVersion: v1
kind: Pod
metadata: {name: job}
spec:
  restartPolicy: Never
  terminationGracePeriodSeconds: 2
  initContainers:
  - {name: side, image: "busybox:v1", restartPolicy: Always, command: [sleep, "3600"]}
  containers:
  - {name: main, image: "busybox:v1", command: [sh, -c, "sleep 1"]}
YAML
  becomes "its phase" Succeeded get job .status.phase
  becomes "its sidecar has ended" "" of job side
  drop job
}
