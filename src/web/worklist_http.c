// worklist_http.c: pages of the worklist. All of it works without a script; each button is a form, and pressing it twice is harmless.
#include "web/worklist.h"
#include "office/change.h"
#include "office/district.h"
#include "registry/area.h"
#include "registry/import_approval.h"
#include "web/table_http.h"
#include "web_worklist.page.h"

Str request_title(Arena *a, const WorklistItem *i) {
    Str subject = str_eq(i->request.kind, STR("run")) ? stage_title(a, i->request.subject) : i->request.subject;
    return i->kind ? arena_fmt(a, "%s: " STR_FMT, tr(i->kind->title), STR_ARG(subject)) : arena_fmt(a, STR_FMT ": " STR_FMT, STR_ARG(i->request.kind), STR_ARG(subject));
}

const char *request_colour(const WorklistItem *i) {
    static const char *const COLOURS[] = { [REQUEST_OPEN] = "blue", [REQUEST_APPROVED] = "green", [REQUEST_REFUSED] = "red", [REQUEST_WITHDRAWN] = "", [REQUEST_CHANGED] = "amber" };
    return COLOURS[i->request.state];
}

Str step_title(Arena *a, int64_t step_n) { return step_n == 0 ? str_c(_("Asks")) : arena_fmt(a, _("Signature %lld"), (long long)step_n); }

static Str area_name(Db *db, Arena *a, int64_t kab) {
    Area area;
    Err ignored = { 0 };
    bool found = false;
    if (kab == 0) return str_c(_("All districts"));
    return area_read(db, a, kab, &area, &found, &ignored) && found ? area.name : arena_fmt(a, "%lld", (long long)kab);
}

// What a person may mend by looking again or typing otherwise stays on the page; everything else is an answer of its own.
static bool is_told_on_page(ErrCode code) { return code == FORBIDDEN || code == BUSY || code == CONFLICT || code == BAD_INPUT; }

// ---- the list ----------------------------------------------------------------------------------------------------

static bool items_put(Arena *a, TableWriter *w, const char *list, const WorklistItems *items, Err *e) {
    for (size_t i = 0; i < items->n; i++) {
        const ApprovalRequest *r = &items->at[i].request;
        table_put(w, str_c(list));
        table_put_n(w, r->kab);
        table_put_n(w, r->id);
        table_put(w, request_title(a, &items->at[i]));
        table_put(w, items->at[i].maker);
        table_put_rupiah(w, r->amount);
        table_put(w, str_c(request_state_title(r->state)));
        table_put_n(w, r->signed_n);
        table_put_n(w, r->step_n);
        table_put_date(w, r->due_on);
        table_put(w, r->reason);
        if (!table_end_row(w, e)) return false;
    }
    return true;
}

// By number and kind: who asks stands on the request's own page.
static bool desk_put(Arena *a, TableWriter *w, const DeskList *desk, Err *e) {
    for (size_t i = 0; i < desk->n; i++) {
        const DeskRequest *q = &desk->at[i];
        table_put(w, str_c(_("Requests of families")));
        table_put_n(w, q->kab);
        table_put_n(w, q->id);
        table_put(w, desk_title(a, q));
        table_put(w, q->taken_name);
        table_put_none(w);
        table_put(w, str_c(desk_state_title(q->state)));
        table_put_none(w);
        table_put_none(w);
        table_put_date(w, date_of_instant(q->due_at, 420));
        table_put_none(w);
        if (!table_end_row(w, e)) return false;
    }
    return true;
}

static bool worklist_file(Request *r, Response *res, const Worklist *v, TableFormat format, Err *e) {
    const TableColumn columns[] = {
        { "list", str_c(_("List")), TABLE_TEXT }, { "kab", str_c(_("District code")), TABLE_COUNT }, { "id", str_c(_("Number")), TABLE_COUNT }, { "what", str_c(_("What")), TABLE_TEXT },
        { "asked_by", str_c(_("Asked by")), TABLE_TEXT }, { "amount", str_c(_("Amount")), TABLE_RUPIAH }, { "state", str_c(_("State")), TABLE_TEXT },
        { "signed_n", str_c(_("Signatures")), TABLE_COUNT }, { "step_n", str_c(_("Needed")), TABLE_COUNT }, { "due_on", str_c(_("Due")), TABLE_DATE }, { "reason", str_c(_("Reason")), TABLE_TEXT } };
    TableHead head = { .name = "daftar-kerja", .title = str_c(_("Worklist")), .kab = web_viewer(r)->kab, .columns = columns, .column_n = sizeof columns / sizeof *columns };
    TableWriter *w;
    if (!table_answer_open(r, &head, format, &w, e)) return false;
    if (items_put(r->arena, w, _("Waits for me"), &v->waiting, e) && desk_put(r->arena, w, &v->desk, e) && items_put(r->arena, w, _("Asked by me"), &v->made, e) &&
        items_put(r->arena, w, _("Late"), &v->late, e) && items_put(r->arena, w, _("Decided"), &v->decided, e)) return table_answer(r, res, &head, format, w, e);
    table_abort(w);
    return false;
}

