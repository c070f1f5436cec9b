// approval_http.c: the signatures under a run. The signer sees the figures and gives the password once more; what is signed is
// the hash that was on the page, so figures that changed in between are never signed by mistake.
#include "web/approval.h"
#include "office/user.h"
#include "payment/approve.h"
#include "registry/area.h"
#include "web/table_http.h"
#include "web_approval.page.h"
#include "web_web.sql.h"

Str batch_state_title(Str state) {
    if (str_eq(state, STR("reserved"))) return str_c(_("Reserved in the books"));
    if (str_eq(state, STR("released"))) return str_c(_("Handed over"));
    return state;
}

static bool batches_read(Db *db, Arena *a, Sight sight, int64_t kab, Str stage, ApprovalBatch **out, size_t *n, Err *e) {
    BatchesOfRows rows = {0};
    BatchesOfRow row;
    *out = NEW(a, ApprovalBatch, 200);
    *n = 0;
    bool has_row, is_good = batches_of(db, (BatchesOfArgs){ .kab = kab, .stage = stage, SEE(sight) }, &rows, e);
    while (is_good && (is_good = batches_of_next(&rows, &row, &has_row, e)) && has_row && *n < 200)
        (*out)[(*n)++] = (ApprovalBatch){ .channel = arena_str(a, row.channel), .state = arena_str(a, row.state), .part_n = row.part_n,
                                          .family_n = row.family_n, .amount = row.amount_rp, .reserved_at = row.reserved_at };
    batches_of_end(&rows);
    return is_good;
}

bool payment_step(Db *db, Arena *a, Sight sight, int64_t kab, Str stage, bool *is_out, Str *detail, Err *e) {
    ApprovalBatch *batches;
    size_t n, released = 0;
    if (!batches_read(db, a, sight, kab, stage, &batches, &n, e)) return false;
    for (size_t i = 0; i < n; i++) released += str_eq(batches[i].state, STR("released"));
    *is_out = n > 0 && released == n;
    *detail = n ? arena_fmt(a, _("%zu of %zu files handed over"), released, n) : str_c(_("no file yet"));
    return true;
}

static bool signatures_fill(Db *db, Arena *a, ApprovalView *v, Err *e) {
    for (int i = 0; i < v->state.needed_n; i++) {
        ApprovalSignature *s = &v->signatures[i];
        *s = (ApprovalSignature){ .title = i == 0 ? N_("Prepared by") : N_("Approved by"), .is_signed = i < v->state.signed_n };
        if (!s->is_signed) continue;
        Signature given = approve_signature(&v->state, i);
        User user, giver;
        if (!user_read(db, a, given.user_id, &user, e) || !user_read(db, a, given.for_id, &giver, e)) return false;
        s->name = user.name;
        s->role = str_c(role_title(user.role));
        s->place_of = given.for_id == given.user_id ? STR("") : giver.name;
        s->at = given.at;
    }
    return true;
}

static bool previous_read(Db *db, ApprovalView *v, Err *e) {
    for (size_t i = 0; i + 1 < v->stages.n; i++) {
        Err none = {0};
        if (!str_eq(v->stages.at[i], v->stage)) continue;
        if (run_read(db, v->kab, v->stages.at[i + 1], &v->previous_run, &none)) v->previous = v->stages.at[i + 1];
        else if (none.code != NOT_FOUND) { *e = none; return false; }
    }
    return true;
}

static bool view_read(Request *r, Db *db, ApprovalView *v, Err *e) {
    Arena *a = r->arena;
    Area area;
    HoldsOfRow hold;
    bool found = false, has_hold = false;
    if (!run_read(db, v->kab, v->stage, &v->run, e) || !approve_state(db, a, v->kab, v->stage, r->received_at, &v->state, e) || !signatures_fill(db, a, v, e) ||
        !previous_read(db, v, e) || !area_read(db, a, v->kab, &area, &found, e) || !batches_read(db, a, web_sight(r), v->kab, v->stage, &v->batches, &v->batch_n, e) ||
        !holds_of(db, (HoldsOfArgs){ .kab = v->kab, .stage = v->stage, SEE(web_sight(r)) }, &hold, &has_hold, e)) return false;
    v->area_name = found ? area.name : STR("");
    v->hold_n = has_hold ? hold.hold_n : 0;
    v->hold = has_hold ? hold.amount_rp : (Rupiah){0};
    return approve_may_sign(db, web_viewer(r), v->kab, &v->run, &v->state, r->received_at, &v->may_sign, e);
}

