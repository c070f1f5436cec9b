// population_csv N family|member: the population as CSV on standard output, as the peers load it.
//   family: family_id,district,branch,channel,strikes      member: member_id,family_id,component,failed
#include "population.h"
#include <stdio.h>
#include <stdlib.h>

enum { LINE_MAX_BYTES = 128, OUTPUT_BYTES = 1 << 20 };

static char *put(char *at, int64_t v, char end) {
    char digits[20];
    int n = 0;
    do { digits[n++] = (char)('0' + v % 10); v /= 10; } while (v);
    while (n) *at++ = digits[--n];
    *at++ = end;
    return at;
}

static char *put_family(char *at, const BenchFamily *f) {
    at = put(at, f->family_id, ',');
    at = put(at, f->district, ',');
    at = put(at, f->branch, ',');
    at = put(at, f->channel, ',');
    return put(at, f->strikes, '\n');
}

static char *put_member(char *at, const BenchFamily *f, int m) {
    at = put(at, f->first_member_id + m, ',');
    at = put(at, f->family_id, ',');
    at = put(at, f->members[m].component, ',');
    return put(at, f->members[m].is_failed, '\n');
}

int main(int argc, char **argv) {
    if (argc != 3 || (strcmp(argv[2], "family") != 0 && strcmp(argv[2], "member") != 0)) {
        fprintf(stderr, "population_csv N family|member\n");
        return 2;
    }
    bool are_members = strcmp(argv[2], "member") == 0;
    static char output[OUTPUT_BYTES];
    char *at = output, *last = output + OUTPUT_BYTES - FAMILY_MEMBERS_MAX * LINE_MAX_BYTES;
    Population population;
    BenchFamily family;
    population_start(&population, strtoll(argv[1], NULL, 10));
    while (population_next(&population, &family)) {
        if (are_members) for (int m = 0; m < family.members_n; m++) at = put_member(at, &family, m);
        else at = put_family(at, &family);
        if (at < last) continue;
        fwrite(output, 1, (size_t)(at - output), stdout);
        at = output;
    }
    fwrite(output, 1, (size_t)(at - output), stdout);
    if (fflush(stdout) == 0 && !ferror(stdout)) return 0;
    perror("population_csv");
    return 1;
}
