#include "registry/synth_store.h"
#include "base/lang.h"
#include "office/audit.h"
#include "office/practice.h"
#include "registry/area.h"
#include "registry/claim.h"
#include "registry/pack.h"
#include "registry/search_index.h"
#include "registry/secret.h"
#include "registry_synth.sql.h"
#include <assert.h>
#include <stdlib.h>

#define BLOCK_FAMILIES 1024            // families held in memory between the two tables they go to

typedef struct {
    Db *db;
    const SynthOptions *options;
    Progress *progress;
    SynthReport report;
    int64_t done_n;                    // families, for the progress bar
    Arena arena;                       // plans
    SynthPlan *plans;
    size_t plan_n;
    Secrets secrets;                   // of the district that is being written
} Work;

// ---- plans -------------------------------------------------------------------------------------------------------------
static bool plan_villages(Work *w, int64_t kab, SynthPlan *plan, uint64_t *weight, Err *e) {
    Areas villages;
    if (!area_list_level(w->db, &w->arena, kab, AREA_VILLAGE, &villages, e)) return false;
    SynthVillage *list = NEW(&w->arena, SynthVillage, villages.n);
    for (size_t i = 0; i < villages.n; i++) {
        list[i] = (SynthVillage){ villages.at[i].id, synth_village_weight(villages.at[i].id) };
        *weight += list[i].weight;
    }
    plan->villages = list;
    plan->village_n = villages.n;
    return true;
}

static bool districts_find(Work *w, Areas *out, Err *e) {
    if (w->options->kab == 0) return area_list_districts(w->db, &w->arena, out, e);
    Area *one = NEW(&w->arena, Area, 1);
    bool found;
    if (!area_read(w->db, &w->arena, w->options->kab, one, &found, e)) return false;
    *out = (Areas){ one, found ? 1 : 0 };
    return true;
}

// Families are shared out by the villages' weights, schools numbered through the nation.
static bool plans_make(Work *w, Err *e) {
    Areas districts;
    if (!districts_find(w, &districts, e)) return false;
    uint64_t *weight = NEW(&w->arena, uint64_t, districts.n + 1), all = 0, so_far = 0;
    w->plans = NEW(&w->arena, SynthPlan, districts.n + 1);
    for (size_t i = 0; i < districts.n; i++) {
        SynthPlan plan = { .seed = w->options->seed, .kab = districts.at[i].id, .name = area_name_short(districts.at[i].name) };
        if (!plan_villages(w, plan.kab, &plan, &weight[w->plan_n], e)) return false;
        all += weight[w->plan_n];
        if (plan.village_n > 0) w->plans[w->plan_n++] = plan;
    }
    if (w->plan_n == 0)
        return fail(e, NOT_FOUND, "There are no villages to live in yet: harapan area import DIRECTORY reads the areas of the nation.");
    assert(all > 0);                                       // every village has a weight
    int64_t school_n = 0, before = 0;
    for (size_t i = 0; i < w->plan_n; i++) {
        SynthPlan *plan = &w->plans[i];
        so_far += weight[i];
        int64_t upto = (int64_t)((unsigned __int128)so_far * (uint64_t)w->options->family_n / all);
        plan->family_n = upto - before;
        plan->district_n = (int)i;
        plan->first_school_n = school_n;
        before = upto;
        school_n += synth_schools_of(plan);
        if (plan->family_n > SYNTH_DISTRICT_MAX)
            return fail(e, LIMIT, "%lld families for district %lld are more than %lld. Import more areas, or ask for fewer families.",
                        (long long)plan->family_n, (long long)plan->kab, (long long)SYNTH_DISTRICT_MAX);
    }
    return true;
}

// ---- rows --------------------------------------------------------------------------------------------------------------
static void put_text_or_null(DbBulk *b, Str s) { if (s.n) db_bulk_text(b, s); else db_bulk_null(b); }

