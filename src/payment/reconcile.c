// reconcile.c: see reconcile.h. Families are counted one by one where they are; the books are read beside them, and must agree.
#include "payment/reconcile.h"
#include "base/lang.h"
#include "office/audit.h"
#include "office/change.h"
#include "office/district.h"
#include "payment/books.h"
#include "payment/payment.h"
#include "payment_reconcile.sql.h"
#include "registry/area.h"
#include "registry/pack.h"

static const struct { const char *name, *title; } PLACES[PLACE_N] = {
    { "held", N_("held back") }, { "waiting", N_("not handed over") }, { "on_its_way", N_("no proof yet") }, { "credited", N_("credited") }, { "withdrawn", N_("withdrawn") },
    { "failed", N_("failed") }, { "returned", N_("returned") }, { "treasury", N_("to the treasury") } };
const char *reconcile_place_name(ReconcilePlace place) { return PLACES[place].name; }
const char *reconcile_place_title(ReconcilePlace place) { return tr(PLACES[place].title); }

// ---- families ---------------------------------------------------------------------------------------------------------

typedef struct { Arena *a; Reconcile *r; } Counting;

static ReconcilePlace place_of(const Payment *p) {
    static const struct { const char *state; ReconcilePlace place; } WORDS[] = {
        { "ordered", PLACE_ON_ITS_WAY }, { "credited", PLACE_CREDITED }, { "withdrawn", PLACE_WITHDRAWN }, { "failed", PLACE_FAILED }, { "returned", PLACE_RETURNED },
        { "to_treasury", PLACE_TREASURY } };
    switch (p->state) {
    case PAYMENT_HELD: return PLACE_HELD;
    case PAYMENT_ORDERED: return PLACE_ON_ITS_WAY;
    case PAYMENT_CREDITED: return PLACE_CREDITED;
    case PAYMENT_WITHDRAWN: return PLACE_WITHDRAWN;
    case PAYMENT_PARTICULAR: break;
    default: return PLACE_WAITING;
    }
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) if (str_eq(p->attempt_state, str_c(WORDS[i].state))) return WORDS[i].place;
    return PLACE_WAITING;
}

static bool row_add(ReconcileRow *row, ReconcilePlace place, Rupiah amount, Err *e) {
    row->at[place].n++;
    row->all.n++;
    return rupiah_add(row->at[place].amount, amount, &row->at[place].amount, e) && rupiah_add(row->all.amount, amount, &row->all.amount, e);
}

static bool payment_count(void *with, const Payment *p, Err *e) {
    Counting *c = with;
    Reconcile *r = c->r;
    if (p->state == PAYMENT_NOTHING) return true;
    ReconcilePlace place = place_of(p);
    int64_t kecamatan_id = area_parent_of(p->village_id);
    size_t i = 0, k = 0;
    while (i < r->channel_n && !str_eq(r->channels[i].name, p->channel)) i++;
    while (k < r->kecamatan_n && r->kecamatan[k].id != kecamatan_id) k++;
    if (i == r->channel_n || k == r->kecamatan_n)
        return fail(e, CONFLICT, "Family %lld is paid through %.*s in village %lld, which this program does not know.", (long long)p->family_id, STR_ARG(p->channel), (long long)p->village_id);
    return row_add(&r->total, place, p->amount, e) && row_add(&r->channels[i], place, p->amount, e) && row_add(&r->kecamatan[k], place, p->amount, e);
}

static bool rows_make(Db *db, Arena *a, int64_t kab, Reconcile *r, Err *e) {
    Areas areas;
    if (!area_list_level(db, a, kab, AREA_KECAMATAN, &areas, e)) return false;
    while (PACK_CHANNELS[r->channel_n]) r->channel_n++;
    r->channels = NEW(a, ReconcileRow, r->channel_n);
    r->money = NEW(a, ReconcileMoney, r->channel_n);
    for (size_t i = 0; i < r->channel_n; i++) r->channels[i].name = r->money[i].channel = str_c(PACK_CHANNELS[i]);
    r->kecamatan = NEW(a, ReconcileRow, areas.n);
    r->kecamatan_n = areas.n;
    for (size_t i = 0; i < areas.n; i++) r->kecamatan[i].name = areas.at[i].name, r->kecamatan[i].id = areas.at[i].id;
    return true;
}

// ---- books and papers ---------------------------------------------------------------------------------------------------

static bool papers_read(Db *db, int64_t kab, Str stage, Reconcile *r, Err *e) {
    MoneyPaperListRows rows;
    MoneyPaperListRow row;
    bool has_row = false, is_good = money_paper_list(db, (MoneyPaperListArgs){ .kab = kab, .stage = stage }, &rows, e);
    while (is_good && (is_good = money_paper_list_next(&rows, &row, &has_row, e)) && has_row) {
        bool is_receipt = str_eq(row.kind, STR("remittance"));
        is_good = rupiah_add(is_receipt ? r->remitted : r->received, row.amount_rp, is_receipt ? &r->remitted : &r->received, e);
        for (size_t i = 0; is_good && i < r->channel_n; i++) {
            Rupiah *to = is_receipt ? &r->money[i].remitted : &r->money[i].received;
            if (str_eq(r->money[i].channel, row.channel)) is_good = rupiah_add(*to, row.amount_rp, to, e);
        }
    }
    money_paper_list_end(&rows);
    return is_good;
}

