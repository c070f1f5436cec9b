// life_payee.c: another payee or another account: asked by one person, done by the signature of another.
#include "registry/life_work.h"

#define PAYEE_YEARS_MIN 17             // who has an identity card of his own
#define ACCOUNT_MIN 6                  // digits of an account of a bank other than BRI
#define ACCOUNT_MAX 20

typedef struct { Arena *arena; const LifePayee *payee; ApprovalRequest *request; bool *is_new; } Asking;

static Str subject_of(Arena *a, int64_t family_id) { return arena_fmt(a, "family %lld", (long long)family_id); }

// Everything that the maker sees and the signer signs.
typedef struct { int64_t kab, family_id, old_payee_id, payee_id; Str old_channel, old_account, channel, account; bool is_same_account; Date on; } Seen;

static void seen_text(Hasher *h, Str text) {
    uint64_t n = text.n;
    hash_add(h, &n, sizeof n);
    hash_add(h, text.p, text.n);
}

static Hash seen_hash(const Seen *s) {
    Hasher h;
    int64_t numbers[] = { s->kab, s->family_id, s->old_payee_id, s->payee_id, s->is_same_account, s->on.days };
    hash_start(&h);
    hash_add(&h, numbers, sizeof numbers);
    seen_text(&h, s->old_channel);
    seen_text(&h, s->old_account);
    seen_text(&h, s->channel);
    seen_text(&h, s->account);
    return hash_end(&h);
}

// ---- asking -------------------------------------------------------------------------------------------------------------------
static bool account_check(const LifePayee *p, Str old_account, Str old_channel, Err *e) {
    bool is_pos = str_eq(p->channel, STR("POS"));
    if (pack_channel_find(p->channel) < 0) return fail(e, BAD_INPUT, "\"%.*s\" is no channel: POS, BRI, BNI, MANDIRI, BTN or BSI.", STR_ARG(p->channel));
    if (p->is_same_account && (p->account.n || !str_eq(p->channel, old_channel) || (!is_pos && !old_account.n)))
        return fail(e, BAD_INPUT, "The account can only go on where there is one, in the same channel.");
    if (p->is_same_account) return true;
    if (is_pos) return p->account.n == 0 || fail(e, BAD_INPUT, "Who is paid by POS needs no account.");
    if (p->account.n == 0) return fail(e, BAD_INPUT, "Without an account the family is paid by POS until there is one.");
    if (str_eq(p->channel, STR("BRI"))) {
        IdentityFault fault = bri_account_check(p->account);
        return fault == IDENTITY_OK || fail(e, BAD_INPUT, "The account %s.", identity_fault_text(fault));
    }
    return (str_is_digits(p->account) && p->account.n >= ACCOUNT_MIN && p->account.n <= ACCOUNT_MAX) ||
           fail(e, BAD_INPUT, "An account has %d to %d digits.", ACCOUNT_MIN, ACCOUNT_MAX);
}

static bool payee_check(const Life *l, const LifePayee *p, Err *e) {
    LifeMember *m;
    if (!life_member_find(l, p->payee_id, &m, e)) return false;
    if (date_is_known(m->born_on) && date_age_years(m->born_on, l->act->on) < PAYEE_YEARS_MIN)
        return fail(e, BAD_INPUT, "Person %lld is younger than %d and cannot receive the money for the family.", (long long)m->id, PAYEE_YEARS_MIN);
    if (p->payee_id == l->f.payee_id && (p->is_same_account || (p->account.n == 0 && str_eq(p->channel, l->f.channel))))
        return fail(e, BAD_INPUT, "Nothing would change: the payee and the account are the same.");
    return true;
}

static bool proposal_write(Life *l, const LifePayee *p, const Hash *hash, Err *e) {
    LifeProposalLastRow last;
    LifeProposalNewestRow newest;
    Str hidden;
    Err clash = { 0 };
    bool found;
    LifeProposalNewestArgs args = { .kab = l->act->kab, .family_id = l->act->family_id };
    if (!life_proposal_newest(l->db, l->a, args, &newest, &found, e)) return false;
    if (found && hash_eq(&newest.seen_hash, hash) && (p->account.n == 0) == (newest.account_data.n == 0)) return true;
    if (!life_proposal_last(l->db, (LifeProposalLastArgs){ .kab = l->act->kab }, &last, &found, e) ||
        !life_number_hide(l->db, l->a, l->act->kab, l->act->family_id, p->account, &hidden, e)) return false;
    LifeProposalInsertArgs row = { .kab = l->act->kab, .id = last.last_id + 1, .family_id = l->act->family_id, .payee_id = p->payee_id, .channel = p->channel,
        .is_same_account = p->is_same_account, .account_data = hidden, .happened_on = l->act->on, .note = l->act->note.n ? l->act->note : (Str){ 0 },
        .seen_hash = *hash, .maker_id = l->act->actor.user_id, .made_at = l->act->at };
    return life_proposal_insert(l->db, row, NULL, &clash) || change_clashed(l->db, l->act->kab, &clash, e);
}

