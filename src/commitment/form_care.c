#include "commitment/form_care.h"
#include "base/lang.h"

// ---- words ------------------------------------------------------------------------------------------------------------------
// is_each: each day that is named was one; else it was done once.
static const struct { const char *words, *kind; bool is_each; } SERVICES[] = {
    { "k|anc|hamil|periksahamil", "antenatal", true }, { "n|kf|nifas", "postpartum", true }, { "kn|neonatal|neonatus", "newborn", true },
    { "f|bersalin|persalinan", "delivery_in_facility", false }, { "a|vit|vita|vitamina|vitamin", "vitamin_a", false }, { "p|perkembangan|sdidtk|ddtk", "development", false },
    { "hb|hb0|hbo", "hb0", false }, { "bcg", "bcg", false }, { "opv|polio|polioo", "opv", false }, { "ipv", "ipv", false }, { "dpt|dpthbhib|pentabio|penta", "dpt", false },
    { "pcv", "pcv", false }, { "rv|rota|rotavirus", "rv", false }, { "mr|campak|campakrubela|ja", "mr", false },
};
#define SERVICES_N (sizeof SERVICES / sizeof *SERVICES)
#define DOSE_UNNAMED (1u << SERVICES_N)                    // "I": immunised, and nobody says with what

static const char NONE_WORDS[] = "tidak|tdk|td|th|tidakhadir|tidakdatang|tdkhadir|tdkdatang|absen|x|tidakada|nihil|tidakperiksa";

static Str plain(Arena *a, Str text) {
    char *out = NEW(a, char, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c >= 'A' && c <= 'Z') c = (char)(c + 32);
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out[n++] = c;
    }
    return (Str){ out, n };
}

static bool is_one_of(Str word, const char *names) {
    Str rest = str_c(names);
    while (rest.p) if (str_eq(str_cut(&rest, '|'), word)) return true;
    return false;
}

// The next piece between any of `marks`; false at the end.
static bool piece_next(Str *rest, const char *marks, Str *out) {
    size_t from = 0, n = 0;
    while (from < rest->n && strchr(marks, rest->p[from])) from++;
    while (from + n < rest->n && !strchr(marks, rest->p[from + n])) n++;
    *out = str_part(*rest, from, n);
    *rest = str_part(*rest, from + n, rest->n);
    return n > 0;
}

// ---- days --------------------------------------------------------------------------------------------------------------------
// "12", "tgl 12", "12/3", "12-03-24", "12 Maret 2024", "2024-03-12".
static bool day_read(Arena *a, Str text, Date month, Date *out) {
    int year, m, d, n = 0;
    int64_t part[3];
    Str rest = text, piece;
    if (date_parse_local(text, out)) return true;
    date_split(month, &year, &m, &d);
    while (piece_next(&rest, "/-. ", &piece)) {
        if (is_one_of(plain(a, piece), "tgl|tanggal")) continue;
        if (n == 3 || !str_is_digits(piece) || piece.n > 4 || !str_int64(piece, &part[n++])) return false;
    }
    if (n == 0) return false;
    if (n == 3) year = (int)(part[2] < 100 ? part[2] + 2000 : part[2]);
    if (n >= 2) m = (int)part[1];
    if (!date_exists(year, m, (int)part[0])) return false;
    *out = date_make(year, m, (int)part[0]);
    return true;
}

