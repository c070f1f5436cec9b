// compare N: reads one engine's result on standard input and compares it, row by row, with a plain C loop over the population.
// Prints one JSON object; exit code 1 when anything differs, and the first difference on standard error.
//
// Lines, in this order:
//   family_id,amount,status             one for each family, in order; status 1 = suspended
//   ledger,rows,sum,weighted            weighted = sum of amount * ((family_id - 1) % 1000 + 1)
//   total,district,component,amount,n   those with n > 0, in order of (district, component)
#include "rule.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static BenchTotal totals[DISTRICTS_N + 1][COMPONENTS_N];
static int64_t line_n;

__attribute__((format(printf, 1, 2)))
static bool differs(const char *format, ...) {
    va_list args;
    va_start(args, format);
    fprintf(stderr, "line %lld: ", (long long)line_n);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    return false;
}

static const char *next_line(void) {
    static char line[256];
    line_n++;
    if (!fgets(line, sizeof line, stdin)) return "";
    line[strcspn(line, "\r\n")] = 0;
    return line;
}

// "12,3400,0" without the cost of scanf: 10 million lines come through here.
static int64_t number(const char **at) {
    int64_t v = 0;
    while (**at >= '0' && **at <= '9') v = v * 10 + *(*at)++ - '0';
    if (**at == ',') (*at)++;
    return v;
}

static bool expect(const char *wanted) {
    const char *found = next_line();
    return strcmp(found, wanted) == 0 || differs("wanted \"%s\", found \"%s\"", wanted, found);
}

typedef struct { int64_t families_n, paid_n, suspended_n, members_n, sum, weighted; } Seen;

static bool payments_agree(int64_t families_n, Seen *seen) {
    Population population;
    BenchFamily family;
    population_start(&population, families_n);
    while (population_next(&population, &family)) {
        BenchPayment wanted = rule_payment(&family, totals[family.district]);
        const char *line = next_line(), *at = line;
        int64_t id = number(&at), amount = number(&at), status = number(&at);
        if (id != family.family_id || amount != wanted.amount || status != wanted.is_suspended || *at)
            return differs("wanted %lld,%lld,%d, found \"%s\"", (long long)family.family_id, (long long)wanted.amount, wanted.is_suspended, line);
        seen->families_n++;
        seen->paid_n += amount > 0;
        seen->suspended_n += status;
        seen->members_n += family.members_n;
        seen->sum += amount;
        seen->weighted += amount * ((id - 1) % 1000 + 1);
    }
    return true;
}

static bool totals_agree(void) {
    char wanted[128];
    for (int d = 1; d <= DISTRICTS_N; d++)
        for (int c = 1; c < COMPONENTS_N; c++) {
            BenchTotal t = totals[d][c];
            snprintf(wanted, sizeof wanted, "total,%d,%d,%lld,%lld", d, c, (long long)t.amount, (long long)t.n);
            if (t.n && !expect(wanted)) return false;
        }
    return true;
}

int main(int argc, char **argv) {
    if (argc != 2) { fprintf(stderr, "compare N <rows\n"); return 2; }
    Seen seen = { 0 };
    char ledger[128];
    bool is_equal = payments_agree(strtoll(argv[1], NULL, 10), &seen);
    snprintf(ledger, sizeof ledger, "ledger,%lld,%lld,%lld", (long long)seen.paid_n, (long long)seen.sum, (long long)seen.weighted);
    is_equal = is_equal && expect(ledger) && totals_agree() && expect("");
    int64_t kept_n = 0;
    for (int d = 1; d <= DISTRICTS_N; d++) for (int c = 1; c < COMPONENTS_N; c++) kept_n += totals[d][c].n;
    printf("{\"equal\": %s, \"families\": %lld, \"members\": %lld, \"paid\": %lld, \"suspended\": %lld, \"kept\": %lld, \"sum\": %lld, \"hash\": %lld}\n",
        is_equal ? "true" : "false", (long long)seen.families_n, (long long)seen.members_n, (long long)seen.paid_n, (long long)seen.suspended_n,
        (long long)kept_n, (long long)seen.sum, (long long)seen.weighted);
    return is_equal ? 0 : 1;
}
