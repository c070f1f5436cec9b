// audit_export.h: the audit chains, the read log and the signed heads as a file for outsiders, and proofs about single entries and
// between two heads. The formats are described in docs/audit.md; harapan-verify reads them and shares no code with this.
#ifndef OFFICE_AUDIT_EXPORT_H
#define OFFICE_AUDIT_EXPORT_H
#include "office/authority.h"
#include "office/head.h"

typedef struct { int64_t audit_n, read_n, head_n; } AuditExported;
// Chains of the viewer's area, all heads. One snapshot of each log. The file appears whole or not at all. `reads` NULL: there is
// no read log.
must_use bool audit_export(Db *db, Db *reads, const Viewer *viewer, const char *path, AuditExported *out, Err *e);
// That entry n stands in its chain as the newest head sealed it. NOT_FOUND when no head covers it yet.
must_use bool audit_prove_entry(Db *db, Db *reads, const Viewer *viewer, ChainLog log, int64_t kab, int64_t n, const char *path, Err *e);
// That every chain of the head of `from` is a beginning of the same chain in the head of `to`.
must_use bool audit_prove_heads(Db *db, Db *reads, Date from, Date to, const char *path, Err *e);
#endif
