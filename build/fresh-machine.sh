#!/usr/bin/env bash
# Runs build.sh in a bare Debian made by debootstrap, which has the .NET SDK of this machine and nothing else installed:
#   sudo build/fresh-machine.sh --target=Test
# FRESH names its folder (default /tmp/harness-fresh; some GB); FRESH_KEEP=1 goes on in the one of the last run. The committed state of this checkout is what runs.
set -euo pipefail
[[ -n ${FRESH_MOUNTS:-} ]] || FRESH_MOUNTS=own exec unshare --mount "${BASH_SOURCE[0]}" "$@" # in a mount namespace of its own nothing stays mounted
repository=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
machine=${FRESH:-/tmp/harness-fresh}
pack=$(readlink -f "${HARNESS_REFERENCE:-$repository/../shared/reference}")

if [[ -z ${FRESH_KEEP:-} ]]; then
  [[ -d $machine.base ]] || { debootstrap --variant=minbase bookworm "$machine.partial" >&2; mv "$machine.partial" "$machine.base"; }
  rm -rf "$machine"
  cp -a "$machine.base" "$machine"
  cp -aL "$(dirname "$(readlink -f "$(command -v dotnet)")")" "$machine/usr/share/dotnet"
  git clone -q --no-hardlinks "$repository" "$machine/room/harness"
  # The way to the network is this machine's: name servers, apt's and NuGet's settings, trusted certificates.
  cp /etc/resolv.conf /etc/hosts "$machine/etc/"
  cp -r /etc/apt/apt.conf.d/. "$machine/etc/apt/apt.conf.d/"
  cp -L /etc/ssl/certs/ca-certificates.crt "$machine/room/certificates.crt"
  [[ ! -d ~/.nuget/NuGet ]] || { mkdir -p "$machine/root/.nuget"; cp -r ~/.nuget/NuGet "$machine/root/.nuget/"; }
fi

mount -t proc proc "$machine/proc"
mount --rbind /dev "$machine/dev"
if [[ -d $pack ]]; then
  mkdir -p "$machine/room/shared/reference"
  mount --bind "$pack" "$machine/room/shared/reference"
  mount -o remount,bind,ro "$machine/room/shared/reference"
fi
mapfile -t proxies < <(env | grep -iE '^(https?|no)_proxy=' || true)
exec chroot "$machine" /usr/bin/env -i HOME=/root TERM=dumb PATH=/usr/share/dotnet:/usr/sbin:/usr/bin:/sbin:/bin \
  SSL_CERT_FILE=/room/certificates.crt "${proxies[@]}" /room/harness/build.sh "$@"
