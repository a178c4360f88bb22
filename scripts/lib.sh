# Bounded waits, free ports and servers for the scripts beside this one. Sourced by them. WORK is a directory of theirs,
# PATIENCE how many seconds a condition may take: a slow machine is no failure.

# A look at a condition costs a process or two; more looks would slow down what is waited for.
POLL=0.1

# soon COMMAND...: until it succeeds; prints its last output if it never does.
soon() {
  local deadline=$((SECONDS + PATIENCE))
  # Not in a subshell: what a function sets stays.
  until "$@" >"$WORK/soon" 2>&1; do
    ((SECONDS < deadline)) || { cat "$WORK/soon"; echo "not true within $PATIENCE s: $*"; return 1; }
    sleep "$POLL"
  done
}

# soon_prints TEXT COMMAND...: until it prints exactly that, which is printed then; its last output if it never does.
soon_prints() {
  local expected=$1 deadline=$((SECONDS + PATIENCE)) out
  shift
  until out=$("$@" 2>&1); [[ $out == "$expected" ]]; do
    ((SECONDS < deadline)) || break
    sleep "$POLL"
  done
  printf '%s\n' "$out"
}

free_port() {
  local port
  while :; do
    # Below those that outgoing connections get.
    port=$((20000 + RANDOM % 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
}

# curl_as KUBECONFIG PATH ARGUMENTS...: curl at the kubeconfig's server, with its authority and credentials. Sends none to
# a server of plain HTTP. Files of them stay below WORK.
curl_as() {
  local kubeconfig=$1 path=$2 kept part
  shift 2
  kept=$WORK/curl.$(cksum <"$kubeconfig" | tr ' ' '-')
  if [[ ! -f $kept ]]; then
    (
      umask 077
      draft=$kept.$BASHPID
      for part in certificate-authority client-certificate client-key; do
        sed -n "s/^ *$part-data: //p" "$kubeconfig" | base64 -d >"$draft.$part"
      done
      if [[ -s $draft.certificate-authority ]]; then
        printf '%s = "%s"\n' cacert "$draft.certificate-authority" cert "$draft.client-certificate" key "$draft.client-key"
      fi >"$draft"
      # As a whole: others may look for it at this moment.
      mv "$draft" "$kept"
    )
  fi
  curl --config "$kept" "$@" "$(sed -n 's/^ *server: //p' "$kubeconfig")$path"
}

SERVER_PID=

# launch FILE COMMAND...: a server in the background, whose output goes there; returns when it says that it is ready,
# else fails. Job control gives the server a process group of its own and SIGINT, which a shell's background jobs else
# ignore; env gives it back where the whole run was started with SIGINT ignored.
launch() {
  local out=$1 deadline=$((SECONDS + 300))
  shift
  # What a server before this one wrote there must not be taken for its own.
  : >"$out"
  set -m
  env --default-signal=INT,TERM,HUP "$@" >"$out" 2>&1 </dev/null &
  SERVER_PID=$!
  set +m
  # Under a terminal the line stands between control sequences.
  until grep -q 'Everynode ready' "$out"; do
    if ! kill -0 "$SERVER_PID" 2>/dev/null || ((SECONDS >= deadline)); then
      echo "The server did not start: $*" >&2
      tail -n 20 "$out" >&2
      return 1
    fi
    sleep 0.05
  done
}
