// desk_work.h: what the files of the desk share. For this room only.
#ifndef REGISTRY_DESK_WORK_H
#define REGISTRY_DESK_WORK_H
#include "base/lang.h"
#include "office/audit.h"
#include "office/change.h"
#include "office/district.h"
#include "registry/desk.h"
#include "registry/number.h"
#include "registry_desk.sql.h"

static inline int64_t desk_id(int64_t id) { return id == INT64_MIN ? 0 : id; }            // none in the database is 0 here
static inline int64_t desk_none(int64_t id) { return id ? id : INT64_MIN; }
static inline Str desk_subject(Arena *a, int64_t id) { return arena_fmt(a, "desk %lld", (long long)id); }
// Who, wrong, wanted, evidence as one text, a line each, and back.
Str desk_words_join(Arena *a, Str who, Str wrong, Str wanted, Str evidence);
void desk_words_part(Str words, Str *who, Str *wrong, Str *wanted, Str *evidence);
must_use bool desk_words_open(Db *db, Arena *a, int64_t kab, int64_t family_id, Str sealed, Str *out, Err *e);
// What the registry has now, as it is written in `wanted`; NOT_FOUND when the person is not there. The person or family as it is.
must_use bool desk_value(Db *db, Arena *a, const DeskField *field, int64_t kab, int64_t family_id, int64_t person_id, Str *out, Err *e);
// `wanted` in the form of the registry ("1 Mei 1980" becomes 1980-05-01), or BAD_INPUT with how it should be.
must_use bool desk_value_check(Arena *a, const DeskField *field, Str wanted, Instant now, int64_t kab, Str *out, Err *e);
must_use bool desk_record(Db *db, const DeskAct *act, Arena *a, const char *action, int64_t family_id, AuditField one, AuditField two, Err *e);
#endif
