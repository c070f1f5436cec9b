// paper.c: see paper.h.
#include "training/paper.h"
#include "base/lang.h"
#include "files/pdf.h"
#include "office/district.h"
#include "registry/area.h"
#include <ctype.h>

#define EMPTY_ROWS 4                   // at the end of a list: for who comes without having been called

typedef struct {
    Db *db; Arena *a; const PaperAsk *ask; Training t;
    TrainingPerson *people; size_t people_n;
    Pdf *p;
    Err *e;
} Paper;

static const struct { const char *name, *title; bool is_landscape, is_own; } PAPERS[PAPERS_N] = {
    [PAPER_ASSIGNMENT] = { "surat-tugas", N_("Assignment letter"), false, true }, [PAPER_INVITATION] = { "undangan", N_("Invitation"), false, true },
    [PAPER_ATTENDANCE] = { "daftar-hadir", N_("Attendance list"), false, false }, [PAPER_DOORS] = { "kode-sesi", N_("Codes for the wall"), false, false },
    [PAPER_QUESTIONS] = { "soal", N_("Test on paper"), false, false }, [PAPER_GOODS] = { "serah-terima", N_("List of goods handed over"), false, false },
    [PAPER_CERTIFICATE] = { "sertifikat", N_("Certificate"), true, true }, [PAPER_REPORT] = { "laporan", N_("Report"), false, false },
};
const char *training_paper_name(TrainingPaper paper) { return PAPERS[paper].name; }
const char *training_paper_title(TrainingPaper paper) { return tr(PAPERS[paper].title); }
bool training_paper_find(Str name, TrainingPaper *out) {
    for (int i = 0; i < PAPERS_N; i++) if (str_eq(name, str_c(PAPERS[i].name))) return *out = (TrainingPaper)i, true;
    return false;
}

// ---- pieces ----------------------------------------------------------------------------------------------------------------
static Str upper(Arena *a, Str text) {
    char *p = arena_c(a, text);
    for (size_t i = 0; i < text.n; i++) p[i] = (char)toupper((unsigned char)p[i]);
    return (Str){ p, text.n };
}