static bool worklist_get(Request *r, Response *res, Err *e) {
    WorklistView *v = NEW(r->arena, WorklistView, 1);
    TableFormat format;
    bool is_file;
    Db *db;
    if (!table_asked(r, &is_file, &format, e) || !request_db_read(r, &db, e) || !db_begin_read(db, e) || !worklist_read(db, r->arena, web_viewer(r), r->received_at, &v->list, e)) return false;
    if (is_file) return worklist_file(r, res, &v->list, format, e);
    v->now = r->received_at;
    Page page = page_begin(r);
    worklist_page(&page, v);
    return page_end(r, res, (PageHead){ .title = str_c(_("Worklist")), .nav = "/worklist" }, &page, e);
}

// ---- one request -------------------------------------------------------------------------------------------------

static Str roles_text(Arena *a, const ApprovalStep *step) {
    Str out = STR("");
    for (int i = 0; i < step->role_n; i++) out = arena_fmt(a, STR_FMT "%s%s", STR_ARG(out), out.n ? ", " : "", role_title(step->roles[i]));
    return out;
}

static bool signature_fill(Db *db, Arena *a, const Signature *given, RequestSignature *s, Err *e) {
    User user, giver;
    if (!user_read(db, a, given->user_id, &user, e) || !user_read(db, a, given->for_id, &giver, e)) return false;
    s->is_signed = true;
    s->name = user.name;
    s->role = str_c(role_title(user.role));
    s->place_of = given->for_id == given->user_id ? STR("") : giver.name;
    s->at = given->at;
    return true;
}

static bool request_fill(Request *r, Db *db, RequestView *v, Err *e) {
    Arena *a = r->arena;
    const ApprovalRequest *q = &v->item.request;
    if (!worklist_find(db, a, web_viewer(r), param_int(r, "kab"), param_int(r, "id"), r->received_at, &v->item, e) ||
        !worklist_facts(db, a, &v->item, v->facts, &v->fact_n, e)) return false;
    v->area_name = area_name(db, a, q->kab);
    Signature asked = { .user_id = q->maker_id, .for_id = q->maker_id, .at = q->made_at };
    for (int i = 0; i <= q->step_n; i++) {
        RequestSignature *s = &v->signatures[v->signature_n++];
        *s = (RequestSignature){ .title = i == 0 ? N_("Prepared by") : N_("Approved by") };
        if (i > q->signed_n) s->role = roles_text(a, &q->steps[i - 1]);
        else if (!signature_fill(db, a, i == 0 ? &asked : &q->signatures[i - 1], s, e)) return false;
    }
    return true;
}

static bool request_show(Request *r, Response *res, Db *db, RequestView *v, Err *e) {
    if (!request_fill(r, db, v, e)) return false;
    Page page = page_begin(r);
    request_page(&page, v);
    PageHead head = { .title = request_title(r->arena, &v->item), .nav = "/worklist", .crumbs = { { "/worklist", str_c(_("Worklist")) } } };
    return page_end(r, res, head, &page, e);
}

static bool request_get(Request *r, Response *res, Err *e) {
    RequestView *v = NEW(r->arena, RequestView, 1);
    Db *db;
    return request_db_read(r, &db, e) && db_begin_read(db, e) && request_show(r, res, db, v, e);
}

// Who may not see it does not learn that it exists, not even by pressing.
static bool press_do(Request *r, Response *res, Db *db, PressKind what, Err *e) {
    Press press = { .kab = param_int(r, "kab"), .id = param_int(r, "id"), .what = what, .reason = form_text(r, "reason") };
    WorklistItem item;
    ApprovalRequest out;
    bool is_new;
    if (!worklist_find(db, r->arena, web_viewer(r), press.kab, press.id, r->received_at, &item, e)) return false;
    if (what == PRESS_SIGN) {
        if (!hash_parse_hex(form_text(r, "hash"), &press.seen_hash)) return fail(e, BAD_INPUT, "The page is out of date. Load it again and look at the figures anew.");
        if (!web_confirm(r, res, db, e)) return false;
    }
    return worklist_press(db, r->arena, web_viewer(r), &press, r->received_at, &out, &is_new, e);
}

