#!/bin/sh
# Runs one Android library on this machine and does a phone's work with it: x86_64 as it is, the ARM
# ones under qemu, each on glibc with bionic's differences put in between (bionic.c).
#
#   run.sh NAME LIBRARY FILES FOLDER     NAME as in an app: arm64-v8a, armeabi-v7a, x86_64
#
# FILES as `vaora-try phone-files` writes them. Into FOLDER go the programs, the diary, and `sums`: what
# the functions answer whose names come on standard input, the check sums that generated code compares
# before its first call.
set -eu

die() {
    printf 'smoke: %s\n' "$1" >&2
    exit "${2:-3}"
}

[ $# -eq 4 ] || die 'use: run.sh NAME LIBRARY FILES FOLDER' 2
here=$(cd "$(dirname "$0")" && pwd -P)
name=$1 library=$2 files=$3 folder=$4

case $name in
x86_64) cc=gcc qemu='' root='' ;;
arm64-v8a) cc=aarch64-linux-gnu-gcc qemu=qemu-aarch64 root=/usr/aarch64-linux-gnu ;;
armeabi-v7a) cc=arm-linux-gnueabi-gcc qemu=qemu-arm root=/usr/arm-linux-gnueabi ;;
*) die "no phone $name" 2 ;;
esac
command -v "$cc" >/dev/null || die "$cc is missing: apt-get install gcc gcc-aarch64-linux-gnu gcc-arm-linux-gnueabi libc6-dev-arm64-cross libc6-dev-armel-cross"
[ -z "$qemu" ] || command -v "$qemu" >/dev/null || die "$qemu is missing: apt-get install qemu-user"
[ -f "$library" ] || die "there is no $library: ./vaora pack phone-libs $name"

rm -rf "$folder"
mkdir -p "$folder"
# Under the names of Android's libraries; what they do not have, the program's own glibc has.
"$cc" -O1 -shared -fPIC -fno-builtin -Wl,-soname,libc.so -o "$folder/libc.so" "$here/bionic.c"
for empty in dl log; do
    echo 'int nothing_of_its_own;' | "$cc" -shared -fPIC -xc - -Wl,-soname,lib$empty.so -o "$folder/lib$empty.so"
done
echo 'int nothing_of_its_own;' |
    "$cc" -shared -fPIC -xc - -Wl,-soname,libm.so -o "$folder/libm.so" -Wl,--no-as-needed -lm
"$cc" -Wall -Wextra -Werror -O1 -o "$folder/smoke" "$here/main.c" -ldl -lpthread
cp "$library" "$folder/"
library=$folder/$(basename "$library")

phone() {
    case $qemu in
    '') LD_LIBRARY_PATH=$folder timeout 900 "$folder/smoke" "$@" ;;
    # The oldest kind of processor that Android 8 runs on, and one with what is chosen at run time.
    qemu-arm) timeout 900 qemu-arm -cpu cortex-a15 -L $root -E LD_LIBRARY_PATH="$folder" "$folder/smoke" "$@" ;;
    *) timeout 900 "$qemu" -L $root -E LD_LIBRARY_PATH="$folder" "$folder/smoke" "$@" ;;
    esac
}

phone "$library" "$files" "$folder/diary" </dev/null
phone "$library" checksums >"$folder/sums"