static int64_t whole(int64_t rp) { return rp < 0 ? -rp : rp; }

// What the books hold in each place against what the families there are owed; the sum of all gaps, whatever their sign.
static bool books_compare(Db *db, Arena *a, int64_t kab, Str stage, Reconcile *r, Err *e) {
    Accounts list;
    int64_t payable = 0, pending = 0, paid = 0, returned = 0, treasury = 0;
    if (!books_list(db, a, kab, stage, &list, e)) return false;
    for (size_t i = 0; i < list.n; i++) {
        const AccountSums *s = &list.at[i].sums;
        int64_t held = s->credit_posted.rp - s->debit_posted.rp;
        switch (list.at[i].kind) {
        case ACCOUNT_PROGRAMME_COST: r->cost.rp += s->debit_posted.rp; break;
        case ACCOUNT_PAYABLE: payable += held - s->debit_pending.rp; break;
        case ACCOUNT_IN_TRANSIT: pending += s->credit_pending.rp; paid += held; break;
        case ACCOUNT_RETURNED: returned += held; break;
        case ACCOUNT_DUE_TO_TREASURY: treasury += s->credit_posted.rp; break;
        case ACCOUNT_UNIDENTIFIED: r->unidentified.rp += held; break;
        default: break;
        }
    }
    const ReconcileSum *at = r->total.at;
    int64_t owed = at[PLACE_HELD].amount.rp + at[PLACE_FAILED].amount.rp, waiting = at[PLACE_WAITING].amount.rp, on_its_way = at[PLACE_ON_ITS_WAY].amount.rp;
    if (r->cost.rp > 0)                        // before the last signature nothing is owed, and there is nothing to compare
        r->unexplained.rp = whole(r->cost.rp - r->total.all.amount.rp) + whole(payable + pending - owed - waiting - on_its_way) + whole(returned - at[PLACE_RETURNED].amount.rp) +
                            whole(paid - at[PLACE_CREDITED].amount.rp - at[PLACE_WITHDRAWN].amount.rp) + whole(treasury - at[PLACE_TREASURY].amount.rp);
    for (size_t i = 0; i < r->channel_n; i++) r->money[i].owed = r->channels[i].all.amount, r->money[i].due.rp = r->channels[i].at[PLACE_TREASURY].amount.rp - r->money[i].remitted.rp;
    return true;
}

bool reconcile_read(Db *db, Arena *a, int64_t kab, Str stage, Reconcile *out, Err *e) {
    Reconcile r = { .channel_n = 0 };
    Counting c = { a, &r };
    ReconcileTrayRow tray;
    bool has_row;
    if (!rows_make(db, a, kab, &r, e) || !payment_each(db, kab, stage, STR(""), 1, INT64_MAX - 1, payment_count, &c, e) || !papers_read(db, kab, stage, &r, e) ||
        !books_compare(db, a, kab, stage, &r, e) || !reconcile_tray(db, (ReconcileTrayArgs){ .kab = kab, .stage = stage }, &tray, &has_row, e)) return false;
    r.tray_n = tray.open_n;
    *out = r;
    return true;
}

// ---- a paper ------------------------------------------------------------------------------------------------------------

typedef struct { const Viewer *viewer; const MoneyPaper *paper; Instant now; bool is_new; } Recording;

static bool paper_check(const MoneyPaper *p, Err *e) {
    size_t i = 0;
    while (PACK_CHANNELS[i] && !str_eq(p->channel, str_c(PACK_CHANNELS[i]))) i++;
    if (!PACK_CHANNELS[i]) return fail(e, BAD_INPUT, "Say whose money it is: the channel BRI or POS.");
    if (!p->number.n || p->number.n > 40 || !str_is_utf8(p->number)) return fail(e, BAD_INPUT, "The paper's number has 1 to 40 letters.");
    for (size_t k = 0; k < p->number.n; k++) if ((unsigned char)p->number.p[k] < ' ') return fail(e, BAD_INPUT, "The paper's number has 1 to 40 letters.");
    if (p->amount.rp <= 0 || p->amount.rp > TRANSFER_RP_MAX) return fail(e, BAD_INPUT, "The paper's amount is more than Rp 0, in whole rupiah.");
    return date_is_known(p->on) || fail(e, BAD_INPUT, "Say of which day the paper is.");
}