static bool press_post(Request *r, Response *res, PressKind what, Err *e) {
    Err refused = { 0 };
    Db *db;
    if (!request_db_write(r, &db, e)) return false;
    if (press_do(r, res, db, what, &refused)) {
        response_redirect(r, res, url_path(r->arena, "/request/%lld/%lld", (long long)param_int(r, "kab"), (long long)param_int(r, "id")));
        return true;
    }
    db_rollback(db);
    if (!is_told_on_page(refused.code)) { *e = refused; return false; }
    RequestView *v = NEW(r->arena, RequestView, 1);
    v->fault = arena_str(r->arena, str_c(refused.text));
    v->reason = what == PRESS_REFUSE ? form_text(r, "reason") : STR("");
    res->status = err_http_status(refused.code);
    return request_show(r, res, db, v, e);
}

static bool sign_post(Request *r, Response *res, Err *e) { return press_post(r, res, PRESS_SIGN, e); }
static bool refuse_post(Request *r, Response *res, Err *e) { return press_post(r, res, PRESS_REFUSE, e); }
static bool withdraw_post(Request *r, Response *res, Err *e) { return press_post(r, res, PRESS_WITHDRAW, e); }

// ---- places ------------------------------------------------------------------------------------------------------

static bool takers_read(Db *db, Arena *a, const Viewer *viewer, PlacesView *v, Err *e) {
    Users users;
    if (!user_list(db, a, viewer, &users, e)) return false;
    v->takers = NEW(a, PlaceTaker, users.n + 1);
    for (size_t i = 0; i < users.n; i++) {
        const User *u = &users.at[i];
        Viewer taker = { .user_id = u->id, .kab = u->kab, .role = u->role };
        if (u->id == viewer->user_id || !u->is_active || !authority_allows(&taker, ACTION_SIGN_SECOND, KAB_NONE)) continue;
        v->takers[v->taker_n++] = (PlaceTaker){ u->id, u->name, str_c(role_title(u->role)) };
    }
    return true;
}

static bool places_fill(Request *r, Db *db, PlacesView *v, Err *e) {
    const Viewer *viewer = web_viewer(r);
    Delegations all;
    User giver, taker;
    v->today = district_day(viewer->kab, r->received_at);
    v->is_confirmed = r->visitor.is_confirmed;
    v->may_give = authority_allows(viewer, ACTION_SIGN_SECOND, KAB_NONE);
    if ((v->may_give && !takers_read(db, r->arena, viewer, v, e)) || !approval_delegations(db, r->arena, viewer->user_id, v->today, &all, e)) return false;
    v->rows = NEW(r->arena, PlaceRow, all.n + 1);
    for (size_t i = 0; i < all.n; i++) {
        const Delegation *d = &all.at[i];
        if (!user_read(db, r->arena, d->giver_id, &giver, e) || !user_read(db, r->arena, d->taker_id, &taker, e)) return false;
        v->rows[v->row_n++] = (PlaceRow){ .d = *d, .giver = giver.name, .taker = taker.name, .is_mine = d->giver_id == viewer->user_id, .is_now = d->from_on.days <= v->today.days };
    }
    return true;
}

static bool places_show(Request *r, Response *res, Db *db, PlacesView *v, Err *e) {
    if (!places_fill(r, db, v, e)) return false;
    Page page = page_begin(r);
    places_page(&page, v);
    return page_end(r, res, (PageHead){ .title = str_c(_("Sign in another's place")), .nav = "/worklist", .crumbs = { { "/worklist", str_c(_("Worklist")) } } }, &page, e);
}

static bool places_get(Request *r, Response *res, Err *e) {
    PlacesView *v = NEW(r->arena, PlacesView, 1);
    Db *db;
    return request_db_read(r, &db, e) && db_begin_read(db, e) && places_show(r, res, db, v, e);
}

typedef struct { const Viewer *viewer; int64_t taker_id, n; Date from_on, until_on; Instant now; } PlaceChange;
static bool place_give(Db *db, void *with, Err *e) {
    PlaceChange *c = with;
    return approval_delegate(db, c->viewer, c->taker_id, c->from_on, c->until_on, c->now, &c->n, e);
}
static bool place_end(Db *db, void *with, Err *e) { PlaceChange *c = with; return approval_undelegate(db, c->viewer, c->n, c->now, e); }

