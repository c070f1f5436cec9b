#include "registry/draft.h"
#include "base/lang.h"
#include "office/audit.h"
#include "registry_draft.sql.h"
#include <pthread.h>
#include <stdlib.h>

#define DRAFT_MAGIC 0x31444b50u         // "PKD1"
#define HEADER_BYTES 16                 // magic u32, family_n u32, first_id u32, case_n u16, village_n u16
#define STAMP_HEAD "harapan draft 1 " HARAPAN_VERSION "\n"      // a newer program reads facts in its own way: it makes drafts of its own

static bool damaged(Err *e) { return fail(e, CONFLICT, "A draft of the registry is damaged. Nothing was computed from it."); }

// ---- bytes ---------------------------------------------------------------------------------------------------------------
bool draft_open(Str bytes, Draft *out, Err *e) {
    const uint8_t *p = (const uint8_t *)bytes.p;
    if (bytes.n < HEADER_BYTES || pack_u32(p, 0) != DRAFT_MAGIC) return damaged(e);
    Draft d = { .family_n = pack_u32(p, 1), .first_id = pack_u32(p, 2), .case_n = pack_u16(p, 6), .village_n = pack_u16(p, 7) };
    if (d.family_n > PACK_FAMILIES || d.case_n > PACK_FAMILIES || d.village_n > PACK_FAMILIES) return damaged(e);
    if (bytes.n < HEADER_BYTES + 3 * (size_t)d.family_n + 4 * (size_t)d.village_n) return damaged(e);
    d.channel = p + HEADER_BYTES;
    d.case_no = d.channel + d.family_n;
    d.village_no = d.case_no + d.family_n;
    d.village = d.village_no + d.family_n;
    d.keys = d.village + 4 * (size_t)d.village_n;
    d.end = p + bytes.n;
    const uint8_t *at = d.keys;
    for (uint32_t i = 0; i < d.case_n; i++) {
        if (at >= d.end || *at == 0 || d.end - at <= *at) return damaged(e);
        at += 1 + *at;
    }
    if (at != d.end) return damaged(e);
    *out = d;
    return true;
}

Hash draft_stamp(const Hash *book_hash, const Scheme *s) {
    Hasher all;
    const PersonClass *classes;
    size_t class_n = scheme_classes(s, &classes);
    hash_start(&all);
    hash_add(&all, STAMP_HEAD, sizeof STAMP_HEAD - 1);
    hash_add(&all, book_hash, sizeof *book_hash);
    hash_add(&all, scheme_stage(s).p, scheme_stage(s).n);
    for (size_t i = 0; i < class_n; i++) {                 // keys number the classes
        uint32_t class[3] = { classes[i].mask, (uint32_t)classes[i].outcome, classes[i].cut };
        hash_add(&all, class, sizeof class);
    }
    return hash_end(&all);
}

// ---- making --------------------------------------------------------------------------------------------------------------
struct DraftMaker {
    Arena arena;
    Hash book_hash, stamp;
    Str code;                              // of the rule book
    const Scheme *scheme;
    CaseBook *book;
    bool is_paid[256];                     // by PACK_CHANNELS: the stage pays through it
    uint16_t *local_of;                    // [local_cap] case of the book -> case of this draft plus 1; 0 between drafts
    uint32_t local_cap;
    Buf bytes;
};

static void maker_free(DraftMaker *m) {
    if (!m) return;
    casebook_close(m->book);
    free(m->local_of);
    buf_free(&m->bytes);
    arena_free(&m->arena);
    free(m);
}

static bool maker_make(Str file, Str text, Str stage, DraftMaker **out, Err *e) {
    DraftMaker *m = calloc(1, sizeof *m);
    if (!m) return fail_memory(e);
    const RuleBook *book;
    bool is_good = rulebook_open(&m->arena, file, text, &book, e) && scheme_make(&m->arena, book, arena_str(&m->arena, stage), &m->scheme, e) && casebook_open(m->scheme, &m->book, e);
    if (!is_good) { maker_free(m); return false; }
    m->code = rulebook_code(book);
    m->book_hash = rulebook_hash(book);
    m->stamp = draft_stamp(&m->book_hash, m->scheme);
    for (int i = 0; PACK_CHANNELS[i]; i++) m->is_paid[i] = scheme_channel_find(m->scheme, str_c(PACK_CHANNELS[i])) >= 0;
    *out = m;
    return true;
}

// The last maker that was given back: a change to a family does not read the rule book again.
static struct { pthread_mutex_t lock; DraftMaker *maker; } kept = { .lock = PTHREAD_MUTEX_INITIALIZER };

static DraftMaker *kept_swap(DraftMaker *m) {
    pthread_mutex_lock(&kept.lock);
    DraftMaker *before = kept.maker;
    kept.maker = m;
    pthread_mutex_unlock(&kept.lock);
    return before;
}

