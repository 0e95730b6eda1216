# shellcheck shell=sh
# Run a command in the unpacked root of a server, as root there: what it writes goes with it.
# Called by conftest.py within namespaces of its own: private_root.sh ROOT CONFIGURATION COMMAND
# It ends with the command, or when its input is closed, even by the death of who started it. As it
# is the first process of its namespace, all that was started there ends with it.
set -eu
root=$1 configuration=$2 command=$3

for folder in run srv tmp var/lib var/spool; do
  mount -t tmpfs -o mode=755 tmpfs "$root/$folder"
done
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
cp -R "$configuration/." "$root/srv"
exec 3<&0
# A server is not to see what its tests were started with.
env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "$root" /bin/sh -euc "$command" </dev/null 3<&- &
server=$!
{ cat <&3 >/dev/null; kill -KILL "$server"; } &
wait "$server"