static Str visits_read(Arena *a, Str cell, Date month, FormVisits *out) {
    Str word = plain(a, cell), rest = cell, piece;
    Date end = date_add_months(month, 1), day;
    *out = (FormVisits){ 0 };
    if (!word.n) return (Str){ 0 };
    if (is_one_of(word, NONE_WORDS)) { out->is_none = true; return (Str){ 0 }; }
    bool is_one = day_read(a, cell, month, &day);
    while (is_one || piece_next(&rest, ",;&\n+", &piece)) {
        if (!is_one && !day_read(a, str_trim(piece), month, &day)) return arena_fmt(a, _("\"%.*s\" is no day."), STR_ARG(str_part(piece, 0, 40)));
        if (day.days < month.days || day.days >= end.days) return arena_fmt(a, _("\"%.*s\" is no day of this month."), STR_ARG(str_part(cell, 0, 40)));
        bool is_known = false;
        for (int i = 0; i < out->n; i++) is_known |= out->at[i].days == day.days;
        if (!is_known && out->n == FORM_VISITS_MAX) return arena_fmt(a, _("More than %d days stand in one cell."), FORM_VISITS_MAX);
        if (!is_known) out->at[out->n++] = day;
        if (is_one) break;
    }
    return (Str){ 0 };
}

// ---- figures -----------------------------------------------------------------------------------------------------------------
// "8,4 kg" -> 8400 thousandths and "kg". False when it begins with no figure, or has more behind the comma than three.
static bool figure_read(Arena *a, Str cell, int64_t *thousandths, bool *has_point, Str *unit) {
    int64_t whole = 0, scale = 1000;
    size_t i = 0;
    *has_point = false;
    for (; i < cell.n; i++) {
        char c = cell.p[i];
        if (c >= '0' && c <= '9') {
            if (*has_point && scale == 1) return false;
            whole = whole * 10 + (c - '0');
            if (*has_point) scale /= 10;
            if (whole > 10000000) return false;
        } else if ((c == ',' || c == '.') && !*has_point && i > 0) *has_point = true;
        else break;
    }
    *thousandths = whole * scale;
    *unit = plain(a, str_part(cell, i, cell.n));
    return i > 0;
}

static Str weight_read(Arena *a, Str cell, int32_t *grams) {
    int64_t n;
    bool has_point;
    Str unit;
    *grams = 0;
    if (!plain(a, cell).n) return (Str){ 0 };
    bool is_good = figure_read(a, cell, &n, &has_point, &unit) && is_one_of(unit, "|kg|g|gr|gram");
    bool is_grams = is_good && (unit.n ? unit.p[0] == 'g' : !has_point && n >= 500000);        // 3200 without a word: nobody weighs half a ton
    if (is_grams) n /= 1000;
    if (!is_good || n < 300 || n > 300000) return arena_fmt(a, _("BB: \"%.*s\" is no weight in kilograms."), STR_ARG(str_part(cell, 0, 40)));
    *grams = (int32_t)n;
    return (Str){ 0 };
}

static Str length_read(Arena *a, Str cell, int32_t *mm, GrowthPosture *posture) {
    int64_t n;
    bool has_point;
    Str unit;
    *mm = 0;
    *posture = MEASURED_BY_AGE;
    if (!plain(a, cell).n) return (Str){ 0 };
    bool is_good = figure_read(a, cell, &n, &has_point, &unit);
    bool is_metres = is_good && str_starts(unit, STR("m")) && !str_starts(unit, STR("mm")), is_mm = is_good && (str_starts(unit, STR("mm")) || (!unit.n && !has_point && n >= 250000));
    Str how = str_starts(unit, STR("cm")) || str_starts(unit, STR("mm")) ? str_part(unit, 2, unit.n) : is_metres ? str_part(unit, 1, unit.n) : unit;
    if (!unit.n && has_point && n < 2500) is_metres = true;                                  // 0,75
    if (is_one_of(how, "t|l|telentang|terlentang|baring|berbaring")) *posture = MEASURED_LYING;
    else if (is_one_of(how, "b|bd|berdiri")) *posture = MEASURED_STANDING;
    else is_good = is_good && how.n == 0;
    n = is_metres ? n : is_mm ? n / 1000 : n / 100;
    if (!is_good || n < 250 || n > 2500) return arena_fmt(a, _("TB: \"%.*s\" is no height in centimetres."), STR_ARG(str_part(cell, 0, 40)));
    *mm = (int32_t)n;
    return (Str){ 0 };
}

