#!/bin/sh
# Compiles the kernels: build.sh SOURCE LIBRARY. The library carries the checksum of its source, so that one that is
# up to date, such as the one that is shipped, is left alone. Without a compiler that one is used.
set -eu
source=$1
library=$2
compiler=${CC:-cc}
sum=$(sha256sum "$source" | cut -c 1-64)
if [ -f "$library" ] && grep -q "mokha-kernels-$sum" "$library"; then
    exit 0
fi
case $(uname -sm) in
    'Linux x86_64') ;;
    *) echo "the kernels in C are for Linux on x86-64; those in Java are used" && exit 0 ;;
esac
if ! command -v "$compiler" >/dev/null 2>&1; then
    echo "no C compiler, so the kernels are those that were shipped"
    exit 0
fi
mkdir -p "$(dirname "$library")"
"$compiler" -O3 -Wall -Wextra -fPIC -shared -fvisibility=hidden -DSOURCE="\"mokha-kernels-$sum\"" \
    -mavx512f -mavx512bw -mavx512dq -mavx512vl -mavx512vnni -mavx512bf16 -mfma -mf16c \
    "$source" -o "$library.new"
mv "$library.new" "$library"