static bool seen_read(Life *l, Seen *out, Err *e) {
    *out = (Seen){ .kab = l->act->kab, .family_id = l->act->family_id, .old_payee_id = l->f.payee_id, .old_channel = l->f.channel, .on = l->act->on };
    return life_number_read(l->db, l->a, NUMBER_ACCOUNT, (NumberPlace){ l->act->kab, l->act->family_id, 0 }, &out->old_account, e);
}

static bool ask_work(Life *l, const void *what, Err *e) {
    const Asking *x = what;
    LifePayee p = *x->payee;
    Seen seen;
    p.account = str_trim(p.account);
    if (!payee_check(l, &p, e) || !seen_read(l, &seen, e) || !account_check(&p, seen.old_account, seen.old_channel, e)) return false;
    seen.payee_id = p.payee_id, seen.channel = p.channel, seen.account = p.account, seen.is_same_account = p.is_same_account;
    Hash hash = seen_hash(&seen);
    ApprovalAsk ask = { .kab = l->act->kab, .subject = subject_of(x->arena, l->act->family_id), .seen_hash = hash,
                        .link = arena_fmt(x->arena, "/family/%lld/%lld/life", (long long)l->act->kab, (long long)l->act->family_id) };
    return proposal_write(l, &p, &hash, e) && approval_ask(l->db, x->arena, &l->act->actor, &PAYEE_APPROVAL, &ask, l->act->at, x->request, x->is_new, e);
}

bool life_payee_ask(Db *db, Arena *a, const LifeAct *act, const LifePayee *payee, ApprovalRequest *out, bool *is_new, Err *e) {
    ApprovalRequest request;
    bool new_one;
    Asking asking = { a, payee, &request, &new_one };
    LifeResult result;
    if (!life_do(db, act, LIFE_OF_OPEN, ask_work, &asking, &result, e)) return false;
    *out = request;
    *is_new = new_one;
    return true;
}

// ---- the last signature ---------------------------------------------------------------------------------------------------------
static bool subject_family(Str subject, int64_t *family_id) {
    Str head = STR("family ");
    return str_starts(subject, head) && str_int64(str_part(subject, head.n, subject.n), family_id);
}

// The newest proposal of the family beside the family as it is now, and what that comes to.
static bool proposal_load(Life *l, LifeProposalNewestRow *p, Str *account, Hash *hash, bool *found, Err *e) {
    Seen seen;
    LifeProposalNewestArgs args = { .kab = l->act->kab, .family_id = l->act->family_id };
    if (!life_proposal_newest(l->db, l->a, args, p, found, e) || !*found) return !e->code;
    if (!life_family_load(l, l->act->kab, l->act->family_id, found, e) || !*found) return !e->code;
    LifeMember *m = life_member_any(l, p->payee_id);
    *found = m && !m->is_gone && !str_eq(l->f.status, STR("left"));
    if (!*found) return true;
    if (!seen_read(l, &seen, e) || !life_number_show(l->db, l->a, l->act->kab, l->act->family_id, p->account_data, account, e)) return false;
    seen.on = p->happened_on, seen.payee_id = p->payee_id, seen.channel = p->channel, seen.account = *account, seen.is_same_account = p->is_same_account;
    *hash = seen_hash(&seen);
    return true;
}

static bool payee_now(Db *db, int64_t kab, Str subject, Hash *out, bool *is_there, Err *e) {
    Arena arena = { 0 };
    LifeAct act = { .kab = kab };
    Life l = { .db = db, .a = &arena, .act = &act };
    LifeProposalNewestRow p;
    Str account;
    *is_there = false;
    bool is_good = !subject_family(subject, &act.family_id) || proposal_load(&l, &p, &account, out, is_there, e);
    arena_free(&arena);
    return is_good;
}

