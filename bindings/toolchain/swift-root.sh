#!/bin/sh
# Makes, finishes or confirms a Debian 13 directory with Swift, for swift-run.sh. Quick when it is there.
#
#   swift-root.sh [--print]      --print: the path of the root on standard output
#
# VAORA_CACHE           where it lies: $VAORA_CACHE/swift-root (default ~/.cache/vaora)
# VAORA_DEBIAN_MIRROR   where from (default: the mirror that apt uses here)
#
# May be cut short at any point and run again, and run several times at once. Exit: 0 ready, 3 could not,
# with one line that says why.
set -eu

SUITE=trixie
RECIPE=3                             # raise it when this script changes what the root holds
NEED_MB=4500                         # while it is made; half of it stays
CACHE=${VAORA_CACHE:-${HOME:?HOME is not set}/.cache/vaora}
ROOT=$CACHE/swift-root
STATE=$CACHE/swift-root.state        # beside the root, so that it outlives a root half made
DEBS=$CACHE/swift-root.debs
LOG=$CACHE/swift-root.log
HERE=$(cd "$(dirname "$0")" && pwd)

say() { printf 'swift-root: %s\n' "$*" >&2; }

die() {
    printf 'swift-root: ERROR: %s\n' "$*" >&2
    exit 3
}

# The log goes first: whoever wants one line takes the last.
fail() {
    tail -n 25 "$LOG" >&2 2>/dev/null || :
    die "$1 (all of it: $LOG; run again to go on)"
}

state() { cat "$STATE" 2>/dev/null || echo none; }

mark() { printf '%s\n' "$1" >"$STATE.new" && mv -f "$STATE.new" "$STATE"; }

ready() { [ "$(state)" = "ready $RECIPE" ] && [ -x "$ROOT/usr/bin/swiftc" ]; }

answer() {
    [ "$1" != --print ] || printf '%s\n' "$ROOT"
    exit 0
}

