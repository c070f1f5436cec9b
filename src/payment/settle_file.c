// settle_file.c: see settle_file.h. Heads say which message it is; lines are turned into what they say of one payment.
#include "payment/settle_file.h"
#include "files/outfile.h"
#include <unistd.h>

typedef struct { int fd; AnswerOptions options; Arena *a; SettleTake *take; void *taker; SettleFileResult *head_to; bool has_message; } Reading;

// What names this message: its own id, or what its sender counts statements by. Never an account in the clear.
static Str message_of(Arena *a, const AnswerHead *h) {
    if (h->format == ANSWER_TABLE) return STR("");
    Str name = h->message_id.n ? h->message_id : h->statement_id;
    if (!name.n) return STR("");
    if (h->format == ANSWER_PAIN002 || (!h->number_n && !h->page_n)) return arena_str(a, name);
    Hash account = hash_of(h->account.p, h->account.n);
    return arena_fmt(a, "%.*s %lld/%lld %02x%02x%02x%02x", STR_ARG(name), (long long)h->number_n, (long long)h->page_n, account.bytes[0], account.bytes[1], account.bytes[2], account.bytes[3]);
}

static bool head_take(void *of, const AnswerHead *h, Err *e) {
    Reading *r = of;
    SettleFileResult *to = r->head_to;
    (void)e;
    if (!to) return true;
    if (!r->has_message) to->message = message_of(r->a, h), to->version = arena_str(r->a, h->version), to->format = h->format;
    r->has_message = true;
    to->is_unconfirmed |= h->is_unconfirmed;
    to->fault_n += h->fault_n;
    to->unbalanced_n += h->balance == ANSWER_DIFFERS || h->stated == ANSWER_DIFFERS;
    return true;
}

static SettleKind kind_of(const AnswerLine *l) {
    if (l->fault != ANSWER_GOOD) return SETTLE_OTHER;
    switch (l->kind) {
    case ANSWER_REJECTED: return SETTLE_FAILED;
    case ANSWER_SETTLED: return l->is_proof ? SETTLE_CREDITED : SETTLE_PENDING;        // booked on our statement: inside one bank it is there at once
    case ANSWER_CREDITED: return SETTLE_CREDITED;
    case ANSWER_WITHDRAWN: return SETTLE_WITHDRAWN;
    case ANSWER_RETURNED: return SETTLE_RETURNED;
    case ANSWER_ENTRY: return SETTLE_OTHER;
    case ANSWER_UNKNOWN: case ANSWER_ACCEPTED: case ANSWER_NOT_COLLECTED: case ANSWER_KINDS_N: break;
    }
    return SETTLE_PENDING;
}

// The surest kind of match decides; what is left of a cut name proves nothing by itself.
static void names_fill(const AnswerLine *l, SettleLine *line) {
    AnswerMatch found[ANSWER_MATCHES_MAX];
    size_t n = answer_match_ids(l, STR(""), found);
    for (size_t i = 0; i < n && found[i].kind == found[0].kind && found[0].kind <= MATCH_REMARK; i++) {
        if (line->name_n++) continue;
        line->name = (SettleName){ .kab = found[i].kab, .family_id = found[i].family_id, .attempt_n = found[i].attempt_n };
        snprintf(line->name.stage, sizeof line->name.stage, "%s", found[i].stage);
    }
}

static bool line_pass(void *of, const AnswerHead *h, const AnswerLine *l, Err *e) {
    Reading *r = of;
    SettleLine line = { .line_n = l->line_n, .kind = kind_of(l), .is_proof = l->is_proof, .is_money_in = l->is_proof && !l->is_debit && l->kind == ANSWER_ENTRY,
        .reference = l->end_to_end_id.n ? l->end_to_end_id : l->instruction_id.n ? l->instruction_id : l->bank_reference, .remark = l->remark,
        .reason = l->reason_code.n ? l->reason_code : l->status, .has_amount = l->has_amount && l->fault == ANSWER_GOOD, .amount = l->amount,
        .on = date_is_known(l->booked_on) ? l->booked_on : l->value_on };
    if (!r->take) return true;
    if (l->scope == ANSWER_OF_PAYMENT) names_fill(l, &line);
    else line.whole = l->scope == ANSWER_OF_FILE || !l->batch_id.n ? h->original_message_id : l->batch_id;
    return r->take(r->taker, &line, e);
}

static bool file_each(void *with, SettleTake *take, void *taker, Err *e) {
    Reading r = *(const Reading *)with;
    Arena a = { 0 };
    AnswerSummary summary;
    r.take = take, r.taker = taker, r.head_to = NULL;
    bool is_good = answer_read_fd(r.fd, r.options, (AnswerSink){ &r, head_take, line_pass }, &a, &summary, e);
    arena_free(&a);
    return is_good;
}

bool settle_file(Db *db, Arena *a, const Viewer *viewer, int fd, const SettleFileWhat *what, Instant now, SettleFileResult *out, Err *e) {
    Reading r = { .fd = fd, .options = { .sheet = what->sheet }, .a = a };
    SettleFileResult result = { .version = STR(""), .message = STR("") };
    AnswerSummary summary;
    FileProof proof;
    if (!authority_require(viewer, ACTION_PAY, what->kab, e) || (what->layout.n && !answer_template_find(what->layout, a, &r.options.as, e))) return false;
    r.head_to = &result;
    if (!file_prove(fd, &proof, e) || !answer_read_fd(fd, r.options, (AnswerSink){ &r, head_take, line_pass }, a, &summary, e)) return false;
    r.head_to = NULL;
    result.statement_n = summary.statement_n;
    SettleWhat settle = { .kab = what->kab, .stage = what->stage, .format = str_c(answer_format_name(result.format)), .message = result.message, .file_hash = proof.sha256,
                          .source = { file_each, &r }, .seen_hash = what->seen_hash };
    if (!(what->is_apply ? settle_apply : settle_preview)(db, viewer, &settle, now, &result.settle, e)) return false;
    *out = result;
    return true;
}
