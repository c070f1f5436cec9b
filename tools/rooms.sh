#!/bin/sh
# rooms.sh DIR ROOM...: gives each room an include folder of its own: DIR/ROOM/ROOM -> src/ROOM, so that
# `-IDIR/ROOM` allows `#include "ROOM/thing.h"` and nothing else.
set -eu
src=$(cd "$(dirname "$0")/../src" && pwd)
dir=$1
shift
for room; do
    mkdir -p "$dir/$room"
    ln -sfn "$src/$room" "$dir/$room/$room"
done