static Str day_text(Arena *a, Date day) {
    Buf b = { .max = 60 };
    date_put_local(&b, day);
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

static Str n_text(Arena *a, int64_t n) { return arena_count(a, n); }
static Str hours(const Paper *x, const TrainingSession *s) {
    Str from = training_hour(x->a, x->t.kab, s->from_at), until = training_hour(x->a, x->t.kab, s->until_at);
    return arena_fmt(x->a, "%.*s–%.*s", STR_ARG(from), STR_ARG(until));
}
static Str position(const TrainingPerson *p) { return p->is_coordinator ? STR("Koordinator PKH") : STR("Pendamping PKH"); }
static void text(Paper *x, Str s) { pdf_paragraph(x->p, s, PDF_LEFT); }

static void letterhead(Paper *x) {
    const Str lines[] = { arena_fmt(x->a, "PEMERINTAH %.*s", STR_ARG(upper(x->a, x->ask->area))), STR("DINAS SOSIAL") };
    pdf_letterhead(x->p, lines, 2);
}

// day: when the paper is dated; DATE_NONE: left to the pen. has_day false: the date stands above already.
static void signature_of(Paper *x, Date day, bool has_day) {
    const TrainingFacts *f = &x->t.facts;
    Str short_name = area_name_short(x->ask->area);
    Str place = !has_day ? STR(" ") : date_is_known(day) ? arena_fmt(x->a, "%.*s, %.*s", STR_ARG(short_name), STR_ARG(day_text(x->a, day))) : arena_fmt(x->a, "%.*s, ……………………………", STR_ARG(short_name));
    const PdfSignature boxes[] = { { STR(" "), STR(" "), STR(" "), STR(" ") },
        { place, arena_fmt(x->a, "Kepala Dinas Sosial %.*s", STR_ARG(x->ask->area)), f->signer_name, f->signer_number.n ? arena_fmt(x->a, "NIP %.*s", STR_ARG(f->signer_number)) : STR(" ") } };
    pdf_signatures(x->p, boxes, 2);
}
static void signature(Paper *x, Date day) { signature_of(x, day, true); }

static Str place_text(const Paper *x) {
    const TrainingFacts *f = &x->t.facts;
    return f->address.n ? arena_fmt(x->a, "%.*s, %.*s", STR_ARG(f->place), STR_ARG(f->address)) : f->place;
}

static Str time_text(const Paper *x) {
    const Training *t = &x->t;
    if (!t->session_n) return STR("–");
    return arena_fmt(x->a, "pukul %.*s sampai selesai", STR_ARG(training_hour(x->a, t->kab, t->sessions[0].from_at)));
}

static void sessions_table(Paper *x, const Attendance *only, size_t only_n, int64_t companion_id) {
    const PdfColumn columns[] = { { "Sesi", 12, PDF_CENTER, false }, { "Waktu", 46, PDF_LEFT, false }, { "Acara", 0, PDF_LEFT, false }, { "Narasumber", 42, PDF_LEFT, false }, { "JP", 11, PDF_RIGHT, false } };
    bool is_one_day = x->t.facts.first_on.days == x->t.facts.last_on.days;
    pdf_table(x->p, (PdfTable){ .columns = columns, .n = 5 });
    for (size_t i = 0; i < x->t.session_n; i++) {
        const TrainingSession *s = &x->t.sessions[i];
        bool is_there = !companion_id;
        for (size_t k = 0; k < only_n; k++) is_there |= only[k].companion_id == companion_id && only[k].session_n == s->n;
        if (!is_there) continue;
        Str time = hours(x, s), when = is_one_day ? time : arena_fmt(x->a, "%.*s, %.*s", STR_ARG(day_text(x->a, district_day(x->t.kab, s->from_at))), STR_ARG(time));
        const Str cells[] = { n_text(x->a, s->n), when, s->title, s->trainer.n ? s->trainer : STR("–"), n_text(x->a, s->jp_n) };
        pdf_row(x->p, cells, (Rupiah){ 0 });
    }
    pdf_table_end(x->p);
}

static void draft_note(Paper *x) {
    if (x->t.state == TRAINING_PLAN) pdf_paragraph(x->p, STR("KONSEP – belum ditandatangani, belum berlaku."), PDF_CENTER);
    if (x->t.state == TRAINING_CANCELLED) pdf_paragraph(x->p, STR("DIBATALKAN – tidak berlaku."), PDF_CENTER);
}

static Str page_address(const Paper *x) {
    if (!x->ask->origin.n) return arena_fmt(x->a, "BIMTEK PKH %lld/%lld", (long long)x->t.kab, (long long)x->t.id);
    return arena_fmt(x->a, "%.*s/training/%lld/%lld", STR_ARG(x->ask->origin), (long long)x->t.kab, (long long)x->t.id);
}

// ---- the assignment letter -------------------------------------------------------------------------------------------------
static bool assignment(Paper *x) {
    const TrainingFacts *f = &x->t.facts;
    Str days = training_days_text(x->a, f->first_on, f->last_on);
    const PdfColumn columns[] = { { "No.", 12, PDF_RIGHT, false }, { "Nama", 0, PDF_LEFT, false }, { "Jabatan", 50, PDF_LEFT, false }, { "No. pendamping", 32, PDF_RIGHT, false } };
    int64_t called_n = 0;
    for (size_t i = 0; i < x->people_n; i++) called_n += !x->people[i].is_walk_in;
    bool is_whole = !sight_is_own_only(&x->ask->sight);
    letterhead(x);
    pdf_title(x->p, STR("SURAT TUGAS"));
    pdf_paragraph(x->p, arena_fmt(x->a, "Nomor: %.*s", STR_ARG(f->letter_number.n ? f->letter_number : STR("……………………………"))), PDF_CENTER);
    draft_note(x);
    pdf_space(x->p, 4);
    text(x, arena_fmt(x->a, "Yang bertanda tangan di bawah ini, Kepala Dinas Sosial %.*s,", STR_ARG(x->ask->area)));
    pdf_space(x->p, 2);
    pdf_paragraph(x->p, STR("MENUGASKAN"), PDF_CENTER);
    pdf_space(x->p, 2);
    if (is_whole) pdf_field(x->p, STR("Kepada"), arena_fmt(x->a, "%lld orang yang namanya tercantum dalam lampiran surat tugas ini", (long long)called_n));
    else for (size_t i = 0; i < x->people_n; i++) pdf_field(x->p, STR("Kepada"), arena_fmt(x->a, "%.*s, %.*s", STR_ARG(x->people[i].name), STR_ARG(position(&x->people[i]))));
    pdf_field(x->p, STR("Untuk"), arena_fmt(x->a, "mengikuti %.*s", STR_ARG(f->title)));
    if (f->purpose.n) pdf_field(x->p, STR("Maksud"), f->purpose);
    pdf_field(x->p, STR("Hari, tanggal"), days);
    pdf_field(x->p, STR("Waktu"), time_text(x));
    pdf_field(x->p, STR("Tempat"), place_text(x));
    pdf_space(x->p, 4);
    text(x, STR("Yang ditugaskan hadir pada seluruh sesi, mengerjakan tes sebelum dan sesudah kegiatan, dan melaporkan hasilnya kepada Koordinator PKH."));
    text(x, STR("Demikian surat tugas ini dibuat untuk dilaksanakan dengan penuh tanggung jawab."));
    pdf_space(x->p, 4);
    signature(x, x->t.called_on);
    pdf_space(x->p, 4);
    pdf_qr(x->p, page_address(x), 24, x->t.request_id && date_is_known(x->t.called_on)
        ? arena_fmt(x->a, "Disetujui Kepala Dinas Sosial dalam sistem pada %.*s, permintaan nomor %lld.\nRencana yang disetujui tidak dapat diubah lagi.", STR_ARG(day_text(x->a, x->t.called_on)), (long long)x->t.request_id)
        : STR("Belum disetujui."));
    if (!is_whole) return true;
    pdf_page_break(x->p);
    pdf_heading(x->p, arena_fmt(x->a, "Lampiran surat tugas nomor %.*s", STR_ARG(f->letter_number)));
    text(x, arena_fmt(x->a, "%.*s, %.*s, %.*s", STR_ARG(f->title), STR_ARG(days), STR_ARG(f->place)));
    pdf_table(x->p, (PdfTable){ .columns = columns, .n = 4 });
    int64_t n = 0;
    for (size_t i = 0; i < x->people_n; i++) {
        if (x->people[i].is_walk_in) continue;
        const Str cells[] = { n_text(x->a, ++n), x->people[i].name, position(&x->people[i]), n_text(x->a, x->people[i].companion_id) };
        pdf_row(x->p, cells, (Rupiah){ 0 });
    }
    pdf_table_end(x->p);
    pdf_space(x->p, 4);
    signature(x, x->t.called_on);
    return true;
}

// ---- invitations -----------------------------------------------------------------------------------------------------------
static bool invitation_page(Paper *x, const TrainingPerson *p) {
    const TrainingFacts *f = &x->t.facts;
    Str code, days = training_days_text(x->a, f->first_on, f->last_on);
    if (!training_person_code(x->db, x->a, x->t.kab, x->t.id, p->companion_id, &code, x->e)) return false;
    letterhead(x);
    pdf_paragraph(x->p, arena_fmt(x->a, "%.*s, %.*s", STR_ARG(area_name_short(x->ask->area)), STR_ARG(date_is_known(x->t.called_on) ? day_text(x->a, x->t.called_on) : STR("……………………"))), PDF_RIGHT);
    pdf_field(x->p, STR("Nomor"), f->letter_number.n ? f->letter_number : STR("……………………"));
    pdf_field(x->p, STR("Hal"), arena_fmt(x->a, "Undangan %.*s", STR_ARG(f->title)));
    draft_note(x);
    pdf_space(x->p, 4);
    text(x, arena_fmt(x->a, "Yth. %.*s", STR_ARG(p->name)));
    text(x, position(p));
    text(x, STR("di tempat"));
    pdf_space(x->p, 4);
    text(x, STR("Dengan hormat,"));
    text(x, arena_fmt(x->a, "Bersama ini kami mengundang Saudara untuk mengikuti %.*s yang akan dilaksanakan pada:", STR_ARG(f->title)));
    pdf_field(x->p, STR("Hari, tanggal"), days);
    pdf_field(x->p, STR("Waktu"), time_text(x));
    pdf_field(x->p, STR("Tempat"), place_text(x));
    if (f->purpose.n) pdf_field(x->p, STR("Maksud"), f->purpose);
    pdf_space(x->p, 3);
    sessions_table(x, NULL, 0, 0);
    text(x, STR("Mengingat pentingnya acara ini, kami mengharapkan kehadiran Saudara tepat waktu. Atas perhatian dan kehadirannya kami ucapkan terima kasih."));
    signature_of(x, DATE_NONE, false);
    pdf_space(x->p, 3);
    Str qr = x->ask->origin.n ? arena_fmt(x->a, "%.*s/day?code=%.*s", STR_ARG(page_address(x)), STR_ARG(code)) : code;
    pdf_qr(x->p, qr, 26, arena_fmt(x->a, "Tunjukkan kode ini di meja pendaftaran: %.4s-%.4s\nBerlaku hanya untuk %.*s. Simpan, jangan diteruskan kepada orang lain.", code.p, code.p + 4, STR_ARG(p->name)));
    return true;
}

static bool invitations(Paper *x) {
    size_t n = 0;
    for (size_t i = 0; i < x->people_n; i++) {
        if (x->ask->companion_id && x->ask->companion_id != x->people[i].companion_id) continue;
        if (n++) pdf_page_break(x->p);
        if (!invitation_page(x, &x->people[i])) return false;
    }
    return n > 0 || fail(x->e, CONFLICT, "Nobody is called yet.");
}

// ---- lists of the day --------------------------------------------------------------------------------------------------------
static bool attendance_of(Paper *x, const TrainingSession *s) {
    const PdfColumn columns[] = { { "No.", 11, PDF_RIGHT, false }, { "No. pendamping", 27, PDF_RIGHT, false }, { "Nama", 0, PDF_LEFT, false }, { "Jabatan", 36, PDF_LEFT, false }, { "Tanda tangan", 44, PDF_LEFT, true } };
    Str code;
    if (!training_session_code(x->db, x->a, x->t.kab, x->t.id, s->n, &code, x->e)) return false;
    letterhead(x);
    pdf_title(x->p, STR("DAFTAR HADIR"));
    pdf_field(x->p, STR("Kegiatan"), x->t.facts.title);
    pdf_field(x->p, STR("Sesi"), arena_fmt(x->a, "%lld – %.*s (%lld JP)", (long long)s->n, STR_ARG(s->title), (long long)s->jp_n));
    pdf_field(x->p, STR("Waktu"), arena_fmt(x->a, "%.*s, pukul %.*s", STR_ARG(day_text(x->a, district_day(x->t.kab, s->from_at))), STR_ARG(hours(x, s))));
    pdf_field(x->p, STR("Tempat"), s->room.n ? arena_fmt(x->a, "%.*s, %.*s", STR_ARG(x->t.facts.place), STR_ARG(s->room)) : x->t.facts.place);
    pdf_space(x->p, 3);
    pdf_table(x->p, (PdfTable){ .columns = columns, .n = 5, .row_mm_min = 8 });
    for (size_t i = 0; i < x->people_n + EMPTY_ROWS; i++) {
        const TrainingPerson *p = i < x->people_n ? &x->people[i] : NULL;
        const Str cells[] = { n_text(x->a, (int64_t)i + 1), p ? n_text(x->a, p->companion_id) : STR(""), p ? p->name : STR(""), p ? position(p) : STR(""), STR("") };
        pdf_row(x->p, cells, (Rupiah){ 0 });
    }
    pdf_table_end(x->p);
    pdf_small(x->p, STR("Dimasukkan kembali sebagai tabel dengan kolom: No. pendamping; Nama; Hadir (isi v bila bertanda tangan)."));
    return true;
}

static bool attendance(Paper *x) {
    size_t n = 0;
    for (size_t i = 0; i < x->t.session_n; i++) {
        if (x->ask->session_n && x->ask->session_n != x->t.sessions[i].n) continue;
        if (n++) pdf_page_break(x->p);
        if (!attendance_of(x, &x->t.sessions[i])) return false;
    }
    return n > 0 || fail(x->e, NOT_FOUND, "There is no such session.");
}

static bool doors(Paper *x) {
    for (size_t i = 0; i < x->t.session_n; i++) {
        const TrainingSession *s = &x->t.sessions[i];
        Str code;
        if (!training_session_code(x->db, x->a, x->t.kab, x->t.id, s->n, &code, x->e)) return false;
        if (i) pdf_page_break(x->p);
        pdf_title(x->p, x->t.facts.title);
        pdf_display(x->p, arena_fmt(x->a, "Sesi %lld", (long long)s->n));
        pdf_display(x->p, s->title);
        pdf_paragraph(x->p, arena_fmt(x->a, "%.*s, pukul %.*s · %lld JP", STR_ARG(day_text(x->a, district_day(x->t.kab, s->from_at))), STR_ARG(hours(x, s)), (long long)s->jp_n), PDF_CENTER);
        pdf_space(x->p, 10);
        Str qr = x->ask->origin.n ? arena_fmt(x->a, "%.*s/here?session=%lld&code=%.*s", STR_ARG(page_address(x)), (long long)s->n, STR_ARG(code)) : code;
        pdf_qr(x->p, qr, 120, arena_fmt(x->a, "Pindai dengan kamera HP, masuk dengan akun pendamping, lalu tekan \"Saya hadir\".\n\nKode: %.4s-%.4s\n\nBerlaku satu jam sebelum sesi mulai sampai sesi selesai.", code.p, code.p + 4));
    }
    return x->t.session_n > 0 || fail(x->e, CONFLICT, "There is no session yet.");
}

static bool questions(Paper *x) {
    Question *items;
    size_t n;
    if (!training_items(x->db, x->a, x->ask->sight, x->t.kab, x->t.id, &items, &n, x->e)) return false;
    if (!n) return fail(x->e, CONFLICT, "The test has no questions yet. Choose them from the bank.");
    pdf_title(x->p, arena_fmt(x->a, "TES %.*s", STR_ARG(upper(x->a, x->t.facts.title))));
    pdf_field(x->p, STR("Tes"), STR("[   ] sebelum (pre)     [   ] sesudah (post)"));
    pdf_field(x->p, STR("No. pendamping"), STR("……………………………"));
    pdf_field(x->p, STR("Nama"), STR("………………………………………………………………"));
    pdf_small(x->p, STR("Silangi satu huruf untuk tiap soal. Nilai ini tidak dipakai untuk menilai kinerja perorangan, tetapi untuk mengetahui apa yang perlu diajarkan."));
    for (size_t i = 0; i < n; i++) {
        pdf_space(x->p, 2);
        pdf_paragraph(x->p, arena_fmt(x->a, "%zu.  %.*s", i + 1, STR_ARG(items[i].text)), PDF_LEFT);
        for (int c = 0; c < QUESTION_CHOICES && items[i].choices[c].n; c++) pdf_paragraph(x->p, arena_fmt(x->a, "      %c.  %.*s", 'A' + c, STR_ARG(items[i].choices[c])), PDF_LEFT);
    }
    return true;
}

static const HandedOver *given_to(const HandedOver *list, size_t n, Str kind, int64_t companion_id) {
    for (size_t i = 0; i < n; i++) if (list[i].companion_id == companion_id && str_eq(list[i].kind, kind)) return &list[i];
    return NULL;
}

static bool goods(Paper *x) {
    const PdfColumn columns[] = { { "No.", 11, PDF_RIGHT, false }, { "Nama", 0, PDF_LEFT, false }, { "Ukuran", 20, PDF_CENTER, false }, { "Diserahkan", 36, PDF_LEFT, false }, { "Tanda tangan", 44, PDF_LEFT, true } };
    Goods *stock;
    HandedOver *given;
    size_t stock_n, given_n;
    if (!training_goods(x->db, x->a, x->ask->sight, x->t.kab, x->t.id, &stock, &stock_n, x->e) || !training_handed_over(x->db, x->a, x->ask->sight, x->t.kab, x->t.id, &given, &given_n, x->e)) return false;
    for (size_t g = 0; g < stock_n; g++) {
        if (g && str_eq(stock[g].kind, stock[g - 1].kind)) continue;
        if (g) pdf_page_break(x->p);
        letterhead(x);
        pdf_title(x->p, STR("DAFTAR SERAH TERIMA BARANG"));
        pdf_field(x->p, STR("Kegiatan"), x->t.facts.title);
        pdf_field(x->p, STR("Barang"), stock[g].kind);
        for (size_t k = g; k < stock_n && str_eq(stock[k].kind, stock[g].kind); k++)
            pdf_field(x->p, arena_fmt(x->a, "Ukuran %.*s", STR_ARG(stock[k].size.n ? stock[k].size : STR("–"))), arena_fmt(x->a, "%lld buah, diserahkan %lld", (long long)stock[k].stock_n, (long long)stock[k].given_n));
        pdf_space(x->p, 3);
        pdf_table(x->p, (PdfTable){ .columns = columns, .n = 5, .row_mm_min = 8 });
        for (size_t i = 0; i < x->people_n; i++) {
            const HandedOver *h = given_to(given, given_n, stock[g].kind, x->people[i].companion_id);
            const Str cells[] = { n_text(x->a, (int64_t)i + 1), x->people[i].name, h ? h->size : STR(""), h ? day_text(x->a, district_day(x->t.kab, h->at)) : STR("belum"), STR("") };
            pdf_row(x->p, cells, (Rupiah){ 0 });
        }
        pdf_table_end(x->p);
        pdf_space(x->p, 3);
        signature(x, DATE_NONE);
    }
    return stock_n > 0 || fail(x->e, CONFLICT, "No goods are noted for this training.");
}

// ---- certificates ------------------------------------------------------------------------------------------------------------
Str certificate_address(Arena *a, const Certificate *c, Str origin) {
    return arena_fmt(a, "%.*s/certificate/%lld/%lld/%.*s", STR_ARG(origin), (long long)c->kab, (long long)c->n, STR_ARG(c->code));
}

static void certificate_pages(Paper *x, const Certificate *c, const Attendance *list, size_t n) {
    const TrainingFacts *f = &x->t.facts;
    letterhead(x);
    pdf_space(x->p, 3);
    pdf_display(x->p, STR("SERTIFIKAT"));
    pdf_paragraph(x->p, arena_fmt(x->a, "Nomor: %.*s", STR_ARG(c->number)), PDF_CENTER);
    pdf_space(x->p, 3);
    pdf_paragraph(x->p, STR("diberikan kepada"), PDF_CENTER);
    pdf_display(x->p, c->name);
    pdf_paragraph(x->p, arena_fmt(x->a, "atas partisipasinya sebagai peserta %.*s yang diselenggarakan oleh Dinas Sosial %.*s pada %.*s di %.*s, dengan jumlah %lld jam pelajaran (JP).", STR_ARG(c->title),
                                  STR_ARG(x->ask->area), STR_ARG(training_days_text(x->a, c->first_on, c->last_on)), STR_ARG(f->place), (long long)c->jp_n), PDF_CENTER);
    signature(x, c->last_on);
    Str address = x->ask->origin.n ? certificate_address(x->a, c, x->ask->origin) : certificate_address(x->a, c, STR(""));
    pdf_qr(x->p, address, 22, arena_fmt(x->a, "Keaslian: pindai kode ini, atau buka %.*s/certificate dan isi\nnomor %lld-%lld, kode %.4s-%.4s-%.4s-%.4s", STR_ARG(x->ask->origin), (long long)c->kab, (long long)c->n, c->code.p,
                                        c->code.p + 4, c->code.p + 8, c->code.p + 12));
    pdf_page_break(x->p);
    pdf_heading(x->p, STR("Materi yang diikuti"));
    pdf_field(x->p, STR("Nama"), c->name);
    pdf_field(x->p, STR("Nomor"), c->number);
    pdf_space(x->p, 3);
    sessions_table(x, list, n, c->companion_id);
    pdf_field(x->p, STR("Jumlah"), arena_fmt(x->a, "%lld jam pelajaran (JP)", (long long)c->jp_n));
}

static bool certificates(Paper *x) {
    Certificate *c;
    Attendance *list;
    size_t n, list_n, done_n = 0;
    if (!training_certificates(x->db, x->a, x->ask->sight, x->t.kab, x->t.id, &c, &n, x->e) || !training_attendance(x->db, x->a, x->ask->sight, x->t.kab, x->t.id, &list, &list_n, x->e)) return false;
    for (size_t i = 0; i < n; i++) {
        if (x->ask->companion_id && x->ask->companion_id != c[i].companion_id) continue;
        if (done_n++) pdf_page_break(x->p);
        certificate_pages(x, &c[i], list, list_n);
    }
    return done_n > 0 || fail(x->e, CONFLICT, "There is no certificate yet: they are made when the training is closed.");
}

// ---- the report --------------------------------------------------------------------------------------------------------------
static void number_row(Paper *x, Str what, int64_t n, Str list) {
    const Str cells[] = { what, n_text(x->a, n), list };
    pdf_row(x->p, cells, (Rupiah){ 0 });
}

static void report_people(Paper *x, const Report *r) {
    const PdfColumn columns[] = { { "Angka", 0, PDF_LEFT, false }, { "Jumlah", 24, PDF_RIGHT, false }, { "Dihitung dari", 66, PDF_LEFT, false } };
    pdf_heading(x->p, STR("Peserta dan kehadiran"));
    pdf_table(x->p, (PdfTable){ .columns = columns, .n = 3 });
    number_row(x, STR("Ditugaskan"), r->called_n, STR("lampiran surat tugas"));
    number_row(x, STR("Datang tanpa surat tugas"), r->walk_in_n, STR("daftar peserta"));
    number_row(x, STR("Hadir sedikitnya satu sesi"), r->present_n, STR("daftar hadir semua sesi"));
    number_row(x, STR("Hadir pada semua sesi"), r->full_n, STR("daftar hadir semua sesi"));
    number_row(x, STR("Tidak hadir"), r->absent_n, STR("daftar peserta tanpa kehadiran"));
    for (size_t i = 0; i < x->t.session_n; i++) {
        const SessionCount *s = &r->sessions[i];
        number_row(x, arena_fmt(x->a, "Sesi %lld: %.*s", (long long)s->session->n, STR_ARG(s->session->title)), s->present_n,
                   arena_fmt(x->a, "daftar hadir sesi %lld (kode sendiri %lld, meja %lld, kertas %lld)", (long long)s->session->n, (long long)s->self_n, (long long)s->desk_n, (long long)s->list_n));
    }
    number_row(x, STR("Jumlah jam pelajaran (JP) semua orang"), r->jp_sum_n, STR("daftar hadir × JP sesi"));
    number_row(x, STR("Sertifikat"), r->certificate_n, STR("daftar sertifikat"));
    pdf_table_end(x->p);
}

static void report_learning(Paper *x, const Report *r) {
    const Learning *l = &r->learning;
    const PdfColumn columns[] = { { "Topik", 0, PDF_LEFT, false }, { "Soal", 13, PDF_RIGHT, false }, { "Sebelum", 20, PDF_RIGHT, false }, { "Sesudah", 20, PDF_RIGHT, false }, { "Peningkatan", 78, PDF_LEFT, false } };
    pdf_heading(x->p, STR("Hasil belajar"));
    text(x, arena_fmt(x->a, "Tes sebelum dikerjakan %lld orang, tes sesudah %lld orang, keduanya %lld orang.", (long long)l->pre.person_n, (long long)l->post.person_n, (long long)l->both_n));
    text(x, arena_fmt(x->a, "Peningkatan nilai: %.*s", STR_ARG(gain_text(x->a, &l->gain))));
    pdf_table(x->p, (PdfTable){ .columns = columns, .n = 5 });
    for (size_t i = 0; i < l->topic_n; i++) {
        const TopicGain *g = &l->topics[i];
        const Str cells[] = { g->name, n_text(x->a, g->item_n), share_text(x->a, g->before), share_text(x->a, g->after), gain_text(x->a, &g->gain) };
        pdf_row(x->p, cells, (Rupiah){ 0 });
    }
    pdf_table_end(x->p);
    pdf_small(x->p, STR("Dihitung dari lembar jawaban orang yang mengerjakan kedua tes. Selang kepastian 95 %: t Student berpasangan. Nilai naik tidak dengan sendirinya berarti kerja di lapangan membaik."));
}

static void report_goods(Paper *x, const Report *r) {
    const PdfColumn columns[] = { { "Barang", 0, PDF_LEFT, false }, { "Persediaan", 30, PDF_RIGHT, false }, { "Diserahkan", 30, PDF_RIGHT, false }, { "Masih terutang", 34, PDF_RIGHT, false } };
    if (!r->goods_n) return;
    pdf_heading(x->p, STR("Barang"));
    pdf_table(x->p, (PdfTable){ .columns = columns, .n = 4 });
    for (size_t i = 0; i < r->goods_n; i++) {
        const Str cells[] = { r->goods[i].kind, n_text(x->a, r->goods[i].stock_n), n_text(x->a, r->goods[i].given_n), n_text(x->a, r->goods[i].owed_n) };
        pdf_row(x->p, cells, (Rupiah){ 0 });
    }
    pdf_table_end(x->p);
    pdf_small(x->p, STR("Dihitung dari daftar serah terima; terutang: hadir dan belum menerima."));
}

static void report_costs(Paper *x) {
    const PdfColumn columns[] = { { "Uraian", 0, PDF_LEFT, false }, { "Banyak", 34, PDF_RIGHT, false }, { "Harga satuan (Rp)", 36, PDF_RIGHT, false }, { "Jumlah (Rp)", 36, PDF_RIGHT, false } };
    if (!x->t.cost_n) return;
    pdf_heading(x->p, STR("Anggaran menurut rencana"));
    pdf_table(x->p, (PdfTable){ .columns = columns, .n = 4, .has_sum = true, .sum_column = 3 });
    for (size_t i = 0; i < x->t.cost_n; i++) {
        const TrainingCost *c = &x->t.costs[i];
        const Str cells[] = { c->title, arena_fmt(x->a, "%lld %.*s", (long long)c->quantity_n, STR_ARG(c->unit)), n_text(x->a, c->price.rp), STR("") };
        pdf_row(x->p, cells, c->sum);
    }
    pdf_table_end(x->p);
}

static bool report(Paper *x) {
    Report r;
    if (!training_report(x->db, x->a, x->ask->sight, x->t.kab, x->t.id, &r, x->e)) return false;
    letterhead(x);
    pdf_title(x->p, STR("LAPORAN KEGIATAN"));
    pdf_field(x->p, STR("Kegiatan"), x->t.facts.title);
    if (x->t.facts.purpose.n) pdf_field(x->p, STR("Maksud"), x->t.facts.purpose);
    pdf_field(x->p, STR("Hari, tanggal"), training_days_text(x->a, x->t.facts.first_on, x->t.facts.last_on));
    pdf_field(x->p, STR("Tempat"), place_text(x));
    pdf_field(x->p, STR("Dasar"), arena_fmt(x->a, "Surat tugas nomor %.*s", STR_ARG(x->t.facts.letter_number)));
    if (x->t.state != TRAINING_CLOSED) text(x, STR("Kegiatan belum ditutup: angka masih dapat bertambah."));
    pdf_space(x->p, 3);
    sessions_table(x, NULL, 0, 0);
    report_people(x, &r);
    report_learning(x, &r);
    report_goods(x, &r);
    report_costs(x);
    pdf_heading(x->p, STR("Rekomendasi"));
    for (size_t i = 0; i < r.advice_n; i++) text(x, arena_fmt(x->a, "%zu.  %.*s", i + 1, STR_ARG(r.advice[i])));
    if (!r.advice_n) text(x, STR("Tidak ada yang menonjol dari angka di atas."));
    text(x, STR("Perubahan kerja di lapangan dilihat kembali tiga bulan setelah kegiatan."));
    pdf_space(x->p, 3);
    signature(x, DATE_NONE);
    return true;
}

// ---- writing -------------------------------------------------------------------------------------------------------------------
static bool paper_write(Paper *x, TrainingPaper paper, Sink sink) {
    static bool (*const TELL[PAPERS_N])(Paper *) = { assignment, invitations, attendance, doors, questions, goods, certificates, report };
    int pages_n;
    Str title = paper == PAPER_CERTIFICATE ? STR("Sertifikat") : x->t.facts.title;
    Str footer = arena_fmt(x->a, "Dicetak %.*s", STR_ARG(day_text(x->a, district_day(x->t.kab, x->ask->now))));
    x->p = pdf_new((PdfOptions){ .title = title, .author = arena_fmt(x->a, "Dinas Sosial %.*s", STR_ARG(x->ask->area)), .created_at = x->ask->now, .footer = footer, .band = x->ask->band,
                                 .is_landscape = PAPERS[paper].is_landscape, .is_framed = paper == PAPER_CERTIFICATE, .margin_mm = 20 });
    bool is_good = TELL[paper](x) && pdf_write(x->p, sink, &pages_n, x->e);
    pdf_free(x->p);
    return is_good;
}

bool training_paper(Db *db, Arena *a, const PaperAsk *ask, TrainingPaper paper, Sink sink, Err *e) {
    Paper x = { .db = db, .a = a, .ask = ask, .e = e };
    if (sight_is_own_only(&ask->sight) && !PAPERS[paper].is_own) return fail(e, NOT_FOUND, "There is no such page.");
    if (!training_read(db, a, ask->sight, ask->kab, ask->id, &x.t, e) || !training_people(db, a, ask->sight, ask->kab, ask->id, &x.people, &x.people_n, e)) return false;
    Lang before = lang_get();
    lang_set(LANG_ID);
    bool is_good = paper_write(&x, paper, sink);
    lang_set(before);
    return is_good;
}

// ---- calendar --------------------------------------------------------------------------------------------------------------------
#define LINE_BYTES 75                    // bytes, RFC 5545 3.1

// One property, its text escaped, folded between letters.
static void property_put(Buf *out, const char *name, Str text, bool is_text) {
    Buf line = { .max = 8000 };
    buf_fmt(&line, "%s:", name);
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (is_text && (c == ',' || c == ';' || c == '\\')) buf_char(&line, '\\');
        if (c == '\n') buf_c(&line, "\\n");
        else if ((unsigned char)c >= 0x20) buf_char(&line, c);
    }
    size_t width = 0;
    for (size_t i = 0; i < line.n;) {
        size_t n = 1;
        while (i + n < line.n && ((unsigned char)line.p[i + n] & 0xc0) == 0x80) n++;       // a letter of several bytes stays whole
        if (width + n > LINE_BYTES) buf_c(out, "\r\n "), width = 1;
        buf_bytes(out, line.p + i, n);
        width += n;
        i += n;
    }
    buf_c(out, "\r\n");
    buf_free(&line);
}

