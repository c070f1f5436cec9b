// settle.c: see settle.h. The payments of the stages are laid out in memory, a few bytes a family; every line changes them there, by
// one table of what may follow what; then what changed is written, packed.
#include "payment/settle.h"
#include "base/lang.h"
#include "office/audit.h"
#include "office/change.h"
#include "files/pain001.h"
#include "office/district.h"
#include "payment/books.h"
#include "payment/channel.h"
#include "payment/payment.h"
#include "payment/payment_id.h"
#include "payment_settle.sql.h"
#include <stdlib.h>

static const char *const KINDS[SETTLE_KIND_N] = { "pending", "credited", "withdrawn", "failed", "returned", "other" };
const char *settle_kind_name(SettleKind kind) { return KINDS[kind]; }

// ---- payments in memory -----------------------------------------------------------------------------------------------

typedef enum { AT_NONE, AT_ORDERED, AT_CREDITED, AT_WITHDRAWN, AT_FAILED, AT_RETURNED, AT_BEYOND } At;      // BEYOND: a person decided on it already
static const char *const AT_NAMES[] = { "", "ordered", "credited", "withdrawn", "failed", "returned", "" };

typedef struct { int64_t family_id; Rupiah amount; int32_t batch_id, attempt_n, credited_on, happened_on; uint8_t at, stored_at; bool has_row; } Place;
typedef struct { int64_t id, pending_id, family_n; Str channel; bool is_cash; PaymentId message; } PlaceBatch;
typedef struct { Str name; Place *places; size_t place_n, place_max; PlaceBatch *batches; size_t batch_n; bool is_loaded; } PlaceStage;

// What one line changed. Moves are sorted before they are written.
typedef struct { uint32_t stage_at, place_at; int64_t line_n; int32_t on; uint8_t to; Str reason; } Move;
typedef struct { int64_t line_n; uint32_t stage_at; SettleKind kind; const char *why; int64_t family_id, attempt_n; Str reference, reason; Rupiah amount; Date on; bool is_money_in; Hash hash; } TrayLine;

typedef struct {
    Db *db;
    const Viewer *viewer;
    const SettleWhat *what;
    Instant now;
    Date today;
    bool is_apply;
    Arena arena;
    PlaceStage *stages;
    Str *names;
    size_t stage_n, stranger_at;
    Move *moves;
    size_t move_n, move_max;
    TrayLine *tray;
    size_t tray_n, tray_max;
    SettleResult result;
} Settling;

static void *room_for_one(Arena *a, void *at, size_t n, size_t *max, size_t size) {
    if (n < *max) return at;
    *max = *max ? 2 * *max : 256;
    void *more = arena_alloc(a, size, _Alignof(max_align_t), *max);
    if (n) memcpy(more, at, n * size);
    return more;
}

static At at_of(const Payment *p) {
    switch (p->state) {
    case PAYMENT_ORDERED: return AT_ORDERED;
    case PAYMENT_CREDITED: return AT_CREDITED;
    case PAYMENT_WITHDRAWN: return AT_WITHDRAWN;
    case PAYMENT_PARTICULAR: break;
    default: return AT_NONE;
    }
    for (At at = AT_ORDERED; at <= AT_RETURNED; at++) if (str_eq(p->attempt_state, str_c(AT_NAMES[at]))) return at;
    return AT_BEYOND;
}

typedef struct { Settling *s; PlaceStage *stage; } Filling;
static bool place_take(void *with, const Payment *p, Err *e) {
    Filling *f = with;
    At at = at_of(p);
    (void)e;
    if (at == AT_NONE) return true;
    f->stage->places = room_for_one(&f->s->arena, f->stage->places, f->stage->place_n, &f->stage->place_max, sizeof(Place));
    f->stage->places[f->stage->place_n++] = (Place){ .family_id = p->family_id, .amount = p->amount, .batch_id = (int32_t)p->batch_id, .attempt_n = (int32_t)p->attempt_n,
        .credited_on = p->credited_on.days, .happened_on = p->happened_on.days, .at = (uint8_t)at, .stored_at = (uint8_t)at, .has_row = p->state == PAYMENT_PARTICULAR };
    return true;
}

