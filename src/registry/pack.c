#include "registry/pack.h"
#include "base/lang.h"
#include "registry/draft.h"
#include "registry/search_index.h"
#include "registry_pack.sql.h"
#include <assert.h>

#define PERSON_MAGIC 0x31504b50u        // "PKP1"
#define PAYEE_MAGIC 0x32594b50u         // "PKY2"
#define HEADER_BYTES 16                 // magic u32, family_n u32, person_n u32, first_id u32
#define PAYEE_TEXTS 6                   // name, NIK, account, address, RT, RW
#define PAYEE_TEXT_MAX 9999            // six of them, sealed, still have a length of two bytes
#define FINGERPRINT_BYTES 32
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
    Buf born, facts, person, payee, text, bytes;
    size_t payee_end[PACK_FAMILIES];       // where each family's fingerprint and sealed texts end in `payee`
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
    buf_free(&d->text);
    buf_free(&d->bytes);
}

static PackStatus status_of(Str text) {
    return str_eq(text, STR("active")) ? PACK_ACTIVE : str_eq(text, STR("suspended")) ? PACK_SUSPENDED : PACK_LEFT;
}

static bool text_put(Buf *b, Str text, int64_t family_id, Err *e) {
    if (text.n > PAYEE_TEXT_MAX)
        return fail(e, LIMIT, "Family %lld: a name, account or address is longer than %d bytes.", (long long)family_id, PAYEE_TEXT_MAX);
    put_u16(b, (unsigned)text.n);
    buf_str(b, text);
    return true;
}

// Over the place and all texts together: no single number can be guessed from it.
static void fingerprint_make(const Secrets *s, int64_t family_id, Str texts, uint8_t out[FINGERPRINT_BYTES]) {
    crypto_generichash_state state;
    crypto_generichash_init(&state, s->payee_key, sizeof s->payee_key, FINGERPRINT_BYTES);
    crypto_generichash_update(&state, (const uint8_t *)&s->kab, sizeof s->kab);
    crypto_generichash_update(&state, (const uint8_t *)&family_id, sizeof family_id);
    crypto_generichash_update(&state, (const uint8_t *)texts.p, texts.n);
    crypto_generichash_final(&state, out, FINGERPRINT_BYTES);
}

// Fingerprint and sealed texts; of an erased family zeros and nothing.
// s NULL: nothing is opened, and the payee part is not made.
static bool payee_put(PackMaking *d, Secrets *s, const PackFamiliesRow *row, Arena *a, Err *e) {
    const FamilySecret *f = secret_family(s, row->id);
    uint8_t fingerprint[FINGERPRINT_BYTES] = { 0 };
    Str nik, account;
    arena_reset(a);
    if (!secret_open(f, SECRET_NIK, row->payee_id, row->nik_data, a, &nik, e) ||
        !secret_open(f, SECRET_ACCOUNT, SECRET_FAMILY, row->account_data, a, &account, e)) return false;
    const Str texts[PAYEE_TEXTS] = { row->name, nik, account, row->address, row->rt, row->rw };
    buf_reset(&d->text);
    for (size_t i = 0; i < PAYEE_TEXTS; i++) if (!text_put(&d->text, texts[i], row->id, e)) return false;
    if (f) fingerprint_make(s, row->id, buf_view(&d->text), fingerprint);
    buf_bytes(&d->payee, fingerprint, sizeof fingerprint);
    put_u16(&d->payee, f ? (unsigned)(d->text.n + SECRET_EXTRA_BYTES) : 0);
    if (f) secret_seal_into(f, SECRET_PAYEE, SECRET_FAMILY, buf_view(&d->text), buf_space(&d->payee, d->text.n + SECRET_EXTRA_BYTES));
    return true;
}

