# Rows, masks and the server for scripts/kubectl-tour and scripts/helm-tour. Sourced by them, which set ROOT, PARTS
# (where the parts are), AREA (kubectl or helm), VERSION and BASE_VERSION, WORK, RESULTS, REAL_KUBECTL and WRITE.
#
# A part is read row by row:
#
#   == TITLE               a row of docs/compatibility.md; titles are unique in the whole tour
#   @since 1.23            older versions of kubectl have no such command: not run with them
#   @until 1.30            newer ones have it no longer
#   @reason TEXT           the output below is a refusal that is meant; the table has TEXT instead of "pass"
#   @differs TEXT          not yet as below: the row must fail, and the table has TEXT
#   $ COMMAND              run by this shell, in a directory with a copy of files/; kubectl is the one under test
#   > MORE                 and further lines of it
#   OUTPUT                 standard output and standard error together, masked (see mask)
#   [1]                    the exit code, when it is not 0
#
# Lines that begin with "# " before the first row of a file and between rows are comments.

# shellcheck source=../lib.sh
source "$ROOT/scripts/lib.sh"

PATIENCE=${PATIENCE:-60}
PASSED=0
FAILED=0

# --- a part ---

# tour_part NAME FILE: runs its rows in a namespace of the part's own name.
tour_part() {
  local part=$1 file=$2 override=${2%.tour}.$VERSION.tour written=$WORK/written own=$WORK/own
  rm -rf "$WORK/parts/$part"
  mkdir -p "$WORK/parts"
  cp -r "$PARTS/files" "$WORK/parts/$part"
  cd "$WORK/parts/$part" || exit 1
  "$WORK/bin/kubectl" create namespace "$part" >/dev/null 2>&1
  # It comes a moment later, and is in lists of ConfigMaps from then on.
  soon "$WORK/bin/kubectl" -n "$part" get cm kube-root-ca.crt >/dev/null
  "$WORK/bin/kubectl" config set-context --current --namespace="$part" >/dev/null
  declare -A OVERRIDES=()
  read_overrides "$override"
  : >"$written"
  : >"$own"
  local row= line
  # One more round for the last row.
  while IFS= read -r line || { line="== "; [[ -n $row ]]; }; do
    if [[ $line == "== "* ]]; then
      [[ -n $row ]] && one_row "$part" "$row"
      row=
      [[ $line == "== " ]] && break
      row=$line$'\n'
    elif [[ -n $row ]]; then
      row+=$line$'\n'
    else
      printf '%s\n' "$line" >>"$written"
    fi
  done <"$file"
  if [[ $WRITE ]]; then
    if [[ $VERSION == "$BASE_VERSION" ]]; then
      cp "$written" "$file"
    elif [[ -s $own ]]; then
      { echo "# What kubectl $VERSION has otherwise."; echo; cat "$own"; } >"$override"
    else
      rm -f "$override"
    fi
  fi
  "$WORK/bin/kubectl" delete namespace "$part" --wait=false >/dev/null 2>&1
}