static bool batches_fill(Settling *s, PlaceStage *stage, Err *e) {
    SettleBatchesRows rows;
    SettleBatchesRow row;
    size_t max = 0;
    bool has_row = false, is_good = settle_batches(s->db, (SettleBatchesArgs){ .kab = s->what->kab, .stage = stage->name }, &rows, e);
    while (is_good && (is_good = settle_batches_next(&rows, &row, &has_row, e)) && has_row) {
        stage->batches = room_for_one(&s->arena, stage->batches, stage->batch_n, &max, sizeof(PlaceBatch));
        PlaceBatch *b = &stage->batches[stage->batch_n++];
        *b = (PlaceBatch){ .id = row.id, .pending_id = row.pending_id, .family_n = row.family_n, .channel = arena_str(&s->arena, row.channel), .is_cash = channel_pays_cash(row.channel) };
        is_good = payment_id_message(STR("PKH"), s->what->kab, stage->name, row.channel, row.part_n, 1, &b->message, e);
    }
    settle_batches_end(&rows);
    return is_good;
}

// A stage is laid out when the first line speaks of it.
static bool stage_load(Settling *s, PlaceStage *stage, Err *e) {
    if (stage->is_loaded) return true;
    stage->is_loaded = true;
    return batches_fill(s, stage, e) && payment_each(s->db, s->what->kab, stage->name, STR(""), 1, INT64_MAX - 1, place_take, &(Filling){ s, stage }, e);
}

static bool stages_list(Settling *s, Err *e) {
    SettleStagesRows rows;
    SettleStagesRow row;
    size_t max = 0;
    bool has_row = false, is_good = settle_stages(s->db, (SettleStagesArgs){ .kab = s->what->kab }, &rows, e);
    while (is_good && (is_good = settle_stages_next(&rows, &row, &has_row, e)) && has_row) {
        s->stages = room_for_one(&s->arena, s->stages, s->stage_n, &max, sizeof(PlaceStage));
        s->stages[s->stage_n++] = (PlaceStage){ .name = arena_str(&s->arena, row.stage) };
    }
    settle_stages_end(&rows);
    if (!is_good) return false;
    if (!s->stage_n) return fail(e, CONFLICT, "Nothing of district %lld has been handed to a channel yet, so nothing can be answered.", (long long)s->what->kab);
    s->names = NEW(&s->arena, Str, s->stage_n);
    s->stranger_at = s->stage_n;
    for (size_t i = 0; i < s->stage_n; i++) {
        s->names[i] = s->stages[i].name;
        if (!s->what->stage.n || str_eq(s->what->stage, s->names[i])) s->stranger_at = i;
    }
    return s->stranger_at < s->stage_n || fail(e, NOT_FOUND, "Nothing of stage %.*s has been handed to a channel.", STR_ARG(s->what->stage));
}

static const PlaceBatch *batch_find(const PlaceStage *stage, int64_t id) {
    for (size_t i = 0; i < stage->batch_n; i++) if (stage->batches[i].id == id) return &stage->batches[i];
    return NULL;
}

static Place *place_find(PlaceStage *stage, int64_t family_id) {
    size_t low = 0, high = stage->place_n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (stage->places[middle].family_id < family_id) low = middle + 1; else high = middle;
    }
    return low < stage->place_n && stage->places[low].family_id == family_id ? &stage->places[low] : NULL;
}

// ---- whose line -------------------------------------------------------------------------------------------------------

static bool is_plain(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '/' || c == '.'; }

static PlaceStage *stage_find(Settling *s, const char *name) {
    for (size_t i = 0; i < s->stage_n; i++) if (str_eq(s->names[i], str_c(name))) return &s->stages[i];
    return NULL;
}

// ---- one line ---------------------------------------------------------------------------------------------------------

static bool sum_add(SettleSum *sum, Rupiah amount, Err *e) {
    sum->n++;
    return rupiah_add(sum->amount, amount, &sum->amount, e);
}

// The reference is kept where it is one: letters, digits and - / . of it, never a sentence that may hold a name.
static Str reference_keep(Arena *a, Str id) {
    bool may = id.n > 0 && id.n <= PAYMENT_ID_MAX;
    for (size_t k = 0; may && k < id.n; k++) may = is_plain(id.p[k]);
    return may ? arena_str(a, id) : STR("");
}

