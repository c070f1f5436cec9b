#include "registry/pack.h"
#include "base/lang.h"
#include "registry/draft.h"
#include "registry/search_index.h"
#include "registry_pack.sql.h"
#include <assert.h>

#define PERSON_MAGIC 0x31504b50u        // "PKP1"
#define PAYEE_MAGIC 0x31594b50u         // "PKY1"
#define HEADER_BYTES 16                 // magic u32, family_n u32, person_n u32, first_id u32
#define BLOCK_PACKS 256        // packs made at a time: some 65,536 families, 12 MB; their person packs lie side by side
#define EPOCH_DAYS (-25567)             // 1900-01-01 in days since 1970-01-01

const char *const PACK_CHANNELS[] = { "BRI", "POS", "BNI", "MANDIRI", "BTN", "BSI", NULL };

int pack_channel_find(Str code) {
    for (int i = 0; PACK_CHANNELS[i]; i++) if (str_eq(code, str_c(PACK_CHANNELS[i]))) return i;
    return -1;
}

// ---- facts in two bytes and a day in two ---------------------------------------------------------------------------
uint16_t pack_facts_of(const PersonFacts *p, bool is_gone) {
    unsigned pregnancy = p->pregnancy_no > 7 ? 7 : p->pregnancy_no;
    return (uint16_t)((unsigned)p->sex | (unsigned)p->school_level << 2 | pregnancy << 4 | (unsigned)p->is_severe_disability << 7 |
                      (unsigned)p->is_rights_victim << 8 | (unsigned)p->outcome << 9 | (unsigned)is_gone << 11);
}

uint16_t pack_born_of(Date born_on) {
    if (!date_is_known(born_on)) return 0;
    int32_t day = born_on.days - EPOCH_DAYS + 1;
    return (uint16_t)(day < 1 ? 1 : day > UINT16_MAX ? UINT16_MAX : day);
}

Date pack_born_date(uint16_t born) { return born ? (Date){ born - 1 + EPOCH_DAYS } : DATE_NONE; }

void pack_facts_read(uint16_t facts, uint16_t born, PersonFacts *out) {
    *out = (PersonFacts){
        .born_on = pack_born_date(born), .sex = facts & 3, .school_level = facts >> 2 & 3, .pregnancy_no = facts >> 4 & 7,
        .is_severe_disability = facts >> 7 & 1, .is_rights_victim = facts >> 8 & 1, .outcome = facts >> 9 & 3,
    };
    for (size_t i = 0; i < EXTRA_MAX; i++) out->extra[i] = EXTRA_NONE;
}

// ---- rows to bytes -------------------------------------------------------------------------------------------------
// One pack while it is made: the fixed columns of its families, those of its persons, and the payee part.
typedef struct {
    int64_t kab, first_id;
    uint32_t family_n, present_n;
    uint8_t status[PACK_FAMILIES], channel[PACK_FAMILIES], member_n[PACK_FAMILIES], decile[PACK_FAMILIES];
    uint32_t village[PACK_FAMILIES];
    Buf born, facts, person, payee, bytes;
    size_t payee_end[PACK_FAMILIES];       // where each family's texts end in `payee`
    uint32_t person_n;
} PackMaking;

static void put_u16(Buf *b, unsigned v) { uint16_t u = (uint16_t)v; buf_bytes(b, &u, 2); }
static void put_u32(Buf *b, uint32_t v) { buf_bytes(b, &v, 4); }

static void making_start(PackMaking *d, int64_t kab, int64_t pack_n) {
    d->kab = kab;
    d->first_id = pack_n * PACK_FAMILIES + 1;
    d->family_n = d->present_n = d->person_n = 0;
    memset(d->status, PACK_ABSENT, sizeof d->status);
    memset(d->channel, 0, sizeof d->channel);
    memset(d->member_n, 0, sizeof d->member_n);
    memset(d->decile, 0, sizeof d->decile);
    memset(d->village, 0, sizeof d->village);
    buf_reset(&d->born);
    buf_reset(&d->facts);
    buf_reset(&d->person);
    buf_reset(&d->payee);
}

static void making_free(PackMaking *d) {
    buf_free(&d->born);
    buf_free(&d->facts);
    buf_free(&d->person);
    buf_free(&d->payee);
    buf_free(&d->bytes);
}