static bool places_write(Work *w, const SynthPlan *plan, const SynthDistrict *d, Err *e) {
    const SynthSchool *schools;
    const SynthPost *posts;
    const SynthCompanion *companions;
    size_t school_n = synth_schools(d, &schools), post_n = synth_posts(d, &posts), companion_n = synth_companions(d, &companions);
    DbBulk *b;
    if (!db_bulk_open(w->db, "companion", "kab,id,name,user_id,is_coordinator", "iitii", &b, e)) return false;
    bool is_good = true;
    for (size_t i = 0; is_good && i < companion_n; i++) {
        db_bulk_int(b, plan->kab);
        db_bulk_int(b, companions[i].id);
        db_bulk_text(b, str_c(companions[i].name));
        db_bulk_null(b);
        db_bulk_int(b, companions[i].is_coordinator);
        is_good = db_bulk_row(b, e);
    }
    if (!db_bulk_close(b, NULL, e) || !is_good || !db_bulk_open(w->db, "school", "npsn,kab,village_id,name,level", "tiitt", &b, e))
        return false;
    for (size_t i = 0; is_good && i < school_n; i++) {
        db_bulk_text(b, str_c(schools[i].npsn));
        db_bulk_int(b, plan->kab);
        db_bulk_int(b, schools[i].village_id);
        db_bulk_text(b, str_c(schools[i].name));
        db_bulk_text(b, str_c(schools[i].level));
        is_good = db_bulk_row(b, e);
    }
    if (!db_bulk_close(b, NULL, e) || !is_good || !db_bulk_open(w->db, "health_post", "kab,id,village_id,name,kind", "iiitt", &b, e))
        return false;
    for (size_t i = 0; is_good && i < post_n; i++) {
        db_bulk_int(b, plan->kab);
        db_bulk_int(b, posts[i].id);
        db_bulk_int(b, posts[i].village_id);
        db_bulk_text(b, str_c(posts[i].name));
        db_bulk_text(b, str_c(posts[i].kind));
        is_good = db_bulk_row(b, e);
    }
    return db_bulk_close(b, NULL, e) && is_good;
}

static const char FAMILY_COLUMNS[] = "kab,id,dtks_code,kk_data,village_id,address,hamlet,rt,rw,channel,account_data,payee_id,companion_id,health_post_id,"
                                     "status,decile_n,entered_on,recorded_at";
static const char FAMILY_TYPES[] = "iitbitttttbiiitiii", PERSON_TYPES[] = "iiibtittttttiiiti";
static const char PERSON_COLUMNS[] = "kab,family_id,id,nik_data,name,born_on,birth_place,sex,mother_name,relation,school_level,school_npsn,pregnancy_n,"
                                     "is_severe_disability,is_rights_victim,outcome,is_gone";

// Numbers are sealed into a small piece of the stack: the row is taken at once.
#define SEALED_MAX (20 + SECRET_EXTRA_BYTES)
static void put_sealed(DbBulk *b, const FamilySecret *secret, SecretKind kind, int64_t subject_id, Str number, uint8_t out[SEALED_MAX]) {
    assert(number.n + SECRET_EXTRA_BYTES <= SEALED_MAX);
    if (number.n == 0) { db_bulk_null(b); return; }
    secret_seal_into(secret, kind, subject_id, number, out);
    db_bulk_bytes(b, (Str){ (const char *)out, number.n + SECRET_EXTRA_BYTES });
}

static bool family_write(DbBulk *b, int64_t kab, const SynthFamily *f, const FamilySecret *secret, Instant at, Err *e) {
    uint8_t kk[SEALED_MAX], account[SEALED_MAX];
    db_bulk_int(b, kab);
    db_bulk_int(b, f->id);
    db_bulk_text(b, str_c(f->dtks_code));
    put_sealed(b, secret, SECRET_KK, SECRET_FAMILY, str_c(f->kk), kk);
    db_bulk_int(b, f->village_id);
    db_bulk_text(b, f->address);
    put_text_or_null(b, f->hamlet);
    db_bulk_text(b, str_c(f->rt));
    db_bulk_text(b, str_c(f->rw));
    db_bulk_text(b, str_c(SYNTH_COMPOSITION[f->channel].channel));
    put_sealed(b, secret, SECRET_ACCOUNT, SECRET_FAMILY, str_c(f->account), account);
    db_bulk_int(b, f->payee_id);
    db_bulk_int(b, f->companion_id);
    db_bulk_int(b, f->health_post_id);
    db_bulk_text(b, STR("active"));
    db_bulk_int(b, f->decile_n);
    db_bulk_int(b, f->entered_on.days);
    db_bulk_int(b, at.ms);
    return db_bulk_row(b, e);
}