static Hash line_hash(const SettleLine *line, Rupiah amount) {
    Hasher h;
    int64_t figures[] = { line->kind, amount.rp, date_is_known(line->on) ? line->on.days : 0, line->is_money_in, line->name.family_id, line->name.attempt_n };
    hash_start(&h);
    hash_add(&h, figures, sizeof figures);
    const Str texts[] = { str_c(line->name.stage), line->whole, line->reference, line->remark };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        int64_t n = (int64_t)texts[i].n;
        hash_add(&h, &n, sizeof n);
        if (n) hash_add(&h, texts[i].p, texts[i].n);
    }
    return hash_end(&h);
}

static bool tray_put(Settling *s, const SettleLine *line, size_t stage_at, const char *why, const SettleName *name, Err *e) {
    Rupiah amount = line->has_amount ? line->amount : (Rupiah){ 0 };
    s->tray = room_for_one(&s->arena, s->tray, s->tray_n, &s->tray_max, sizeof *s->tray);
    s->tray[s->tray_n++] = (TrayLine){ line->line_n, (uint32_t)stage_at, line->kind, why, name ? name->family_id : 0, name ? name->attempt_n : 0, reference_keep(&s->arena, line->reference),
        line->reason.n ? arena_str(&s->arena, str_part(line->reason, 0, 35)) : STR(""), amount, line->on, line->is_money_in && !name, line_hash(line, amount) };
    return sum_add(&s->result.tray, amount, e);
}

static void move_put(Settling *s, size_t stage_at, Place *p, At to, const SettleLine *line) {
    int32_t on = date_is_known(line->on) ? line->on.days : s->today.days;
    s->moves = room_for_one(&s->arena, s->moves, s->move_n, &s->move_max, sizeof *s->moves);
    s->moves[s->move_n++] = (Move){ (uint32_t)stage_at, (uint32_t)(p - s->stages[stage_at].places), line->line_n, on, (uint8_t)to,
                                          line->reason.n ? arena_str(&s->arena, str_part(line->reason, 0, 35)) : STR("") };
    p->at = (uint8_t)to;
    p->happened_on = on;
    if (to == AT_CREDITED) p->credited_on = on;
}

// What a line does to a payment in a state: R it was known; P nothing yet; T for a person; or it moves. A word without proof moves nothing
// but a refusal.
enum { R = 100, P, T };
static const uint8_t FOLLOWS[AT_BEYOND + 1][SETTLE_OTHER] = {
    /*                pending  credited     withdrawn     failed     returned    */
    [AT_NONE]      = { T,      T,           T,            T,         T },
    [AT_ORDERED]   = { P,      AT_CREDITED, AT_WITHDRAWN, AT_FAILED, AT_RETURNED },
    [AT_CREDITED]  = { R,      R,           AT_WITHDRAWN, T,         AT_RETURNED },
    [AT_WITHDRAWN] = { R,      R,           R,            T,         T },
    [AT_FAILED]    = { R,      T,           T,            R,         R },
    [AT_RETURNED]  = { R,      R,           T,            R,         R },
    [AT_BEYOND]    = { R,      T,           T,            T,         T },
};

static bool place_move(Settling *s, size_t stage_at, Place *p, uint8_t to, const SettleLine *line, Err *e) {
    bool is_cash = batch_find(&s->stages[stage_at], p->batch_id)->is_cash;
    At from = (At)p->at;
    if (from == AT_ORDERED && to != AT_FAILED) {                        // whatever came later, it was credited first
        move_put(s, stage_at, p, AT_CREDITED, line);
        if (!sum_add(&s->result.credited, p->amount, e)) return false;
    }
    if (to == AT_CREDITED && is_cash) to = AT_WITHDRAWN;                // handed over the counter: it is in the family's hand
    if (to == AT_CREDITED) return true;
    move_put(s, stage_at, p, (At)to, line);
    return sum_add(to == AT_FAILED ? &s->result.failed : to == AT_RETURNED ? &s->result.returned : &s->result.withdrawn, p->amount, e);
}

