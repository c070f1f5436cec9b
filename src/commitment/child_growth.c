#include "commitment/child_growth.h"
#include "base/lang.h"
#include "commitment/observation.h"
#include "commitment_child_growth.sql.h"
#include "registry/secret.h"

#define BLOCK_FAMILIES 4096

typedef struct { int64_t family_id, person_id, n, village_id; Date first_on, last_on, born_on; GrowthSex sex; Str sealed; } Row;
typedef struct { Row *at; size_t n, room; } Rows;
typedef struct { Db *db; Arena *a; Sight sight; int64_t kab, person_id; ChildGrowthEach *each; void *with; Secrets secrets; } Work;

static bool rows_read(const Work *w, int64_t first_id, int64_t last_id, Rows *out, Err *e) {
    ChildGrowthFactsRows rows = { 0 };
    ChildGrowthFactsRow row;
    bool has_row, is_good = child_growth_facts(w->db, (ChildGrowthFactsArgs){ .kab = w->kab, .first_id = first_id, .last_id = last_id, .person_id = w->person_id, SEE(w->sight) }, &rows, e);
    while (is_good && (is_good = child_growth_facts_next(&rows, &row, &has_row, e)) && has_row) {
        GrowthSex sex;
        if (!growth_sex_find(row.sex, &sex)) continue;     // the standards differ: without it nothing is said
        if (out->n == out->room) {
            size_t room = out->room ? 2 * out->room : 256;
            Row *more = NEW(w->a, Row, room);
            if (out->n) memcpy(more, out->at, out->n * sizeof *more);
            out->at = more;
            out->room = room;
        }
        out->at[out->n++] = (Row){ row.family_id, row.person_id, row.n, row.village_id, row.first_on, row.last_on, row.born_on, sex, db_keep(w->a, row.observation_data) };
    }
    child_growth_facts_end(&rows);
    return is_good;
}

// The day it was measured: as it was said, else the fact's own day, else the middle of its month.
static Date day_of(const Row *r, const Observation *o) {
    if (date_is_known(o->on)) return o->on;
    return r->first_on.days == r->last_on.days ? r->first_on : (Date){ r->first_on.days + 14 };
}

static void measure_put(GrowthMeasure *m, size_t *n, const Row *r, const Observation *o) {
    Date on = day_of(r, o);
    size_t at = *n;
    while (at > 0 && m[at - 1].on.days > on.days) at--;
    bool is_known = at > 0 && m[at - 1].on.days == on.days;
    if (!is_known) {
        memmove(m + at + 1, m + at, (*n - at) * sizeof *m);
        m[at] = (GrowthMeasure){ .sex = r->sex, .born_on = r->born_on, .on = on };
        ++*n;
    } else at--;
    if (o->weight_g) m[at].weight_g = o->weight_g;
    if (o->length_mm) { m[at].length_mm = o->length_mm; m[at].posture = o->posture; }
}

static bool child_do(Work *w, const Row *rows, size_t n, Err *e) {
    const FamilySecret *secret = secret_family(&w->secrets, rows[0].family_id);
    ChildGrowth child = { .family_id = rows[0].family_id, .person_id = rows[0].person_id, .village_id = rows[0].village_id, .sex = rows[0].sex, .born_on = rows[0].born_on };
    GrowthMeasure *m = NEW(w->a, GrowthMeasure, n + 1);
    size_t measure_n = 0;
    if (!secret) return true;                              // erased
    for (size_t i = 0; i < n; i++) {
        Observation o;
        Str text;
        if (!secret_open(secret, SECRET_HEALTH, rows[i].n, rows[i].sealed, w->a, &text, e)) return false;
        if (observation_read(text, &o) && (o.weight_g || o.length_mm)) measure_put(m, &measure_n, &rows[i], &o);
    }
    size_t kept = 0;
    for (size_t i = 0; i < measure_n; i++) {
        GrowthResult ignored;
        Err why = { 0 };
        if (growth_assess(&m[i], &ignored, &why)) m[kept++] = m[i];
        else child.left_n++;
    }
    GrowthStep *steps = NEW(w->a, GrowthStep, kept + 1);
    if (kept && !growth_follow(m, kept, steps, e)) return false;
    child.measures = m;
    child.steps = steps;
    child.n = kept;
    return w->each(w->with, &child, e);
}

static bool block_do(Work *w, int64_t first_id, int64_t last_id, Err *e) {
    Rows rows = { 0 };
    if (!rows_read(w, first_id, last_id, &rows, e)) return false;
    if (rows.n && !secrets_load(&w->secrets, w->db, first_id, last_id, e)) return false;
    for (size_t i = 0, end; i < rows.n; i = end) {
        for (end = i; end < rows.n && rows.at[end].person_id == rows.at[i].person_id && rows.at[end].family_id == rows.at[i].family_id;) end++;
        if (!child_do(w, rows.at + i, end - i, e)) return false;
    }
    return true;
}

