#!/bin/sh
# Makes a virtual environment with exactly what a lock file names, and this checkout in it.
# usage: environment.sh FOLDER LOCKFILE      (the interpreter: $PYTHON, at least 3.11)
set -eu
folder=$1 lock=$2 python=${PYTHON:-python3}

fail() { echo "error: $1" >&2; exit 1; }

command -v "$python" >/dev/null || fail "there is no $python here; run: apt-get install python3 python3-venv"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "$("$python" --version) is too old, expected 3.11 or newer; run: make PYTHON=python3.11 …"
"$python" -c 'import ensurepip' 2>/dev/null ||
    fail "$python cannot make environments; run: apt-get install python3-venv"

echo "making $folder (once; about a minute)"
rm -rf "$folder"
"$python" -m venv "$folder"
echo "  installing what $lock pins"
"$folder/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r "$lock"
echo "  installing skerry from this folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
touch "$folder/ready"