// A whole message of ours, or a block of it, of which its lines say nothing: refused is refused, all else is no news.
static bool whole_take(Settling *s, const SettleLine *line, Err *e) {
    for (size_t i = 0; i < s->stage_n; i++) {
        PlaceStage *stage = &s->stages[i];
        if (!stage_load(s, stage, e)) return false;
        for (size_t k = 0; k < stage->batch_n; k++) {
            const PlaceBatch *b = &stage->batches[k];
            Str message = payment_id_str(&b->message);
            bool is_message = str_eq(line->whole, message), is_block = line->whole.n > message.n && line->whole.p[message.n] == '-' && str_eq(str_part(line->whole, 0, message.n), message);
            if (!is_message && !is_block) continue;
            if (line->kind != SETTLE_FAILED) return sum_add(&s->result.pending, (Rupiah){ 0 }, e);
            if (is_block && b->family_n > PAIN001_BLOCK_MAX) return tray_put(s, line, i, "unclear", NULL, e);         // which of the blocks?
            bool is_against = false;
            for (size_t at = 0; at < stage->place_n; at++) {
                Place *p = &stage->places[at];
                if (p->batch_id != b->id) continue;
                if (p->at == AT_ORDERED && !place_move(s, i, p, AT_FAILED, line, e)) return false;
                is_against |= p->at == AT_CREDITED || p->at == AT_WITHDRAWN;
            }
            return !is_against || tray_put(s, line, i, "contradicts", NULL, e);
        }
    }
    return tray_put(s, line, s->stranger_at, "stranger", NULL, e);
}

static bool line_take(void *with, const SettleLine *line, Err *e) {
    Settling *s = with;
    s->result.line_n++;
    if (line->whole.n) return whole_take(s, line, e);
    if (line->name_n > 1) return tray_put(s, line, s->stranger_at, "ambiguous", NULL, e);
    SettleName name = line->name;
    PlaceStage *stage = line->name_n ? stage_find(s, name.stage) : NULL;
    if (!stage || name.kab != s->what->kab) return tray_put(s, line, s->stranger_at, "stranger", NULL, e);
    size_t stage_at = (size_t)(stage - s->stages);
    if (!stage_load(s, stage, e)) return false;
    Place *p = place_find(stage, name.family_id);
    if (!p || !batch_find(stage, p->batch_id) || name.attempt_n > p->attempt_n) return tray_put(s, line, stage_at, "not_ordered", &name, e);
    bool is_late = name.attempt_n < p->attempt_n;
    SettleKind kind = line->kind;
    if (kind == SETTLE_OTHER) return tray_put(s, line, stage_at, "unclear", &name, e);
    if (is_late) return kind == SETTLE_PENDING || kind == SETTLE_FAILED ? sum_add(&s->result.repeated, p->amount, e) : tray_put(s, line, stage_at, "late", &name, e);
    if (line->has_amount && line->amount.rp != p->amount.rp) return tray_put(s, line, stage_at, "amount", &name, e);
    if (kind != SETTLE_PENDING && kind != SETTLE_FAILED && !line->is_proof) kind = SETTLE_PENDING;
    uint8_t does = FOLLOWS[p->at][kind];
    if (p->at == AT_RETURNED && kind == SETTLE_CREDITED && date_is_known(line->on) && line->on.days > p->happened_on) does = T;     // sent out once more
    if (does == P) return sum_add(&s->result.pending, p->amount, e);
    if (does == R) return sum_add(&s->result.repeated, p->amount, e);
    if (does == T) return tray_put(s, line, stage_at, "contradicts", &name, e);
    return place_move(s, stage_at, p, does, line, e);
}

// Equal strangers in one file are several (ten people may send the same sum); in another file they are the same ones.
static int tray_order(const void *a, const void *b) {
    const TrayLine *x = a, *y = b;
    int order = memcmp(&x->hash, &y->hash, sizeof x->hash);
    return order ? order : (x->line_n > y->line_n) - (x->line_n < y->line_n);
}
static void tray_number(Settling *s) {
    uint32_t times = 0;
    if (s->tray_n) qsort(s->tray, s->tray_n, sizeof *s->tray, tray_order);
    Hash base = { { 0 } };
    for (size_t i = 0; i < s->tray_n; i++) {
        times = i && hash_eq(&base, &s->tray[i].hash) ? times + 1 : 0;
        base = s->tray[i].hash;
        if (!times) continue;
        Hasher h;
        hash_start(&h);
        hash_add(&h, &base, sizeof base);
        hash_add(&h, &times, sizeof times);
        s->tray[i].hash = hash_end(&h);
    }
}