static Str utc_text(Arena *a, Instant at) {
    Date day = date_of_instant(at, 0);
    int year, month, d;
    int64_t s = (at.ms - day.days * INT64_C(86400000)) / 1000;
    date_split(day, &year, &month, &d);
    return arena_fmt(a, "%04d%02d%02dT%02d%02d%02dZ", year, month, d, (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
}

void training_calendar(Arena *a, const Training *t, Str origin, Instant now, Buf *out) {
    buf_c(out, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Harapan//Bimtek//ID\r\nCALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n");
    for (size_t i = 0; i < t->session_n; i++) {
        const TrainingSession *s = &t->sessions[i];
        Str place = s->room.n ? arena_fmt(a, "%.*s, %.*s", STR_ARG(s->room), STR_ARG(t->facts.place)) : t->facts.place;
        buf_c(out, "BEGIN:VEVENT\r\n");
        property_put(out, "UID", arena_fmt(a, "bimtek-%lld-%lld-%lld@harapan", (long long)t->kab, (long long)t->id, (long long)s->n), false);
        property_put(out, "SEQUENCE", arena_fmt(a, "%lld", (long long)t->version_n), false);
        property_put(out, "DTSTAMP", utc_text(a, now), false);
        property_put(out, "DTSTART", utc_text(a, s->from_at), false);
        property_put(out, "DTEND", utc_text(a, s->until_at), false);
        property_put(out, "SUMMARY", arena_fmt(a, "%.*s: %.*s", STR_ARG(t->facts.title), STR_ARG(s->title)), true);
        property_put(out, "LOCATION", place, true);
        if (origin.n) property_put(out, "URL", arena_fmt(a, "%.*s/training/%lld/%lld", STR_ARG(origin), (long long)t->kab, (long long)t->id), false);
        property_put(out, "STATUS", t->state == TRAINING_CANCELLED ? STR("CANCELLED") : t->state == TRAINING_PLAN ? STR("TENTATIVE") : STR("CONFIRMED"), false);
        buf_c(out, "END:VEVENT\r\n");
    }
    buf_c(out, "END:VCALENDAR\r\n");
}
