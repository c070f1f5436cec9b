// merkle.h: the hash tree of RFC 6962 (certificate transparency) with SHA-256: leaf = SHA-256(00 ‖ bytes), node = SHA-256(01 ‖ left ‖
// right), the left side of a node of n leaves holding the largest power of two below n. Pure.
#ifndef OFFICE_MERKLE_H
#define OFFICE_MERKLE_H
#include "base/err.h"
#include "base/hash.h"

#define MERKLE_DEPTH_MAX 63            // a tree of 2^63 leaves

Hash merkle_leaf(Str bytes);

// The open edge of a tree that grows: the roots of its full subtrees, largest first. Zero value: no leaf.
typedef struct { int64_t leaf_n; Hash at[MERKLE_DEPTH_MAX]; } MerkleEdge;
void merkle_add(MerkleEdge *edge, const Hash *leaf);
Hash merkle_root(const MerkleEdge *edge);                  // SHA-256 of nothing for an empty tree
Str merkle_edge_bytes(const MerkleEdge *edge);             // to be kept; lives as long as the edge
must_use bool merkle_edge_read(int64_t leaf_n, Str bytes, MerkleEdge *out, Err *e);

// Proofs over the leaves of a whole tree (RFC 6962, 2.1). `out` has room for 2 * MERKLE_DEPTH_MAX hashes; gives how many.
typedef struct { const Hash *at; int64_t n; } MerkleLeaves;
Hash merkle_root_of(MerkleLeaves leaves);
int merkle_inclusion(MerkleLeaves leaves, int64_t leaf, Hash *out);              // that leaf (from 0) stands in the tree
int merkle_consistency(MerkleLeaves leaves, int64_t earlier_n, Hash *out);       // that the first earlier_n leaves are as they were
#endif