static bool payee_apply(Life *l, const LifeProposalNewestRow *p, Str account, Err *e) {
    NumberPlace place = { l->act->kab, l->act->family_id, 0 };
    int64_t old_payee = l->f.payee_id > 0 ? l->f.payee_id : 0;
    LifeFact payee = { .kind = LIFE_PAYEE, .person_id = p->payee_id, .old_value = old_payee ? arena_fmt(l->a, "%lld", (long long)old_payee) : STR(""),
                       .new_value = arena_fmt(l->a, "%lld", (long long)p->payee_id),
                       .fields = { AUDIT_CHANGE("payee_id", l->f.payee_id, p->payee_id), AUDIT_COUNT("is_same_account", p->is_same_account) } };
    LifeFact money = { .kind = LIFE_ACCOUNT, .old_value = l->f.channel, .new_value = p->channel, .fields = { AUDIT_CHANGE("channel", l->f.channel, p->channel) } };
    if (old_payee != p->payee_id && (!life_payee_set(l, place.kab, place.family_id, p->payee_id, e) || !life_fact(l, &payee, e))) return false;
    if (p->is_same_account) return true;
    LifeFamilyChannelArgs paid_by = { .kab = place.kab, .id = place.family_id, .channel = p->channel, .recorded_at = l->act->at };
    return life_family_channel(l->db, paid_by, NULL, e) && life_number_change(l->db, NUMBER_ACCOUNT, place, account, e) && life_fact(l, &money, e);
}

static bool payee_finish_in(Life *l, LifeAct *act, const ApprovalRequest *request, Err *e) {
    LifeProposalNewestRow p;
    Str account = { 0 };
    Hash hash;
    bool found = false;
    if (!proposal_load(l, &p, &account, &hash, &found, e)) return false;
    if (!found || !hash_eq(&hash, &request->seen_hash))
        return fail(e, CONFLICT, "Family %lld was changed since this was asked. Look at it and ask again.", (long long)act->family_id);
    act->on = p.happened_on;
    act->note = p.note;
    return payee_apply(l, &p, account, e) && life_proposal_done(l->db, (LifeProposalDoneArgs){ .kab = act->kab, .id = p.id }, NULL, e) &&
           life_refresh(l, act->kab, act->family_id, e);
}

static bool payee_finish(Db *db, const Viewer *signer, const ApprovalRequest *request, Instant now, Err *e) {
    Arena arena = { 0 };
    LifeAct act = { .kab = request->kab, .actor = *signer, .at = now };
    Life l = { .db = db, .a = &arena, .act = &act };
    bool is_good = subject_family(request->subject, &act.family_id) ? payee_finish_in(&l, &act, request, e)
                                                                     : fail(e, CONFLICT, "The request names no family.");
    arena_free(&arena);
    return is_good;
}

const ApprovalKind PAYEE_APPROVAL = {
    .name = "account", .title = N_("Another payee or account"), .now = payee_now, .finish = payee_finish,
    .act = N_("With the last signature the family's money goes to this payee and account."),
};

bool life_proposal_open(Db *db, Arena *a, int64_t kab, int64_t family_id, LifeProposal *out, bool *is_found, Err *e) {
    LifeAct act = { .kab = kab, .family_id = family_id };
    Life l = { .db = db, .a = a, .act = &act };
    LifeProposalNewestRow p;
    bool found;
    *is_found = false;
    if (!life_proposal_newest(db, a, (LifeProposalNewestArgs){ .kab = kab, .family_id = family_id }, &p, &found, e)) return false;
    if (!found) return true;
    LifeProposal x = { .id = p.id, .payee_id = p.payee_id, .channel = p.channel, .note = p.note, .is_same_account = p.is_same_account, .has_account = p.account_data.n > 0,
                       .on = p.happened_on };
    if (!approval_find(db, a, kab, &PAYEE_APPROVAL, subject_of(a, family_id), &p.seen_hash, &x.request, &found, e)) return false;
    if (!found || x.request.state != REQUEST_OPEN) return true;
    if (!life_family_load(&l, kab, family_id, &found, e) || !found) return !e->code;
    x.old_payee_id = l.f.payee_id > 0 ? l.f.payee_id : 0;
    x.old_channel = l.f.channel;
    *out = x;
    *is_found = true;
    return true;
}
