// channel.c: which files each channel takes, and how ours become theirs. A bank's or the post's own layout is a template
// (rules/channels); pain.001 is the standard that banks share.
#include "payment/channel.h"
#include "files/latin.h"
#include "files/pain001.h"
#include "office/practice.h"
#include "payment_files.h"
#include <stdlib.h>

typedef bool FileWrite(const BatchWork *w, const ChannelFile *f, const char *path, Err *e);
typedef bool FileRecount(const BatchWork *w, const ChannelFile *f, const char *path, TemplateTotals *out, FileProof *proof, Err *e);
#define KINDS_MAX 4                    // kinds of files that one channel takes
typedef struct {
    const char *channel, *bic;
    bool needs_account;
    struct { const char *kind, *ending; bool is_by_village; FileWrite *write; FileRecount *recount; } kinds[KINDS_MAX];   // the ending completes a name
} Channel;

static FileWrite pain_write, bulk_write, nominative_write;
static FileRecount pain_recount, bulk_recount, nominative_recount;

static const Channel CHANNELS[] = {
    { "BRI", "BRINIDJA", true, { { "pain001", ".xml", false, pain_write, pain_recount }, { "bulk", "-bulk.csv", false, bulk_write, bulk_recount } } },
    { "POS", "", false, { { "nominative", "-danom.csv", false, nominative_write, nominative_recount }, { "list", ".pdf", true, list_write, list_recount } } },
};

static const Channel *channel_find(Str code) {
    for (size_t i = 0; i < sizeof CHANNELS / sizeof *CHANNELS; i++) if (str_eq(code, str_c(CHANNELS[i].channel))) return &CHANNELS[i];
    return NULL;
}

bool channel_needs_account(Str code) {
    const Channel *c = channel_find(code);
    return !c || c->needs_account;
}

bool channel_pays_cash(Str code) {
    const Channel *c = channel_find(code);
    return c && !c->needs_account;
}

// ---- the files of a batch ----------------------------------------------------------------------------------------

