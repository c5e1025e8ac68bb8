# shellcheck shell=sh
# Python: the package, its tests.

# The package as a program would import it: the façade, what UniFFI wrote, the library.
python_package() {
    command -v python3 >/dev/null || missing "python3 is missing: apt-get install python3"
    bindings python || return 1
    package=$BINDINGS/python-package/vaora
    mkdir -p "$package"
    cp bindings/python/vaora/*.py "$BINDINGS/python/vaora_ffi.py" "$CARGO_TARGET_DIR/debug/libvaora_ffi.so" "$package"
    export PYTHONPATH="$BINDINGS/python-package"
    export VAORA_PHONE_PYTHON="python3 '$PWD/bindings/python/play/phone.py'"
}

test_python() {
    python_package && example_office || return 1
    echo "== python" >&2
    python3 -m unittest discover -s bindings/python/tests 2>&1 | tee "$BINDINGS/python.log" >&2
    ran=$(sed -n 's/^Ran \([0-9]*\) test.*/\1/p' "$BINDINGS/python.log")
    if ! tail -1 "$BINDINGS/python.log" | grep -q '^OK'; then failed=$((failed + 1)); return 1; fi
    passed=$((passed + ${ran:-0}))
    play_all python
}
