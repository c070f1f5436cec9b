#include "files/sink.h"

bool sink_take(Sink sink, Buf *buf, size_t least, Err *e) {
    if (buf->is_full) return fail(e, LIMIT, "The document is larger than %zu MB.", (buf->max ? buf->max : BUF_MAX) >> 20);
    if (!sink.write || buf->n < least || buf->n == 0) return true;
    if (!sink.write(sink.to, buf_view(buf), e)) return false;
    buf_reset(buf);
    return true;
}
