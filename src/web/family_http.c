// family_http.c: one family's page. Numbers are half hidden; who may see them whole asks for it, and that is written down.
#include "web/family.h"
#include "office/audit.h"
#include "payment/paid_identity.h"
#include "registry/secret.h"
#include "web/families.h"
#include "web/letter.h"
#include "web_family.page.h"
#include "web_web.sql.h"

Str outcome_title(Outcome outcome) {
    static const char *const TITLES[] = { [OUTCOME_UNKNOWN] = N_("not yet judged"), [OUTCOME_MET] = N_("met"),
                                          [OUTCOME_NOT_MET] = N_("not met"), [OUTCOME_EXCUSED] = N_("excused") };
    return str_c(tr(TITLES[outcome]));
}

const char *payment_colour(PaymentState state) {
    static const char *const COLOURS[] = { [PAYMENT_NOTHING] = "", [PAYMENT_EXPECTED] = "", [PAYMENT_HELD] = "amber", [PAYMENT_RESERVED] = "blue",
                                           [PAYMENT_ORDERED] = "green", [PAYMENT_CREDITED] = "green", [PAYMENT_WITHDRAWN] = "green", [PAYMENT_PARTICULAR] = "amber" };
    return COLOURS[state];
}

Str hold_reason_title(Str reason) {
    for (ClashKind kind = 0; kind < CLASH_N; kind++) if (str_eq(reason, str_c(clash_name(kind)))) return str_c(clash_title(kind));
    return reason;
}

bool is_rounded(const ExplainedLine *line) {
    return line->rate_months > 0 && (__int128)line->rate.rp * line->paid_months % line->rate_months != 0;
}

// Opens a sealed number and hides all but its last digits, unless the viewer asked for it and may.
static bool number_shown(FamilyView *v, const FamilySecret *f, SecretKind kind, int64_t subject_id, Str sealed, Arena *a, Str *out, Err *e) {
    Str number;
    if (!secret_open(f, kind, subject_id, sealed, a, &number, e)) return false;
    *out = v->is_revealed ? number : identity_masked(a, number);
    return true;
}

static bool members_read(Db *db, Arena *a, FamilyView *v, const FamilySecret *f, int64_t payee_id, Date today, Err *e) {
    FamilyMembersRows rows = {0};
    FamilyMembersRow row;
    v->members = NEW(a, FamilyMember, PERSON_MAX);
    bool has_row, is_good = family_members(db, (FamilyMembersArgs){ .kab = v->kab, .family_id = v->id, SEE(v->sight) }, &rows, e);
    while (is_good && (is_good = family_members_next(&rows, &row, &has_row, e)) && has_row && v->member_n < PERSON_MAX) {
        FamilyMember *m = &v->members[v->member_n++];
        *m = (FamilyMember){ .id = row.id, .name = arena_str(a, row.name),
            .relation = arena_str(a, row.relation), .school_level = arena_str(a, row.school_level), .school_name = arena_str(a, row.school_name),
            .born_on = row.born_on, .age_years = date_is_known(row.born_on) ? date_age_years(row.born_on, today) : -1, .sex = arena_str(a, row.sex),
            .pregnancy_n = row.pregnancy_n, .is_severe_disability = row.is_severe_disability, .is_rights_victim = row.is_rights_victim,
            .is_gone = row.is_gone, .is_payee = row.id == payee_id };
        if (m->is_payee) v->name = m->name;
        is_good = number_shown(v, f, SECRET_NIK, row.id, row.nik_data, a, &m->nik, e);
    }
    family_members_end(&rows);
    return is_good;
}

static bool numbers_read(Db *db, Arena *a, FamilyView *v, const FamilyFullRow *row, Date today, Err *e) {
    Secrets s = { 0 };
    bool is_good = secrets_open(&s, db, v->kab, e) && secrets_load(&s, db, v->id, v->id, e);
    const FamilySecret *f = is_good ? secret_family(&s, v->id) : NULL;
    is_good = is_good && number_shown(v, f, SECRET_KK, SECRET_FAMILY, row->kk_data, a, &v->kk, e) &&
              number_shown(v, f, SECRET_ACCOUNT, SECRET_FAMILY, row->account_data, a, &v->account, e) && members_read(db, a, v, f, row->payee_id, today, e);
    secrets_close(&s);
    return is_good;
}