static bool making_family(PackMaking *d, Secrets *s, const PackFamiliesRow *row, Arena *a, Err *e) {
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
    if (s && !payee_put(d, s, row, a, e)) return false;
    d->payee_end[i] = d->payee.n;
    return true;
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

static Str making_payee_bytes(PackMaking *d, uint32_t lookup_n) {
    Buf *b = &d->bytes;
    size_t text_at = 0, person_at = 0;
    header_put(b, PAYEE_MAGIC, d, d->present_n);
    put_u32(b, lookup_n);
    for (uint32_t i = 0; i < d->family_n; i++) {
        size_t person_bytes = 4 * (size_t)d->member_n[i];
        if (d->status[i] != PACK_ABSENT) {
            uint8_t head[2] = { (uint8_t)i, d->member_n[i] };
            buf_bytes(b, head, sizeof head);
            if (person_bytes) buf_bytes(b, d->person.p + person_at, person_bytes);
            buf_bytes(b, d->payee.p + text_at, d->payee_end[i] - text_at);
            text_at = d->payee_end[i];
        }
        person_at += person_bytes;
    }
    return buf_view(b);
}

#define PART_DRAFT 3                    // a turn of its own, with the person part's bytes: drafts of a block lie side by side too

// What is made of packs: stored, or compared.
typedef struct { Db *db; int64_t kab, epoch_n; DraftMaker *maker; bool is_closed; } PackPlace;
typedef bool PackDo(PackPlace *place, int part, int64_t pack_n, uint32_t family_n, Str bytes, Err *e);

typedef struct { PackMaking *packs; Secrets secrets; Arena opened; int64_t first_pack, last_pack, low_id, high_id; } Block;

static bool block_rows(Block *b, const PackPlace *place, Err *e) {
    Db *db = place->db;
    int64_t kab = place->kab;
    Secrets *s = place->is_closed ? NULL : &b->secrets;
    bool has_row;
    PackFamiliesRows families = { 0 };
    PackFamiliesRow family;
    bool is_good = (!s || secrets_load(s, db, b->low_id, b->high_id, e)) &&
                   pack_families(db, (PackFamiliesArgs){ .kab = kab, .first_id = b->low_id, .last_id = b->high_id }, &families, e);
    while (is_good && (is_good = pack_families_next(&families, &family, &has_row, e)) && has_row)
        is_good = making_family(&b->packs[(family.id - b->low_id) / PACK_FAMILIES], s, &family, &b->opened, e);
    pack_families_end(&families);
    PackPersonsRows persons = { 0 };
    PackPersonsRow person;
    is_good = is_good && pack_persons(db, (PackPersonsArgs){ .kab = kab, .first_id = b->low_id, .last_id = b->high_id }, &persons, e);
    while (is_good && (is_good = pack_persons_next(&persons, &person, &has_row, e)) && has_row)
        is_good = making_person(&b->packs[(person.family_id - b->low_id) / PACK_FAMILIES], &person, e);
    pack_persons_end(&persons);
    return is_good;
}

// Part by part, so that the person packs of a block lie side by side in the file: a closing reads them and skips the payees.
static bool block_packs(Block *b, PackDo *each, PackPlace *place, Err *e) {
    bool is_good = true;
    for (int64_t p = b->first_pack; is_good && p <= b->last_pack; p++) {
        PackMaking *d = &b->packs[p - b->first_pack];
        is_good = each(place, PACK_PERSON, p, d->family_n, making_person_bytes(d), e);
    }
    for (int64_t p = b->first_pack; is_good && !place->is_closed && p <= b->last_pack; p++) {
        PackMaking *d = &b->packs[p - b->first_pack];
        is_good = each(place, PACK_PAYEE, p, d->present_n, making_payee_bytes(d, (uint32_t)b->secrets.lookup.n), e);
    }
    for (int64_t p = b->first_pack; is_good && p <= b->last_pack; p++) {
        PackMaking *d = &b->packs[p - b->first_pack];
        is_good = each(place, PART_DRAFT, p, d->family_n, making_person_bytes(d), e);
    }
    return is_good;
}

// Makes the packs of families first_id … last_id (rounded to whole packs) from their rows and hands each part to `each`.
static bool packs_make(PackPlace *place, int64_t first_id, int64_t last_id, Progress *progress, PackDo *each, Err *e) {
    assert(first_id > 0);
    int64_t first_pack = (first_id - 1) / PACK_FAMILIES, last_pack = (last_id - 1) / PACK_FAMILIES;
    Block b = { .packs = calloc(BLOCK_PACKS, sizeof *b.packs) };
    bool is_good = (b.packs != NULL || fail_memory(e)) && (place->is_closed || secrets_open(&b.secrets, place->db, place->kab, e));
    for (b.first_pack = first_pack; is_good && b.first_pack <= last_pack; b.first_pack += BLOCK_PACKS) {
        b.last_pack = b.first_pack + BLOCK_PACKS - 1 < last_pack ? b.first_pack + BLOCK_PACKS - 1 : last_pack;
        b.low_id = b.first_pack * PACK_FAMILIES + 1;
        b.high_id = (b.last_pack + 1) * PACK_FAMILIES;
        for (int64_t p = b.first_pack; p <= b.last_pack; p++) making_start(&b.packs[p - b.first_pack], place->kab, p);
        is_good = block_rows(&b, place, e) && block_packs(&b, each, place, e);
        progress_report(progress, _("Packing families"), (b.last_pack + 1 - first_pack) * PACK_FAMILIES, (last_pack + 1 - first_pack) * PACK_FAMILIES);
    }
    for (int i = 0; b.packs && i < BLOCK_PACKS; i++) making_free(&b.packs[i]);
    free(b.packs);
    arena_free(&b.opened);
    secrets_close(&b.secrets);
    return is_good;
}

static bool hash_of_part(int part, Str bytes, Hash *out, Err *e) {
    if (part == PACK_PAYEE) return payee_pack_hash(bytes, out, e);
    *out = hash_of(bytes.p, bytes.n);
    return true;
}

static bool pack_store(PackPlace *place, int part, int64_t pack_n, uint32_t family_n, Str bytes, Err *e) {
    if (part == PART_DRAFT) {
        Hash person_hash = hash_of(bytes.p, bytes.n);
        return !place->maker || draft_write(place->db, place->maker, place->kab, pack_n, &person_hash, bytes, e);
    }
    PackPutArgs args = { .kab = place->kab, .part_n = part, .pack_n = pack_n, .epoch_n = place->epoch_n, .family_n = family_n, .pack_data = bytes };
    return hash_of_part(part, bytes, &args.pack_hash, e) && pack_put(place->db, args, NULL, e);
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
    bool is_good = draft_maker_take(db, kab, &place.maker, e) && packs_make(&place, first_id, last_id, progress, pack_store, e);
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

static bool pack_compare(PackPlace *place, int part, int64_t pack_n, uint32_t family_n, Str bytes, Err *e) {
    (void)family_n;
    if (part == PART_DRAFT) return !place->maker || draft_compare(place->db, place->maker, place->kab, pack_n, bytes, e);
    Arena arena = { 0 };
    PackAsOfRow row;
    Hash hash = { { 0 } };
    PackAsOfArgs args = { .kab = place->kab, .part_n = part, .pack_n = pack_n, .epoch_n = INT64_MAX };
    bool found, is_good = pack_as_of(place->db, &arena, args, &row, &found, e) && hash_of_part(part, bytes, &hash, e);
    if (is_good && (!found || !str_eq(row.pack_data, bytes) || !hash_eq(&row.pack_hash, &hash)))
        is_good = fail(e, CONFLICT, "District %lld: the pack of families %lld to %lld does not equal their rows.", (long long)place->kab,
                       (long long)(pack_n * PACK_FAMILIES + 1), (long long)((pack_n + 1) * PACK_FAMILIES));
    arena_free(&arena);
    return is_good;
}

bool pack_check(Db *db, int64_t kab, Progress *progress, Err *e) { return pack_check_as(db, kab, false, progress, e); }

// While the look-up key is changed (reseal.h) fingerprints stand under two keys; they are compared again when that is done.
static bool fingerprints_are_settled(Db *db, bool *out, Err *e) {
    Key leaving = { 0 };
    bool is_made, is_good = keyring_has(db, KEYRING_LOOKUP, &is_made, e) && (!is_made || keyring_leaving(db, KEYRING_LOOKUP, &leaving, e));
    *out = leaving.n == 0;
    sodium_memzero(&leaving, sizeof leaving);
    return is_good;
}

bool pack_check_as(Db *db, int64_t kab, bool is_closed, Progress *progress, Err *e) {
    int64_t last_id;
    bool is_settled = true;
    if (!is_closed && !fingerprints_are_settled(db, &is_settled, e)) return false;
    PackPlace place = { .db = db, .kab = kab, .is_closed = is_closed || !is_settled };
    bool is_good = last_family(db, kab, &last_id, e) && draft_maker_take(db, kab, &place.maker, e) &&
                   (last_id == 0 || packs_make(&place, 1, last_id, progress, pack_compare, e));
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

static bool is_damaged(Err *e) { return fail(e, CONFLICT, "A pack of the registry is damaged."); }

bool payee_pack_open(Str bytes, PayeePack *out, Err *e) {
    uint32_t family_n, person_n;
    if (!header_read(bytes, PAYEE_MAGIC, &family_n, &person_n, &out->first_id, e)) return false;
    if (bytes.n < HEADER_BYTES + 4) return is_damaged(e);
    out->lookup_n = pack_u32((const uint8_t *)bytes.p + HEADER_BYTES, 0);
    out->rest = str_part(bytes, HEADER_BYTES + 4, bytes.n);
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
    const uint8_t *at = (const uint8_t *)p->rest.p;
    size_t head_bytes = p->rest.n < 2 ? SIZE_MAX : 2 + 4 * (size_t)at[1] + FINGERPRINT_BYTES;
    if (p->rest.n < head_bytes) return is_damaged(e);
    *out = (Payee){ .family_id = p->first_id + at[0], .lookup_n = p->lookup_n, .member_n = at[1], .person = at + 2,
                    .fingerprint = at + head_bytes - FINGERPRINT_BYTES };
    p->rest = (Str){ p->rest.p + head_bytes, p->rest.n - head_bytes };
    return payee_text(&p->rest, &out->sealed) || is_damaged(e);
}

bool payee_pack_hash(Str bytes, Hash *out, Err *e) {
    PayeePack pack = { .first_id = 0 };
    Payee p = { .family_id = 0 };
    Hasher all;
    bool has_payee, is_good = payee_pack_open(bytes, &pack, e);
    if (!is_good) return false;
    hash_start(&all);
    hash_add(&all, bytes.p, HEADER_BYTES + 4);
    for (const char *from = pack.rest.p; (is_good = payee_pack_next(&pack, &p, &has_payee, e)) && has_payee; from = pack.rest.p)
        hash_add(&all, from, (size_t)((const char *)p.fingerprint - from) + FINGERPRINT_BYTES);
    if (is_good) *out = hash_end(&all);
    return is_good;
}

bool payee_open(Secrets *s, Payee *p, Arena *a, Err *e) {
    const FamilySecret *f = secret_family(s, p->family_id);
    uint8_t fingerprint[FINGERPRINT_BYTES];
    Str texts, rest;
    p->is_erased = !f || !p->sealed.n;
    if (p->is_erased) return true;
    if (!secret_open(f, SECRET_PAYEE, SECRET_FAMILY, p->sealed, a, &texts, e)) return false;
    fingerprint_make(s, p->family_id, texts, fingerprint);
    if (p->lookup_n == s->lookup.n && memcmp(fingerprint, p->fingerprint, sizeof fingerprint) != 0)
        return fail(e, CONFLICT, "The payee of family %lld is not the one its closing has a fingerprint of.", (long long)p->family_id);
    rest = texts;
    return (payee_text(&rest, &p->name) && payee_text(&rest, &p->nik) && payee_text(&rest, &p->account) && payee_text(&rest, &p->address) &&
            payee_text(&rest, &p->rt) && payee_text(&rest, &p->rw)) || is_damaged(e);
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