static int service_find(Str word) {
    for (size_t i = 0; i < SERVICES_N; i++) if (is_one_of(word, SERVICES[i].words)) return (int)i;
    return -1;
}

// A word of the table, with the number of the visit or dose behind it or not ("K4", "DPT-1"); or letters in a row ("KA").
static bool services_take(Str word, uint32_t *out) {
    int known = service_find(word);
    Str stem = word;
    while (known < 0 && stem.n > 1 && stem.p[stem.n - 1] >= '0' && stem.p[stem.n - 1] <= '9') known = service_find(stem = str_part(stem, 0, stem.n - 1));
    if (known >= 0) { *out |= 1u << known; return true; }
    if (is_one_of(stem, "i|imunisasi")) { *out |= DOSE_UNNAMED; return true; }
    if (str_is_digits(word)) return true;                  // of "DPT 1"
    uint32_t found = 0;
    for (size_t i = 0; i < word.n; i++) {
        known = service_find(str_part(word, i, 1));
        if (known < 0 && word.p[i] != 'i') return false;
        found |= known >= 0 ? 1u << known : DOSE_UNNAMED;
    }
    *out |= found;
    return word.n <= 4;
}

static Str services_read(Arena *a, Str cell, uint32_t *out) {
    Str rest = cell, piece, fault = { 0 };
    *out = 0;
    while (piece_next(&rest, " ,;/+.&-()\n\t", &piece)) {
        Str word = plain(a, piece);
        if (word.n && !services_take(word, out) && !fault.n) fault = arena_fmt(a, _("Layanan: \"%.*s\" is not understood; the rest is taken."), STR_ARG(str_part(piece, 0, 40)));
    }
    return fault;
}

// ---- a month -------------------------------------------------------------------------------------------------------------------
static bool is_said(const FormVisits *v) { return v->n > 0 || v->is_none; }

static FormMonthState refused(Str why, Str *out) { *out = why; return MONTH_REFUSED; }
static FormMonthState differs(Str why, Str *out) { *out = why; return MONTH_DIFFERS; }

static FormMonthState health_read(Arena *a, Date month, const Str *cells, FormCare *c, Str *why) {
    Str fault = visits_read(a, cells[CARE_DAY], month, &c->seen);
    if (!fault.n) fault = weight_read(a, cells[CARE_WEIGHT], &c->weight_g);
    if (!fault.n) fault = length_read(a, cells[CARE_LENGTH], &c->length_mm, &c->posture);
    if (fault.n) return refused(fault, why);
    fault = services_read(a, cells[CARE_SERVICES], &c->services);
    bool has_more = c->weight_g || c->length_mm || c->services;
    if (c->seen.is_none && has_more) return refused(str_c(_("It says that nobody came, and what was done.")), why);
    if (fault.n) return differs(fault, why);
    if (!is_said(&c->seen) && !has_more) return MONTH_EMPTY;
    if (c->services & DOSE_UNNAMED) return differs(str_c(_("Immunised, but with which vaccine is not said: no dose is counted. Ask the health post.")), why);
    if (c->seen.n && !has_more) return differs(str_c(_("Came, but neither weight, height nor a service is written: what was done stays unknown.")), why);
    return MONTH_GOOD;
}

FormMonthState form_care_read(Arena *a, FormKind kind, Date month, const Str *cells, FormCare *out, Str *why) {
    *out = (FormCare){ 0 };
    if (kind == FORM_HEALTH) return health_read(a, month, cells, out, why);
    Str fault = visits_read(a, cells[CARE_CHECK], month, &out->seen);
    if (!fault.n) fault = visits_read(a, cells[CARE_ACTIVITY], month, &out->active);
    if (fault.n) return refused(fault, why);
    return is_said(&out->seen) || is_said(&out->active) ? MONTH_GOOD : MONTH_EMPTY;
}

