// proof.h: what harapan-verify proves. Written from docs/audit.md alone: it shares no code with the program that writes the files,
// so that a mistake there is not repeated here. libsodium and the C library, nothing else.
#ifndef VERIFY_PROOF_H
#define VERIFY_PROOF_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The exit codes, from best to worst.
typedef enum {
    PROVED = 0,                        // all holds, and agrees with the heads that were kept outside
    ALTERED = 1,                       // something was changed, removed, inserted, reordered, cut off or built anew
    WRONG_USE = 2,
    UNREADABLE = 3,                    // not a file of this kind, or not whole
    UNWITNESSED = 4,                   // all agrees with itself, but no kept head covers it: it may have been built anew
} Verdict;

typedef struct { const char *p; size_t n; } Bytes;

typedef struct {
    bool is_english;                   // else Indonesian
    bool is_silent;                    // say nothing (for the fuzzer)
    bool has_key;                      // only heads of this key count
    uint8_t key[32];
} VerifyOptions;

// `file`: an export or a proof; `heads`: lines of heads as they were received, may be empty. Findings go to stdout.
Verdict verify(Bytes file, Bytes heads, const VerifyOptions *options);
// RFC 6962 as RFC 9162 (2.1.3.2, 2.1.4.2) words the checking; leaf counts from 0.
bool inclusion_holds(const uint8_t leaf_hash[32], int64_t leaf, int64_t tree_n, const uint8_t (*path)[32], int path_n, const uint8_t root[32]);
bool consistency_holds(int64_t from_n, const uint8_t from_root[32], int64_t to_n, const uint8_t to_root[32], const uint8_t (*path)[32], int path_n);
#endif
