// rule.h: the rule of the bench, written as plainly as it can be: the reference that every engine must agree with.
//
// A stage pays annual / stages of the channel, rounded down. At most 2 pregnant and 2 aged 0 to 6, at most 4 members a
// family, the most valuable first; of equally valuable ones, one that met the condition is kept before one that failed,
// then the lower component. A kept member that failed gets 75 %, rounded down. Three strikes: suspended, amount 0.
#ifndef BENCH_RULE_H
#define BENCH_RULE_H
#include "population.h"

typedef struct { int64_t amount, n; } BenchTotal;          // of one component: rupiah and kept members
typedef struct { int64_t amount; bool is_suspended; } BenchPayment;

int64_t rule_stage_amount(Channel channel, Component component, bool is_failed);
// The payment of the family; adds what each component got to totals[COMPONENTS_N].
BenchPayment rule_payment(const BenchFamily *f, BenchTotal *totals);
#endif
