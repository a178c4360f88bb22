# Item 8: kubectl's commands, with their own columns and words.

item_8() {
  local name pid
  fresh_namespace item-8

  # version, api-resources, explain
  like 8.1 "kubectl version shows the server" 'Server Version: v1\.[0-9]+\.[0-9]+\+everynode' "$(k version 2>&1)"
  same 8.2 "kubectl api-resources has its columns" "NAME SHORTNAMES APIVERSION NAMESPACED KIND" "$(header api-resources)"
  like 8.3 "and knows DaemonSets" $'\ndaemonsets ds apps/v1 true DaemonSet\n' "$(k api-resources | squeeze)"
  like 8.4 "kubectl api-versions lists the groups" $'apps/v1\n.*v1' "$(k api-versions)"
  runs k explain daemonset.spec.updateStrategy.rollingUpdate.maxUnavailable
  like 8.5 "kubectl explain finds a field" 'KIND: +DaemonSet
VERSION: +v1.*FIELD: maxUnavailable <IntOrString>' "$OUT"
  runs k explain pods.spec.tolerations
  like 8.6 "kubectl explain lists fields below another" 'effect	<string>.*operator	<string>.*tolerationSeconds	<integer>' "$OUT"
  runs k explain pods.spec.nonsense
  same 8.7 "kubectl explain refuses what is not there" '1 error: field "nonsense" does not exist' "$RC $ERR"

  # get and its columns
  same 8.8 "kubectl get nodes" "NAME STATUS ROLES AGE VERSION" "$(header get nodes)"
  same 8.9 "kubectl get nodes -o wide" \
    "NAME STATUS ROLES AGE VERSION INTERNAL-IP EXTERNAL-IP OS-IMAGE KERNEL-VERSION CONTAINER-RUNTIME" \
    "$(header get nodes -o wide)"
  like 8.10 "the master's role is shown" '^master Ready master [0-9]+[smh][0-9smh]* v1\.' \
    "$(k get node master --no-headers | squeeze)"
  same 8.11 "kubectl get pods" "NAME READY STATUS RESTARTS AGE" "$(header -n kube-system get pods)"
  same 8.12 "kubectl get pods -A" "NAMESPACE NAME READY STATUS RESTARTS AGE" "$(header get pods -A)"
  same 8.13 "kubectl get pods -o wide" \
    "NAME READY STATUS RESTARTS AGE IP NODE NOMINATED NODE READINESS GATES" "$(header -n kube-system get pods -o wide)"
  same 8.14 "kubectl get daemonsets" "NAME DESIRED CURRENT READY UP-TO-DATE AVAILABLE NODE SELECTOR AGE" \
    "$(header -n kube-system get daemonsets)"
  same 8.15 "kubectl get ds -o wide" \
    "NAME DESIRED CURRENT READY UP-TO-DATE AVAILABLE NODE SELECTOR AGE CONTAINERS IMAGES SELECTOR" \
    "$(header -n kube-system get ds -o wide)"
  same 8.16 "its cells" \
    "fluentd-elasticsearch quay.io/fluentd_elasticsearch/fluentd:v3.0.0 name=fluentd-elasticsearch" \
    "$(k -n kube-system get ds fluentd-elasticsearch -o wide --no-headers | squeeze | cut -d' ' -f9-)"
  same 8.17 "kubectl get events" "LAST SEEN TYPE REASON OBJECT MESSAGE" "$(header -n kube-system get events)"
  same 8.18 "kubectl get namespaces" "default kube-node-lease kube-public kube-system" \
    "$(k get namespaces --no-headers | awk '$2 == "Active" && $1 != "item-8" {print $1}' | xargs)"
  same 8.19 "kubectl get -o yaml" "apiVersion: v1 kind: Node" "$(k get node master -o yaml | head -n 2 | xargs)"
  same 8.20 "kubectl get -o json of a list" "List 5" "$(json nodes | jq -r '"\(.kind) \(.items | length)"')"
  same 8.21 "kubectl get -o name" "node/master" "$(k get node master -o name)"
  same 8.22 "kubectl get -o custom-columns" "NAME TAINT master node-role.kubernetes.io/master" \
    "$(k get node master -o custom-columns=NAME:.metadata.name,TAINT:.spec.taints[0].key | xargs)"
  same 8.23 "kubectl get -l selects by label" "master" "$(k get nodes -l node-role.kubernetes.io/master -o name | sed s,node/,,)"
  same 8.24 "by a set of values" "worker-1 worker-2" \
    "$(k get nodes -l 'kubernetes.io/hostname in (worker-1,worker-2)' -o name | sed s,node/,, | xargs)"
  same 8.25 "by what is not" "node-geektime node-ituring worker-1 worker-2" \
    "$(k get nodes -l '!node-role.kubernetes.io/master' -o name | sed s,node/,, | xargs)"
  same 8.26 "kubectl get --field-selector selects by node" "2" \
    "$(k get pods -A --field-selector spec.nodeName=worker-1 -o name | wc -l)"
  same 8.27 "kubectl get pages through a long list" "5" "$(k get nodes --chunk-size=2 -o name | wc -l)"
  same 8.28 "kubectl get with nothing to show" "No resources found in item-8 namespace." "$(n get pods 2>&1)"
  refused 8.29 "what is not there is not found" 1 'Error from server (NotFound): pods "nope" not found' n get pod nope
  refused 8.30 "nor is a kind that does not exist" 1 'error: the server doesn'"'"'t have a resource type "nopes"' n get nopes

  # create, apply, edit, label, annotate, patch
  does 8.31 "kubectl create" "daemonset.apps/tour created" n create -f - <<<"$(daemonset tour)"
  refused 8.32 "a second create" 1 'Error from server (AlreadyExists): error when creating "STDIN": daemonsets.apps "tour" already exists' \
    n create -f - <<<"$(daemonset tour)"
  does 8.33 "kubectl create configmap" "configmap/settings created" n create configmap settings --from-literal=a=1
  same 8.34 "kubectl get configmaps" "NAME DATA AGE" "$(header -n "$NS" get configmaps)"
  does 8.35 "kubectl create secret" "secret/key created" n create secret generic key --from-literal=password=secret
  same 8.36 "kubectl get secrets" "NAME TYPE DATA AGE key Opaque 1" "$(n get secrets | squeeze | cut -d' ' -f1-4 | xargs | cut -d' ' -f1-7)"
  does 8.37 "kubectl create service" "service/web created" n create service clusterip web --tcp=80:8080
  same 8.38 "kubectl get services" "NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE" "$(header -n "$NS" get services)"
  does 8.39 "kubectl create serviceaccount" "serviceaccount/robot created" n create serviceaccount robot
  does 8.40 "kubectl apply" "configmap/applied created" n apply -f - <<<"$(configmap applied '{"a":"1","b":"2"}')"
  does 8.41 "kubectl apply of a change" "configmap/applied configured" n apply -f - <<<"$(configmap applied '{"a":"3"}')"
  same 8.42 "sets, and takes away what the manifest no longer has" '{"a":"3"}' "$(n get cm applied -o 'jsonpath={.data}')"
  does 8.43 "kubectl apply --dry-run=server" "configmap/dry created (server dry run)" \
    n apply --dry-run=server -f - <<<"$(configmap dry '{}')"
  same 8.44 "creates nothing" "" "$(n get cm dry --ignore-not-found -o name)"
  runs n diff -f - <<<"$(configmap applied '{"a":"4"}')"
  like 8.45 "kubectl diff shows what would change" '-  a: "3".*\+  a: "4"' "$OUT"
  does 8.46 "kubectl label" "daemonset.apps/tour labeled" n label ds tour tier=logging
  refused 8.47 "kubectl label keeps a value" 1 "error: 'tier' already has a value (logging), and --overwrite is false" \
    n label ds tour tier=other
  same 8.48 "the label selects" "daemonset.apps/tour" "$(n get ds -l tier=logging -o name)"
  does 8.49 "kubectl label takes it off" "daemonset.apps/tour unlabeled" n label ds tour tier-
  does 8.50 "kubectl annotate" "daemonset.apps/tour annotated" n annotate ds tour owner=me
  same 8.51 "sets it" "me" "$(n get ds tour -o 'jsonpath={.metadata.annotations.owner}')"
  cat >"$WORK/editor" <<'SH'
#!/bin/sh
sed -i 's,registry.example/tour:1,registry.example/tour:edited,' "$1"
SH
  chmod +x "$WORK/editor"
  EDITOR=$WORK/editor does 8.52 "kubectl edit" "daemonset.apps/tour edited" n edit ds tour
  same 8.53 "changes what the editor changed" "registry.example/tour:edited" \
    "$(n get ds tour -o 'jsonpath={.spec.template.spec.containers[0].image}')"
  EDITOR=true runs n edit ds tour
  same 8.54 "kubectl edit without a change" "0 Edit cancelled, no changes made." "$RC $ERR"
  does 8.55 "kubectl patch, merge" "daemonset.apps/tour patched" n patch ds tour --type merge -p '{"metadata":{"labels":{"a":"b"}}}'
  does 8.56 "kubectl patch, strategic" "daemonset.apps/tour patched" \
    n patch ds tour -p '{"spec":{"template":{"spec":{"containers":[{"name":"main","env":[{"name":"A","value":"B"}]}]}}}}'
  same 8.57 "keeps the container's image" "registry.example/tour:edited B" \
    "$(n get ds tour -o 'jsonpath={.spec.template.spec.containers[0].image} {.spec.template.spec.containers[0].env[0].value}')"
  does 8.58 "kubectl patch, JSON" "daemonset.apps/tour patched" \
    n patch ds tour --type json -p '[{"op":"replace","path":"/metadata/labels/a","value":"c"}]'
  does 8.59 "kubectl patch that changes nothing" "configmap/applied patched (no change)" \
    n patch configmap applied --type merge -p '{"data":{"a":"3"}}'
  does 8.60 "kubectl replace" "configmap/settings replaced" n replace -f - <<<"$(configmap settings '{"z":"9"}')"
  like 8.61 "an old resourceVersion is a conflict" 'Error from server \(Conflict\): .*the object has been modified; please apply your changes to the latest version' \
    "$(n replace -f - <<<"$(configmap settings '{}' | jq '.metadata.resourceVersion = "1"')" 2>&1)"

  # describe, wait, rollout
  n rollout status ds/tour --timeout=60s >/dev/null
  runs n describe ds tour
  like 8.62 "kubectl describe daemonset" 'Desired Number of Nodes Scheduled: 4.*Pods Status: +4 Running / 0 Waiting / 0 Succeeded / 0 Failed.*SuccessfulCreate.*daemonset-controller +Created pod: tour-' "$OUT"
  name=$(pod_at "$NS" name=tour worker-1)
  runs n describe pod "$name"
  like 8.63 "kubectl describe pod" 'Node: +worker-1/.*Controlled By: +DaemonSet/tour.*Scheduled.*default-scheduler +Successfully assigned' "$OUT"
  runs k describe node worker-1
  like 8.64 "kubectl describe node" "NetworkUnavailable +False.*Non-terminated Pods: +\(3 in total\).*$name" "$OUT"
  does 8.65 "kubectl wait for a condition" "pod/$name condition met" n wait --for=condition=Ready "pod/$name" --timeout=30s
  does 8.66 "kubectl wait for a field" "daemonset.apps/tour condition met" \
    n wait --for=jsonpath='{.status.numberReady}'=4 ds/tour --timeout=30s
  like 8.67 "kubectl wait gives up" 'timed out waiting for the condition' \
    "$(n wait --for=condition=Nonsense "pod/$name" --timeout=1s 2>&1)"
  n delete pod "$name" --wait=false >/dev/null
  succeeds 8.68 "kubectl wait for a deletion" n wait --for=delete "pod/$name" --timeout=30s

  # watching
  n get configmaps -w --output-watch-events >"$WORK/watched" 2>&1 &
  pid=$!
  await grep -q settings "$WORK/watched"
  n create configmap seen >/dev/null
  n label configmap seen a=b >/dev/null
  n delete configmap seen >/dev/null
  comes_true 8.69 "kubectl get -w ends with what happened" grep -q DELETED "$WORK/watched"
  kill "$pid" 2>/dev/null
  wait "$pid" 2>/dev/null || true
  same 8.70 "in order" "ADDED MODIFIED DELETED" "$(awk '$2 == "seen" {print $1}' "$WORK/watched" | xargs)"
  same 8.71 "with the columns of get" "EVENT NAME DATA AGE" "$(head -n 1 "$WORK/watched" | squeeze)"
  n get pods -l name=tour -w >"$WORK/watched-pods" 2>&1 &
  pid=$!
  await grep -q Running "$WORK/watched-pods"
  n delete pod "$(pod_at "$NS" name=tour worker-2)" >/dev/null
  comes_true 8.72 "kubectl get pods -l -w shows a Pod end and the next one start" \
    grep -Eqz 'Terminating.*(Pending|ContainerCreating).*1/1 +Running' "$WORK/watched-pods"
  kill "$pid" 2>/dev/null
  wait "$pid" 2>/dev/null || true

  # taint, cordon, drain
  does 8.73 "kubectl taint" "node/worker-1 tainted" k taint node worker-1 a=b:NoSchedule
  refused 8.74 "kubectl taint refuses a bad effect" 1 "error: invalid taint effect: Never, unsupported taint effect
See 'kubectl taint -h' for help and examples" k taint node worker-1 a=b:Never
  does 8.75 "kubectl taint takes it off" "node/worker-1 untainted" k taint node worker-1 a-
  does 8.76 "kubectl cordon" "node/worker-1 cordoned" k cordon worker-1
  does 8.77 "kubectl cordon again" "node/worker-1 already cordoned" k cordon worker-1
  does 8.78 "kubectl uncordon" "node/worker-1 uncordoned" k uncordon worker-1
  does 8.79 "kubectl label node" "node/worker-1 labeled" k label node worker-1 zone=a
  does 8.80 "kubectl get -L shows a label as a column" "worker-1 a" \
    bash -c '"$0" --kubeconfig "$1" get node worker-1 -L zone --no-headers | awk "{print \$1, \$NF}"' "$KUBECTL" "$DATA/kubeconfig"
  does 8.81 "kubectl label takes it off the node" "node/worker-1 unlabeled" k label node worker-1 zone-

  # delete
  does 8.82 "kubectl delete" "configmap \"settings\" deleted$(deleted_from item-8)" n delete configmap settings
  refused 8.83 "a second delete" 1 'Error from server (NotFound): configmaps "settings" not found' n delete configmap settings
  does 8.84 "kubectl delete --ignore-not-found" "" n delete configmap settings --ignore-not-found
  does 8.85 "kubectl delete -l" "daemonset.apps \"tour\" deleted$(deleted_from item-8)" n delete ds -l a=c
  becomes 8.86 "takes the Pods along" "" pods_on "$NS" name=tour
  does 8.87 "kubectl delete --cascade=foreground" "daemonset.apps \"left\" deleted$(deleted_from item-8)" \
    delete_foreground
  same 8.88 "returns when the Pods are gone" "" "$(pods_on "$NS" name=left)"
  does 8.89 "kubectl delete namespace" "namespace \"item-8\" deleted" k delete namespace item-8 --timeout=60s
  same 8.90 "takes all that is in it along" "0" "$(k get pods,configmaps,secrets,services,ds -A -o name --field-selector metadata.namespace=item-8 2>/dev/null | wc -l)"
  same 8.91 "and itself" 'Error from server (NotFound): namespaces "item-8" not found' "$(k get ns item-8 2>&1)"
  NS=default
}

delete_foreground() {
  n create -f - >/dev/null <<<"$(daemonset left)"
  n rollout status ds/left --timeout=60s >/dev/null
  n delete ds left --cascade=foreground
}

# configmap NAME DATA: its manifest as JSON.
configmap() {
  jq -n --arg name "$1" --argjson data "$2" '{apiVersion: "v1", kind: "ConfigMap", metadata: {name: $name}, data: $data}'
}