static int line_order(const void *a, const void *b) {
    const TrayLine *x = a, *y = b;
    return (x->line_n > y->line_n) - (x->line_n < y->line_n);
}

// What waits in the tray already, out of another file, does not come in again.
static bool tray_filter(Settling *s, Err *e) {
    size_t n = 0;
    tray_number(s);
    for (size_t i = 0; i < s->tray_n; i++) {
        SettleTrayKnownRow known;
        bool is_known = false;
        if (!settle_tray_known(s->db, (SettleTrayKnownArgs){ .kab = s->what->kab, .line_hash = s->tray[i].hash }, &known, &is_known, e)) return false;
        if (!is_known) { s->tray[n++] = s->tray[i]; continue; }
        s->result.tray.n--;
        if (!rupiah_subtract(s->result.tray.amount, s->tray[i].amount, &s->result.tray.amount, e) || !sum_add(&s->result.repeated, s->tray[i].amount, e)) return false;
    }
    s->tray_n = n;
    if (n) qsort(s->tray, n, sizeof *s->tray, line_order);
    return true;
}

// ---- writing ----------------------------------------------------------------------------------------------------------

// By stage, batch, what happened (credits before what follows them), day and family.
static _Thread_local const PlaceStage *sort_stages;         // qsort gives its comparison nothing else
static int move_order(const void *a, const void *b) {
    const Move *x = a, *y = b;
    if (x->stage_at != y->stage_at) return x->stage_at < y->stage_at ? -1 : 1;
    const Place *p = &sort_stages[x->stage_at].places[x->place_at], *q = &sort_stages[y->stage_at].places[y->place_at];
    if (p->batch_id != q->batch_id) return p->batch_id < q->batch_id ? -1 : 1;
    if (x->to != y->to) return x->to < y->to ? -1 : 1;
    if (x->on != y->on) return x->on < y->on ? -1 : 1;
    return (x->place_at > y->place_at) - (x->place_at < y->place_at);
}

static Place *place_of(Settling *s, const Move *a) { return &s->stages[a->stage_at].places[a->place_at]; }

static Date day(int32_t days) { return (Date){ .days = days }; }

// One settlement of all in moves[0 … n) that are packed; *transfer_id for a credit.
static bool settlement_write(Settling *s, const Move *moves, size_t n, int64_t transfer_id, Err *e) {
    SettlementLastRow last;
    Buf data = { .max = BUF_MAX };
    Rupiah amount = { 0 };
    int64_t family_n = 0, first_id = 0, last_id = 0;
    bool has_last, is_good = settlement_last(s->db, (SettlementLastArgs){ .kab = s->what->kab }, &last, &has_last, e);
    for (size_t i = 0; is_good && i < n; i++) {
        const Place *p = place_of(s, &moves[i]);
        if (p->has_row) continue;
        uint32_t id = (uint32_t)p->family_id;
        buf_bytes(&data, &id, sizeof id);
        if (!family_n++) first_id = p->family_id;
        last_id = p->family_id;
        is_good = rupiah_add(amount, p->amount, &amount, e);
    }
    if (is_good && family_n) {
        bool is_credit = moves[0].to == AT_CREDITED;
        Err clash = { 0 };
        is_good = settlement_insert(s->db, (SettlementInsertArgs){ .kab = s->what->kab, .id = last.last_id + 1, .stage = s->names[moves[0].stage_at],
            .batch_id = place_of(s, moves)->batch_id, .file_id = s->result.file_id, .kind = str_c(AT_NAMES[moves[0].to]), .first_id = first_id, .last_id = last_id,
            .family_n = family_n, .amount_rp = amount, .family_data = buf_view(&data), .happened_on = day(moves[0].on),
            .transfer_id = is_credit ? transfer_id : INT64_MIN }, NULL, &clash) || change_clashed(s->db, s->what->kab, &clash, e);
    }
    buf_free(&data);
    return is_good;
}