static bool attempts_read(Db *db, Arena *a, FamilyView *v, Err *e) {
    AttemptsOfFamilyRows rows = {0};
    AttemptsOfFamilyRow row;
    v->attempts = NEW(a, FamilyAttempt, 50);
    bool has_row, is_good = attempts_of_family(db, (AttemptsOfFamilyArgs){ .kab = v->kab, .family_id = v->id, SEE(v->sight) }, &rows, e);
    while (is_good && (is_good = attempts_of_family_next(&rows, &row, &has_row, e)) && has_row && v->attempt_n < 50)
        v->attempts[v->attempt_n++] = (FamilyAttempt){ .stage = arena_str(a, row.stage), .state = arena_str(a, row.state), .channel = arena_str(a, row.channel),
            .reason = arena_str(a, row.reason), .n = row.n, .amount = row.amount_rp, .recorded_at = row.recorded_at };
    attempts_of_family_end(&rows);
    return is_good;
}

// A family that the viewer may not see is not found: the answer must not tell that it exists.
static bool family_read(Request *r, Db *db, FamilyView *v, Err *e) {
    Arena *a = r->arena;
    FamilyFullRow row;
    bool found = false;
    v->sight = web_sight(r);
    v->kab = param_int(r, "kab");
    v->id = param_int(r, "id");
    if (!family_full(db, a, (FamilyFullArgs){ .kab = v->kab, .id = v->id, SEE(v->sight) }, &row, &found, e)) return false;
    if (!found) return fail(e, NOT_FOUND, "There is no family with this number.");
    v->address = row.address, v->rt = row.rt, v->rw = row.rw, v->hamlet = row.hamlet, v->channel = row.channel, v->status = row.status;
    v->companion = row.companion_name, v->dtks_code = row.dtks_code, v->entered_on = row.entered_on;
    v->may_reveal = authority_allows(web_viewer(r), ACTION_READ_IDENTITY, v->kab);
    v->may_take = authority_allows(web_viewer(r), ACTION_DESK, v->kab);
    v->sees_district = !sight_is_own_only(&v->sight);
    return area_chain(db, a, row.village_id, v->area, &v->area_n, e) && attempts_read(db, a, v, e) && adjustment_list(db, a, v->sight, v->kab, v->id, &v->adjustments, e) &&
           merge_of_family(db, a, v->sight, v->kab, v->id, &v->merges, &v->merge_n, e) &&
           numbers_read(db, a, v, &row, web_today(r), e);
}

typedef struct { Arena *arena; FamilyView *view; } PaymentTaker;

static bool payment_take(void *with, const Payment *payment, Err *e) {
    (void)e;
    PaymentTaker *t = with;
    t->view->has_payment = true;
    t->view->payment = *payment;
    t->view->payment.reason = arena_str(t->arena, payment->reason);
    t->view->payment.attempt_state = arena_str(t->arena, payment->attempt_state);
    return true;
}

static bool why_read(Request *r, Db *db, FamilyView *v, Err *e) {
    Err none = {0};
    if (!web_stages(r, db, v->kab, &v->stages, e)) return false;
    if (!v->stages.chosen.n) return true;
    v->has_why = explain_family(db, r->arena, v->kab, v->stages.chosen, v->id, v->sight, &v->why, &none);
    if (!v->has_why) v->why_not = arena_str(r->arena, str_c(none.text));
    if (none.code && none.code != NOT_FOUND && none.code != CONFLICT) { *e = none; return false; }
    PaymentTaker taker = { r->arena, v };
    return !v->has_why || payment_each(db, v->kab, v->stages.chosen, STR(""), v->id, v->id, payment_take, &taker, e);
}

static bool situation_read(Request *r, Db *db, FamilyView *v, Err *e) {
    return family_status(db, r->arena, v->sight, v->kab, v->stages.chosen, v->id, r->received_at, &v->situation, e);
}

static bool family_show(Request *r, Response *res, Db *db, FamilyView *v, Err *e) {
    if (!family_read(r, db, v, e) || !why_read(r, db, v, e) || !situation_read(r, db, v, e) || !life_lines_read(r, db, v->sight, v->kab, v->id, &v->life, e)) return false;
    v->life.may_edit = false;                              // here it is read; it is told on a page of its own
    v->is_withheld = !web_may_show(r, res, v->is_revealed ? "identity" : "family", v->kab, &v->id, 1);
    if (v->is_withheld) return true;
    Page page = page_begin(r);
    family_page(&page, v);
    PageHead head = { .title = v->name.n ? v->name : arena_fmt(r->arena, _("Family %lld"), (long long)v->id), .nav = "/families",
                      .crumbs = { { "/families", str_c(_("Families")) }, { NULL, arena_fmt(r->arena, "%lld", (long long)v->id) } } };
    return page_end(r, res, head, &page, e);
}