void draft_maker_give(DraftMaker *m) { if (m) maker_free(kept_swap(m)); }

static bool view_maker(Db *db, const DraftViewOfRow *view, DraftMaker **out, Err *e) {
    Arena arena = { 0 };
    DraftBookOfRow book;
    bool found;
    bool is_good = draft_book_of(db, &arena, (DraftBookOfArgs){ .book_hash = view->book_hash }, &book, &found, e);
    Err ignored = { 0 };
    if (is_good && (!found || !maker_make(book.code, book.book_text, view->stage, out, &ignored))) *out = NULL;
    arena_free(&arena);
    return is_good;
}

bool draft_maker_take(Db *db, int64_t kab, DraftMaker **out, Err *e) {
    Arena arena = { 0 };
    DraftViewOfRow view;
    bool found;
    *out = NULL;
    bool is_good = draft_view_of(db, &arena, (DraftViewOfArgs){ .kab = kab }, &view, &found, e);
    if (is_good && found) {
        DraftMaker *m = kept_swap(NULL);
        bool is_same = m && hash_eq(&m->book_hash, &view.book_hash) && str_eq(scheme_stage(m->scheme), view.stage);
        if (!is_same) {
            maker_free(m);
            m = NULL;
            is_good = view_maker(db, &view, &m, e);
        }
        // A program that reads the book in another way than the view's stamp says leaves the drafts to the next prepare.
        if (m && hash_eq(&m->stamp, &view.stamp_hash)) *out = m;
        else maker_free(m);
    }
    arena_free(&arena);
    return is_good;
}

static bool local_case(DraftMaker *m, uint32_t case_id, uint16_t **out, Err *e) {
    if (case_id >= m->local_cap) {
        uint32_t cap = m->local_cap ? 2 * m->local_cap : 1024;
        while (cap <= case_id) cap *= 2;
        uint16_t *more = realloc(m->local_of, cap * sizeof *more);
        if (!more) return fail_memory(e);
        memset(more + m->local_cap, 0, (cap - m->local_cap) * sizeof *more);
        m->local_of = more;
        m->local_cap = cap;
    }
    *out = &m->local_of[case_id];
    return true;
}

static uint8_t village_number(const PersonPack *p, uint32_t i, uint32_t *villages, uint16_t *village_n) {
    uint32_t code = pack_u32(p->village, i);
    uint16_t at = 0;
    while (at < *village_n && villages[at] != code) at++;
    if (at == *village_n) villages[(*village_n)++] = code;
    return (uint8_t)at;
}

static bool draft_put_bytes(DraftMaker *m, const PersonPack *p, const uint8_t columns[3][PACK_FAMILIES], const uint32_t *villages, uint16_t village_n,
                            const uint32_t *cases, uint16_t case_n, bool *is_made, Err *e) {
    Buf *b = &m->bytes;
    uint32_t head[3] = { DRAFT_MAGIC, p->family_n, (uint32_t)p->first_id };
    buf_reset(b);
    buf_bytes(b, head, sizeof head);
    buf_bytes(b, &case_n, 2);
    buf_bytes(b, &village_n, 2);
    for (int i = 0; i < 3; i++) buf_bytes(b, columns[i], p->family_n);
    buf_bytes(b, villages, 4 * (size_t)village_n);
    for (uint16_t i = 0; i < case_n; i++) {
        Str key;
        if (!casebook_key(m->book, cases[i], &key, e)) return false;
        if (key.n > UINT8_MAX) return true;                // a family of more than a hundred who count: left to the closing
        buf_char(b, (char)(uint8_t)key.n);
        buf_str(b, key);
    }
    *is_made = !b->is_full;
    return *is_made || fail_memory(e);
}

// The draft of a pack into m->bytes. *is_made false: the stage has no channel that a family is paid through, or a key is too long.
static bool draft_make(DraftMaker *m, Str person, bool *is_made, Err *e) {
    PersonPack p;
    uint8_t columns[3][PACK_FAMILIES] = { 0 };             // channel, case, village
    uint32_t villages[PACK_FAMILIES], cases[PACK_FAMILIES];
    uint16_t village_n = 0, case_n = 0, *local = NULL;
    *is_made = false;
    if (!person_pack_open(person, &p, e)) return false;
    bool is_good = true, is_paid = true;
    const uint8_t *born = p.born, *facts = p.facts;
    for (uint32_t i = 0; is_good && is_paid && i < p.family_n; born += 2 * (size_t)p.member_n[i], facts += 2 * (size_t)p.member_n[i], i++) {
        columns[0][i] = DRAFT_ABSENT;
        if (p.status[i] != PACK_ACTIVE && p.status[i] != PACK_SUSPENDED) continue;
        is_paid = m->is_paid[p.channel[i]];
        if (!is_paid) break;
        uint32_t case_id;
        Standing standing = p.status[i] == PACK_SUSPENDED ? STANDING_SUSPENDED : STANDING_ACTIVE;
        is_good = casebook_find(m->book, standing, p.decile[i], born, facts, p.member_n[i], &case_id, e) && local_case(m, case_id, &local, e);
        if (!is_good) break;
        if (*local == 0) { cases[case_n++] = case_id; *local = case_n; }
        columns[0][i] = p.channel[i];
        columns[1][i] = (uint8_t)(*local - 1);
        columns[2][i] = village_number(&p, i, villages, &village_n);
    }
    for (uint16_t i = 0; i < case_n; i++) m->local_of[cases[i]] = 0;
    return is_good && (!is_paid || draft_put_bytes(m, &p, columns, villages, village_n, cases, case_n, is_made, e));
}

