// channel_list.c: the nominative list of one village on paper: by name, to be signed by each who is paid.
#include "base/lang.h"
#include "files/nominative.h"
#include "office/practice.h"
#include "payment/channel.h"
#include "registry/area.h"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static int name_order(const void *a, const void *b) {
    const Payable *x = *(const Payable *const *)a, *y = *(const Payable *const *)b;
    int order = str_cmp(x->payee.name, y->payee.name);
    return order ? order : (x->family_id > y->family_id) - (x->family_id < y->family_id);
}

static Str address_line(Arena *a, const Payee *p) {
    if (!p->rt.n && !p->rw.n) return p->address;
    return arena_fmt(a, "%.*s RT %.*s/RW %.*s", STR_ARG(p->address), STR_ARG(p->rt), STR_ARG(p->rw));
}

// The village's payments by name; *at: the place of one of them in the batch, for the names of the areas.
static size_t village_payments(const BatchWork *w, int64_t village_id, const Payable **out, size_t *at) {
    size_t n = 0;
    for (size_t i = 0; i < w->payments->n; i++) {
        if (w->payments->at[i].village_id != village_id) continue;
        *at = i;
        out[n++] = &w->payments->at[i];
    }
    qsort(out, n, sizeof *out, name_order);
    return n;
}

static Pdf *list_make(const BatchWork *w, const ChannelFile *f) {
    const Payable **list = NEW(w->arena, const Payable *, w->payments->n);
    size_t at = 0, n = village_payments(w, f->village_id, list, &at);
    Nominative head = { .office = w->batch->payer_name, .stage = w->stage_label, .village = w->village[at], .kecamatan = w->kecamatan[at], .kabupaten = w->district,
        .batch = arena_fmt(w->arena, "%s-%lld", w->message.text, (long long)f->village_id), .place = area_name_short(w->district), .created_at = w->batch->reserved_at,
        .band = w->is_practice ? str_c(practice_band()) : STR("") };
    Pdf *p = nominative_new(&head);
    for (size_t i = 0; i < n; i++) {
        Buf nik = { .max = 64 };
        nik_put_masked(&nik, list[i]->payee.nik);
        nominative_row(p, list[i]->payee.name, buf_view(&nik), address_line(w->arena, &list[i]->payee), list[i]->amount);
        buf_free(&nik);
    }
    nominative_end(p, &head);
    return p;
}

// Paper is in Indonesian, whoever writes it: the same command must give the same bytes.
bool list_write(const BatchWork *w, const ChannelFile *f, const char *path, Err *e) {
    OutFile *out;
    FileProof proof;
    int pages_n;
    Lang lang = lang_get();
    if (!outfile_open(path, &out, e)) return false;
    lang_set(LANG_ID);
    Pdf *p = list_make(w, f);
    bool is_good = pdf_write(p, outfile_sink(out), &pages_n, e);
    pdf_free(p);
    lang_set(lang);
    if (is_good) return outfile_finish(out, &proof, e);
    outfile_abort(out);
    return false;
}

// Paper has no reader of its own here (the tests use another program's); its count and sum are those of the payments it was made from.
bool list_recount(const BatchWork *w, const ChannelFile *f, const char *path, TemplateTotals *out, FileProof *proof, Err *e) {
    TemplateTotals totals = { 0, { 0 } };
    for (size_t i = 0; i < w->payments->n; i++) {
        if (w->payments->at[i].village_id != f->village_id) continue;
        totals.count++;
        if (!rupiah_add(totals.sum, w->payments->at[i].amount, &totals.sum, e)) return false;
    }
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) return fail(e, IO_FAILED, "The file %s cannot be read.", path);
    bool is_good = file_prove(fd, proof, e);
    close(fd);
    if (is_good) *out = totals;
    return is_good;
}