FormMonthState form_care_judge(Arena *a, FormMonthState state, Date month, const FormCare *c, const FormWho *who, Str *why) {
    GrowthMeasure m = { .sex = who->sex, .born_on = who->born_on, .on = c->seen.n ? c->seen.at[c->seen.n - 1] : (Date){ month.days + 14 }, .weight_g = c->weight_g, .length_mm = c->length_mm,
                        .posture = c->posture };
    GrowthResult r;
    Err e = { 0 };
    bool is_measured = c->weight_g || c->length_mm;
    if (state == MONTH_EMPTY || state == MONTH_REFUSED || !who->is_child || !is_measured) return state;
    if (!growth_assess(&m, &r, &e)) return e.code == LIMIT ? state : refused(arena_str(a, str_c(e.text)), why);
    if (!who->has_sex) return state;
    for (int i = 0; i < GROWTH_INDEX_N; i++)
        if (r.scores[i].is_implausible) return differs(str_c(_("The figures are beyond what the WHO takes for possible at this age. They are kept, and shown as doubtful: measure again.")), why);
    return state;
}

// ---- facts ---------------------------------------------------------------------------------------------------------------------
typedef struct { CareFact *at; size_t n; Date month; } Told;

static void tell(Told *t, const char *kind, Date on, int times, Observation observation) {
    Date last = { date_add_months(t->month, 1).days - 1 };
    for (size_t i = 0; i < t->n; i++) if (!strcmp(t->at[i].kind, kind) && t->at[i].first_on.days == on.days) return;
    if (t->n == CARE_FACTS_MAX) return;
    t->at[t->n++] = date_is_known(on) ? (CareFact){ kind, on, on, times, observation } : (CareFact){ kind, t->month, last, times, observation };
}

static void tell_visits(Told *t, const char *kind, const FormVisits *v) {
    for (int i = 0; i < v->n; i++) tell(t, kind, v->at[i], 1, (Observation){ .on = DATE_NONE });
}

static void health_tell(Told *t, const FormCare *c, const FormWho *who) {
    Date last = c->seen.n ? c->seen.at[c->seen.n - 1] : DATE_NONE;         // with several days the figures are the last one's
    if (c->seen.is_none) {
        if (who->is_child) { tell(t, "weight", DATE_NONE, 0, (Observation){ .on = DATE_NONE }); tell(t, "height", DATE_NONE, 0, (Observation){ .on = DATE_NONE }); }
        if (who->is_pregnant) tell(t, "antenatal", DATE_NONE, 0, (Observation){ .on = DATE_NONE });
        return;
    }
    if (c->weight_g) tell(t, "weight", last, 1, (Observation){ .weight_g = c->weight_g, .on = last });
    if (c->length_mm) tell(t, "height", last, 1, (Observation){ .length_mm = c->length_mm, .posture = c->posture, .on = last });
    for (size_t i = 0; i < SERVICES_N; i++) {
        if (!(c->services >> i & 1)) continue;
        if (SERVICES[i].is_each && c->seen.n) tell_visits(t, SERVICES[i].kind, &c->seen);
        else tell(t, SERVICES[i].kind, last, 1, (Observation){ .on = DATE_NONE });
    }
}

static void social_tell(Told *t, const FormCare *c, const char *kind) {
    tell_visits(t, kind, &c->seen);
    tell_visits(t, kind, &c->active);
    if (c->seen.is_none && c->active.is_none) tell(t, kind, DATE_NONE, 0, (Observation){ .on = DATE_NONE });   // one of the two would be enough
}

size_t form_care_facts(FormKind kind, Date month, const FormCare *care, const FormWho *who, CareFact *out) {
    Told t = { out, 0, month };
    if (kind == FORM_HEALTH) health_tell(&t, care, who);
    else {
        if (who->is_old) social_tell(&t, care, "elderly_care");
        if (who->is_disabled) social_tell(&t, care, "disability_care");
    }
    return t.n;
}