// The row of one payment: written when it had none, moved when it had.
static bool attempt_write(Settling *s, const Move *a, Place *p, Err *e) {
    Str stage = s->names[a->stage_at], reason = a->reason.n ? a->reason : (Str){ 0 };
    bool is_live = a->to != AT_FAILED;
    int64_t changed_n = 0;
    Date credited_on = p->credited_on == DATE_NONE.days ? DATE_NONE : day(p->credited_on);
    if (!p->has_row) {
        p->has_row = true;
        p->stored_at = a->to;
        return attempt_first(s->db, (AttemptFirstArgs){ .kab = s->what->kab, .stage = stage, .family_id = p->family_id, .is_live = is_live, .state = str_c(AT_NAMES[a->to]),
            .channel = batch_find(&s->stages[a->stage_at], p->batch_id)->channel, .amount_rp = p->amount, .batch_id = p->batch_id, .reason = reason, .recorded_at = s->now,
            .happened_on = day(a->on), .credited_on = credited_on }, NULL, e);
    }
    if (!attempt_move(s->db, (AttemptMoveArgs){ .kab = s->what->kab, .stage = stage, .family_id = p->family_id, .n = p->attempt_n, .old_state = str_c(AT_NAMES[p->stored_at]),
        .state = str_c(AT_NAMES[a->to]), .is_live = is_live, .reason = reason, .happened_on = day(a->on), .credited_on = credited_on }, &changed_n, e)) return false;
    p->stored_at = a->to;
    return changed_n == 1 || fail(e, BUSY, "Somebody else is settling the same payment. Try again.");
}

static bool exception_write(Settling *s, const Move *a, int64_t transfer_id, Err *e) {
    Place *p = place_of(s, a);
    Str stage = s->names[a->stage_at];
    AttemptEventLastRow last;
    bool has_last;
    return attempt_write(s, a, p, e) &&
           attempt_event_last(s->db, (AttemptEventLastArgs){ .kab = s->what->kab, .stage = stage, .family_id = p->family_id }, &last, &has_last, e) &&
           attempt_event_insert(s->db, (AttemptEventInsertArgs){ .kab = s->what->kab, .stage = stage, .family_id = p->family_id, .event_n = last.last_n + 1,
               .attempt_n = p->attempt_n, .kind = str_c(AT_NAMES[a->to]), .batch_id = p->batch_id, .amount_rp = p->amount, .reason = a->reason.n ? a->reason : (Str){ 0 },
               .happened_on = day(a->on), .file_id = s->result.file_id, .file_line_n = a->line_n, .transfer_id = transfer_id ? transfer_id : INT64_MIN,
               .actor_id = s->viewer->user_id, .recorded_at = s->now }, NULL, e);
}

// The books' word for it: a post, a void, or the money's way back. A withdrawal moves nothing.
static bool group_book(Settling *s, const Move *a, Rupiah amount, int64_t *transfer_id, Err *e) {
    const PlaceBatch *b = batch_find(&s->stages[a->stage_at], place_of(s, a)->batch_id);
    Transfer t = { .kab = s->what->kab, .stage = s->names[a->stage_at], .amount = amount, .batch_id = b->id, .reason = str_c(AT_NAMES[a->to]), .actor_id = s->viewer->user_id,
                   .business_on = day(a->on), .at = s->now };
    *transfer_id = 0;
    if (a->to == AT_WITHDRAWN) return true;
    if (a->to == AT_RETURNED) {
        t.kind = TRANSFER_SINGLE;
        t.debit = (AccountName){ ACCOUNT_IN_TRANSIT, b->channel, b->id };
        t.credit = (AccountName){ ACCOUNT_RETURNED, b->channel, 0 };
    } else {
        t.kind = a->to == AT_CREDITED ? TRANSFER_POST : TRANSFER_VOID;
        t.pending_id = b->pending_id;
    }
    return books_transfer(s->db, &t, transfer_id, e);
}

// Moves of one stage, batch, kind and day.
static bool group_write(Settling *s, const Move *moves, size_t n, Err *e) {
    Rupiah amount = { 0 };
    int64_t transfer_id;
    bool is_packed = moves[0].to == AT_CREDITED || moves[0].to == AT_WITHDRAWN;
    for (size_t i = 0; i < n; i++) if (!rupiah_add(amount, place_of(s, &moves[i])->amount, &amount, e)) return false;
    if (!group_book(s, moves, amount, &transfer_id, e) || (is_packed && !settlement_write(s, moves, n, transfer_id, e))) return false;
    for (size_t i = 0; i < n; i++) if ((!is_packed || place_of(s, &moves[i])->has_row) && !exception_write(s, &moves[i], transfer_id, e)) return false;
    return true;
}

