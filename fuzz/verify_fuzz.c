// verify_fuzz.c: the reader of harapan-verify, on any bytes: a file and the heads beside it, parted by a byte 0.
#include "../verify/proof.h"
#include <sodium.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    const char *p = (const char *)bytes, *cut = n ? memchr(p, 0, n) : NULL;
    if (sodium_init() < 0) return 0;
    Bytes file = { p, cut ? (size_t)(cut - p) : n };
    Bytes heads = cut ? (Bytes){ cut + 1, n - file.n - 1 } : (Bytes){ p, 0 };
    verify(file, heads, &(VerifyOptions){ .is_silent = true });
    return 0;
}
