# A Docker Engine of a test's own, and images for it without a registry. Sourced by the scripts beside this one, which
# set root, WORK, a directory of theirs, and call engine_stop when they end.

# This Debian package's client is the one that fits the Engine; elsewhere whichever there is.
DOCKER=/usr/bin/docker
[[ -x $DOCKER ]] || DOCKER=$(command -v docker || echo docker)
ENGINE_SOCKET=$WORK/docker.sock
ENGINE_BRIDGE=ev$$
ENGINE_PID=

docker() { "$DOCKER" -H "unix://$ENGINE_SOCKET" "$@"; }

# skip WHY: ends the script as one that could not be run, which is neither passed nor failed.
skip() { echo "$(basename "$0"): skipped: $*"; exit 0; }

# engine_start FLAG...: returns when the Engine answers, and skips the whole script where none can be had.
engine_start() {
  local i
  ((EUID == 0)) || skip "it needs root"
  command -v dockerd >/dev/null || [[ -x /usr/sbin/dockerd ]] || skip "there is no dockerd (Debian: docker.io)"
  command -v ip >/dev/null || skip "there is no ip (Debian: iproute2)"
  # A bridge of its own: another Engine on this machine may have the usual one.
  ip link add "$ENGINE_BRIDGE" type bridge 2>/dev/null && ip addr add "172.29.$((RANDOM % 250)).1/24" dev "$ENGINE_BRIDGE" &&
    ip link set "$ENGINE_BRIDGE" up || skip "no network bridge can be made"
  PATH=$PATH:/usr/sbin:/sbin dockerd --storage-driver overlay2 --data-root "$WORK/engine" --exec-root "$WORK/exec" \
    --pidfile "$WORK/dockerd.pid" -H "unix://$ENGINE_SOCKET" --bridge "$ENGINE_BRIDGE" "$@" >"$WORK/dockerd.log" 2>&1 &
  ENGINE_PID=$!
  for ((i = 0; i < 300; i++)); do
    ! docker version >/dev/null 2>&1 || return 0
    kill -0 "$ENGINE_PID" 2>/dev/null || break
    sleep 0.2
  done
  skip "dockerd does not run: $(tail -n 1 "$WORK/dockerd.log")"
}

# With all containers, and the bridge.
engine_stop() {
  local ids
  if [[ -n $ENGINE_PID ]]; then
    ids=$(docker ps -aq 2>/dev/null)
    # shellcheck disable=SC2086 # one word for each container
    [[ -z $ids ]] || docker rm -f $ids >/dev/null 2>&1
    kill "$ENGINE_PID" 2>/dev/null
    wait "$ENGINE_PID" 2>/dev/null
    ENGINE_PID=
  fi
  # dockerd leaves the host's network mounted there once a container had it.
  umount "$WORK"/exec/netns/* 2>/dev/null
  ip link delete "$ENGINE_BRIDGE" 2>/dev/null
}

# engine_images NAME...: those of scripts/example-images; skips where their packages cannot be had.
engine_images() {
  local code=0
  DOCKER_HOST=unix://$ENGINE_SOCKET DOCKER=$DOCKER "$root/scripts/example-images" "$@" >"$WORK/images.out" 2>&1 || code=$?
  ((code != 3)) || skip "no images: $(tail -n 1 "$WORK/images.out")"
  ((code == 0)) || { cat "$WORK/images.out"; return 1; }
}