static PackStatus status_of(Str text) {
    return str_eq(text, STR("active")) ? PACK_ACTIVE : str_eq(text, STR("suspended")) ? PACK_SUSPENDED : PACK_LEFT;
}

static bool payee_put(Buf *b, Str text, int64_t family_id, Err *e) {
    if (text.n > UINT16_MAX) return fail(e, LIMIT, "Family %lld: a name, account or address is longer than 65,535 bytes.", (long long)family_id);
    put_u16(b, (unsigned)text.n);
    buf_str(b, text);
    return true;
}

static bool making_family(PackMaking *d, const PackFamiliesRow *row, Err *e) {
    uint32_t i = (uint32_t)(row->id - d->first_id);
    int channel = pack_channel_find(row->channel);
    if (channel < 0) return fail(e, BAD_INPUT, "Family %lld is paid through \"%.*s\", a channel that is not known.", (long long)row->id, STR_ARG(row->channel));
    int64_t village = row->village_id - d->kab * 1000000;
    if (village < 0 || village > 999999)
        return fail(e, BAD_INPUT, "Family %lld lives in %lld, which is not in district %lld.", (long long)row->id, (long long)row->village_id, (long long)d->kab);
    d->status[i] = (uint8_t)status_of(row->status);
    d->channel[i] = (uint8_t)channel;
    d->decile[i] = row->decile_n > 0 && row->decile_n < UINT8_MAX ? (uint8_t)row->decile_n : 0;
    d->village[i] = (uint32_t)village;
    d->family_n = i + 1;
    d->present_n++;
    bool is_good = payee_put(&d->payee, row->name, row->id, e) && payee_put(&d->payee, row->nik, row->id, e) && payee_put(&d->payee, row->account, row->id, e) &&
           payee_put(&d->payee, row->address, row->id, e) && payee_put(&d->payee, row->rt, row->id, e) && payee_put(&d->payee, row->rw, row->id, e);
    d->payee_end[i] = d->payee.n;
    return is_good;
}

static SchoolLevel level_of(Str text) {
    return str_eq(text, STR("SD")) ? SCHOOL_SD : str_eq(text, STR("SMP")) ? SCHOOL_SMP : str_eq(text, STR("SMA")) ? SCHOOL_SMA : SCHOOL_NONE;
}

static Outcome outcome_of(Str text) {
    return str_eq(text, STR("met")) ? OUTCOME_MET : str_eq(text, STR("not_met")) ? OUTCOME_NOT_MET : str_eq(text, STR("excused")) ? OUTCOME_EXCUSED : OUTCOME_UNKNOWN;
}

static bool making_person(PackMaking *d, const PackPersonsRow *row, Err *e) {
    uint32_t i = (uint32_t)(row->family_id - d->first_id);
    if (d->member_n[i] == PERSON_MAX) return fail(e, LIMIT, "Family %lld has more than %d members.", (long long)row->family_id, PERSON_MAX);
    if (row->id > UINT32_MAX) return fail(e, LIMIT, "Person %lld: numbers of persons end at 4,294,967,295 in a district.", (long long)row->id);
    PersonFacts facts = {
        .born_on = row->born_on, .sex = str_eq(row->sex, STR("P")) ? SEX_FEMALE : str_eq(row->sex, STR("L")) ? SEX_MALE : SEX_UNKNOWN,
        .school_level = level_of(row->school_level), .pregnancy_no = (uint8_t)(row->pregnancy_n < 0 ? 0 : row->pregnancy_n > 7 ? 7 : row->pregnancy_n),
        .is_severe_disability = row->is_severe_disability, .is_rights_victim = row->is_rights_victim, .outcome = outcome_of(row->outcome),
    };
    d->member_n[i]++;
    d->person_n++;
    put_u16(&d->born, pack_born_of(facts.born_on));
    put_u16(&d->facts, pack_facts_of(&facts, row->is_gone));
    put_u32(&d->person, (uint32_t)row->id);
    return true;
}

static void header_put(Buf *b, uint32_t magic, const PackMaking *d, uint32_t family_n) {
    buf_reset(b);
    put_u32(b, magic);
    put_u32(b, family_n);
    put_u32(b, d->person_n);
    put_u32(b, (uint32_t)d->first_id);
}