// The same place for the same days stands already: the second click.
static bool place_is_there(Db *db, Arena *a, const PlaceChange *c, bool *out, Err *e) {
    Delegations all;
    *out = false;
    if (!approval_delegations(db, a, c->viewer->user_id, c->from_on, &all, e)) return false;
    for (size_t i = 0; i < all.n; i++) {
        const Delegation *d = &all.at[i];
        *out = *out || (!d->is_ended && d->giver_id == c->viewer->user_id && d->taker_id == c->taker_id && d->from_on.days == c->from_on.days && d->until_on.days == c->until_on.days);
    }
    return true;
}

static bool place_post_do(Request *r, Db *db, PlaceChange *c, Err *e) {
    bool is_there = false;
    if (!str_int64(form_text(r, "taker"), &c->taker_id)) return fail(e, BAD_INPUT, "Choose who signs in your place.");
    if (!date_parse_local(form_text(r, "from"), &c->from_on) || !date_parse_local(form_text(r, "until"), &c->until_on))
        return fail(e, BAD_INPUT, "Give the first and the last day, such as 8/12/2026.");
    return place_is_there(db, r->arena, c, &is_there, e) && (is_there || change_do(db, place_give, c, e));
}

static bool place_answer(Request *r, Response *res, Db *db, bool is_good, const Err *refused, Err *e) {
    if (is_good) return response_redirect(r, res, (Url){ STR("/places") }), true;
    db_rollback(db);
    if (!is_told_on_page(refused->code)) { *e = *refused; return false; }
    PlacesView *v = NEW(r->arena, PlacesView, 1);
    v->fault = arena_str(r->arena, str_c(refused->text));
    v->from_on = form_text(r, "from"), v->until_on = form_text(r, "until");
    if (!str_int64(form_text(r, "taker"), &v->taker_id)) v->taker_id = 0;
    res->status = err_http_status(refused->code);
    return places_show(r, res, db, v, e);
}

static bool places_post(Request *r, Response *res, Err *e) {
    PlaceChange c = { .viewer = web_viewer(r), .now = r->received_at };
    Err refused = { 0 };
    Db *db;
    if (!request_db_write(r, &db, e)) return false;
    bool is_good = place_post_do(r, db, &c, &refused);
    return place_answer(r, res, db, is_good, &refused, e);
}

static bool place_end_post(Request *r, Response *res, Err *e) {
    PlaceChange c = { .viewer = web_viewer(r), .n = param_int(r, "n"), .now = r->received_at };
    Err refused = { 0 };
    Db *db;
    if (!request_db_write(r, &db, e)) return false;
    bool is_good = change_do(db, place_end, &c, &refused) || refused.code == NOT_FOUND;     // taken back already: the second click
    return place_answer(r, res, db, is_good, &refused, e);
}

// ---- policies ----------------------------------------------------------------------------------------------------

// Rows of one step and amount are one line.
static void lines_fill(Arena *a, PolicyView *p) {
    p->lines = NEW(a, PolicyLine, p->policy.n + 1);
    for (size_t i = 0; i < p->policy.n; i++) {
        const PolicyRow *row = &p->policy.at[i];
        PolicyLine *last = p->line_n ? &p->lines[p->line_n - 1] : NULL;
        if (last && last->step_n == row->step_n && last->amount_from.rp == row->amount_from.rp) last->roles = arena_fmt(a, STR_FMT ", %s", STR_ARG(last->roles), role_title(row->role));
        else p->lines[p->line_n++] = (PolicyLine){ row->step_n, row->amount_from, str_c(role_title(row->role)) };
    }
}

static bool policies_fill(Request *r, Db *db, PoliciesView *v, Err *e) {
    Arena *a = r->arena;
    Date today = district_day(v->kab, r->received_at);
    v->area_name = area_name(db, a, v->kab);
    v->may_set = authority_allows(web_viewer(r), ACTION_USERS, v->kab);
    v->is_confirmed = r->visitor.is_confirmed;
    for (size_t i = 0; i < sizeof v->policies / sizeof *v->policies && APPROVAL_KINDS[i]; i++) {
        PolicyView *p = &v->policies[v->policy_n++];
        p->kind = APPROVAL_KINDS[i];
        if (!approval_policy_read(db, a, v->kab, str_c(p->kind->name), today, &p->policy, e)) return false;
        p->is_own = p->policy.n && p->policy.kab > 0;
        lines_fill(a, p);
    }
    return true;
}