bool draft_write(Db *db, DraftMaker *m, int64_t kab, int64_t pack_n, const Hash *person_hash, Str person, Err *e) {
    bool is_made;
    if (!draft_make(m, person, &is_made, e)) return false;
    if (!is_made) return true;                             // what stands there was made of another person part, and so does not fit
    DraftPutArgs args = { .kab = kab, .pack_n = pack_n, .stamp_hash = m->stamp, .pack_hash = *person_hash, .draft_data = buf_view(&m->bytes) };
    return draft_put(db, args, NULL, e);
}

bool draft_compare(Db *db, DraftMaker *m, int64_t kab, int64_t pack_n, Str person, Err *e) {
    Arena arena = { 0 };
    DraftOfPackRow row;
    bool found, is_made;
    Hash hash = hash_of(person.p, person.n);
    bool is_good = draft_of_pack(db, &arena, (DraftOfPackArgs){ .kab = kab, .pack_n = pack_n }, &row, &found, e) && draft_make(m, person, &is_made, e);
    if (is_good && found && hash_eq(&row.pack_hash, &hash) && (!is_made || !str_eq(row.draft_data, buf_view(&m->bytes))))
        is_good = fail(e, CONFLICT, "District %lld: the draft of families %lld to %lld does not equal their pack.", (long long)kab,
                       (long long)(pack_n * PACK_FAMILIES + 1), (long long)((pack_n + 1) * PACK_FAMILIES));
    arena_free(&arena);
    return is_good;
}

// ---- reading ----------------------------------------------------------------------------------------------------------------
typedef struct { DraftEach *each; void *with; } Reader;
static bool person_each(void *with, int64_t pack_n, const Hash *hash, Str bytes, Err *e) {
    const Reader *r = with;
    (void)pack_n;
    return r->each(r->with, hash, NULL, bytes, e);
}

static bool person_one(Db *db, int64_t kab, int64_t epoch_n, const PackHash *pack, DraftEach *each, void *with, Err *e) {
    Arena arena = { 0 };
    Str person;
    bool found;
    bool is_good = pack_of_family(db, &arena, kab, PACK_PERSON, epoch_n, pack->pack_n * PACK_FAMILIES + 1, &person, &found, e) &&
                   (found || fail(e, CONFLICT, "A pack of the registry is damaged.")) && each(with, &pack->hash, NULL, person, e);
    arena_free(&arena);
    return is_good;
}

bool draft_each(Db *db, int64_t kab, int64_t epoch_n, const Hash *stamp, DraftEach *each, void *with, Err *e) {
    Reader reader = { each, with };
    if (!stamp) return pack_each(db, kab, PACK_PERSON, epoch_n, person_each, &reader, e);
    Arena arena = { 0 };
    PackHash *packs;
    size_t pack_n, at = 0;
    DraftsWithStampRows rows = { 0 };
    DraftsWithStampRow row;
    bool has_row = false, is_good = pack_hashes_list(db, &arena, kab, PACK_PERSON, epoch_n, &packs, &pack_n, e) &&
                                    drafts_with_stamp(db, (DraftsWithStampArgs){ .kab = kab, .stamp_hash = *stamp }, &rows, e);
    is_good = is_good && drafts_with_stamp_next(&rows, &row, &has_row, e);
    bool has_draft = has_row;
    while (is_good && has_row) {
        for (; is_good && at < pack_n && packs[at].pack_n < row.pack_n; at++) is_good = person_one(db, kab, epoch_n, &packs[at], each, with, e);
        if (is_good && at < pack_n && packs[at].pack_n == row.pack_n && hash_eq(&packs[at].hash, &row.pack_hash)) {
            Draft draft;
            is_good = draft_open(row.draft_data, &draft, e) && each(with, &packs[at].hash, &draft, STR(""), e);
            at++;
        }
        is_good = is_good && drafts_with_stamp_next(&rows, &row, &has_row, e);
    }
    drafts_with_stamp_end(&rows);
    if (is_good && !has_draft) is_good = pack_each(db, kab, PACK_PERSON, epoch_n, person_each, &reader, e);     // one query for all
    else for (; is_good && at < pack_n; at++) is_good = person_one(db, kab, epoch_n, &packs[at], each, with, e);
    arena_free(&arena);
    return is_good;
}

