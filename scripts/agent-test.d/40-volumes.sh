# Volumes: what they show at the start, and while the Pod runs.

item_volumes() {
  rm -rf "$WORK/host"
  mkdir -p "$WORK/host"
  echo from-the-host >"$WORK/host/file"
  k apply -f - >/dev/null <<YAML
apiVersion: v1
kind: ConfigMap
metadata: {name: shown}
data: {a: one, b: two}
---
apiVersion: v1
kind: Secret
metadata: {name: hidden}
stringData: {word: sesame}
---
apiVersion: v1
kind: Service
metadata: {name: log-store}
spec: {clusterIP: 10.96.5.5, ports: [{name: http, port: 9200}]}
---
apiVersion: v1
kind: Pod
metadata: {name: volumes, labels: {tier: front}, annotations: {note: first, kubectl.kubernetes.io/default-container: main}}
spec:
  terminationGracePeriodSeconds: 1
  volumes:
  - {name: shown, configMap: {name: shown}}
  - {name: part, configMap: {name: shown, items: [{key: b, path: deep/b, mode: 0400}]}}
  - {name: later, configMap: {name: not-yet, optional: true}}
  - {name: hidden, secret: {secretName: hidden, defaultMode: 0440}}
  - {name: self, downwardAPI: {items: [{path: labels, fieldRef: {fieldPath: metadata.labels}}, {path: note, fieldRef: {fieldPath: "metadata.annotations['note']"}}]}}
  - name: all
    projected:
      sources:
      - configMap: {name: shown, items: [{key: a, path: cm/a}]}
      - secret: {name: hidden}
      - downwardAPI: {items: [{path: name, fieldRef: {fieldPath: metadata.name}}, {path: cpu, resourceFieldRef: {containerName: main, resource: limits.cpu, divisor: 1m}}]}
      - serviceAccountToken: {path: token, expirationSeconds: 600, audience: here}
  - {name: host, hostPath: {path: $WORK/host, type: Directory}}
  - {name: made, hostPath: {path: $WORK/host/made, type: DirectoryOrCreate}}
  - {name: scratch, emptyDir: {}}
  containers:
  - name: main
    image: busybox:v1
    command: [sleep, "3600"]
    resources: {limits: {cpu: 100m}}
    env: [{name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}, {name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]
    volumeMounts:
    - {name: shown, mountPath: /shown}
    - {name: shown, mountPath: /single/a, subPath: a}
    - {name: part, mountPath: /part}
    - {name: later, mountPath: /later}
    - {name: hidden, mountPath: /hidden}
    - {name: self, mountPath: /self}
    - {name: all, mountPath: /all}
    - {name: host, mountPath: /host, readOnly: true}
    - {name: made, mountPath: /made}
    - {name: scratch, mountPath: /scratch, subPathExpr: \$(POD)}
  - {name: without, image: "busybox:v1", command: [sleep, "3600"], volumeMounts: [{name: scratch, mountPath: /scratch}]}
---
apiVersion: v1
kind: Pod
metadata: {name: unlinked}
spec:
  enableServiceLinks: false
  terminationGracePeriodSeconds: 1
  volumes: [{name: wrong, hostPath: {path: $WORK/host/file, type: Directory}}]
  containers:
  - {name: main, image: "busybox:v1", command: [sleep, "3600"]}
YAML
  ready volumes
  expect "configMap" "one two" in_pod volumes 'echo $(cat /shown/a) $(cat /shown/b)'
  expect "items and modes" "two 400" in_pod volumes 'echo $(cat /part/deep/b) $(stat -Lc %a /part/deep/b)'
  expect "secret" "sesame 440" in_pod volumes 'echo $(cat /hidden/word) $(stat -Lc %a /hidden/word)'
  expect "downwardAPI" 'tier="front" first' in_pod volumes 'echo $(cat /self/labels) $(cat /self/note)'
  expect "projected" "one sesame volumes 100" in_pod volumes 'for f in cm/a word name cpu; do cat /all/$f; echo; done | xargs'
  expect "a token for its audience" '["here"]' sh -c "$KUBECTL --kubeconfig $WORK/data/kubeconfig exec volumes -c main -- cat /all/token | cut -d . -f 2 | tr '_-' '/+' | awk '{while (length % 4) \$0 = \$0 \"=\"; print}' | base64 -d | jq -c .aud"
  expect "hostPath" from-the-host in_pod volumes 'cat /host/file'
  expect "read-only" 1 in_pod volumes 'touch /host/x 2>/dev/null; echo $?'
  expect "DirectoryOrCreate" yes in_pod volumes 'touch /made/x && echo yes'
  expect "subPathExpr, and volumes are shared" volumes k exec volumes -c without -- ls /scratch
  expect "variables of Services" "10.96.5.5 9200 tcp://10.96.5.5:9200" in_pod volumes 'echo $LOG_STORE_SERVICE_HOST $LOG_STORE_SERVICE_PORT_HTTP $LOG_STORE_PORT'
  expect "the API server's" "127.0.0.1 $API_PORT" in_pod volumes 'echo $KUBERNETES_SERVICE_HOST $KUBERNETES_SERVICE_PORT'
  expect "the Pod's address" "$(get volumes .status.podIP)" in_pod volumes 'echo $IP'
  matches "a hostPath of another type" 'FailedMount.*hostPath type check failed' events unlinked
  k delete service log-store >/dev/null
  drop unlinked
}

# Goes on with the Pod of the item before.
item_refresh() {
  local container=$(of volumes main) token
  token=$(in_pod volumes 'md5sum </all/token')
  k patch configmap shown -p '{"data": {"a": "changed", "c": "three", "b": null}}' >/dev/null
  becomes "a ConfigMap that changes" "changed three a c" in_pod volumes 'echo $(cat /shown/a) $(cat /shown/c) $(ls /shown)'
  becomes "in a projected volume" changed in_pod volumes 'cat /all/cm/a'
  matches "a volume whose key goes is told of" 'FailedMount .*"part" : .*key b' events volumes
  expect "and stays as it was" two in_pod volumes 'cat /part/deep/b'
  k patch configmap shown -p '{"data": {"b": "two again"}}' >/dev/null
  becomes "until the key is back" "two again" in_pod volumes 'cat /part/deep/b'
  expect "a subPath is not refreshed" one in_pod volumes 'cat /single/a'
  k patch secret hidden -p '{"stringData": {"word": "simsim"}}' >/dev/null
  becomes "a Secret that changes" simsim in_pod volumes 'cat /hidden/word'
  becomes "in a projected volume" simsim in_pod volumes 'cat /all/word'
  k create configmap not-yet --from-literal=x=here >/dev/null
  becomes "an optional ConfigMap that comes" here in_pod volumes 'cat /later/x'
  k delete configmap not-yet >/dev/null
  becomes "and goes" "" in_pod volumes 'ls /later'
  k label pod volumes tier=back --overwrite >/dev/null
  k annotate pod volumes note=second --overwrite >/dev/null
  becomes "labels" 'tier="back"' in_pod volumes 'cat /self/labels'
  becomes "annotations" second in_pod volumes 'cat /self/note'
  expect "a token is kept until its time" "$token" in_pod volumes 'md5sum </all/token'
  # The part that is mounted alone is of the former data; everything else is gone.
  expect "nothing former stays" 1 sh -c "ls -d $WORK/node/pods/$(get volumes .metadata.uid)/volumes/shown/..data-* | wc -l"
  expect "the same container all the time" "$container 0" sh -c "echo $(of volumes main) $(state volumes restartCount)"
  k delete secret hidden >/dev/null
  matches "a Secret that goes" 'FailedMount.*secret "hidden" not found' events volumes
  expect "what it showed stays" simsim in_pod volumes 'cat /hidden/word'
  # With another agent, which follows from then on.
  kill_agent
  k create secret generic hidden --from-literal=word=third >/dev/null
  k patch configmap shown -p '{"data": {"a": "meanwhile"}}' >/dev/null
  start_agent
  becomes "what has changed while no agent ran" "meanwhile third" in_pod volumes 'echo $(cat /shown/a) $(cat /hidden/word)'
  k patch configmap shown -p '{"data": {"a": "again"}}' >/dev/null
  becomes "and goes on" again in_pod volumes 'cat /shown/a'
  expect "the same container all the time" "$container 0" sh -c "echo $(of volumes main) $(state volumes restartCount)"
  drop volumes
}
