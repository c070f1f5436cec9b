// nik_walk.c: see nik_walk.h.
#include "registry/nik_walk.h"

#define WALK_FAMILIES 65536            // salts of so many families at once: 8 MB

bool nik_walk_open(NikWalk *w, int64_t family_id, int64_t person_id, Str sealed, Str *out, Err *e) {
    *out = (Str){ 0 };
    if (sealed.n == 0) return true;
    if (!w->secrets.kab && !secrets_open(&w->secrets, w->db, w->kab, e)) return false;
    if (family_id > w->last_id) {
        w->last_id = family_id + WALK_FAMILIES - 1;
        if (!secrets_load(&w->secrets, w->db, family_id, w->last_id, e)) return false;
    }
    arena_reset(&w->opened);
    return secret_open(secret_family(&w->secrets, family_id), SECRET_NIK, person_id, sealed, &w->opened, out, e);
}

void nik_walk_close(NikWalk *w) {
    secrets_close(&w->secrets);
    arena_free(&w->opened);
}
