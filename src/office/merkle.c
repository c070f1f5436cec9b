// merkle.c: see merkle.h. The recursion is the standard's own text.
#include "office/merkle.h"
#include <assert.h>

Hash merkle_leaf(Str bytes) {
    Hash out;
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, (const unsigned char *)"\0", 1);
    crypto_hash_sha256_update(&state, (const unsigned char *)bytes.p, bytes.n);
    crypto_hash_sha256_final(&state, out.bytes);
    return out;
}

static Hash node(const Hash *left, const Hash *right) {
    unsigned char bytes[65] = { 1 };
    Hash out;
    memcpy(bytes + 1, left->bytes, 32);
    memcpy(bytes + 33, right->bytes, 32);
    crypto_hash_sha256(out.bytes, bytes, sizeof bytes);
    return out;
}

// ---- a tree that grows -------------------------------------------------------------------------------------------

void merkle_add(MerkleEdge *edge, const Hash *leaf) {
    int at = __builtin_popcountll((uint64_t)edge->leaf_n);
    assert(at < MERKLE_DEPTH_MAX);
    edge->at[at] = *leaf;
    for (int64_t n = edge->leaf_n++; n & 1; n >>= 1, at--) edge->at[at - 1] = node(&edge->at[at - 1], &edge->at[at]);
}

Hash merkle_root(const MerkleEdge *edge) {
    int n = __builtin_popcountll((uint64_t)edge->leaf_n);
    if (n == 0) return sha256_of("", 0);
    Hash root = edge->at[n - 1];
    for (int i = n - 2; i >= 0; i--) root = node(&edge->at[i], &root);
    return root;
}

Str merkle_edge_bytes(const MerkleEdge *edge) {
    return (Str){ (const char *)edge->at, (size_t)__builtin_popcountll((uint64_t)edge->leaf_n) * sizeof(Hash) };
}

bool merkle_edge_read(int64_t leaf_n, Str bytes, MerkleEdge *out, Err *e) {
    size_t wanted = (size_t)__builtin_popcountll((uint64_t)leaf_n) * sizeof(Hash);
    if (leaf_n < 0 || bytes.n != wanted) return fail(e, CONFLICT, "The open edge of a tree of %lld entries is damaged.", (long long)leaf_n);
    *out = (MerkleEdge){ .leaf_n = leaf_n };
    if (bytes.n) memcpy(out->at, bytes.p, bytes.n);
    return true;
}

// ---- proofs ------------------------------------------------------------------------------------------------------

static int64_t power_below(int64_t n) {
    int64_t k = 1;
    while (k < n - k) k <<= 1;                             // 2k < n, without overflow
    return k;
}

static MerkleLeaves part(MerkleLeaves all, int64_t from, int64_t n) { return (MerkleLeaves){ all.at + from, n }; }

Hash merkle_root_of(MerkleLeaves leaves) {
    MerkleEdge edge = { 0 };
    for (int64_t i = 0; i < leaves.n; i++) merkle_add(&edge, &leaves.at[i]);
    return merkle_root(&edge);
}

int merkle_inclusion(MerkleLeaves leaves, int64_t leaf, Hash *out) {
    assert(leaf >= 0 && leaf < leaves.n);
    if (leaves.n == 1) return 0;
    int64_t k = power_below(leaves.n);
    bool is_left = leaf < k;
    int n = is_left ? merkle_inclusion(part(leaves, 0, k), leaf, out) : merkle_inclusion(part(leaves, k, leaves.n - k), leaf - k, out);
    out[n] = merkle_root_of(is_left ? part(leaves, k, leaves.n - k) : part(leaves, 0, k));
    return n + 1;
}

static int subproof(MerkleLeaves leaves, int64_t m, bool is_whole, Hash *out) {
    if (m == leaves.n) {
        if (!is_whole) out[0] = merkle_root_of(leaves);
        return is_whole ? 0 : 1;
    }
    int64_t k = power_below(leaves.n);
    bool is_left = m <= k;
    int n = is_left ? subproof(part(leaves, 0, k), m, is_whole, out) : subproof(part(leaves, k, leaves.n - k), m - k, false, out);
    out[n] = merkle_root_of(is_left ? part(leaves, k, leaves.n - k) : part(leaves, 0, k));
    return n + 1;
}

int merkle_consistency(MerkleLeaves leaves, int64_t earlier_n, Hash *out) {
    assert(earlier_n >= 0 && earlier_n <= leaves.n);
    return earlier_n == 0 ? 0 : subproof(leaves, earlier_n, true, out);
}
