// paylist_sample.c: paylist-sample DB STAGE FILE.csv|.xlsx: a pay list of the invented Padang in DB as the Ministry would send it, with
// differences from our closing (src/payment/paylist_sample.h). For the demo. Nobody in it exists.
#include "payment/paylist_sample.h"

int main(int n, char **args) {
    Err e = { 0 };
    Db *db;
    PaylistExpected x;
    TableFormat format;
    const char *dot = n == 4 ? strrchr(args[3], '.') : NULL;
    if (!dot || !table_format_parse(str_c(dot + 1), &format)) {
        fputs("paylist-sample DB STAGE FILE.csv|FILE.xlsx\n", stderr);
        return 2;
    }
    PaylistSample sample = { .seed = 1, .kab = 1371, .family_n = synth_composition_families(), .stage = str_c(args[2]), .period = "", .wave_n = 1 };
    if (!db_open(str_c(args[1]), (DbOptions){ .is_read_only = true, .must_exist = true }, &db, &e)) { fprintf(stderr, "%s\n", e.text); return 1; }
    bool is_good = paylist_sample_write(db, &sample, format, args[3], &x, &e);
    db_close(db);
    if (!is_good) { fprintf(stderr, "%s\n", e.text); return 1; }
    printf("{\"rows\":%lld,\"total\":%lld}\n", (long long)x.row_n, (long long)x.total.rp);
    return 0;
}