static bool actions_write(Settling *s, Err *e) {
    sort_stages = s->stages;
    if (s->move_n) qsort(s->moves, s->move_n, sizeof *s->moves, move_order);
    for (size_t from = 0, n; from < s->move_n; from += n) {
        const Move *a = &s->moves[from];
        for (n = 1; from + n < s->move_n; n++) {
            const Move *b = &a[n];
            if (b->stage_at != a->stage_at || b->to != a->to || b->on != a->on || place_of(s, b)->batch_id != place_of(s, a)->batch_id) break;
        }
        if (!group_write(s, a, n, e)) return false;
    }
    return true;
}

static bool tray_write(Settling *s, Err *e) {
    SettleTrayLastRow last;
    bool has_last;
    if (!s->tray_n || !settle_tray_last(s->db, (SettleTrayLastArgs){ .kab = s->what->kab }, &last, &has_last, e)) return !s->tray_n;
    for (size_t i = 0; i < s->tray_n; i++) {
        const TrayLine *l = &s->tray[i];
        int64_t transfer_id = 0;
        Date on = date_is_known(l->on) ? l->on : s->today;
        Transfer t = { .kab = s->what->kab, .stage = s->names[l->stage_at], .kind = TRANSFER_SINGLE, .debit = { ACCOUNT_PROGRAMME_BANK, STR(""), 0 },
            .credit = { ACCOUNT_UNIDENTIFIED, STR(""), 0 }, .amount = l->amount, .reason = STR("unidentified"), .actor_id = s->viewer->user_id, .business_on = on, .at = s->now };
        if (l->is_money_in && l->amount.rp > 0 && !books_transfer(s->db, &t, &transfer_id, e)) return false;
        Err clash = { 0 };
        if (!settle_tray_insert(s->db, (SettleTrayInsertArgs){ .kab = s->what->kab, .id = last.last_id + 1 + (int64_t)i, .stage = s->names[l->stage_at], .file_id = s->result.file_id,
                .file_line_n = l->line_n, .line_hash = l->hash, .kind = str_c(KINDS[l->kind]), .why = str_c(l->why), .family_id = l->family_id ? l->family_id : INT64_MIN,
                .attempt_n = l->family_id ? l->attempt_n : INT64_MIN, .reference = l->reference, .reason = l->reason.n ? l->reason : (Str){ 0 }, .amount_rp = l->amount,
                .happened_on = l->on, .transfer_id = transfer_id ? transfer_id : INT64_MIN }, NULL, &clash)) return change_clashed(s->db, s->what->kab, &clash, e);
    }
    return true;
}

// ---- a file -----------------------------------------------------------------------------------------------------------

static Hash result_hash(const Settling *s) {
    Hasher h;
    const SettleResult *r = &s->result;
    const SettleSum sums[] = { r->credited, r->withdrawn, r->failed, r->returned, r->pending, r->repeated, r->tray };
    hash_start(&h);
    hash_add(&h, &s->what->file_hash, sizeof s->what->file_hash);
    hash_add(&h, s->names[s->stranger_at].p, s->names[s->stranger_at].n);
    for (size_t i = 0; i < sizeof sums / sizeof *sums; i++) {
        int64_t figures[] = { sums[i].n, sums[i].amount.rp };
        hash_add(&h, figures, sizeof figures);
    }
    return hash_end(&h);
}

static bool file_known(Settling *s, SettleFileKnownRow *known, bool *is_known, Err *e) {
    return settle_file_known(s->db, (SettleFileKnownArgs){ .kab = s->what->kab, .file_hash = s->what->file_hash, .format = s->what->format, .message = s->what->message }, known, is_known, e);
}