read_overrides() {
  local line title= text=
  [[ -f $1 && $VERSION != "$BASE_VERSION" ]] || return 0
  while IFS= read -r line || { line="== "; [[ -n $title ]]; }; do
    if [[ $line == "== "* ]]; then
      [[ -n $title ]] && OVERRIDES[$title]=$text
      title=${line#== }
      text=$line$'\n'
      [[ -z $title ]] && break
    else
      text+=$line$'\n'
    fi
  done <"$1"
}

# Whether the first version is lower than the second.
lower() { ((${1#1.} < ${2#1.})); }

# one_row PART TEXT: the row of the base version, as it stands in the part.
one_row() {
  local part=$1 base=$2 title text result since until reason differs
  title=${base%%$'\n'*}
  title=${title#== }
  text=${OVERRIDES[$title]:-$base}
  since=$(sed -n 's/^@since //p' <<<"$text")
  until=$(sed -n 's/^@until //p' <<<"$text")
  if { [[ $since ]] && lower "$VERSION" "$since"; } || { [[ $until ]] && lower "$until" "$VERSION"; }; then
    record "$title" "not in kubectl $VERSION"
    printf '%s' "$base" >>"$WORK/written"
    return
  fi
  reason=$(sed -n 's/^@reason //p' <<<"$text")
  differs=$(sed -n 's/^@differs //p' <<<"$text")
  result=$(mktemp "$WORK/row.XXXXXX")
  run_row "$text" "$result"
  if [[ $WRITE ]]; then
    if [[ $VERSION == "$BASE_VERSION" ]]; then
      cat "$result" >>"$WORK/written"
    elif ! printf '%s' "$base" | cmp -s - "$result"; then
      cat "$result" >>"$WORK/own"
    fi
  fi
  if printf '%s' "$text" | cmp -s - "$result"; then
    if [[ $differs ]]; then
      failed "$part" "$title" "is cured: take its @differs away"
    else
      PASSED=$((PASSED + 1))
      echo "ok $part: $title"
      record "$title" "${reason:-pass}"
    fi
  elif [[ $differs ]]; then
    PASSED=$((PASSED + 1))
    echo "ok $part: $title (differs: $differs)"
    record "$title" "$differs"
  else
    failed "$part" "$title" "$(printf '%s' "$text" | diff -U 2 - "$result" | tail -n +3)"
  fi
  rm -f "$result"
}

failed() {
  FAILED=$((FAILED + 1))
  printf 'FAILED %s: %s\n%s\n' "$1" "$2" "$3"
  record "$2" "FAILED"
}

record() { printf '%s\t%s\t%s\t%s\n' "$AREA" "$1" "$AREA $VERSION" "$2" >>"$RESULTS"; }

# run_row TEXT RESULT-FILE: the row again, with what came out now.
run_row() {
  local line command= lines=() blank=
  while IFS= read -r line; do
    case $line in
      '$ '*)
        [[ $command ]] && run_command "$command" >>"$2"
        command=${line#\$ }
        printf '%s\n' "$line" >>"$2"
        blank=
        ;;
      '> '* | '>')
        line=${line#>}
        command+=$'\n'${line# }
        printf '>%s\n' "$line" >>"$2"
        ;;
      '') blank+=$'\n' ;;
      '#'*) if [[ $blank ]]; then blank+=$line$'\n'; fi ;;
      *)
        [[ $command ]] || printf '%s\n' "$line" >>"$2"
        blank=
        ;;
    esac
  done <<<"${1%$'\n'}"
  [[ $command ]] && run_command "$command" >>"$2"
  # Empty lines and comments that end a row part it from the next one.
  printf '%s' "$blank" >>"$2"
}

run_command() {
  local code=0
  eval "$1" >"$WORK/out" 2>&1 </dev/null || code=$?
  # The last line may have no end.
  sed -e '$a\' "$WORK/out" | mask
  ((code == 0)) || echo "[$code]"
}

# What is another one each time: times, ages, UIDs, versions, addresses, hashed names; and the two places where newer
# versions of kubectl say more of a namespace, or put a blank, in every other row. Runs of blanks within a line, which
# follow from the length of those, are two blanks. Empty lines are "<>", as empty lines part the rows.
mask() {
  local consonants='[bcdfghjklmnpqrstvwxz2456789]'
  sed -E \
    -e '/^I[0-9]{4} .* reflector\.go:/d' \
    -e "s#$WORK/parts/[a-z-]+#<dir>#g; s#$WORK#<work>#g" \
    -e 's/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/<uid>/g' \
    -e 's/20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/<time>/g' \
    -e 's/(Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{2} [A-Z][a-z]{2} 20[0-9]{2} [0-9:]{8} [+-][0-9]{4}/<time>/g' \
    -e 's/("?resourceVersion"?: )"?[0-9]+"?/\1<version>/g' \
    -e 's/(esource ?[vV]ersion[\\"]*: ?[ \\"]*)[0-9]+/\1<version>/g' \
    -e 's/(kubectl-edit-|LIVE-|MERGED-|debugger-|kube-api-access-)[0-9a-z]+/\1<random>/g' \
    -e 's/20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9:.]+ [-+][0-9]{4}/<time>/g' \
    -e 's/ deleted from [a-z-]+ namespace/ deleted/; s/due to error:([a-z])/due to error: \1/' \
    -e 's/^(Warning|WARNING): (deleting Pods[^;]*); (ignoring .*)$/\1: \3; \2/' \
    -e "s#https?://127\.0\.0\.1:$SERVER_PORT#<server>#g; s#127\.0\.0\.1:$SERVER_PORT#<address>#g" \
    -e 's/\b(10\.[0-9]+\.[0-9]+\.[0-9]+|172\.16\.[0-9]+\.[0-9]+)\b/<ip>/g' \
    -e "s/-$consonants{11}\b/-<pod>/g" \
    -e 's/((controller-revision|pod-template)-hash["=:]+ ?"?)[a-z0-9]+/\1<hash>/g' \
    -e 's/(^|[ (])(([0-9]+h)?([0-9]{1,2}m)?[0-9]+(\.[0-9]+)?s|[0-9]{1,2}m)([ ),]|$)/\1<age>\6/g' \
    -e 's/(^|[ (])(([0-9]+h)?([0-9]{1,2}m)?[0-9]+(\.[0-9]+)?s|[0-9]{1,2}m)([ ),]|$)/\1<age>\6/g' \
    -e 's/\t/  /g; s/([^ ]) {2,}/\1  /g; s/ +$//; s/^$/<>/; s/^([$>#@]|==|\[[0-9]+\]$)/\\\1/'
}

# --- for the commands of the parts ---

# A watch in the background: watching FILE COMMAND..., and later seen FILE REGEX (a line of it, sooner or later), ended.
watching() {
  local file=$1
  shift
  timeout "$((PATIENCE * 2))" "$@" >"$file" 2>&1 &
  WATCH_PID=$!
}

seen() { soon grep -qE -- "$2" "$1" || { cat "$1"; return 1; }; }

ended() {
  kill "$WATCH_PID" 2>/dev/null
  wait "$WATCH_PID" 2>/dev/null
  return 0
}

# The events that end a description in an order of their own: several come within one second.
sort_events() { awk '/^Events:/ {last = 1} !last || /^Events:|^  (Type|----) / {print; next} {print | "sort"}'; }

# with_editor SED-SCRIPT COMMAND...: an editor that applies the script to the file.
with_editor() {
  printf '#!/bin/sh\nsed -i -E "%s" "$1"\n' "$1" >"$WORK/editor"
  chmod 755 "$WORK/editor"
  shift
  KUBE_EDITOR=$WORK/editor "$@"
}

# --- the server ---

# start_server FLAGS...: a server on a free port, and a kubectl for it alone. EVERYNODE is another launcher than ours.
start_server() {
  SERVER_PORT=$(free_port)
  mkdir -p "$WORK/home" "$WORK/bin" "$WORK/tmp" "$WORK/real"
  ln -sf "$REAL_KUBECTL" "$WORK/real/kubectl" # it tells its own name
  launch "$WORK/server.out" "${EVERYNODE:-$ROOT/scripts/everynode}" \
    server --port "$SERVER_PORT" --data-dir "$WORK/data" "$@" || return 1
  export TMPDIR=$WORK/tmp HOME=$WORK/home KUBECONFIG=$WORK/data/kubeconfig PATH=$WORK/bin:$PATH
  # No call of it goes on for ever.
  printf '#!/bin/sh\nexec timeout 120 %s "$@"\n' "$WORK/real/kubectl" >"$WORK/bin/kubectl"
  chmod 755 "$WORK/bin/kubectl"
}

finish() {
  local code=$?
  cd /
  if [[ $SERVER_PID ]]; then
    kill -TERM "$SERVER_PID" 2>/dev/null
    wait "$SERVER_PID" 2>/dev/null
    if grep -qE ' ERROR ' "$WORK/data/everynode.log" 2>/dev/null; then
      echo "the server's log holds errors:"
      grep -E ' ERROR ' "$WORK/data/everynode.log" | head -n 5
      code=1
    fi
  fi
  if [[ ${KEEP:-} ]]; then echo "kept: $WORK" >&2; else rm -rf "$WORK"; fi
  exit "$code"
}