static Str making_person_bytes(PackMaking *d) {
    Buf *b = &d->bytes;
    header_put(b, PERSON_MAGIC, d, d->family_n);
    buf_bytes(b, d->status, d->family_n);
    buf_bytes(b, d->channel, d->family_n);
    buf_bytes(b, d->member_n, d->family_n);
    buf_bytes(b, d->decile, d->family_n);
    buf_bytes(b, d->village, 4 * (size_t)d->family_n);
    buf_str(b, buf_view(&d->born));
    buf_str(b, buf_view(&d->facts));
    return buf_view(b);
}

static Str making_payee_bytes(PackMaking *d) {
    Buf *b = &d->bytes;
    size_t text_at = 0, person_at = 0;
    header_put(b, PAYEE_MAGIC, d, d->present_n);
    for (uint32_t i = 0; i < d->family_n; i++) {
        size_t person_bytes = 4 * (size_t)d->member_n[i];
        if (d->status[i] != PACK_ABSENT) {
            uint8_t head[2] = { (uint8_t)i, d->member_n[i] };
            buf_bytes(b, head, sizeof head);
            buf_bytes(b, d->person.p + person_at, person_bytes);
            buf_bytes(b, d->payee.p + text_at, d->payee_end[i] - text_at);
            text_at = d->payee_end[i];
        }
        person_at += person_bytes;
    }
    return buf_view(b);
}

#define PART_DRAFT 3                    // a turn of its own, with the person part's bytes: drafts of a block lie side by side too

// Makes the packs of families first_id … last_id (rounded to whole packs) from their rows and hands each part to `each`.
static bool packs_make(Db *db, int64_t kab, int64_t first_id, int64_t last_id, Progress *progress,
                       bool (*each)(void *with, int part, int64_t pack_n, uint32_t family_n, Str bytes, Err *e), void *with, Err *e) {
    assert(first_id > 0);
    int64_t first_pack = (first_id - 1) / PACK_FAMILIES, last_pack = (last_id - 1) / PACK_FAMILIES;
    PackMaking *packs = calloc(BLOCK_PACKS, sizeof *packs);
    bool is_good = packs != NULL || fail_memory(e);
    for (int64_t block = first_pack; is_good && block <= last_pack; block += BLOCK_PACKS) {
        int64_t end = block + BLOCK_PACKS - 1 < last_pack ? block + BLOCK_PACKS - 1 : last_pack;
        int64_t low_id = block * PACK_FAMILIES + 1, high_id = (end + 1) * PACK_FAMILIES;
        for (int64_t p = block; p <= end; p++) making_start(&packs[p - block], kab, p);
        bool has_row;
        PackFamiliesRows families = { 0 };
        PackFamiliesRow family;
        is_good = pack_families(db, (PackFamiliesArgs){ .kab = kab, .first_id = low_id, .last_id = high_id }, &families, e);
        while (is_good && (is_good = pack_families_next(&families, &family, &has_row, e)) && has_row)
            is_good = making_family(&packs[(family.id - low_id) / PACK_FAMILIES], &family, e);
        pack_families_end(&families);
        PackPersonsRows persons = { 0 };
        PackPersonsRow person;
        is_good = is_good && pack_persons(db, (PackPersonsArgs){ .kab = kab, .first_id = low_id, .last_id = high_id }, &persons, e);
        if (is_good) {
            while (is_good && (is_good = pack_persons_next(&persons, &person, &has_row, e)) && has_row)
                is_good = making_person(&packs[(person.family_id - low_id) / PACK_FAMILIES], &person, e);
            pack_persons_end(&persons);
        }
        // Part by part, so that the person packs of a block lie side by side in the file: a closing reads them and skips the payees.
        for (int64_t p = block; is_good && p <= end; p++) is_good = each(with, PACK_PERSON, p, packs[p - block].family_n, making_person_bytes(&packs[p - block]), e);
        for (int64_t p = block; is_good && p <= end; p++) is_good = each(with, PACK_PAYEE, p, packs[p - block].present_n, making_payee_bytes(&packs[p - block]), e);
        for (int64_t p = block; is_good && p <= end; p++) is_good = each(with, PART_DRAFT, p, packs[p - block].family_n, making_person_bytes(&packs[p - block]), e);
        progress_report(progress, _("Packing families"), (end + 1 - first_pack) * PACK_FAMILIES, (last_pack + 1 - first_pack) * PACK_FAMILIES);
    }
    for (int i = 0; packs && i < BLOCK_PACKS; i++) making_free(&packs[i]);
    free(packs);
    return is_good;
}

