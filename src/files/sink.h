// sink.h: where finished bytes go when a writer's buffer has filled: a file, a connection, or nowhere (they stay in the buffer).
#ifndef FILES_SINK_H
#define FILES_SINK_H
#include "base/err.h"

#define SINK_FULL ((size_t)64 << 10)                       // a writer empties its buffer when it holds this much

typedef struct { bool (*write)(void *to, Str bytes, Err *e); void *to; } Sink;     // zero value: keep all in the buffer

// Empties `buf` into the sink when it holds at least `least` bytes. Fails with LIMIT when the buffer overflowed.
must_use bool sink_take(Sink sink, Buf *buf, size_t least, Err *e);
#endif