static bool approval_show(Request *r, Response *res, Db *db, ApprovalView *v, Err *e) {
    if (!view_read(r, db, v, e)) return false;
    Page page = page_begin(r);
    approval_page(&page, v);
    PageHead head = { .title = arena_fmt(r->arena, _("Approval: %.*s"), STR_ARG(stage_title(r->arena, v->stage))), .nav = "/approval" };
    return page_end(r, res, head, &page, e);
}

// The files for the channels as a list.
static bool batches_file(Request *r, Response *res, Db *db, ApprovalView *v, TableFormat format, Err *e) {
    const TableColumn columns[] = {
        { "channel", str_c(_("Channel")), TABLE_TEXT }, { "part_n", str_c(_("Part")), TABLE_COUNT }, { "state", str_c(_("State")), TABLE_TEXT },
        { "reserved_at", str_c(_("Reserved")), TABLE_INSTANT }, { "family_n", str_c(_("Families")), TABLE_COUNT }, { "amount", str_c(_("Rupiah")), TABLE_RUPIAH } };
    if (!view_read(r, db, v, e)) return false;
    TableHead head = { .name = "berkas-salur", .title = str_c(_("Files for the channels")), .kab = v->kab, .area = v->area_name, .stage = v->stage,
                       .columns = columns, .column_n = sizeof columns / sizeof *columns };
    TableWriter *w;
    if (!table_answer_open(r, &head, format, &w, e)) return false;
    for (size_t i = 0; i < v->batch_n; i++) {
        const ApprovalBatch *b = &v->batches[i];
        table_put(w, channel_title(b->channel));
        table_put_n(w, b->part_n);
        table_put(w, batch_state_title(b->state));
        table_put_instant(w, b->reserved_at);
        table_put_n(w, b->family_n);
        table_put_rupiah(w, b->amount);
        if (table_end_row(w, e)) continue;
        table_abort(w);
        return false;
    }
    return table_answer(r, res, &head, format, w, e);
}

static bool approval_get(Request *r, Response *res, Err *e) {
    ApprovalView *v = NEW(r->arena, ApprovalView, 1);
    Err none = {0};
    TableFormat format;
    bool is_file;
    Db *db;
    if (!table_asked(r, &is_file, &format, e) || !request_db_read(r, &db, e) || !db_begin_read(db, e) || !web_kab(r, db, &v->kab, e) ||
        !web_stages(r, db, v->kab, &v->stages, e)) return false;
    v->stage = v->stages.chosen;
    if (is_file && v->stage.n) return batches_file(r, res, db, v, format, e);
    if (v->stage.n && run_read(db, v->kab, v->stage, &v->run, &none)) return approval_show(r, res, db, v, e);
    if (none.code && none.code != NOT_FOUND) { *e = none; return false; }
    Page page = page_begin(r);
    approval_none_page(&page);
    return page_end(r, res, (PageHead){ .title = str_c(_("Approval")), .nav = "/approval" }, &page, e);
}

// The password first, in transactions of its own; then the signature, under the hash that the signer saw.
static bool sign(Request *r, Response *res, Db *db, ApprovalView *v, Err *e) {
    Hash seen;
    ApproveResult result;
    if (!hash_parse_hex(form_text(r, "hash"), &seen)) return fail(e, BAD_INPUT, "The page is out of date. Load it again and look at the figures anew.");
    if (!web_confirm(r, res, db, e)) return false;
    return approve_run(db, r->arena, web_viewer(r), &(ApproveWhat){ v->kab, v->stage, seen }, r->received_at, &result, e);
}

static bool approval_post(Request *r, Response *res, Err *e) {
    ApprovalView *v = NEW(r->arena, ApprovalView, 1);
    Err refused = {0};
    Db *db;
    v->stage = param_text(r, "stage");
    if (!request_db_write(r, &db, e) || !web_kab(r, db, &v->kab, e) || !web_stages(r, db, v->kab, &v->stages, e)) return false;
    if (sign(r, res, db, v, &refused)) {
        response_redirect(r, res, url_with(r->arena, url_path(r->arena, "/approval?kab=%lld", (long long)v->kab), "stage", v->stage));
        return true;
    }
    db_rollback(db);
    if (refused.code != FORBIDDEN && refused.code != BUSY && refused.code != CONFLICT) { *e = refused; return false; }
    v->fault = arena_str(r->arena, str_c(refused.text));
    res->status = err_http_status(refused.code);
    return approval_show(r, res, db, v, e);
}

const Route APPROVAL_ROUTES[] = {
    { "GET",  "/approval",         "read", approval_get },
    { "POST", "/approval/{stage}", "sign", approval_post },
    {0} };
