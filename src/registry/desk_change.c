// desk_change.c: what a granted correction changes, by the last signature: one value of a person or family, in the transaction of that
// signature, with packs, search and claims. The signature stands under the value as it was and the one that is wanted.
#include "registry/desk_work.h"
#include "registry/pack.h"

#define NAME_MAX_BYTES 120
#define ADDRESS_MAX_BYTES 300

// ---- values --------------------------------------------------------------------------------------------------------------
static Str iso_text(Arena *a, Date day) {
    Buf b = { .max = 20 };
    date_put_iso(&b, day);
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

static bool born_check(Arena *a, Str wanted, Date today, Str *out, Err *e) {
    Date day;
    if (!date_parse_local(wanted, &day)) return fail(e, BAD_INPUT, "\"%.*s\" is no day.", STR_ARG(wanted));
    if (day.days > today.days || day.days < date_make(1900, 1, 1).days) return fail(e, BAD_INPUT, "Nobody of this programme was born on that day: look at the year.");
    *out = iso_text(a, day);
    return true;
}

static bool word_check(Str wanted, size_t bytes_max, Str *out, Err *e) {
    if (wanted.n > bytes_max) return fail(e, LIMIT, "What is right has at most %zu letters here.", bytes_max);
    *out = wanted;
    return true;
}

bool desk_value_check(Arena *a, const DeskField *field, Str wanted, Instant now, int64_t kab, Str *out, Err *e) {
    Str w = str_trim(wanted);
    if (field->is_number) {
        IdentityFault fault = field->secret == SECRET_NIK ? nik_check(w) : kk_check(w);
        *out = w;
        return fault == IDENTITY_OK || fail(e, BAD_INPUT, "The number %s.", identity_fault_text(fault));
    }
    if (!strcmp(field->name, "born_on")) return born_check(a, w, district_day(kab, now), out, e);
    if (!strcmp(field->name, "sex")) {
        *out = w;
        return str_eq(w, STR("L")) || str_eq(w, STR("P")) || fail(e, BAD_INPUT, "Write L or P.");
    }
    if (!strcmp(field->name, "disability")) {
        *out = str_c(str_eq_nocase(w, STR("ya")) || str_eq(w, STR("1")) ? "1" : "0");
        return str_eq(*out, STR("1")) || str_eq_nocase(w, STR("tidak")) || str_eq(w, STR("0")) || fail(e, BAD_INPUT, "Write ya or tidak.");
    }
    return word_check(w, !strcmp(field->name, "address") ? ADDRESS_MAX_BYTES : NAME_MAX_BYTES, out, e);
}

static Str of_person(Arena *a, const DeskField *field, const DeskPersonRow *p) {
    if (!strcmp(field->name, "name")) return p->name;
    if (!strcmp(field->name, "born_on")) return date_is_known(p->born_on) ? iso_text(a, p->born_on) : STR("");
    if (!strcmp(field->name, "birth_place")) return p->birth_place;
    if (!strcmp(field->name, "sex")) return p->sex;
    if (!strcmp(field->name, "mother")) return p->mother_name;
    return str_c(p->is_severe_disability ? "1" : "0");
}

bool desk_value(Db *db, Arena *a, const DeskField *field, int64_t kab, int64_t family_id, int64_t person_id, Str *out, Err *e) {
    DeskPersonRow person;
    DeskPlaceRow place;
    bool found;
    if (field->is_number) return number_read(db, a, field->secret, (ClaimHolder){ kab, family_id, person_id }, out, e);
    if (field->is_of_person) {
        if (!desk_person(db, a, (DeskPersonArgs){ .kab = kab, .family_id = family_id, .id = person_id }, &person, &found, e)) return false;
        if (!found) return fail(e, NOT_FOUND, "Family %lld has no member %lld.", (long long)family_id, (long long)person_id);
        *out = of_person(a, field, &person);
        return true;
    }
    if (!desk_place(db, a, (DeskPlaceArgs){ .kab = kab, .family_id = family_id }, &place, &found, e)) return false;
    if (!found) return fail(e, NOT_FOUND, "There is no family with this number.");
    *out = place.address;
    return true;
}

static bool person_set(Db *db, Arena *a, const DeskField *field, const ClaimHolder *h, Str wanted, Err *e) {
    DeskPersonRow p;
    bool found;
    if (!desk_person(db, a, (DeskPersonArgs){ .kab = h->kab, .family_id = h->family_id, .id = h->person_id }, &p, &found, e)) return false;
    if (!found) return fail(e, NOT_FOUND, "Family %lld has no member %lld.", (long long)h->family_id, (long long)h->person_id);
    if (!strcmp(field->name, "name")) p.name = wanted;
    else if (!strcmp(field->name, "born_on")) { if (!date_parse_iso(wanted, &p.born_on)) return fail(e, CONFLICT, "The request holds no day."); }
    else if (!strcmp(field->name, "birth_place")) p.birth_place = wanted;
    else if (!strcmp(field->name, "sex")) p.sex = wanted;
    else if (!strcmp(field->name, "mother")) p.mother_name = wanted;
    else p.is_severe_disability = str_eq(wanted, STR("1"));
    DeskPersonSetArgs set = { .kab = h->kab, .family_id = h->family_id, .id = h->person_id, .name = p.name, .born_on = p.born_on, .birth_place = p.birth_place, .sex = p.sex,
                              .mother_name = p.mother_name, .is_severe_disability = p.is_severe_disability };
    return desk_person_set(db, set, NULL, e);
}

static bool value_set(Db *db, Arena *a, const DeskField *field, const ClaimHolder *h, Str wanted, Instant now, Err *e) {
    bool is_good = field->is_number      ? number_change(db, field->secret, *h, wanted, e)
                   : field->is_of_person ? person_set(db, a, field, h, wanted, e)
                                         : desk_place_set(db, (DeskPlaceSetArgs){ .kab = h->kab, .family_id = h->family_id, .address = wanted, .recorded_at = now }, NULL, e);
    return is_good && pack_refresh(db, h->kab, h->family_id, h->family_id, NULL, e);
}

// ---- what is signed --------------------------------------------------------------------------------------------------------
typedef struct { DeskToSignRow row; const DeskField *field; ClaimHolder holder; Str wrong, wanted; Hash hash; bool is_ready; } Signing;

static void text_add(Hasher *h, Str text) {
    uint64_t n = text.n;
    hash_add(h, &n, sizeof n);
    hash_add(h, text.p, text.n);
}

static bool subject_id(Str subject, int64_t *id) {
    Str head = STR("desk ");
    return str_starts(subject, head) && str_int64(str_part(subject, head.n, subject.n), id);
}

static bool signing_hash(Db *db, Arena *a, int64_t kab, int64_t id, Signing *s, Err *e) {
    Str words, who, told, evidence;
    Hasher h;
    int64_t numbers[] = { kab, id, s->holder.family_id, s->holder.person_id };
    if (!desk_words_open(db, a, kab, s->row.family_id, s->row.words_data, &words, e) ||
        !desk_value(db, a, s->field, kab, s->holder.family_id, s->holder.person_id, &s->wrong, e)) return false;
    desk_words_part(words, &who, &told, &s->wanted, &evidence);
    hash_start(&h);
    text_add(&h, s->row.salt_data);
    hash_add(&h, numbers, sizeof numbers);
    text_add(&h, str_c(s->field->name));
    text_add(&h, s->wrong);
    text_add(&h, words);
    s->hash = hash_end(&h);
    s->is_ready = true;
    return true;
}

static bool signing_read(Db *db, Arena *a, int64_t kab, int64_t id, Signing *s, Err *e) {
    bool found;
    *s = (Signing){ .is_ready = false };
    if (!desk_to_sign(db, a, (DeskToSignArgs){ .kab = kab, .id = id }, &s->row, &found, e)) return false;
    s->field = found ? desk_field_find(s->row.field) : NULL;
    if (!s->field || s->field->screen || !str_eq(s->row.state, STR("open")) || s->row.words_data.n == 0) return true;
    s->holder = (ClaimHolder){ kab, s->row.family_id, desk_id(s->row.person_id) };
    return signing_hash(db, a, kab, id, s, e);
}

static bool desk_now(Db *db, int64_t kab, Str subject, Hash *out, bool *is_there, Err *e) {
    Arena a = { 0 };
    Signing s = { .is_ready = false };
    int64_t id;
    bool is_good = !subject_id(subject, &id) || signing_read(db, &a, kab, id, &s, e);
    *is_there = s.is_ready;
    if (s.is_ready) *out = s.hash;
    arena_free(&a);
    return is_good;
}

static bool grant(Db *db, Arena *a, const Viewer *signer, const ApprovalRequest *request, int64_t id, Instant now, Err *e) {
    Signing s;
    int64_t changed_n;
    if (!signing_read(db, a, request->kab, id, &s, e)) return false;
    if (!s.is_ready || !hash_eq(&s.hash, &request->seen_hash)) return fail(e, CONFLICT, "This was changed since it was asked. Look at it and ask again.");
    if (s.row.taken_id == signer->user_id) return fail(e, FORBIDDEN, "You took this request in, and it changes data: another person signs it.");
    DeskAnswerSetArgs set = { .kab = request->kab, .id = id, .version_n = s.row.version_n, .state = STR("granted"), .fact_n = INT64_MIN, .answered_id = signer->user_id, .answered_at = now };
    DeskAct act = { .kab = request->kab, .id = id, .actor = signer, .now = now };
    if (!value_set(db, a, s.field, &s.holder, s.wanted, now, e) || !desk_answer_set(db, set, &changed_n, e)) return false;
    if (changed_n != 1) return fail(e, CONFLICT, "This was changed since it was asked. Look at it and ask again.");
    return desk_record(db, &act, a, "desk.grant", s.holder.family_id, (AuditField)AUDIT_CHANGE_PERSONAL(s.field->name, s.wrong, s.wanted),
                       (AuditField)AUDIT_COUNT("person_id", s.holder.person_id), e);
}

static bool desk_finish(Db *db, const Viewer *signer, const ApprovalRequest *request, Instant now, Err *e) {
    Arena a = { 0 };
    int64_t id;
    bool is_good = subject_id(request->subject, &id) ? grant(db, &a, signer, request, id, now, e) : fail(e, CONFLICT, "The request names nothing of the desk.");
    arena_free(&a);
    return is_good;
}

const ApprovalKind DESK_APPROVAL = {
    .name = "correction", .title = N_("Correction of a family's data"), .due_days = 3, .now = desk_now, .finish = desk_finish,
    .act = N_("With the last signature the registry has the corrected value, and the request of the family is granted. Closed stages stay as they are."),
};

// ---- what must hold --------------------------------------------------------------------------------------------------------
#define EACH(Query, query, text) do { \
        Query##Rows rows = { 0 }; \
        Query##Row row; \
        bool has_row, is_good = query(db, &rows, e); \
        while (is_good && (is_good = query##_next(&rows, &row, &has_row, e)) && has_row) violation(v, text, (long long)row.kab, (long long)row.id); \
        query##_end(&rows); \
        if (!is_good) return false; \
    } while (0)

bool desk_check(Db *db, Violations *v, Err *e) {
    EACH(DeskWordless, desk_wordless, N_("Request of a family %lld %lld is open and nothing is known of what was asked."));
    EACH(DeskOwnHand, desk_own_hand, N_("Correction %lld %lld was granted by the one who took it in."));
    EACH(DeskOfErased, desk_of_erased, N_("Request %lld %lld still has words of a family that was erased."));
    return true;
}