static Str sex_text(Sex sex) { return sex == SEX_FEMALE ? STR("P") : STR("L"); }
static Str level_text(SchoolLevel level) {
    static const Str TEXTS[] = { { 0 }, STR("SD"), STR("SMP"), STR("SMA") };
    return TEXTS[level];
}
static Str outcome_text(Outcome outcome) {
    static const Str TEXTS[] = { STR("unknown"), STR("met"), STR("not_met"), STR("excused") };
    return TEXTS[outcome];
}

static bool person_write(DbBulk *b, int64_t kab, int64_t family_id, const SynthPerson *p, const FamilySecret *secret, Err *e) {
    uint8_t nik[SEALED_MAX];
    db_bulk_int(b, kab);
    db_bulk_int(b, family_id);
    db_bulk_int(b, p->id);
    put_sealed(b, secret, SECRET_NIK, p->id, str_c(p->nik), nik);
    db_bulk_text(b, p->name);
    db_bulk_int(b, p->facts.born_on.days);
    db_bulk_text(b, p->birth_place);
    db_bulk_text(b, sex_text(p->facts.sex));
    db_bulk_text(b, p->mother_name);
    db_bulk_text(b, str_c(p->relation));
    put_text_or_null(b, level_text(p->facts.school_level));
    put_text_or_null(b, str_c(p->school_npsn));
    db_bulk_int(b, p->facts.pregnancy_no);
    db_bulk_int(b, p->facts.is_severe_disability);
    db_bulk_int(b, p->facts.is_rights_victim);
    db_bulk_text(b, outcome_text(p->facts.outcome));
    db_bulk_int(b, 0);
    return db_bulk_row(b, e);
}

static bool block_write(Work *w, int64_t kab, const SynthFamily *families, size_t n, Err *e) {
    DbBulk *b;
    bool is_good = true;
    if (n == 0) return true;
    if (!secrets_make(&w->secrets, w->db, families[0].id, families[n - 1].id, e)) return false;
    if (!db_bulk_open(w->db, "family", FAMILY_COLUMNS, FAMILY_TYPES, &b, e)) return false;
    for (size_t i = 0; is_good && i < n; i++)
        is_good = family_write(b, kab, &families[i], secret_family(&w->secrets, families[i].id), w->options->at, e);
    if (!db_bulk_close(b, NULL, e) || !is_good) return false;
    if (!db_bulk_open(w->db, "person", PERSON_COLUMNS, PERSON_TYPES, &b, e)) return false;
    for (size_t i = 0; is_good && i < n; i++)
        for (size_t k = 0; is_good && k < families[i].person_n; k++)
            is_good = person_write(b, kab, families[i].id, &families[i].persons[k], secret_family(&w->secrets, families[i].id), e);
    return db_bulk_close(b, NULL, e) && is_good;
}

// ---- a district, and all of them ---------------------------------------------------------------------------------------
// Calls `each` with blocks of the district's families, in order.
typedef bool BlockDo(Work *w, int64_t kab, const SynthFamily *families, size_t n, void *with, Err *e);
static bool blocks_do(Work *w, const SynthPlan *plan, SynthDistrict *d, const char *what, BlockDo *each, void *with, Err *e) {
    SynthFamily *block = calloc(BLOCK_FAMILIES, sizeof *block);
    if (!block) return fail_memory(e);
    bool is_good = true;
    for (size_t n = BLOCK_FAMILIES; is_good && n == BLOCK_FAMILIES;) {
        n = 0;
        while (n < BLOCK_FAMILIES && synth_family_next(d, &block[n])) n++;
        is_good = each(w, plan->kab, block, n, with, e);
        w->done_n += (int64_t)n;
        progress_report(w->progress, what, w->done_n, w->options->family_n);
    }
    free(block);
    return is_good;
}