// ---- taking a stage into view -------------------------------------------------------------------------------------------------
// Which packs have a draft that fits. The list is as long as `packs`.
static bool fits_list(Db *db, Arena *a, int64_t kab, const Hash *stamp, const PackHash *packs, size_t pack_n, bool **out, Err *e) {
    bool *fits = NEW(a, bool, pack_n + 1);
    size_t at = 0;
    DraftsWithStampRows rows = { 0 };
    DraftsWithStampRow row;
    bool has_row, is_good = drafts_with_stamp(db, (DraftsWithStampArgs){ .kab = kab, .stamp_hash = *stamp }, &rows, e);
    while (is_good && (is_good = drafts_with_stamp_next(&rows, &row, &has_row, e)) && has_row) {
        while (at < pack_n && packs[at].pack_n < row.pack_n) at++;
        if (at < pack_n && packs[at].pack_n == row.pack_n) fits[at] = hash_eq(&packs[at].hash, &row.pack_hash);
    }
    drafts_with_stamp_end(&rows);
    *out = fits;
    return is_good;
}

static bool district_prepare(Db *db, Arena *a, DraftMaker *m, const PrepareOptions *o, int64_t kab, PrepareSummary *sum, Err *e) {
    DraftViewOfRow view;
    PackHash *packs;
    size_t pack_n;
    bool found, *fits;
    int64_t made_n = 0;
    if (!draft_view_of(db, a, (DraftViewOfArgs){ .kab = kab }, &view, &found, e)) return false;
    bool is_new = !found || !hash_eq(&view.stamp_hash, &m->stamp);
    DraftBookPutArgs book = { .book_hash = m->book_hash, .code = m->code, .book_text = o->book_text };
    DraftViewPutArgs put = { .kab = kab, .stage = o->stage, .book_hash = m->book_hash, .stamp_hash = m->stamp };
    if (is_new && (!draft_book_put(db, book, NULL, e) || !draft_view_put(db, put, NULL, e))) return false;
    if (!pack_hashes_list(db, a, kab, PACK_PERSON, INT64_MAX, &packs, &pack_n, e) || !fits_list(db, a, kab, &m->stamp, packs, pack_n, &fits, e)) return false;
    for (size_t i = 0; i < pack_n; i++) {
        Arena part = { 0 };
        Str person;
        bool is_good = fits[i] || (pack_of_family(db, &part, kab, PACK_PERSON, INT64_MAX, packs[i].pack_n * PACK_FAMILIES + 1, &person, &found, e) &&
                                   draft_write(db, m, kab, packs[i].pack_n, &packs[i].hash, person, e));
        arena_free(&part);
        if (!is_good) return false;
        made_n += !fits[i];
    }
    sum->district_n++;
    sum->pack_n += (int64_t)pack_n;
    sum->made_n += made_n;
    AuditEntry entry = { .kab = kab, .actor_id = o->actor_id, .action = "stage.prepare", .subject = o->stage, .at = o->at,
                         .fields = { AUDIT_COUNT("draft_n", made_n), AUDIT_HASH("book_hash", &m->book_hash) } };
    return (!is_new && made_n == 0) || audit_write(db, &entry, e);
}

bool draft_prepare(Db *db, const PrepareOptions *o, PrepareSummary *out, Err *e) {
    Arena arena = { 0 };
    PackDistrict *districts = NULL;
    size_t n = 0;
    DraftMaker *m = NULL;
    PrepareSummary sum = { 0 };
    bool is_good = maker_make(o->book_file, o->book_text, o->stage, &m, e) && pack_districts_list(db, &arena, &districts, &n, e);
    for (size_t i = 0; is_good && i < n; i++) {
        if (o->kab && districts[i].kab != o->kab) continue;
        Arena part = { 0 };
        is_good = db_begin(db, e);
        if (is_good) {
            is_good = district_prepare(db, &part, m, o, districts[i].kab, &sum, e) && db_commit(db, e);
            if (!is_good) db_rollback(db);
        }
        arena_free(&part);
        progress_report(o->progress, _("Preparing districts"), (int64_t)i + 1, (int64_t)n);
    }
    draft_maker_give(m);
    arena_free(&arena);
    if (is_good && sum.district_n == 0 && o->kab) return fail(e, NOT_FOUND, "District %lld has no families. Import or make some first: harapan import --help", (long long)o->kab);
    if (is_good && sum.district_n == 0) return fail(e, NOT_FOUND, "The registry has no families. Import or make some first: harapan import --help");
    if (is_good) *out = sum;
    return is_good;
}
