# Network, namespaces, security and resources.

item_network() {
  local port=$(free_port) own=$(free_port)
  k apply -f - >/dev/null <<YAML
apiVersion: v1
kind: Pod
metadata: {name: with-port}
spec:
  terminationGracePeriodSeconds: 1
  hostname: named
  hostAliases: [{ip: 10.1.2.3, hostnames: [far.example]}]
  dnsPolicy: None
  dnsConfig: {nameservers: [10.9.9.9], searches: [a.example], options: [{name: ndots, value: "3"}]}
  containers:
  - name: web
    image: busybox:v1
    command: [sh, -c, "mkdir -p /www && echo by-port >/www/index.html && exec httpd -f -p 8080 -h /www"]
    ports: [{containerPort: 8080, hostPort: $port}]
  - {name: other, image: "busybox:v1", command: [sleep, "3600"]}
---
apiVersion: v1
kind: Pod
metadata: {name: of-host}
spec:
  terminationGracePeriodSeconds: 1
  hostNetwork: true
  hostPID: true
  hostIPC: true
  containers:
  - name: web
    image: busybox:v1
    command: [sh, -c, "mkdir -p /www && echo of-host >/www/index.html && exec httpd -f -p 127.0.0.1:$own -h /www"]
YAML
  ready with-port
  ready of-host
  expect "hostPort" by-port curl -s --retry 3 "http://127.0.0.1:$port/"
  expect "containers of a Pod share their network" by-port k exec with-port -c other -- wget -qO- http://127.0.0.1:8080/
  expect "hostname" named k exec with-port -c other -- hostname
  matches "hostAliases" '10.1.2.3\s+far.example' k exec with-port -c other -- cat /etc/hosts
  matches "dnsConfig" 'nameserver 10.9.9.9' k exec with-port -c other -- cat /etc/resolv.conf
  matches "dnsConfig" 'search a.example' k exec with-port -c other -- cat /etc/resolv.conf
  matches "dnsConfig" 'options ndots:3' k exec with-port -c other -- cat /etc/resolv.conf
  expect "hostNetwork" of-host curl -s "http://127.0.0.1:$own/"
  expect "its address is the node's" "127.0.0.1 127.0.0.1" get of-host '.status.podIP} {.status.hostIP'
  expect "hostPID shows the agent" 0 k exec of-host -- sh -c "grep -q everynode /proc/$AGENT_PID/cmdline; echo \$?"
  expect "hostIPC" "$(readlink /proc/self/ns/ipc)" k exec of-host -- readlink /proc/self/ns/ipc
  expect "hostname of the host" "$(hostname)" k exec of-host -- hostname
  drop with-port of-host
}

item_security() {
  k apply -f - >/dev/null <<'YAML'
apiVersion: v1
kind: Pod
metadata: {name: guarded}
spec:
  terminationGracePeriodSeconds: 1
  shareProcessNamespace: true
  securityContext:
    runAsUser: 1000
    runAsGroup: 2000
    fsGroup: 3000
    supplementalGroups: [4000]
    seccompProfile: {type: RuntimeDefault}
    sysctls: [{name: net.ipv4.ip_unprivileged_port_start, value: "79"}]
  volumes:
  - {name: work, emptyDir: {}}
  - {name: memory, emptyDir: {medium: Memory, sizeLimit: 1Mi}}
  containers:
  - name: main
    image: busybox:v1
    command: [sleep, "3600"]
    securityContext:
      readOnlyRootFilesystem: true
      allowPrivilegeEscalation: false
      capabilities: {drop: [ALL]}
    volumeMounts: [{name: work, mountPath: /work}, {name: memory, mountPath: /memory}]
  - name: root
    image: busybox:v1
    command: [sleep, "3601"]
    securityContext: {runAsUser: 0, runAsGroup: 0, capabilities: {add: [NET_ADMIN], drop: [CHOWN]}, seccompProfile: {type: Unconfined}}
---
apiVersion: v1
kind: Pod
metadata: {name: privileged}
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - {name: main, image: "busybox:v1", command: [sleep, "3600"], securityContext: {privileged: true}}
---
apiVersion: v1
kind: Pod
metadata: {name: not-root}
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - {name: main, image: "busybox:v1", command: [sleep, "3600"], securityContext: {runAsNonRoot: true}}
YAML
  ready guarded
  local guarded=(k exec guarded -c main -- sh -c)
  expect "user and groups" "1000 2000 2000 3000 4000" "${guarded[@]}" 'echo $(id -u) $(id -g) $(id -G | tr " " "\n" | sort -n | uniq)'
  expect "read-only root" 1 "${guarded[@]}" 'touch /here 2>/dev/null; echo $?'
  expect "fsGroup owns what is made for it" "3000 3000" "${guarded[@]}" 'touch /work/a; echo $(stat -c %g /work) $(stat -c %g /work/a)'
  expect "emptyDir in memory, with its size" "tmpfs 1024" "${guarded[@]}" 'df -k /memory | tail -n 1 | while read a b c; do echo $a $b; done'
  expect "no capabilities" 0000000000000000 "${guarded[@]}" 'grep CapBnd /proc/self/status | cut -f 2'
  expect "no new privileges, seccomp" "1 2" "${guarded[@]}" 'echo $(grep -E "NoNewPrivs|Seccomp:" /proc/self/status | cut -f 2)'
  expect "processes are shared" 0 "${guarded[@]}" 'ps | grep -q "[s]leep 3601"; echo $?'
  expect "sysctl" 79 "${guarded[@]}" 'cat /proc/sys/net/ipv4/ip_unprivileged_port_start'
  expect "capabilities added and dropped" 1 k exec guarded -c root -- sh -c 'caps=0x$(grep CapBnd /proc/self/status | cut -f 2); echo $(( (caps >> 12 & 1) & ~(caps & 1) ))'
  expect "seccomp unconfined" 0 k exec guarded -c root -- sh -c 'grep Seccomp: /proc/self/status | cut -f 2'
  # Where this machine itself has not all rights, a privileged container cannot be started, also by hand.
  matches "privileged" '.' of_any privileged main
  expect "privileged" true docker inspect -f '{{.HostConfig.Privileged}}' "$(of_any privileged main | head -n 1)"
  becomes "runAsNonRoot" CreateContainerConfigError state not-root state.waiting.reason
  matches "its message" 'runAsNonRoot and image will run as root' state not-root state.waiting.message
  drop guarded not-root privileged
}

item_resources() {
  k apply -f - >/dev/null <<'YAML'
apiVersion: v1
kind: Pod
metadata: {name: limited}
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - name: main
    image: busybox:v1
    command: [sleep, "3600"]
    resources: {requests: {cpu: 250m, memory: 16Mi}, limits: {cpu: 500m, memory: 32Mi}}
  - name: eater
    image: busybox:v1
    command: [sh, -c, "sleep 1; a=x; while true; do a=$a$a; done"]
    resources: {limits: {memory: 16Mi}}
YAML
  running limited
  expect "settings of the Engine" "256 50000 100000 33554432 33554432" docker inspect -f \
    '{{.HostConfig.CpuShares}} {{.HostConfig.CpuQuota}} {{.HostConfig.CpuPeriod}} {{.HostConfig.Memory}} {{.HostConfig.MemorySwap}}' "$(of limited main)"
  becomes "too much memory" "OOMKilled 137" get limited '.status.containerStatuses[?(@.name=="eater")].lastState.terminated.reason} {.status.containerStatuses[?(@.name=="eater")].lastState.terminated.exitCode'
  expect "QoS" Burstable get limited .status.qosClass
  drop limited
}