static bool block_store(Work *w, int64_t kab, const SynthFamily *families, size_t n, void *with, Err *e) {
    (void)with;
    return block_write(w, kab, families, n, e);
}

static bool district_rows(Work *w, const SynthPlan *plan, Err *e) {
    Arena arena = { 0 };
    SynthDistrict *d = synth_district(&arena, plan);
    bool is_good = secrets_begin(&w->secrets, w->db, plan->kab, e) && places_write(w, plan, d, e) &&
                   blocks_do(w, plan, d, _("Inventing families"), block_store, NULL, e) &&
                   pack_make(w->db, plan->kab, 1, plan->family_n, NULL, e);
    secrets_close(&w->secrets);
    arena_free(&arena);
    return is_good;
}

static bool district_store(Work *w, const SynthPlan *plan, Err *e) {
    SynthDistrictLastRow last;
    bool found;
    if (!synth_district_last(w->db, (SynthDistrictLastArgs){ .kab = plan->kab }, &last, &found, e)) return false;
    if (last.last_id == plan->family_n) {                  // done before the work was interrupted
        w->done_n += plan->family_n;
        return true;
    }
    return db_begin(w->db, e) && district_rows(w, plan, e) && db_commit(w->db, e);
}

// ---- claims: made again from the seed, so that this last step can also be the second try -------------------------------
typedef struct { ClaimSorter *sorter; Secrets secrets; } Claims;

static void block_count(Work *w, const SynthFamily *families, size_t n) {
    for (size_t i = 0; i < n; i++) {
        w->report.family_n++;
        w->report.channel_n[families[i].channel]++;
        w->report.person_n += (int64_t)families[i].person_n;
    }
}

static void places_count(Work *w, const SynthDistrict *d) {
    const SynthSchool *schools;
    const SynthPost *posts;
    const SynthCompanion *companions;
    w->report.school_n += (int64_t)synth_schools(d, &schools);
    w->report.post_n += (int64_t)synth_posts(d, &posts);
    size_t n = synth_companions(d, &companions);
    for (size_t i = 0; i < n; i++) if (companions[i].is_coordinator) w->report.coordinator_n++; else w->report.companion_n++;
}

static bool number_claim(Claims *claims, SecretKind kind, Str number, ClaimHolder holder, Err *e) {
    return number.n == 0 || claim_sorter_add(claims->sorter, kind, secret_claim(&claims->secrets, kind, number), holder, e);
}

static bool block_claim(Work *w, int64_t kab, const SynthFamily *families, size_t n, void *with, Err *e) {
    Claims *claims = with;
    block_count(w, families, n);
    for (size_t i = 0; i < n; i++) {
        const SynthFamily *f = &families[i];
        if (!number_claim(claims, SECRET_KK, str_c(f->kk), (ClaimHolder){ kab, f->id, 0 }, e) ||
            !number_claim(claims, SECRET_ACCOUNT, str_c(f->account), (ClaimHolder){ kab, f->id, 0 }, e)) return false;
        for (size_t k = 0; k < f->person_n; k++)
            if (!number_claim(claims, SECRET_NIK, str_c(f->persons[k].nik), (ClaimHolder){ kab, f->id, f->persons[k].id }, e)) return false;
    }
    return true;
}

static bool claims_collect(Work *w, Claims *claims, Err *e) {
    w->done_n = 0;
    if (!secrets_open(&claims->secrets, w->db, w->plans[0].kab, e)) return false;
    for (size_t i = 0; i < w->plan_n; i++) {
        Arena arena = { 0 };
        SynthDistrict *d = synth_district(&arena, &w->plans[i]);
        places_count(w, d);
        w->report.district_n++;
        w->report.village_n += (int64_t)w->plans[i].village_n;
        bool is_good = blocks_do(w, &w->plans[i], d, _("Sorting look-up hashes"), block_claim, claims, e);
        arena_free(&arena);
        if (!is_good) return false;
    }
    return true;
}

static const Str MARK_PLAN = STR("synth"), MARK_DONE = STR("synth_done");

