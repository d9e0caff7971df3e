#!/bin/sh
# Remake the locks from pyproject.toml: run.txt for users, test.txt (run.txt and the test extra) for ./hefboom test,
# ci.txt (what .ci/run adds to that: Spark, and Node for clients in JavaScript).
# Needs uv on PATH or in .venv. Arguments go to uv: `requirements/lock.sh --upgrade` takes the newest versions.
set -eu
cd -- "$(dirname -- "$0")/.."
uv=$(command -v uv || echo .venv/bin/uv)

# setuptools is in the lock because the project itself is built in the environment, without a download of its own.
lock() {
    out=$1
    shift
    printf 'setuptools>=77\n' | "$uv" pip compile --quiet --universal --generate-hashes --python-version 3.11 \
        --no-emit-index-url --no-header --no-annotate --output-file "requirements/$out" pyproject.toml - "$@" >/dev/null
}

lock run.txt "$@"
lock test.txt --extra test --constraint requirements/run.txt "$@"
lock ci.txt --extra spark --extra clients --constraint requirements/test.txt "$@"