typedef struct { Db *db; int64_t kab, epoch_n; DraftMaker *maker; } PackPlace;

static bool pack_store(void *with, int part, int64_t pack_n, uint32_t family_n, Str bytes, Err *e) {
    PackPlace *place = with;
    if (part == PART_DRAFT) {
        Hash person_hash = hash_of(bytes.p, bytes.n);
        return !place->maker || draft_write(place->db, place->maker, place->kab, pack_n, &person_hash, bytes, e);
    }
    PackPutArgs args = { .kab = place->kab, .part_n = part, .pack_n = pack_n, .epoch_n = place->epoch_n, .family_n = family_n,
                         .pack_hash = hash_of(bytes.p, bytes.n), .pack_data = bytes };
    return pack_put(place->db, args, NULL, e);
}

static bool epoch_read(Db *db, int64_t kab, int64_t *epoch_n, Err *e) {
    PackEpochOfRow row;
    bool found;
    if (!pack_epoch_of(db, (PackEpochOfArgs){ .kab = kab }, &row, &found, e)) return false;
    *epoch_n = found ? row.epoch_n : 0;
    return true;
}

bool pack_epoch_hold(Db *db, int64_t kab, Err *e) { return pack_epoch_touch(db, (PackEpochTouchArgs){ .kab = kab }, NULL, e); }

bool pack_make(Db *db, int64_t kab, int64_t first_id, int64_t last_id, Progress *progress, Err *e) {
    PackPlace place = { .db = db, .kab = kab };
    if (last_id < first_id) return true;
    if (!pack_epoch_start(db, (PackEpochStartArgs){ .kab = kab }, NULL, e) || !pack_epoch_hold(db, kab, e) || !epoch_read(db, kab, &place.epoch_n, e)) return false;
    bool is_good = draft_maker_take(db, kab, &place.maker, e) && packs_make(db, kab, first_id, last_id, progress, pack_store, &place, e);
    draft_maker_give(place.maker);
    return is_good;
}

bool pack_refresh(Db *db, int64_t kab, int64_t first_id, int64_t last_id, Progress *progress, Err *e) {
    return pack_make(db, kab, first_id, last_id, progress, e) && search_refresh(db, kab, first_id, last_id, progress, e);
}

static bool last_family(Db *db, int64_t kab, int64_t *last_id, Err *e) {
    FamilyLastIdRow row;
    bool found;
    if (!family_last_id(db, (FamilyLastIdArgs){ .kab = kab }, &row, &found, e)) return false;
    *last_id = found ? row.last_id : 0;
    return true;
}

bool pack_refresh_all(Db *db, int64_t kab, Progress *progress, Err *e) {
    int64_t last_id;
    return last_family(db, kab, &last_id, e) && pack_refresh(db, kab, 1, last_id, progress, e);
}

static bool pack_compare(void *with, int part, int64_t pack_n, uint32_t family_n, Str bytes, Err *e) {
    PackPlace *place = with;
    (void)family_n;
    if (part == PART_DRAFT) return !place->maker || draft_compare(place->db, place->maker, place->kab, pack_n, bytes, e);
    Arena arena = { 0 };
    Str stored;
    bool found, is_good = pack_of_family(place->db, &arena, place->kab, part, INT64_MAX, pack_n * PACK_FAMILIES + 1, &stored, &found, e);
    if (is_good && (!found || !str_eq(stored, bytes)))
        is_good = fail(e, CONFLICT, "District %lld: the pack of families %lld to %lld does not equal their rows.", (long long)place->kab,
                       (long long)(pack_n * PACK_FAMILIES + 1), (long long)((pack_n + 1) * PACK_FAMILIES));
    arena_free(&arena);
    return is_good;
}