static bool recording_work(Db *db, void *with, Err *e) {
    Recording *r = with;
    const MoneyPaper *p = r->paper;
    Arena a = { 0 };
    MoneyPaperKnownRow known;
    MoneyPaperLastRow last;
    bool is_known = false, has_last;
    int64_t transfer_id;
    Str kind = p->is_receipt ? STR("remittance") : STR("sp2d");
    r->is_new = false;
    bool is_good = money_paper_known(db, &a, (MoneyPaperKnownArgs){ .kab = p->kab, .kind = kind, .number = p->number }, &known, &is_known, e);
    bool is_same = is_good && is_known && str_eq(known.stage, p->stage) && str_eq(known.channel, p->channel) && known.amount_rp.rp == p->amount.rp && known.dated_on.days == p->on.days;
    int64_t known_rp = is_good && is_known ? known.amount_rp.rp : 0;
    arena_free(&a);
    if (!is_good || is_same) return is_good;
    if (is_known) return fail(e, CONFLICT, "This number stands there already, with Rp %lld. A paper counts once; look at the number again.", (long long)known_rp);
    AccountName bank = { ACCOUNT_PROGRAMME_BANK, p->channel, 0 };
    Transfer t = { .kab = p->kab, .stage = p->stage, .kind = TRANSFER_SINGLE, .debit = p->is_receipt ? (AccountName){ ACCOUNT_DUE_TO_TREASURY, p->channel, 0 } : bank,
        .credit = p->is_receipt ? bank : (AccountName){ ACCOUNT_TREASURY, STR(""), 0 }, .amount = p->amount, .reason = kind, .actor_id = r->viewer->user_id, .business_on = p->on, .at = r->now };
    AuditEntry entry = { .kab = p->kab, .actor_id = r->viewer->user_id, .action = p->is_receipt ? "payment.receipt" : "payment.sp2d", .subject = p->stage, .at = r->now,
        .fields = { AUDIT_TEXT("channel", p->channel), AUDIT_COUNT("amount_rp", p->amount.rp), AUDIT_COUNT("dated_on", p->on.days) } };
    Err clash = { 0 };
    if (!books_transfer(db, &t, &transfer_id, e) || !money_paper_last(db, (MoneyPaperLastArgs){ .kab = p->kab }, &last, &has_last, e)) return false;
    if (!money_paper_insert(db, (MoneyPaperInsertArgs){ .kab = p->kab, .id = last.last_id + 1, .stage = p->stage, .kind = kind, .channel = p->channel, .number = p->number,
            .amount_rp = p->amount, .dated_on = p->on, .transfer_id = transfer_id, .actor_id = r->viewer->user_id, .recorded_at = r->now }, NULL, &clash))
        return change_clashed(db, p->kab, &clash, e);
    r->is_new = true;
    return audit_write(db, &entry, e);
}

bool reconcile_paper(Db *db, const Viewer *viewer, const MoneyPaper *paper, Instant now, bool *is_new, Err *e) {
    Recording r = { viewer, paper, now, false };
    if (!authority_require(viewer, ACTION_PAY, paper->kab, e) || !paper_check(paper, e) || !change_do(db, recording_work, &r, e)) return false;
    *is_new = r.is_new;
    return true;
}

// ---- the tray -----------------------------------------------------------------------------------------------------------

bool settle_tray_list(Db *db, Arena *a, int64_t kab, Str stage, int64_t after_id, int64_t limit_n, TrayRows *out, Err *e) {
    ReconcileTrayRowsRows rows;
    ReconcileTrayRowsRow row;
    TrayRows list = { NEW(a, TrayRow, (size_t)limit_n), 0 };
    bool has_row = false, is_good = reconcile_tray_rows(db, (ReconcileTrayRowsArgs){ .kab = kab, .stage = stage, .after_id = after_id, .limit_n = limit_n }, &rows, e);
    while (is_good && (is_good = reconcile_tray_rows_next(&rows, &row, &has_row, e)) && has_row)
        list.at[list.n++] = (TrayRow){ row.id, row.family_id == INT64_MIN ? 0 : row.family_id, row.attempt_n == INT64_MIN ? 0 : row.attempt_n, row.file_id, row.file_line_n,
            arena_str(a, row.kind), arena_str(a, row.why), arena_str(a, row.reference), row.reason.p ? arena_str(a, row.reason) : STR(""), arena_str(a, row.state), row.amount_rp, row.happened_on };
    reconcile_tray_rows_end(&rows);
    if (is_good) *out = list;
    return is_good;
}

const char *settle_tray_why(Str why) {
    static const struct { const char *code, *title; } WHYS[] = {
        { "stranger", N_("names no payment of ours") }, { "ambiguous", N_("names several of our payments") }, { "not_ordered", N_("this payment was not handed over") },
        { "unclear", N_("cannot be read for certain") }, { "late", N_("speaks of an earlier attempt") }, { "amount", N_("another amount than we ordered") },
        { "contradicts", N_("contradicts what was proven before") } };
    for (size_t i = 0; i < sizeof WHYS / sizeof *WHYS; i++) if (str_eq(why, str_c(WHYS[i].code))) return tr(WHYS[i].title);
    return tr(N_("for a person to look at"));
}
