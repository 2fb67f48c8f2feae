#!/bin/sh
# Makes .venv from uv.lock and keeps it so; with `lock`, checks that the lock fits pyproject.toml.
# A POSIX shell script: where it runs first, nothing of ours is installed.
set -eu
cd "$(dirname "$0")/../.."
state=${CROSSOVER_STATE:-.state}
stamp=.venv/made-from
wanted=$(cat pyproject.toml uv.lock config/local/environment.sh | cksum)" $(pwd)"

if [ "${1:-}" != lock ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && .venv/bin/python -c '' 2>/dev/null; then
    exit 0
fi

say() { printf '%s\n' "$*" >&2; }

# The first Python on PATH that runs this code without an error.
find_python() (
    IFS=:
    for folder in $PATH; do
        for name in python3 python3.11 python3.12 python3.13 python3.14; do
            "$folder/$name" -c "$1; print(sys.executable)" 2>/dev/null && exit
        done
    done
    exit 1
)

may_install() {
    command -v apt-get >/dev/null || return 1
    if [ "$(id -u)" = 0 ]; then as_root=; return; fi
    as_root='sudo -n'
    sudo -n true 2>/dev/null
}

make_uv() {
    rm -rf "$state/uv"
    mkdir -p "$state"
    chmod 700 "$state"
    if ! with_venv=$(find_python "$supported; import ensurepip, venv"); then
        with_venv=$python
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        if may_install; then
            say "Installing python$version-venv"
            DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y "python$version-venv" >&2 || {
                $as_root apt-get update >&2
                DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y "python$version-venv" >&2
            }
        else
            say "Python's venv module is missing. Install it"
            say "(Debian and Ubuntu: sudo apt-get install python$version-venv) and try again."
            exit 1
        fi
    fi
    say "Installing uv into $state/uv"
    "$with_venv" -m venv "$state/uv"
    "$state/uv/bin/python" -m pip install --quiet --disable-pip-version-check 'uv>=0.7' || {
        say "uv could not be installed: see pip's message above."
        exit 1
    }
}

# Distributions build theirs with profile-guided optimization: one compiled without it, as by pyenv,
# takes up to 1.4 times as long for everything.
supported='import sys; (3, 11) <= sys.version_info[:2] <= (3, 14) or sys.exit(1)'
python=$(find_python "$supported; sys.base_prefix == '/usr' or sys.exit(1)") ||
    python=$(find_python "$supported") || {
    say "Crossover needs Python 3.11 to 3.14, and none was found on PATH."
    say "Install one (Debian and Ubuntu: sudo apt-get install python3 python3-venv)."
    exit 1
}
if uv --version >/dev/null 2>&1; then
    uv=uv
else
    uv=$state/uv/bin/uv
    "$uv" --version >/dev/null 2>&1 || make_uv
fi

cache=${UV_CACHE_DIR:-${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/uv}
if ! mkdir -p "$cache" 2>/dev/null || ! [ -w "$cache" ]; then
    cache=$state/uv-cache
fi
unset VIRTUAL_ENV
export UV_CACHE_DIR="$cache" UV_PROJECT_ENVIRONMENT=.venv UV_PYTHON_DOWNLOADS=never
if [ "${1:-}" = lock ]; then
    exec "$uv" lock --check --python "$python"
fi
# Half an environment is made anew, and so is a moved one: its programs name its folder.
if ! .venv/bin/python -c '' 2>/dev/null ||
    { [ -e "$stamp" ] && [ "$(cut -d' ' -f3- <"$stamp")" != "$(pwd)" ]; }; then
    rm -rf .venv
fi
say "Making .venv from uv.lock"
"$uv" sync --locked --quiet --python "$python" || {
    say ".venv could not be made from uv.lock: see uv's message above."
    exit 1
}
printf '%s\n' "$wanted" >"$stamp"