// "Lubuk Buaya" -> "Lubuk-Buaya": a name that no file system and no mail minds.
static Str name_plain(Arena *a, Str name) {
    Buf b = { .max = 4 * name.n + 16 };
    latin_put(&b, name, (LatinOptions){ .is_upper = false });
    for (size_t i = 0; i < b.n; i++) if (!((b.p[i] | 32) >= 'a' && (b.p[i] | 32) <= 'z') && !(b.p[i] >= '0' && b.p[i] <= '9')) b.p[i] = '-';
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

static int village_order(const void *a, const void *b) {
    const ChannelFile *x = a, *y = b;
    return (x->village_id > y->village_id) - (x->village_id < y->village_id);
}

// One file for each village that has somebody in the batch, by code.
static bool village_files(const BatchWork *w, ChannelFile file, const char *ending, ChannelFiles *out, Err *e) {
    ChannelFile *first = out->at + out->n;
    size_t n = 0;
    for (size_t i = 0; i < w->payments->n; i++) {
        const Payable *p = &w->payments->at[i];
        size_t k = 0;
        while (k < n && first[k].village_id != p->village_id) k++;
        if (k == n) {
            first[n] = file;
            first[n].village_id = p->village_id;
            first[n++].name = arena_fmt(w->arena, "%.*s-%lld-%.*s%s", STR_ARG(file.name), (long long)p->village_id, STR_ARG(name_plain(w->arena, w->village[i])), ending);
        }
        first[k].expected.count++;
        if (!rupiah_add(first[k].expected.sum, p->amount, &first[k].expected.sum, e)) return false;
    }
    qsort(first, n, sizeof *first, village_order);
    out->n += n;
    return true;
}

bool channel_files(const BatchWork *w, ChannelFiles *out, Err *e) {
    const Channel *c = channel_find(w->batch->channel);
    if (!c) return fail(e, NOT_FOUND, "No file is known that the channel %.*s takes; docs/channels.md says how to describe one.", STR_ARG(w->batch->channel));
    Str name = arena_fmt(w->arena, "%s%s", w->is_practice ? PRACTICE_MARK "-" : "", w->message.text);
    ChannelFiles files = { NEW(w->arena, ChannelFile, KINDS_MAX + w->payments->n), 0 };
    for (size_t i = 0; i < KINDS_MAX && c->kinds[i].kind; i++) {
        ChannelFile file = { .kind = c->kinds[i].kind, .name = name, .write = c->kinds[i].write, .recount = c->kinds[i].recount };
        if (c->kinds[i].is_by_village) {
            if (!village_files(w, file, c->kinds[i].ending, &files, e)) return false;
            continue;
        }
        file.name = arena_fmt(w->arena, "%.*s%s", STR_ARG(name), c->kinds[i].ending);
        file.expected = (TemplateTotals){ w->batch->family_n, w->batch->amount };
        files.at[files.n++] = file;
    }
    *out = files;
    return true;
}

static Str practice_text(const BatchWork *w, Str text) { return w->is_practice ? arena_fmt(w->arena, PRACTICE_MARK " %.*s", STR_ARG(text)) : text; }

// ---- pain.001 ----------------------------------------------------------------------------------------------------

static bool pain_put(const BatchWork *w, PainWriter *writer, const Payable *p, Err *e) {
    PaymentId id;
    if (!payment_id_family(w->batch->kab, p->family_id, w->batch->stage, p->attempt_n, &id, e)) return false;
    Str remark = practice_text(w, arena_fmt(w->arena, "%.*s %.*s %s", STR_ARG(w->programme), STR_ARG(w->batch->stage), id.text));
    return pain001_put(writer, &(PainPayment){ .instruction_id = payment_id_str(&id), .end_to_end_id = payment_id_str(&id), .amount = p->amount,
        .creditor_name = p->payee.name, .creditor_account = p->payee.account, .remittance = remark }, e);
}

static bool pain_write(const BatchWork *w, const ChannelFile *f, const char *path, Err *e) {
    (void)f;
    Str payer = practice_text(w, w->batch->payer_name);
    PainOrder order = { .message_id = payment_id_str(&w->message), .created_at = w->batch->reserved_at, .initiator_name = payer, .debtor_name = payer,
        .debtor_account = w->batch->payer_account, .debtor_bic = str_c(channel_find(w->batch->channel)->bic), .requested_on = w->requested_on,
        .count = w->batch->family_n, .sum = w->batch->amount };
    PainWriter *writer;
    FileProof proof;
    if (!pain001_open(path, &order, &writer, e)) return false;
    for (size_t i = 0; i < w->payments->n; i++) {
        if (pain_put(w, writer, &w->payments->at[i], e)) continue;
        pain001_abort(writer);
        return false;
    }
    return pain001_finish(writer, &proof, e);
}

static bool pain_recount(const BatchWork *w, const ChannelFile *f, const char *path, TemplateTotals *out, FileProof *proof, Err *e) {
    (void)f;
    PainCount count;
    if (!pain001_recount(path, &count, e)) return false;
    if (!str_eq(str_c(count.message_id), payment_id_str(&w->message))) return fail(e, CONFLICT, "The file says it is %s, not %s.", count.message_id, w->message.text);
    *out = (TemplateTotals){ count.count, count.sum };
    *proof = count.proof;
    return true;
}

// ---- templates: what a template may name --------------------------------------------------------------------------

enum { FILE_REQUESTED_ON, FILE_DEBIT_ACCOUNT, FILE_MESSAGE_ID, FILE_STAGE, FILE_OFFICE, FILE_FIELDS };
enum { ROW_REFERENCE, ROW_NAME, ROW_LATIN_NAME, ROW_NIK, ROW_ACCOUNT, ROW_ADDRESS, ROW_VILLAGE, ROW_KECAMATAN, ROW_STAGE, ROW_REMARK, ROW_AMOUNT, ROW_FIELDS };
static const TemplateField FILE_FIELD[FILE_FIELDS] = {
    [FILE_REQUESTED_ON] = { "requested_on", FIELD_DATE }, [FILE_DEBIT_ACCOUNT] = { "debit_account", FIELD_TEXT }, [FILE_MESSAGE_ID] = { "message_id", FIELD_TEXT },
    [FILE_STAGE] = { "stage", FIELD_TEXT }, [FILE_OFFICE] = { "office", FIELD_TEXT },
};
static const TemplateField ROW_FIELD[ROW_FIELDS] = {
    [ROW_REFERENCE] = { "reference", FIELD_TEXT }, [ROW_NAME] = { "name", FIELD_TEXT }, [ROW_LATIN_NAME] = { "latin_name", FIELD_TEXT }, [ROW_NIK] = { "nik", FIELD_TEXT },
    [ROW_ACCOUNT] = { "account", FIELD_TEXT }, [ROW_ADDRESS] = { "address", FIELD_TEXT }, [ROW_VILLAGE] = { "village", FIELD_TEXT },
    [ROW_KECAMATAN] = { "kecamatan", FIELD_TEXT }, [ROW_STAGE] = { "stage", FIELD_TEXT }, [ROW_REMARK] = { "remark", FIELD_TEXT }, [ROW_AMOUNT] = { "amount", FIELD_RUPIAH },
};
static const TemplateFields FIELDS = { FILE_FIELD, ROW_FIELD, FILE_FIELDS, ROW_FIELDS };

static Str latin_name(const BatchWork *w, Str name) {
    Buf b = { .max = 4 * name.n + 16 };
    latin_put(&b, name, (LatinOptions){ .is_upper = true });
    Str out = arena_str(w->arena, buf_view(&b));
    buf_free(&b);
    return out;
}

static Str address_line(const BatchWork *w, const Payee *p) {
    if (!p->rt.n && !p->rw.n) return p->address;
    return arena_fmt(w->arena, "%.*s RT %.*s RW %.*s", STR_ARG(p->address), STR_ARG(p->rt), STR_ARG(p->rw));
}

static bool row_put(const BatchWork *w, TemplateWriter *writer, size_t i, Err *e) {
    const Payable *p = &w->payments->at[i];
    PaymentId id;
    if (!payment_id_family(w->batch->kab, p->family_id, w->batch->stage, p->attempt_n, &id, e)) return false;
    TemplateValue row[ROW_FIELDS] = {
        [ROW_REFERENCE] = { .text = payment_id_str(&id) }, [ROW_NAME] = { .text = p->payee.name }, [ROW_LATIN_NAME] = { .text = latin_name(w, p->payee.name) },
        [ROW_NIK] = { .text = p->payee.nik }, [ROW_ACCOUNT] = { .text = p->payee.account }, [ROW_ADDRESS] = { .text = address_line(w, &p->payee) },
        [ROW_VILLAGE] = { .text = w->village[i] }, [ROW_KECAMATAN] = { .text = w->kecamatan[i] }, [ROW_STAGE] = { .text = practice_text(w, w->batch->stage) },
        [ROW_REMARK] = { .text = practice_text(w, arena_fmt(w->arena, "%.*s %.*s %s", STR_ARG(w->programme), STR_ARG(w->batch->stage), id.text)) },
        [ROW_AMOUNT] = { .rupiah = p->amount },
    };
    return template_put(writer, row, e);
}

static bool template_write(const BatchWork *w, Str text, const char *name, const char *path, Err *e) {
    const Template *t;
    TemplateWriter *writer;
    FileProof proof;
    TemplateValue file[FILE_FIELDS] = {
        [FILE_REQUESTED_ON] = { .date = w->requested_on }, [FILE_DEBIT_ACCOUNT] = { .text = w->batch->payer_account }, [FILE_MESSAGE_ID] = { .text = payment_id_str(&w->message) },
        [FILE_STAGE] = { .text = practice_text(w, w->batch->stage) }, [FILE_OFFICE] = { .text = practice_text(w, w->batch->payer_name) },
    };
    if (!template_parse(text, name, FIELDS, w->arena, &t, e) ||
        !template_open(t, path, file, (TemplateTotals){ w->batch->family_n, w->batch->amount }, &writer, e)) return false;
    for (size_t i = 0; i < w->payments->n; i++) {
        if (row_put(w, writer, i, e)) continue;
        template_abort(writer);
        return false;
    }
    return template_finish(writer, &proof, e);
}

static bool template_count(const BatchWork *w, Str text, const char *name, const char *path, TemplateTotals *out, FileProof *proof, Err *e) {
    const Template *t;
    return template_parse(text, name, FIELDS, w->arena, &t, e) && template_recount(t, path, out, proof, e);
}

static bool bulk_write(const BatchWork *w, const ChannelFile *f, const char *path, Err *e) {
    (void)f;
    return template_write(w, CHANNEL_BRI_BULK, "rules/channels/bri_bulk.yaml", path, e);
}
static bool bulk_recount(const BatchWork *w, const ChannelFile *f, const char *path, TemplateTotals *out, FileProof *proof, Err *e) {
    (void)f;
    return template_count(w, CHANNEL_BRI_BULK, "rules/channels/bri_bulk.yaml", path, out, proof, e);
}
static bool nominative_write(const BatchWork *w, const ChannelFile *f, const char *path, Err *e) {
    (void)f;
    return template_write(w, CHANNEL_POS_NOMINATIVE, "rules/channels/pos_nominative.yaml", path, e);
}
static bool nominative_recount(const BatchWork *w, const ChannelFile *f, const char *path, TemplateTotals *out, FileProof *proof, Err *e) {
    (void)f;
    return template_count(w, CHANNEL_POS_NOMINATIVE, "rules/channels/pos_nominative.yaml", path, out, proof, e);
}
