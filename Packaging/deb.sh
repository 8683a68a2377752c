#!/usr/bin/env bash
# Makes out/modelpack_VERSION_ARCHITECTURE.deb from BINARY; the version is the one that the program states.
set -euo pipefail
cd "$(dirname "$0")/.."
binary=${BINARY:?the built program}
version=$("$binary" --version)
architecture=$(dpkg --print-architecture)
package=out/modelpack_${version}_$architecture.deb

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"
BINARY=$binary Packaging/stage.sh "$root/tree" /usr
tree=$root/tree
chmod 755 "$tree"
documents=$tree/usr/share/doc/modelpack
install -m 644 Packaging/debian/copyright "$documents/copyright"
gzip -9 -n "$documents/CHANGELOG.md"
# The same inputs make the same package: times are the newest change of the sources, where git knows it.
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}
sed -e "s/@VERSION@/$version/" -e "s/@DATE@/$(LC_ALL=C date --utc -R -d "@$SOURCE_DATE_EPOCH")/" Packaging/debian/changelog |
    gzip -9 -n >"$documents/changelog.gz"
for unit in Packaging/systemd/*.service Packaging/systemd/*.timer; do
    [ -e "$unit" ] || continue
    install -D -m 644 -t "$tree/lib/systemd/system" "$unit"
done

# What the program is linked with, by Debian's names and versions.
mkdir -p "$root/debian"
printf 'Source: modelpack\n\nPackage: modelpack\nArchitecture: any\nDescription: x\n' >"$root/debian/control"
depends=$(cd "$root" && dpkg-shlibdeps -O tree/usr/bin/modelpack 2>/dev/null | sed -n 's/^shlibs:Depends=//p')

mkdir -p "$tree/DEBIAN"
size=$(du -k -s --exclude DEBIAN "$tree" | cut -f1)
sed -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$architecture/" -e "s/@SIZE@/$size/" -e "s/@DEPENDS@/$depends/" \
    Packaging/debian/control >"$tree/DEBIAN/control"
install -m 755 -t "$tree/DEBIAN" Packaging/debian/{postinst,prerm,postrm}
(cd "$tree" && find . -path ./DEBIAN -prune -o -type f -printf '%P\n' | sort | xargs md5sum) >"$tree/DEBIAN/md5sums"

mkdir -p out
dpkg-deb --root-owner-group --build "$tree" "$package"