static bool file_write(Settling *s, Err *e) {
    SettleFileLastRow last;
    Err clash = { 0 };
    bool has_last;
    const SettleResult *r = &s->result;
    if (!settle_file_last(s->db, (SettleFileLastArgs){ .kab = s->what->kab }, &last, &has_last, e)) return false;
    s->result.file_id = last.last_id + 1;
    AuditEntry entry = { .kab = s->what->kab, .actor_id = s->viewer->user_id, .action = "payment.settle", .subject = s->names[s->stranger_at], .at = s->now,
        .fields = { AUDIT_COUNT("file_id", s->result.file_id), AUDIT_HASH("file_hash", &s->what->file_hash), AUDIT_TEXT("format", s->what->format), AUDIT_COUNT("line_n", r->line_n),
                    AUDIT_COUNT("credited_n", r->credited.n), AUDIT_COUNT("credited_rp", r->credited.amount.rp), AUDIT_COUNT("withdrawn_n", r->withdrawn.n),
                    AUDIT_COUNT("failed_n", r->failed.n), AUDIT_COUNT("failed_rp", r->failed.amount.rp), AUDIT_COUNT("returned_n", r->returned.n),
                    AUDIT_COUNT("returned_rp", r->returned.amount.rp), AUDIT_COUNT("tray_n", r->tray.n), AUDIT_HASH("seen_hash", &r->hash) } };
    if (!settle_file_insert(s->db, (SettleFileInsertArgs){ .kab = s->what->kab, .id = s->result.file_id, .stage = s->names[s->stranger_at], .format = s->what->format,
            .message = s->what->message, .file_hash = s->what->file_hash, .line_n = r->line_n, .actor_id = s->viewer->user_id, .taken_at = s->now }, NULL, &clash))
        return change_clashed(s->db, s->what->kab, &clash, e);
    return actions_write(s, e) && tray_write(s, e) && audit_write(s->db, &entry, e);
}

static bool settle_once(Settling *s, Err *e) {
    static const Hash ANY = { { 0 } };
    SettleFileKnownRow known;
    bool is_known = false;
    if (!file_known(s, &known, &is_known, e)) return false;
    if (is_known && hash_eq(&known.file_hash, &s->what->file_hash)) return s->result.taken_before_id = known.id, true;
    if (!stages_list(s, e) || !s->what->source.each(s->what->source.with, line_take, s, e)) return false;
    if (is_known && known.line_n != s->result.line_n)
        return fail(e, CONFLICT, "File %lld was the message \"%.*s\" too, with %lld lines; this one has %lld. Ask its sender which one holds.", (long long)known.id,
                    STR_ARG(s->what->message), (long long)known.line_n, (long long)s->result.line_n);
    if (is_known) return s->result = (SettleResult){ .taken_before_id = known.id }, true;
    if (!tray_filter(s, e)) return false;
    s->result.hash = result_hash(s);
    if (!s->is_apply) return true;
    if (!hash_eq(&s->what->seen_hash, &ANY) && !hash_eq(&s->what->seen_hash, &s->result.hash))
        return fail(e, CONFLICT, "Since you looked, something has changed, and the file would do something else now. Look again before you take it in.");
    return file_write(s, e);
}

static bool settle_work(Db *db, void *with, Err *e) {
    const Settling *from = with;
    Settling s = *from;
    (void)db;
    bool is_good = settle_once(&s, e);
    arena_free(&s.arena);
    if (is_good) ((Settling *)with)->result = s.result;
    return is_good;
}

static bool settle_begin(const Viewer *viewer, const SettleWhat *what, Err *e) { return authority_require(viewer, ACTION_PAY, what->kab, e); }

bool settle_preview(Db *db, const Viewer *viewer, const SettleWhat *what, Instant now, SettleResult *out, Err *e) {
    Settling s = { .db = db, .viewer = viewer, .what = what, .now = now, .today = district_day(what->kab, now) };
    if (!settle_begin(viewer, what, e)) return false;
    bool is_mine = !db_in_transaction(db);
    if (is_mine && !db_begin_read(db, e)) return false;
    bool is_good = settle_work(db, &s, e);
    if (is_mine) db_rollback(db);
    if (is_good) *out = s.result;
    return is_good;
}

bool settle_apply(Db *db, const Viewer *viewer, const SettleWhat *what, Instant now, SettleResult *out, Err *e) {
    Settling s = { .db = db, .viewer = viewer, .what = what, .now = now, .today = district_day(what->kab, now), .is_apply = true };
    if (!settle_begin(viewer, what, e) || !change_do(db, settle_work, &s, e)) return false;
    *out = s.result;
    return true;
}
