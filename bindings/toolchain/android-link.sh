#!/bin/sh
# Makes what rustc needs to link a library for Android without Google's NDK, and prints the file of
# environment variables that tells cargo about it:
#
#   . "$(bindings/toolchain/android-link.sh)"
#   cargo build --profile phone --target aarch64-linux-android ...
#
# A link wants four things from an NDK: a linker, the names in bionic's libraries, the objects that
# begin a shared library, and an unwinder. The linker is rustc's own lld. The names stand in
# bionic-26.txt and become stub libraries; on the phone its loader finds the real functions by name.
# The beginning is the object made below. The unwinder is the crate `unwinding` on 64 bits and gcc's
# on armv7. A name that is not in the list stops the link, which is the point of the list.
#
# Everything lies under ${VAORA_CACHE:-~/.cache/vaora}/android-link. Running it again costs nothing
# until the list, this file or the compiler changes.
set -eu

die() {
    printf 'android-link: %s\n' "$1" >&2
    exit 3
}

here=$(cd "$(dirname "$0")" && pwd -P)
out=${VAORA_CACHE:-${HOME:?}/.cache/vaora}/android-link
names=$here/bionic-26.txt
targets='aarch64-linux-android armv7-linux-androideabi x86_64-linux-android'

# From the project's folder, so that its pinned compiler answers.
cd "$here"
command -v rustc >/dev/null || die 'rustc is missing: install Rust with rustup'
sysroot=$(rustc --print sysroot)
tools=$sysroot/lib/rustlib/$(rustc -vV | sed -n 's/^host: //p')/bin
[ -x "$tools/rust-lld" ] || die "this compiler came without its linker rust-lld: install it with rustup"
[ -x "$tools/llvm-ar" ] || die 'llvm-ar is missing: rustup component add llvm-tools'
for target in $targets; do
    [ -d "$sysroot/lib/rustlib/$target/lib" ] ||
        die "Rust's standard library for $target is missing: rustup target add $target"
done

stamp=$({ rustc -vV && printf '%s\n' "$out" && cat "$names" "$here/android-link.sh"; } | sha256sum)
if [ "$(cat "$out/stamp" 2>/dev/null)" = "$stamp" ]; then
    printf '%s\n' "$out/env"
    exit 0
fi

# Made beside the old one and renamed at the end: whoever runs this at the same time is not hurt.
mkdir -p "$out"
new=$(mktemp -d "$out/new.XXXXXX")
trap 'rm -rf "$new"' EXIT

# compile TARGET NAME: an object of the Rust file of that name, without std.
compile() {
    rustc --edition 2024 --target "$1" --crate-type lib --crate-name "$2" -C panic=abort \
        -C opt-level=1 -C codegen-units=1 --emit=obj="$new/$1/$2.o" "$new/$2.rs"
}

# stub TARGET LIBRARY PAGE: a library that has the names, each an empty function, and nothing else.
stub() {
    abi=${1%%-*}
    awk -v library="$2" -v abi="$abi" '
        BEGIN { print "#![no_std]\n#![allow(warnings)]" }
        $1 == library && ($3 == "" || $3 == abi) {
            print "#[unsafe(no_mangle)] pub extern \"C\" fn " $2 "() {}"
        }' "$names" >"$new/stub_$2.rs"
    compile "$1" "stub_$2"
    "$tools/rust-lld" -flavor gnu -shared -soname "lib$2.so" -z max-page-size="$3" \
        -o "$new/$1/lib$2.so" "$new/$1/stub_$2.o"
}

