# Sourced by bin/serve, bin/test and bin/bridge: afterwards "$root/.venv" holds what the lock names.
#
#   set_up run|postgres|store|dev     builds or completes .venv, or says in one line what is missing
#
# The environment stands under a stamp (lock, place, Python) that is removed before any change and
# written last, so an interrupted set-up is seen and built anew. Needs no root, and no network once
# the libraries are there.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
venv=$root/.venv
python=$venv/bin/python

# What the caller's shell may carry must not reach into ours: a Python home, a path that shadows
# our modules, an installer told to write elsewhere, or a Python told to keep nothing compiled, which
# would compile the whole service anew in each process of each start.
unset PYTHONHOME PYTHONDONTWRITEBYTECODE PYTHONOPTIMIZE PYTHONINSPECT
unset PIP_TARGET PIP_PREFIX PIP_REQUIRE_VIRTUALENV VIRTUAL_ENV
export PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1 UV_PYTHON_DOWNLOADS=never
export PYTHONPATH=$root PYTHONSAFEPATH=1 PYTHONUTF8=1

say() { printf '%s\n' "$*" >&2; }

# One line that says what to do, and the exit status of a set-up that lacks something.
lacks() {
  say "postal-bridge: $*"
  exit 3
}

stamp_of() {
  # Where the interpreter really is: a Python that was exchanged under us is another stamp.
  printf '%s %s %s\n' "$(sha256sum <"$root/$1" | cut -c1-64)" "$venv" "$(readlink -f "$python")"
}

lock_file() {
  case $1 in
    run) printf 'requirements.txt' ;;
    *) printf 'requirements-%s.txt' "$1" ;;
  esac
}

# True when a finished environment holds at least what is wanted; each lock contains the former.
is_complete() {
  local level wanted
  case $1 in
    run) wanted='run postgres store dev' ;;
    postgres) wanted='postgres store dev' ;;
    store) wanted='store dev' ;;
    *) wanted=dev ;;
  esac
  [ -x "$python" ] || return 1
  for level in $wanted; do
    [ -f "$venv/.complete-$level" ] &&
      [ "$(cat "$venv/.complete-$level")" = "$(stamp_of "$(lock_file "$level")")" ] && return 0
  done
  return 1
}

