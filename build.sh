#!/usr/bin/env bash
# Builds, tests and runs Harness on a machine that has the .NET SDK; `./build.sh --help` lists the targets.
# Missing Debian packages are installed when that needs no password, otherwise the command is printed.
set -euo pipefail
export BUILD_CALLER="$PWD" DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 # a bare Debian has no libicu, which dotnet would otherwise demand
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"

fail() { echo "$1" >&2; exit 2; }

[[ ${1:-} != [!-]* ]] || set -- --target="$1" "${@:2}" # ./build.sh Test
for argument in "$@"; do
  case $argument in -h | --help) set -- --target=Help; break ;; esac
done

# libtorch: HARNESS_LIBTORCH, then the active Python's torch, then the system's.
: "${HARNESS_LIBTORCH:=$(python3 -c 'import importlib.util as u; t = u.find_spec("torch"); print(t.submodule_search_locations[0] if t else "")' 2>/dev/null || true)}"
packages=(ca-certificates cmake g++ libzstd1 make)
if [[ -z $HARNESS_LIBTORCH ]]; then
  unset HARNESS_LIBTORCH
  packages+=(libtorch-dev libopenblas0-openmp)
elif [[ -d $HARNESS_LIBTORCH/include/ATen ]]; then
  export HARNESS_LIBTORCH
else
  fail "HARNESS_LIBTORCH is '$HARNESS_LIBTORCH', which has no include/ATen: point it at an unpacked libtorch (or a Python's site-packages/torch), or unset it to use Debian's libtorch-dev."
fi

if command -v dpkg-query >/dev/null; then
  missing=()
  for package in "${packages[@]}"; do
    [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
  done
  if ((${#missing[@]})); then
    install="apt-get update -qq && apt-get install -y -qq --no-install-recommends ${missing[*]}"
    if ((EUID == 0)); then sudo=(); elif sudo -n true 2>/dev/null; then sudo=(sudo); else
      fail "Packages are missing; install them with: sudo sh -c '$install'"
    fi
    echo "Installing ${missing[*]} and what they need (some minutes)" >&2
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive sh -c "$install" >/dev/null || fail "The installation failed; repeat it by hand: sudo sh -c '$install'"
  fi
else
  for tool in cmake g++ make; do
    command -v $tool >/dev/null || fail "$tool was not found: this is not Debian, so install what corresponds to its packages: ${packages[*]}."
  done
fi

if ! dotnet --version &>/dev/null; then
  sdks=$(dotnet --list-sdks 2>/dev/null | cut -d' ' -f1 | paste -sd' ' || true)
  fail "The .NET SDK 10 was not found (SDKs here: ${sdks:-none}): install it from https://dotnet.microsoft.com/download/dotnet/10.0 and put dotnet on the PATH."
fi
restored=$(dotnet tool restore 2>&1) || fail "$restored"
dotnet cake build/build.cake --verbosity=quiet --no-report "$@" || exit $(($? == 255 ? 2 : $?)) # 255: Cake could not read the command line