static bool policies_show(Request *r, Response *res, Db *db, PoliciesView *v, Err *e) {
    if (!policies_fill(r, db, v, e)) return false;
    Page page = page_begin(r);
    policies_page(&page, v);
    return page_end(r, res, (PageHead){ .title = str_c(_("Who may ask and sign")), .nav = "/worklist", .crumbs = { { "/worklist", str_c(_("Worklist")) } } }, &page, e);
}

static bool policies_get(Request *r, Response *res, Err *e) {
    PoliciesView *v = NEW(r->arena, PoliciesView, 1);
    Db *db;
    return request_db_read(r, &db, e) && db_begin_read(db, e) && web_kab(r, db, &v->kab, e) && policies_show(r, res, db, v, e);
}

static void policy_typed(Request *r, PoliciesView *v) {
    v->kind = form_text(r, "kind");
    v->from_on = form_text(r, "from");
    for (int i = 0; i < POLICY_LINES; i++) {
        PolicyTyped *t = &v->typed[i];
        t->step = form_text(r, arena_fmt(r->arena, "step-%d", i).p);
        t->amount = form_text(r, arena_fmt(r->arena, "amount-%d", i).p);
        t->role = form_text(r, arena_fmt(r->arena, "role-%d", i).p);
    }
}

static bool policy_parse(const PoliciesView *v, Policy *out, PolicyRow rows[POLICY_LINES], Err *e) {
    Policy p = { .kab = v->kab, .at = rows };
    if (!approval_kind_find(v->kind)) return fail(e, BAD_INPUT, "Nothing of that name is signed here: %.*s.", STR_ARG(v->kind));
    if (!date_parse_local(v->from_on, &p.from_on)) return fail(e, BAD_INPUT, "From which day on? Such as 8/12/2026.");
    for (int i = 0; i < POLICY_LINES; i++) {
        const PolicyTyped *t = &v->typed[i];
        PolicyRow *row = &rows[p.n];
        if (!t->role.n) continue;
        if (!role_find(t->role, &row->role) || !str_int64(t->step, &row->step_n)) return fail(e, BAD_INPUT, "Line %d: choose a step and a role.", i + 1);
        row->amount_from = (Rupiah){ 0 };
        if (t->amount.n && !rupiah_parse(t->amount, &row->amount_from)) return fail(e, BAD_INPUT, "Line %d: \"%.*s\" is no amount in rupiah.", i + 1, STR_ARG(t->amount));
        p.n++;
    }
    *out = p;
    return true;
}

typedef struct { const Viewer *viewer; Str kind; const Policy *policy; Instant now; } PolicyChange;
static bool policy_set(Db *db, void *with, Err *e) { PolicyChange *c = with; return approval_policy_set(db, c->viewer, c->kind, c->policy, c->now, e); }

static bool policies_post(Request *r, Response *res, Err *e) {
    PoliciesView *v = NEW(r->arena, PoliciesView, 1);
    PolicyRow rows[POLICY_LINES];
    Policy policy;
    Err refused = { 0 };
    Db *db;
    policy_typed(r, v);
    if (!request_db_write(r, &db, e) || !web_kab(r, db, &v->kab, e)) return false;
    PolicyChange change = { web_viewer(r), v->kind, &policy, r->received_at };
    if (policy_parse(v, &policy, rows, &refused) && change_do(db, policy_set, &change, &refused)) {
        response_redirect(r, res, url_path(r->arena, "/policies?kab=%lld", (long long)v->kab));
        return true;
    }
    db_rollback(db);
    if (!is_told_on_page(refused.code)) { *e = refused; return false; }
    v->fault = arena_str(r->arena, str_c(refused.text));
    res->status = err_http_status(refused.code);
    return policies_show(r, res, db, v, e);
}

const Route WORKLIST_ROUTES[] = {
    { "GET",  "/worklist",                    "read",  worklist_get },
    { "GET",  "/request/{kab}/{id}",          "read",  request_get },
    { "POST", "/request/{kab}/{id}/sign",     "sign",  sign_post },
    { "POST", "/request/{kab}/{id}/refuse",   "sign",  refuse_post },
    { "POST", "/request/{kab}/{id}/withdraw", "sign",  withdraw_post },
    { "GET",  "/places",                      "read",  places_get },
    { "POST", "/places",                      "sign again", places_post },
    { "POST", "/places/{n}/end",              "sign again", place_end_post },
    { "GET",  "/policies",                    "read",  policies_get },
    { "POST", "/policies",                    "users again", policies_post },
    {0} };