bool pack_check(Db *db, int64_t kab, Progress *progress, Err *e) {
    int64_t last_id;
    PackPlace place = { .db = db, .kab = kab };
    bool is_good = last_family(db, kab, &last_id, e) && draft_maker_take(db, kab, &place.maker, e) &&
                   (last_id == 0 || packs_make(db, kab, 1, last_id, progress, pack_compare, &place, e));
    draft_maker_give(place.maker);
    return is_good;
}

// ---- readers ---------------------------------------------------------------------------------------------------------
bool pack_districts_list(Db *db, Arena *a, PackDistrict **out, size_t *n, Err *e) {
    PackDistrictsRows rows = { 0 };
    PackDistrictsRow row;
    bool has_row, is_good = pack_districts(db, &rows, e);
    size_t count = 0, cap = 0;
    PackDistrict *list = NULL;
    while (is_good && (is_good = pack_districts_next(&rows, &row, &has_row, e)) && has_row) {
        if (count == cap) {
            PackDistrict *more = NEW(a, PackDistrict, cap = cap ? 2 * cap : 64);
            if (count) memcpy(more, list, count * sizeof *list);
            list = more;
        }
        list[count++] = (PackDistrict){ row.kab, row.epoch_n };
    }
    pack_districts_end(&rows);
    if (!is_good) return false;
    *out = list;
    *n = count;
    return true;
}

bool pack_epoch_close(Db *db, int64_t kab, int64_t epoch_n, Err *e) {
    int64_t changed_n;
    if (!pack_epoch_advance(db, (PackEpochAdvanceArgs){ .kab = kab, .epoch_n = epoch_n }, &changed_n, e)) return false;
    if (changed_n != 1) return fail(e, CONFLICT, "District %lld was closed by somebody else at the same moment. Nothing was changed; look again.", (long long)kab);
    return true;
}

bool pack_each(Db *db, int64_t kab, int part, int64_t epoch_n, PackEach *each, void *with, Err *e) {
    PacksAsOfRows rows = { 0 };
    PacksAsOfRow row;
    bool has_row, is_good = packs_as_of(db, (PacksAsOfArgs){ .kab = kab, .part_n = part, .epoch_n = epoch_n }, &rows, e);
    while (is_good && (is_good = packs_as_of_next(&rows, &row, &has_row, e)) && has_row)
        is_good = each(with, row.pack_n, &row.pack_hash, row.pack_data, e);
    packs_as_of_end(&rows);
    return is_good;
}

bool pack_hashes_list(Db *db, Arena *a, int64_t kab, int part, int64_t epoch_n, PackHash **out, size_t *n, Err *e) {
    PackHashesUntilRows rows = { 0 };
    PackHashesUntilRow row;
    PackHash *list = NULL;
    size_t count = 0, cap = 0;
    bool has_row, is_good = pack_hashes_until(db, (PackHashesUntilArgs){ .kab = kab, .part_n = part, .epoch_n = epoch_n }, &rows, e);
    while (is_good && (is_good = pack_hashes_until_next(&rows, &row, &has_row, e)) && has_row) {
        if (count && list[count - 1].pack_n == row.pack_n) count--;                    // a later version of the same pack
        if (count == cap) {
            PackHash *more = NEW(a, PackHash, cap = cap ? 2 * cap : 64);
            if (count) memcpy(more, list, count * sizeof *list);
            list = more;
        }
        list[count++] = (PackHash){ row.pack_n, row.pack_hash };
    }
    pack_hashes_until_end(&rows);
    *out = list;
    *n = count;
    return is_good;
}

bool pack_part_hash(Db *db, int64_t kab, int part, int64_t epoch_n, Hash *out, Err *e) {
    Arena arena = { 0 };
    PackHash *list;
    size_t n;
    bool is_good = pack_hashes_list(db, &arena, kab, part, epoch_n, &list, &n, e);
    if (is_good) {
        Hasher all;
        hash_start(&all);
        for (size_t i = 0; i < n; i++) hash_add(&all, &list[i].hash, sizeof(Hash));
        *out = hash_end(&all);
    }
    arena_free(&arena);
    return is_good;
}

