#include "rule.h"

enum { SUSPENDED_FROM = 3, KEPT_MAX = 4, UNLIMITED = FAMILY_MEMBERS_MAX };
static const int64_t ANNUAL[COMPONENTS_N] = { 0, 3000000, 3000000, 900000, 1500000, 2000000, 2400000, 2400000 };
static const int LIMIT_OF[COMPONENTS_N] = { 0, 2, 2, UNLIMITED, UNLIMITED, UNLIMITED, UNLIMITED, UNLIMITED };
static const int64_t STAGES[CHANNELS_N] = { [CHANNEL_BANK] = 6, [CHANNEL_POST] = 4 };

int64_t rule_stage_amount(Channel channel, Component component, bool is_failed) {
    int64_t amount = ANNUAL[component] / STAGES[channel];
    return is_failed ? amount * 75 / 100 : amount;
}

static bool goes_before(Channel channel, const BenchMember *a, const BenchMember *b) {
    int64_t amount_a = rule_stage_amount(channel, a->component, false), amount_b = rule_stage_amount(channel, b->component, false);
    if (amount_a != amount_b) return amount_a > amount_b;
    if (a->is_failed != b->is_failed) return !a->is_failed;
    return a->component < b->component;
}

BenchPayment rule_payment(const BenchFamily *f, BenchTotal *totals) {
    if (f->strikes >= SUSPENDED_FROM) return (BenchPayment){ 0, true };
    const BenchMember *order[FAMILY_MEMBERS_MAX];
    for (int i = 0; i < f->members_n; i++) {
        int at = i;
        for (; at > 0 && goes_before(f->channel, &f->members[i], order[at - 1]); at--) order[at] = order[at - 1];
        order[at] = &f->members[i];
    }
    BenchPayment payment = { 0 };
    int kept_of[COMPONENTS_N] = { 0 }, kept_n = 0;
    for (int i = 0; i < f->members_n && kept_n < KEPT_MAX; i++) {
        Component c = order[i]->component;
        if (kept_of[c] == LIMIT_OF[c]) continue;
        int64_t amount = rule_stage_amount(f->channel, c, order[i]->is_failed);
        kept_of[c]++;
        kept_n++;
        payment.amount += amount;
        totals[c].amount += amount;
        totals[c].n++;
    }
    return payment;
}