# Prints the true path of an interpreter that fits, or nothing. Candidates are run, because a
# version manager leaves commands of that name that only print an error.
find_python() {
  local needs=$1 candidate found
  for candidate in ${POSTAL_BRIDGE_PYTHON:+"$POSTAL_BRIDGE_PYTHON"} \
    python3 python3.13 python3.12 python3.11 python \
    /usr/bin/python3 /usr/bin/python3.1[123] /usr/local/bin/python3 /usr/local/bin/python3.1[123] \
    "${HOME:-/none}"/.pyenv/versions/3.1[123].*/bin/python3; do
    command -v "$candidate" >/dev/null 2>&1 || continue
    found=$(cd / && "$candidate" -I -c "
import $needs
assert (3, 11) <= sys.version_info[:2] <= (3, 13)
print(sys.executable)" 2>/dev/null </dev/null) || continue
    [ -x "$found" ] && printf '%s' "$found" && return 0
  done
  return 1
}

# Runs a step in the background and shows that it lives: on a terminal one line that counts, in a
# log a line every ten seconds. Its own words go to the set-up log, shown if it fails.
watch_step() {
  local title=$1 started=$SECONDS pid status=0 count total line last=0
  shift
  : >"$log"
  # A process group of its own, so that Ctrl-C ends what the step has started, too.
  set -m
  "$@" >>"$log" 2>&1 </dev/null &
  pid=$!
  set +m
  trap 'kill -- "-$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true
    printf "\n" >&2; exit 130' INT TERM HUP
  total=$(grep -c '^[a-z0-9].*==' "$root/$lock")
  [ -t 2 ] || say "$title ..."
  while kill -0 "$pid" 2>/dev/null; do
    count=$(grep -cE '^(Collecting|Processing) ' "$log" || true)
    line="$title ... $((SECONDS - started)) s"
    [ "$count" -gt 0 ] && line="$line, $count of about $total fetched"
    if grep -q '^Installing collected' "$log"; then line="$line, unpacking"; fi
    if [ -t 2 ]; then
      printf '\r\033[K%s' "$line" >&2
    elif [ $((SECONDS - last)) -ge 10 ] && [ $((SECONDS - started)) -ge 5 ]; then
      say "  $line"
      last=$SECONDS
    fi
    sleep 0.2
  done
  wait "$pid" || status=$?
  trap - INT TERM HUP
  if [ -t 2 ]; then printf '\r\033[K' >&2; fi
  if [ "$status" = 0 ]; then
    say "$title: done in $((SECONDS - started)) s"
  else
    say "$title: failed after $((SECONDS - started)) s"
  fi
  return "$status"
}

working_uv() {
  command -v uv >/dev/null 2>&1 && uv --version >/dev/null 2>&1
}

install_by_uv() {
  local base=$1
  if [ ! -x "$python" ]; then
    watch_step "Making .venv with uv" uv venv --quiet --no-project --python "$base" "$venv" ||
      return 1
  fi
  watch_step "Installing the libraries with uv (${lock})" uv pip install --python "$python" \
    --require-hashes --only-binary :all: -r "$root/$lock"
}

install_by_pip() {
  local base=$1
  if ! [ -x "$python" ] || ! "$python" -m pip --version >/dev/null 2>&1; then
    rm -rf "$venv"
    watch_step "Making .venv" "$base" -I -m venv "$venv" || return 1
  fi
  watch_step "Installing the libraries with pip (${lock})" "$python" -m pip install \
    --require-hashes --only-binary :all: --progress-bar off --no-input -r "$root/$lock"
}

explain_failure() {
  if grep -qiE 'No space left' "$log"; then
    lacks "the disk is full: free about 1 GB under $root and in ${TMPDIR:-/tmp}, and start again"
  elif grep -qiE 'hash(es)? (do not|mismatch)|DO NOT MATCH' "$log"; then
    lacks "a library does not have the hash in $lock: look at what your package index serves ($log)"
  elif grep -qiE 'resolve host|name resolution|connect|network|timed out|client error|fetch|No matching distribution' "$log"; then
    lacks "the package index cannot be reached: connect this machine once (or set PIP_INDEX_URL) and start again; $log has the details"
  fi
  tail -n 12 "$log" >&2
  lacks "the libraries could not be installed: the lines above and $log say why"
}

# What the libraries take, unpacked, with what is fetched on the way.
need_space() {
  local needed_mb=700 free_mb
  [ "$1" = dev ] && needed_mb=1200
  free_mb=$(df -Pm "$root" 2>/dev/null | sed -nE '2s/.* ([0-9]+) +[0-9]+% .*/\1/p') || free_mb=''
  if [ -n "$free_mb" ] && [ "$free_mb" -lt "$needed_mb" ]; then
    lacks "only $free_mb MB are free at $root and $needed_mb MB are needed: free some, or put the folder on another disk"
  fi
}

build() {
  local level=$1 base='' with_uv=no
  working_uv && with_uv=yes
  base=$(find_python sys,venv,ensurepip) || base=''
  if [ -z "$base" ]; then
    base=$(find_python sys) || lacks "no Python 3.11, 3.12 or 3.13 was found: sudo apt install python3 python3-venv (or set POSTAL_BRIDGE_PYTHON)"
    if [ "$with_uv" = no ]; then
      lacks "$base has no venv with pip: sudo apt install python3-venv ($("$base" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])') on some releases)"
    fi
  fi
  rm -rf "$log"
  if ls "$venv"/.complete-* >/dev/null 2>&1 && is_any_complete; then
    say "Completing the Python environment in .venv"
  else
    [ -e "$venv" ] && say "Building .venv anew (it was unfinished, moved, or made for other versions)"
    rm -rf "$venv"
    need_space "$level"
  fi
  rm -f "$venv"/.complete-*
  if [ "$with_uv" = yes ] && install_by_uv "$base"; then
    :
  else
    [ "$with_uv" = yes ] && say "uv did not manage it; trying pip" && rm -rf "$venv"
    install_by_pip "$base" || explain_failure
  fi
  stamp_of "$lock" >"$venv/.complete-$level.new"
  mv "$venv/.complete-$level.new" "$venv/.complete-$level"
}

is_any_complete() { is_complete run; }

set_up() {
  local level=$1
  is_complete "$level" && return 0
  lock=$(lock_file "$level")
  [ -w "$root" ] || lacks "$root cannot be written by $(id -un 2>/dev/null): give it to that user, or copy it to a folder of yours"
  log=$root/.venv-setup.log
  # Installers inherit the lock, so one that outlived its parent is waited for, too.
  exec 9<"$root/bin"
  if command -v flock >/dev/null 2>&1 && ! flock -n 9; then
    say "Another set-up is at work here; waiting for it"
    flock 9
  fi
  is_complete "$level" || build "$level"
  exec 9<&-
}
