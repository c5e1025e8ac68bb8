#!/bin/sh
# Runs a command inside the Swift root that swift-root.sh made.
#
#   swift-run.sh [--root ROOT] DIR COMMAND [ARGUMENT…]
#
# DIR is mounted at its own path, to read and to write; the current folder is kept when it lies in DIR.
# The command sees of the environment: LIBRARY_PATH, LD_LIBRARY_PATH, CI, and the names in
# VAORA_SWIFT_ENV (with spaces between). It has the machine's network, a /tmp of its own and nothing
# else of the machine. Mounts live in a private namespace and leave nothing behind, however it ends;
# signals and the exit code pass. Exit 125: it could not be started.
set -u

die() {
    printf 'swift-run: ERROR: %s\n' "$*" >&2
    exit 125
}

ROOT=${VAORA_CACHE:-${HOME:?HOME is not set}/.cache/vaora}/swift-root
if [ "${1-}" = --root ]; then
    ROOT=$2
    shift 2
elif [ "$(cut -d' ' -f1 "$ROOT.state" 2>/dev/null)" != ready ]; then
    die "there is no finished Swift root at $ROOT: run swift-root.sh"
fi
[ $# -ge 2 ] || die "usage: swift-run.sh [--root ROOT] DIR COMMAND [ARGUMENT…]"
[ "$(id -u)" = 0 ] || die "needs the user root"
[ -x "$ROOT/usr/bin/env" ] || die "$ROOT is not a root directory"
DIR=$(cd "$1" 2>/dev/null && pwd -P) || die "there is no directory $1"
shift
case $DIR in
/ | /usr | /usr/* | /etc | /etc/* | /bin | /lib | /lib64 | /proc | /proc/* | /dev | /dev/*)
    die "$DIR would hide the root's own files"
    ;;
esac
HERE=$(pwd -P)
case $HERE/ in
"$DIR"/*) ;;
*) HERE=$DIR ;;
esac
for name in ${VAORA_SWIFT_ENV-} LIBRARY_PATH LD_LIBRARY_PATH CI; do
    eval "value=\${$name-}"
    [ -z "$value" ] || set -- "$name=$value" "$@"
done
# Only the mount namespace is new: with a process namespace `unshare` would keep signals to itself.
# shellcheck disable=SC2016 # the inner shells expand it
exec unshare --mount sh -c '
    root=$1 dir=$2 here=$3
    shift 3
    bad() {
        echo "swift-run: ERROR: cannot mount $1" >&2
        exit 125
    }
    mount -t proc proc "$root/proc" || bad /proc
    mount --rbind /dev "$root/dev" || bad /dev
    mount -t tmpfs -o mode=1777 tmp "$root/tmp" || bad /tmp
    mkdir -p "$root$dir" && mount --rbind "$dir" "$root$dir" || bad "$dir"
    exec chroot "$root" env -i HOME=/root LC_ALL=C.UTF-8 TERM=dumb PATH=/usr/libexec/swift/bin:/usr/bin:/bin sh -c "
        cd \"\$0\" || exit 125
        exec env \"\$@\"" "$here" "$@"' sh "$ROOT" "$DIR" "$HERE" "$@"
