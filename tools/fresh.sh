#!/usr/bin/env bash
# Run the README's two commands on Debians that have nothing but what the README names: as root,
# then as an ordinary user in a folder with an awkward name, then both again without network.
# By hand and as root: `make fresh`, or tools/fresh.sh [bookworm|trixie]…
# shellcheck disable=SC2317  # it does not see that `step` calls what it is given
set -euo pipefail
cd "$(dirname "$0")/.."

CACHE=$PWD/.cache/fresh
NAMED_IN_README=python3,python3-venv,make
AWKWARD_FOLDER="/home/anne/Mes lettres d'été/newsletter"

# Goes into a system for good, as a user, to a folder; then runs a command. Each has namespaces of
# its own, so that what it mounts and starts ends with it, even when this script is killed: for that
# the shell stays, since who changes users forgets to end. Not by chroot alone: Chromium makes no
# sandbox in one.
# shellcheck disable=SC2016  # its $ are for the shell that reads it
ENTER='set -eu
system=$1 user=$2 folder=$3
shift 3
ip link set lo up
mount --bind "$system" "$system"
cd "$system"
mount --rbind /dev dev
mount -t proc proc proc
mount -t tmpfs tmpfs tmp
pivot_root . mnt
umount --lazy /mnt
cd "$folder"
setpriv --reuid "$user" --regid "$user" --init-groups "$@"
exit'

stop() {
  echo "$1" >&2
  exit 1
}

# inside NETWORK USER FOLDER COMMAND…
inside() {
  local network=$1 user=$2 home=/root options=(--mount --pid --fork --kill-child)
  shift
  [ "$network" = online ] || options+=(--net)
  [ "$user" = root ] || home=/home/$user
  setpriv --pdeathsig KILL unshare "${options[@]}" sh -c "$ENTER" sh "$system" "$1" "$2" \
    env -i "${machine[@]}" HOME="$home" LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin "${@:3}"
}

# What the ordinary clients need of this machine's environment: proxies, certificates, pip's choices.
read_machine() {
  mapfile -t machine < <(env | grep -E '^(PIP_|([Hh][Tt]{2}[Pp][Ss]?|[Nn][Oo])_[Pp]|SSL_CERT_|REQUESTS_CA_)')
}

# Where this machine's own packages come from.
mirror() {
  # shellcheck disable=SC2016  # apt's own words
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Component: main' |
    grep -E '/debian/?$' | head -n 1
}

make_system() {
  if [ ! -d "$CACHE/$release" ]; then
    rm -rf "$CACHE/$release.new"
    debootstrap --variant=minbase --include="$NAMED_IN_README" "$release" "$CACHE/$release.new" "$(mirror)" &&
      mv "$CACHE/$release.new" "$CACHE/$release"
  fi &&
    rm -rf "$system" &&
    cp -a "$CACHE/$release" "$system"
}

# Copies this machine's settings for apt and pip, and makes the ordinary user.
set_up() {
  local file
  apt-config dump | grep -E '^Acquire::https?::' >"$system/etc/apt/apt.conf.d/90machine" || true
  local files=(/etc/resolv.conf /etc/pip.conf /etc/xdg/pip /etc/ssl/certs/ca-certificates.crt /usr/local/share/ca-certificates)
  for file in "${files[@]}"; do
    [ -e "$file" ] || continue
    # Never through a link of that system: it would lead to a file of this one.
    mkdir -p "$system$(dirname "$file")" &&
      cp -RL --remove-destination "$file" "$system$(dirname "$file")" || return
  done
  # An installed Debian has it; debootstrap leaves it out, and no test finds localhost.
  printf '127.0.0.1 localhost\n::1 localhost\n' >"$system/etc/hosts"
  inside online root / useradd --create-home anne
}

# copy_tree USER FOLDER
copy_tree() {
  mkdir -p "$system$2" && git archive HEAD | tar -x -C "$system$2" &&
    inside online root / chown -R "$1:" "${2%/*}"
}

# step NAME COMMAND…: runs it; prints the minutes it took, and the end of what it said if it failed.
step() {
  local begun=$SECONDS log="$CACHE/$release, $1.log" how=ok
  "${@:2}" >"$log" 2>&1 </dev/null || how=failed
  printf '%-8s  %-36s %5.1f min  %s\n' "$release" "$1" "$(minutes "$((SECONDS - begun))")" $how
  [ $how = failed ] || return 0
  # pip's complaints are of folders of this machine, which its settings name.
  grep -v 'WARNING: Location' "$log" | tail -n 15 | sed 's/^/    /'
  status=1
  return 1
}

minutes() {
  LC_ALL=C awk -v seconds="$1" 'BEGIN { print seconds / 60 }'
}

try() {
  release=$1
  system=$CACHE/$release-used
  step "make the system" make_system && step "set it up" set_up || return 0
  step "copy the tree for root" copy_tree root /root/newsletter || return 0
  step "copy the tree for a user" copy_tree anne "$AWKWARD_FOLDER" || return 0
  for network in online offline; do
    for target in build test; do
      step "make $target, root, $network" inside $network root /root/newsletter make $target || true
    done
    for target in build test; do
      step "make $target, user, $network" inside $network anne "$AWKWARD_FOLDER" make $target || true
    done
  done
}

[ "$(id -u)" = 0 ] || stop "make fresh needs root: it makes whole systems."
for needed in apt-get debootstrap git ip; do
  command -v $needed >/dev/null || stop "make fresh needs $needed (Debian: apt install debootstrap git iproute2)."
done
mkdir -p "$CACHE"
status=0
machine=()
read_machine
[ $# -gt 0 ] || set -- bookworm trixie
for release; do
  try "$release"
done
exit $status