static bool family_get(Request *r, Response *res, Err *e) {
    FamilyView *v = NEW(r->arena, FamilyView, 1);
    Db *db;
    return request_db_read(r, &db, e) && db_begin_read(db, e) && family_show(r, res, db, v, e);
}

// ---- the letter --------------------------------------------------------------------------------------------------

Url letter_url(Arena *a, const FamilyView *v) { return url_with(a, url_path(a, "/family/%lld/%lld/letter", (long long)v->kab, (long long)v->id), "stage", v->stages.chosen); }
static bool letter_fill(Request *r, Db *db, LetterView *l, Err *e) {
    FamilyView *v = NEW(r->arena, FamilyView, 1);
    Arena *a = r->arena;
    if (!family_read(r, db, v, e) || !web_stages(r, db, v->kab, &v->stages, e) || !situation_read(r, db, v, e)) return false;
    *l = (LetterView){ .kab = v->kab, .id = v->id, .name = v->name.n ? v->name : str_c(_("No name")), .address = v->address, .companion = v->companion,
                       .village = letter_place(a, v->area_n ? v->area[0].name : STR(""), v->rt, v->rw), .area_name = str_c(_("Social Service")) };
    for (size_t i = 0; i < v->area_n; i++) if (v->area[i].level == AREA_DISTRICT) l->area_name = v->area[i].name;
    letter_words(a, l, &v->situation, v->stages.chosen, web_today(r));
    return true;
}

static bool body_write(void *to, Str bytes, Err *e) { return (void)e, buf_str(to, bytes), true; }

static bool letter_pdf(Request *r, Response *res, const LetterView *v, Err *e) {
    int pages_n;
    Str band = web_viewer(r)->is_practice ? str_c(_("PRACTICE DATABASE – synthetic data")) : STR("");
    Pdf *p = pdf_new((PdfOptions){ .title = str_c(_("Letter to the family")), .author = v->area_name, .created_at = r->received_at, .footer = v->stage_label, .band = band });
    letter_put(p, r->arena, v);
    bool is_good = pdf_write(p, (Sink){ body_write, &res->body }, &pages_n, e);
    pdf_free(p);
    if (is_good) response_download(r, res, arena_fmt(r->arena, "surat-%lld-%lld.pdf", (long long)v->kab, (long long)v->id), "application/pdf");
    return is_good;
}

static bool letter_get(Request *r, Response *res, Err *e) {
    LetterView *v = NEW(r->arena, LetterView, 1);
    Str format = query_text(r, "format");
    Db *db;
    if (format.n && !str_eq(format, STR("pdf"))) return fail(e, BAD_INPUT, "A letter is given as pdf, not as \"%.*s\".", STR_ARG(format));
    if (!request_db_read(r, &db, e) || !db_begin_read(db, e) || !letter_fill(r, db, v, e)) return false;
    if (!web_may_show(r, res, "letter", v->kab, &v->id, 1)) return true;
    if (format.n) return letter_pdf(r, res, v, e);
    Page page = page_begin(r);
    letter_page(&page, v);
    Str number = arena_fmt(r->arena, "%lld", (long long)v->id);
    PageHead head = { .title = str_c(_("Letter to the family")), .nav = "/families",
                      .crumbs = { { "/families", str_c(_("Families")) }, { url_path(r->arena, "/family/%lld/%lld", (long long)v->kab, (long long)v->id).s.p, number } } };
    return page_end(r, res, head, &page, e);
}

static bool identity_post(Request *r, Response *res, Err *e) {
    FamilyView *v = NEW(r->arena, FamilyView, 1);
    Db *db;
    int64_t kab = param_int(r, "kab");
    v->is_revealed = true;
    AuditEntry entry = { .kab = kab, .actor_id = web_viewer(r)->user_id, .action = "family.identity_seen",
                         .subject = arena_fmt(r->arena, "family %lld", (long long)param_int(r, "id")), .at = r->received_at };
    if (!authority_require(web_viewer(r), ACTION_READ_IDENTITY, kab, e) || !request_db_write(r, &db, e) || !db_begin(db, e)) return false;
    return family_show(r, res, db, v, e) && (v->is_withheld || (audit_write(db, &entry, e) && db_commit(db, e)));      // nothing is shown that is not written down
}

const Route FAMILY_ROUTES[] = {
    { "GET",  "/family/{kab}/{id}",          "read read_own", family_get },
    { "GET",  "/family/{kab}/{id}/letter",   "read read_own", letter_get },
    { "POST", "/family/{kab}/{id}/identity", "read_identity", identity_post },
    {0} };