# The linker: rustc's own, with the list of exports cut down to what the generated Kotlin calls. What
# else a crate marks `no_mangle` (the unwinder's functions, UniFFI's metadata) would be found by
# other libraries of the app, or is of no use on a phone.
cat >"$new/ld" <<LD
#!/bin/sh
set -eu
list=
for arg; do
    case \$arg in --version-script=*) list=\${arg#*=} ;; esac
done
if [ -n "\$list" ]; then
    grep -E '^ +(uniffi_|ffi_)|[{}:*]' "\$list" >"\$list.cut"
    mv "\$list.cut" "\$list"
fi
exec '$tools/rust-lld' "\$@"
LD
chmod +x "$new/ld"
mv "$new/ld" "$out/ld"

# What crtbegin_so.o does: destructors run when the library is closed.
cat >"$new/begin.rs" <<'RUST'
#![no_std]
#![allow(warnings)]
unsafe extern "C" { fn __cxa_finalize(library: *const u8); }
#[unsafe(no_mangle)] pub static mut __dso_handle: usize = 0;
extern "C" fn end() { unsafe { __cxa_finalize(core::ptr::addr_of!(__dso_handle) as *const u8) } }
#[used] #[unsafe(link_section = ".fini_array")] static END: extern "C" fn() = end;
RUST

# gcc's unwinder for ARM's own table format. It is built for soft floats in the base calling
# convention, which is Android's too; the note that says so would make the linker refuse it.
unwinder_of_armv7() {
    package=libgcc-12-dev-armel-cross
    archive=/usr/lib/gcc-cross/arm-linux-gnueabi/12/libgcc_eh.a
    if [ ! -f "$archive" ]; then
        # Fetched and unpacked, not installed.
        (cd "$new" && apt-get -q download "$package" >/dev/null 2>&1) ||
            die "$package cannot be fetched: apt-get update, then apt-get install $package"
        archive=$new/libgcc_eh.a
        dpkg-deb --fsys-tarfile "$new/$package"_*.deb | tar -xO --wildcards '*/libgcc_eh.a' >"$archive"
    fi
    mkdir "$new/eh"
    (
        cd "$new/eh"
        "$tools/llvm-ar" x "$archive"
        for object in *.o; do "$tools/llvm-objcopy" --remove-section=.ARM.attributes "$object"; done
        "$tools/llvm-ar" rcs "$1" ./*.o
    )
}

for target in $targets; do
    folder=$out/$target
    mkdir "$new/$target"
    page=16384 more=
    case $target in
    armv7*) page=4096 ;;
    # The erratum of the Cortex-A53, as the NDK's clang works around it.
    aarch64*) more=' -Clink-arg=--fix-cortex-a53-843419' ;;
    esac
    for library in c m dl log; do stub "$target" "$library" "$page"; done
    compile "$target" begin
    case $target in
    armv7*) unwinder_of_armv7 "$new/$target/libunwind.a" ;;
    # std asks for it by name; the crate `unwinding` has what would be in it.
    *) "$tools/llvm-ar" rcs "$new/$target/libunwind.a" ;;
    esac
    rm -f "$new/$target"/stub_*.o
    rm -rf "$folder"
    mv "$new/$target" "$folder"

    upper=$(printf %s "$target" | tr a-z- A-Z_)
    flags="-Clinker-flavor=ld.lld -Lnative=$folder -Clink-arg=$folder/begin.o"
    for arg in --no-undefined --error-limit=0 -zmax-page-size=$page -znoexecstack -Bsymbolic \
        --no-rosegment --hash-style=gnu --build-id=sha1 --pack-dyn-relocs=android --icf=all -O2; do
        flags="$flags -Clink-arg=$arg"
    done
    cat >>"$new/env" <<ENV
export CARGO_TARGET_${upper}_LINKER='$out/ld'
export CARGO_TARGET_${upper}_RUSTFLAGS="$flags$more\${VAORA_PHONE_RUSTFLAGS:+ \$VAORA_PHONE_RUSTFLAGS}"
ENV
done
echo "export VAORA_LLVM='$tools'" >>"$new/env"
mv "$new/env" "$out/env"
printf '%s\n' "$stamp" >"$out/stamp"
printf '%s\n' "$out/env"