static bool store_record(Work *w, Err *e) {
    AuditEntry entry = { .kab = w->options->kab, .action = "registry.synth",
                         .subject = arena_fmt(&w->arena, "seed %llu", (unsigned long long)w->options->seed),
                         .at = w->options->at,
                         .fields = { AUDIT_COUNT("family_n", w->report.family_n), AUDIT_COUNT("person_n", w->report.person_n) } };
    return audit_write(w->db, &entry, e);
}

static bool claims_store(Work *w, Claims *claims, Err *e) {
    return claim_sorter_open(&claims->sorter, e) && claims_collect(w, claims, e) && db_begin(w->db, e) &&
           synth_claims_drop(w->db, NULL, e) && claim_sorter_write(claims->sorter, w->db, w->progress, e) &&
               search_build(w->db, w->progress, e) &&
           synth_mark_write(w->db, (SynthMarkWriteArgs){ .name = MARK_DONE, .value = STR("1") }, NULL, e) && store_record(w, e) &&
               db_commit(w->db, e);
}

// ---- the mark ----------------------------------------------------------------------------------------------------------
static bool mark_find(Work *w, Str name, Str *value, bool *found, Err *e) {
    SynthMarkReadRow row;
    if (!synth_mark_read(w->db, &w->arena, (SynthMarkReadArgs){ .name = name }, &row, found, e)) return false;
    if (*found) *value = row.value;
    return true;
}

// The first transaction says what is being made; another call with the same words may go on with it, with others it may not.
static bool mark_begin(Work *w, bool *is_done, Err *e) {
    Str wanted = arena_fmt(&w->arena, "kab %lld, seed %llu, families %lld", (long long)w->options->kab,
                           (unsigned long long)w->options->seed,
                           (long long)w->options->family_n), plan = { 0 }, done;
    bool is_begun;
    SynthFamilyCountRow families;
    bool found;
    if (!mark_find(w, MARK_PLAN, &plan, &is_begun, e) || !mark_find(w, MARK_DONE, &done, is_done, e)) return false;
    if (is_begun && str_eq(plan, wanted)) return true;
    if (is_begun) return fail(e, CONFLICT, "The database holds other invented families (%.*s). Begin with a new file.", STR_ARG(plan));
    if (!synth_family_count(w->db, &families, &found, e)) return false;
    if (families.family_n > 0) return fail(e, CONFLICT, "The database holds families already. Invented ones go into a new file.");
    return synth_mark_write(w->db, (SynthMarkWriteArgs){ .name = MARK_PLAN, .value = wanted }, NULL, e);
}

static bool store_begin(Work *w, bool *is_done, Err *e) {
    AreaImport areas;
    return db_begin(w->db, e) && practice_begin(w->db, w->options->at, e) && mark_begin(w, is_done, e) &&
        area_put_padang(w->db, &areas, e) && plans_make(w, e) && db_commit(w->db, e);
}

bool synth_store(Db *db, const SynthOptions *options, Progress *progress, SynthReport *out, Err *e) {
    if (options->family_n < 1 || options->family_n > SYNTH_FAMILIES_MAX)
        return fail(e, BAD_INPUT, "The number of families must be between 1 and %lld.", (long long)SYNTH_FAMILIES_MAX);
    Work w = { .db = db, .options = options, .progress = progress };
    Claims claims = { .sorter = NULL };
    bool is_done = false, is_good = store_begin(&w, &is_done, e);
    for (size_t i = 0; is_good && !is_done && i < w.plan_n; i++) is_good = district_store(&w, &w.plans[i], e);
    if (is_good && !is_done) is_good = claims_store(&w, &claims, e);
    if (is_good && is_done) is_good = claim_sorter_open(&claims.sorter, e) && claims_collect(&w, &claims, e);
    if (!is_good) db_rollback(db);
    claim_sorter_close(claims.sorter);
    secrets_close(&claims.secrets);
    secrets_close(&w.secrets);
    arena_free(&w.arena);
    if (!is_good) return false;
    w.report.was_there = is_done;
    *out = w.report;
    return true;
}