static bool child_take(void *with, const ChildGrowth *child, Err *e) {
    (void)e;
    *(ChildGrowth *)with = *child;
    return true;
}

bool child_growth_one(Db *db, Arena *a, Sight sight, int64_t kab, int64_t family_id, int64_t person_id, ChildGrowth *out, Err *e) {
    ChildGrowth found = { 0 };
    Work w = { .db = db, .a = a, .sight = sight, .kab = kab, .person_id = person_id, .each = child_take, .with = &found };
    if (!secrets_open(&w.secrets, db, kab, e)) return false;
    bool is_good = block_do(&w, family_id, family_id, e);
    secrets_close(&w.secrets);
    if (is_good) *out = found;
    return is_good;
}

bool child_growth_each(Db *db, Sight sight, int64_t kab, ChildGrowthEach *each, void *with, Progress *progress, Err *e) {
    Arena a = { 0 };
    Work w = { .db = db, .a = &a, .sight = sight, .kab = kab, .each = each, .with = with };
    ChildGrowthLastRow last;
    bool found;
    if (!child_growth_last(db, (ChildGrowthLastArgs){ .kab = kab }, &last, &found, e) || !secrets_open(&w.secrets, db, kab, e)) return false;
    bool is_good = true;
    for (int64_t first = 1; is_good && first <= last.last_id; first += BLOCK_FAMILIES) {
        int64_t end = first + BLOCK_FAMILIES - 1 < last.last_id ? first + BLOCK_FAMILIES - 1 : last.last_id;
        is_good = block_do(&w, first, end, e);
        arena_reset(&a);
        progress_report(progress, _("Reading what was measured"), end, last.last_id);
    }
    secrets_close(&w.secrets);
    arena_free(&a);
    return is_good;
}

// ---- counting ----------------------------------------------------------------------------------------------------------------------
#define VILLAGES_MAX 4096
typedef struct { GrowthCount *at; size_t n; Date since; } Counting;

static void count_add(GrowthCount *c, const GrowthStep *weight, const GrowthStep *length) {
    const GrowthScore *for_age = weight ? &weight->result.scores[WEIGHT_FOR_AGE] : NULL, *tall = length ? &length->result.scores[LENGTH_FOR_AGE] : NULL,
                      *thin = length ? &length->result.scores[WEIGHT_FOR_LENGTH] : NULL;
    c->child_n++;
    c->doubtful_n += (for_age && for_age->is_implausible) || (tall && tall->is_implausible);
    c->stunted_n += tall && (tall->class == STUNTED || tall->class == SEVERELY_STUNTED);
    c->wasted_n += thin && (thin->class == WASTED || thin->class == SEVERELY_WASTED);
    c->underweight_n += for_age && (for_age->class == UNDERWEIGHT || for_age->class == SEVERELY_UNDERWEIGHT);
    c->faltering_n += weight && (weight->is_twice_not_gained || weight->has_crossed_down);
}

static bool child_count(void *with, const ChildGrowth *child, Err *e) {
    Counting *x = with;
    const GrowthStep *weight = NULL, *length = NULL;
    size_t at = 0;
    for (size_t i = 0; i < child->n; i++) {
        if (child->measures[i].on.days < x->since.days) continue;
        if (child->measures[i].weight_g) weight = &child->steps[i];
        if (child->measures[i].length_mm) length = &child->steps[i];
    }
    if (!weight && !length) return true;
    while (at < x->n && x->at[at].village_id < child->village_id) at++;
    if (at == x->n || x->at[at].village_id != child->village_id) {
        if (x->n == VILLAGES_MAX) return fail(e, LIMIT, "More than %d kelurahan stand in one district.", VILLAGES_MAX);
        memmove(x->at + at + 1, x->at + at, (x->n - at) * sizeof *x->at);
        x->at[at] = (GrowthCount){ .village_id = child->village_id };
        x->n++;
    }
    count_add(&x->at[at], weight, length);
    return true;
}

bool child_growth_count(Db *db, Arena *a, Sight sight, int64_t kab, Date since, GrowthCounts *out, Err *e) {
    Counting x = { NEW(a, GrowthCount, VILLAGES_MAX + 1), 0, since };
    GrowthCount all = { 0 };
    if (!child_growth_each(db, sight, kab, child_count, &x, NULL, e)) return false;
    for (size_t i = 0; i < x.n; i++) {
        const GrowthCount *c = &x.at[i];
        all.child_n += c->child_n, all.stunted_n += c->stunted_n, all.wasted_n += c->wasted_n, all.underweight_n += c->underweight_n, all.faltering_n += c->faltering_n,
            all.doubtful_n += c->doubtful_n;
    }
    *out = (GrowthCounts){ x.at, x.n, all };
    return true;
}
