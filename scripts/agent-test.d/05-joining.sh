# The machine has joined by a token and the authority's hash (start_agent); what it has of that, and what goes wrong.

item_joining() {
  local before hash
  hash=$(grep -oE 'sha256:[0-9a-f]{64}' "$WORK/join")
  expect "the hash is openssl's" "$hash" echo "sha256:$(openssl x509 -in "$WORK/data/pki/ca.crt" -noout -pubkey |
    openssl pkey -pubin -outform der | sha256sum | cut -d ' ' -f 1)"
  expect "who may read what it keeps" 600 stat -c %a "$WORK/node/kubeconfig"
  expect "its token is kept nowhere" "" sh -c "grep -rl '$(cut -d . -f 2 "$WORK/token")' '$WORK/node' '$WORK/agent.out'; true"
  expect "who it is" "system:node:$NODE_NAME" as_node auth whoami -o 'jsonpath={.status.userInfo.username}'
  matches "what it may not" 'cannot list resource "secrets"' as_node get secrets -A
  becomes "its endpoint has a certificate of the cluster's" ok endpoint_verified

  joins_not "another hash" 'has another hash than --ca-hash.*No token was sent$' \
    --server "$(join_server)" --ca-hash "sha256:$(printf '%064d' 0)" --token-file "$WORK/token"
  joins_not "a token that there is not" '^everynode: the token is not accepted' \
    --server "$(join_server)" --ca-hash "$hash" --token abcdef.0123456789abcdef
  joins_not "neither token nor certificate" '^everynode: this machine has not joined yet'

  before=$(node_serial)
  "$EVERYNODE" certificate revoke --kubeconfig "$WORK/data/kubeconfig" "$before" >/dev/null
  becomes "revoked while it runs, it joins again by its token" other other_serial "$before"
  becomes "and goes on" True node_ready

  kill_agent TERM
  "$EVERYNODE" certificate revoke --kubeconfig "$WORK/data/kubeconfig" "$(node_serial)" >/dev/null
  "$EVERYNODE" token revoke --kubeconfig "$WORK/data/kubeconfig" "$(cut -d . -f 1 "$WORK/token")" >/dev/null
  AT=$WORK/node AS=$NODE_NAME joins_not "revoked, without a token" "does not accept the certificate of system:node:$NODE_NAME"
  rm "$WORK/join" "$WORK/token"
  start_agent
  becomes "with another token it is back" True node_ready
  "$EVERYNODE" token revoke --kubeconfig "$WORK/data/kubeconfig" "$(cut -d . -f 1 "$WORK/token")" >/dev/null
  kill_agent
  start_agent
  becomes "with its certificate it needs no token" True node_ready
}

as_node() { timeout "$PATIENCE" "$KUBECTL" --kubeconfig "$WORK/node/kubeconfig" --cache-dir "$WORK/cache-node" "$@"; }
join_server() { grep -oE -- '--server [^ ]+' "$WORK/join" | cut -d ' ' -f 2; }
node_serial() {
  sed -n 's/^ *client-certificate-data: //p' "$WORK/node/kubeconfig" | base64 -d | openssl x509 -noout -serial | cut -d = -f 2
}
other_serial() { [[ $(node_serial) == "$1" ]] || echo other; }
endpoint_verified() {
  openssl s_client -connect "127.0.0.1:$NODE_PORT" -CAfile "$WORK/data/pki/nodes.crt" -verify_ip 127.0.0.1 </dev/null 2>&1 |
    grep -q 'Verify return code: 0' && echo ok
}

# joins_not TEXT REGEX FLAG...: an agent that does not start says so in one line, and that alone.
joins_not() {
  local text=$1 regex=$2 out code=0
  shift 2
  out=$(timeout "$PATIENCE" "$EVERYNODE" agent --node-name "${AS:-other}" --docker-host "unix://$WORK/docker.sock" \
    --root-dir "${AT:-$WORK/other}" --pod-logs "$WORK/logs" "$@" 2>&1 >/dev/null </dev/null) || code=$?
  [[ $code == 1 && $(wc -l <<<"$out") == 1 && $out =~ $regex ]] || failed "$text: exit code $code, $out"
}