bool pack_of_family(Db *db, Arena *a, int64_t kab, int part, int64_t epoch_n, int64_t family_id, Str *bytes, bool *found, Err *e) {
    PackAsOfRow row;
    PackAsOfArgs args = { .kab = kab, .part_n = part, .pack_n = (family_id - 1) / PACK_FAMILIES, .epoch_n = epoch_n };
    if (!pack_as_of(db, a, args, &row, found, e)) return false;
    if (*found) *bytes = row.pack_data;
    return true;
}

static bool header_read(Str bytes, uint32_t magic, uint32_t *family_n, uint32_t *person_n, int64_t *first_id, Err *e) {
    if (bytes.n < HEADER_BYTES || pack_u32((const uint8_t *)bytes.p, 0) != magic) return fail(e, CONFLICT, "A pack of the registry is damaged.");
    *family_n = pack_u32((const uint8_t *)bytes.p, 1);
    *person_n = pack_u32((const uint8_t *)bytes.p, 2);
    *first_id = pack_u32((const uint8_t *)bytes.p, 3);
    return true;
}

bool person_pack_open(Str bytes, PersonPack *out, Err *e) {
    PersonPack p;
    if (!header_read(bytes, PERSON_MAGIC, &p.family_n, &p.person_n, &p.first_id, e)) return false;
    if (p.family_n > PACK_FAMILIES || bytes.n != HEADER_BYTES + 8 * (size_t)p.family_n + 4 * (size_t)p.person_n)
        return fail(e, CONFLICT, "A pack of the registry is damaged.");
    p.status = (const uint8_t *)bytes.p + HEADER_BYTES;
    p.channel = p.status + p.family_n;
    p.member_n = p.channel + p.family_n;
    p.decile = p.member_n + p.family_n;
    p.village = p.decile + p.family_n;
    p.born = p.village + 4 * (size_t)p.family_n;
    p.facts = p.born + 2 * (size_t)p.person_n;
    uint32_t member_n = 0;
    for (uint32_t i = 0; i < p.family_n; i++) member_n += p.member_n[i];
    if (member_n != p.person_n) return fail(e, CONFLICT, "A pack of the registry is damaged.");
    *out = p;
    return true;
}

bool payee_pack_open(Str bytes, PayeePack *out, Err *e) {
    uint32_t family_n, person_n;
    if (!header_read(bytes, PAYEE_MAGIC, &family_n, &person_n, &out->first_id, e)) return false;
    out->rest = str_part(bytes, HEADER_BYTES, bytes.n);
    return true;
}

static bool payee_text(Str *rest, Str *out) {
    if (rest->n < 2) return false;
    size_t n = pack_u16((const uint8_t *)rest->p, 0);
    if (rest->n - 2 < n) return false;
    *out = (Str){ rest->p + 2, n };
    *rest = (Str){ rest->p + 2 + n, rest->n - 2 - n };
    return true;
}

bool payee_pack_next(PayeePack *p, Payee *out, bool *has_payee, Err *e) {
    *has_payee = p->rest.n > 0;
    if (!*has_payee) return true;
    size_t head_bytes = p->rest.n < 2 ? SIZE_MAX : 2 + 4 * (size_t)(uint8_t)p->rest.p[1];
    if (p->rest.n < head_bytes) return fail(e, CONFLICT, "A pack of the registry is damaged.");
    out->family_id = p->first_id + (uint8_t)p->rest.p[0];
    out->member_n = (uint8_t)p->rest.p[1];
    out->person = (const uint8_t *)p->rest.p + 2;
    p->rest = (Str){ p->rest.p + head_bytes, p->rest.n - head_bytes };
    if (!payee_text(&p->rest, &out->name) || !payee_text(&p->rest, &out->nik) || !payee_text(&p->rest, &out->account) ||
        !payee_text(&p->rest, &out->address) || !payee_text(&p->rest, &out->rt) || !payee_text(&p->rest, &out->rw))
        return fail(e, CONFLICT, "A pack of the registry is damaged.");
    return true;
}

bool payee_pack_find(Str bytes, int64_t family_id, Payee *out, bool *is_found, Err *e) {
    PayeePack p = { 0 };
    bool has_payee;
    *is_found = false;
    if (!payee_pack_open(bytes, &p, e)) return false;
    while (payee_pack_next(&p, out, &has_payee, e)) {
        *is_found = has_payee && out->family_id == family_id;
        if (!has_payee || *is_found) return true;
    }
    return false;
}