# What this needs of the machine; each lack has its own line.
check_machine() {
    [ "$(uname -s)" = Linux ] || die "this is for Linux; on macOS use the Swift of Xcode"
    arch=$(dpkg --print-architecture 2>/dev/null) || die "dpkg is missing: this needs Debian or Ubuntu"
    case $arch in
    amd64 | arm64) ;;
    *) die "Debian has Swift for amd64 and arm64, this is $arch" ;;
    esac
    [ "$(id -u)" = 0 ] || die "the Swift root needs the user root (chroot and private mounts)"
    case $CACHE in
    *[[:space:]]*) die "VAORA_CACHE must hold no white space: $CACHE" ;;
    /*) ;;
    *) die "VAORA_CACHE must be an absolute path: $CACHE" ;;
    esac
    for tool in unshare flock chroot; do
        command -v "$tool" >/dev/null || die "$tool is missing: apt-get install util-linux coreutils"
    done
    mkdir -p "$DEBS"
    # shellcheck disable=SC2016 # the inner shell expands it
    unshare --mount sh -c 'mount -t tmpfs none "$1"' sh "$DEBS" 2>/dev/null ||
        die "root may not mount here (unshare --mount): a container without CAP_SYS_ADMIN"
    free=$(df -Pk "$CACHE" | awk 'NR == 2 { print int($4 / 1024) }')
    [ "$free" -ge "$NEED_MB" ] || [ "$(state)" = installed ] ||
        die "$free MB are free at $CACHE, $NEED_MB are needed"
}

# The mirror that apt is set to: as apt itself reads it, or, where apt has never fetched a list, as
# its files say, in both of their formats.
find_mirror() {
    mirror=${VAORA_DEBIAN_MIRROR-}
    if [ -z "$mirror" ]; then
        # shellcheck disable=SC1091 # every Debian has it
        code=$(. /etc/os-release && echo "${VERSION_CODENAME-}")
        # shellcheck disable=SC2016 # apt's own variables
        mirror=$(apt-get indextargets --format '$(LABEL)|$(CODENAME)|$(COMPONENT)|$(REPO_URI)' \
            'Created-By: Packages' 2>/dev/null | awk -F'|' -v code="$code" '
                $1 == "Debian" && $3 == "main" && ($2 == code || !ours) { uri = $4; ours = $2 == code }
                END { print uri }')
    fi
    if [ -z "$mirror" ]; then
        mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources \
            2>/dev/null | awk '
                $1 == "URIs:" { uri = $2 }
                $1 == "deb" { uri = $2 ~ /^\[/ ? $3 : $2 }
                uri ~ /\/debian\/?$/ { print uri; exit }')
    fi
    [ -n "$mirror" ] || die "apt knows no Debian mirror: set VAORA_DEBIAN_MIRROR"
    proxy=$(apt-config shell proxy Acquire::http::Proxy 2>/dev/null | sed "s/^proxy='//; s/'\$//")
    case $proxy in
    '' | DIRECT) ;;
    *) export http_proxy="$proxy" ;;
    esac
}

# The base system and Swift. A try that was cut short begins with an empty directory, because half a
# system is not worth repairing, but its packages were kept.
install_root() {
    command -v debootstrap >/dev/null || {
        apt-get -q update && DEBIAN_FRONTEND=noninteractive \
            apt-get -qy -o DPkg::Lock::Timeout=300 install --no-install-recommends debootstrap
    } >>"$LOG" 2>&1 || fail "debootstrap is missing: apt-get install debootstrap"
    rm -rf --one-file-system "$ROOT" || fail "the unfinished $ROOT cannot be removed: is something mounted in it?"
    mkdir -p "$ROOT"
    # In a mount namespace of its own: what it mounts goes when it ends, however it ends.
    unshare --mount debootstrap --cache-dir="$DEBS" --variant=minbase --include=ca-certificates \
        "$SUITE" "$ROOT" "$mirror" >>"$LOG" 2>&1 || fail "debootstrap of $SUITE failed"
    # A machine whose clock is off may still install: signatures are checked, dates are not.
    cat >"$ROOT/etc/apt/apt.conf.d/99vaora" <<'END'
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::Check-Valid-Until "false";
Acquire::Check-Date "false";
APT::Install-Recommends "false";
END
    printf '#!/bin/sh\nexit 101\n' >"$ROOT/usr/sbin/policy-rc.d" # starts no services
    chmod 755 "$ROOT/usr/sbin/policy-rc.d"
    cp -L /etc/resolv.conf "$ROOT/etc/resolv.conf" 2>/dev/null || :
    # shellcheck disable=SC2016 # the inner shell expands it
    unshare --mount sh -ec '
        mount -t proc proc "$1/proc"
        mount --bind "$2" "$1/var/cache/apt/archives"
        mkdir -p "$1/var/cache/apt/archives/partial"
        exec chroot "$1" env DEBIAN_FRONTEND=noninteractive LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin sh -ec "
            apt-get -q update
            apt-get -qy -o APT::Keep-Downloaded-Packages=true install \
                swiftlang swiftlang-dev g++ libc6-dev git"' sh "$ROOT" "$DEBS" >>"$LOG" 2>&1 ||
        fail "Swift could not be installed in the root"
    mark installed
}

# Drops what building and testing do not need: debugger, editor services, static libraries, manuals.
slim_root() {
    swift=$ROOT/usr/libexec/swift
    rm -rf "$swift"/bin/lldb* "$swift"/bin/clangd "$swift"/bin/sourcekit-lsp "$swift"/lib/liblldb* \
        "$swift"/lib/libsourcekitdInProc.so "$swift"/lib/swift_static \
        "$ROOT"/usr/share/doc "$ROOT"/usr/share/man "$ROOT"/usr/share/info "$ROOT"/usr/share/locale \
        "$ROOT"/var/lib/apt/lists
    mkdir -p "$ROOT/var/lib/apt/lists"
}

# A root is ready when it has built and run a program.
prove_root() {
    hello=$(mktemp -d "$CACHE/swift-hello.XXXXXX")
    trap 'rm -rf "$hello"' EXIT INT TERM
    printf 'import Foundation\nprint("swift works", Date(timeIntervalSince1970: 0).timeIntervalSince1970)\n' \
        >"$hello/main.swift"
    printed=$(sh "$HERE/swift-run.sh" --root "$ROOT" "$hello" \
        sh -c 'swiftc -o hello main.swift && ./hello' 2>>"$LOG") || printed="nothing"
    [ "$printed" = "swift works 0.0" ] || {
        rm -f "$STATE"
        fail "the new root does not build and run a program (it printed: $printed); the next run makes it anew"
    }
    mark "ready $RECIPE"
}

! ready || answer "${1-}"
check_machine
exec 9>"$CACHE/swift-root.lock"
flock -n 9 || {
    say "waiting for another process that is making the root"
    flock 9
}
! ready || answer "${1-}"
find_mirror
: >"$LOG"
if [ "$(state)" != installed ] || [ ! -x "$ROOT/usr/bin/swiftc" ]; then
    say "making $ROOT (once: about two minutes, 0.7 GB to fetch, 2 GB on disk)"
    install_root
fi
slim_root
prove_root
rm -rf "$DEBS"
say "ready: $ROOT ($(du -sm "$ROOT" | cut -f1) MB)"
answer "${1-}"
