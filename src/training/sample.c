#include "training/sample.h"
#include "base/random.h"
#include "office/change.h"
#include "office/district.h"
#include "office/practice.h"

#define DAY_MS INT64_C(86400000)

static const struct { const char *topic, *text, *choices[4]; Competence competence; int right; } QUESTIONS[] = {
    { "Kode etik", "Seorang ibu menawarkan amplop sebagai ucapan terima kasih. Apa yang Anda lakukan?", { "Menerima, karena sukarela", "Menolak dengan sopan dan melaporkannya", "Menerima lalu membaginya", "Menyimpannya untuk kelompok" }, COMPETENCE_INTEGRITY, 1 },
    { "Kode etik", "Bolehkah pendamping menyimpan kartu KKS milik KPM?", { "Boleh, bila diminta", "Boleh, bila KPM lansia", "Boleh sampai bantuan cair", "Tidak boleh dalam keadaan apa pun" }, COMPETENCE_INTEGRITY, 3 },
    { "Kerahasiaan data", "Tetangga menanyakan NIK sebuah KPM. Apa jawaban Anda?", { "Memberikannya", "Menolak: data pribadi tidak dibuka", "Memberikan sebagian", "Menyuruhnya bertanya di grup WhatsApp" }, COMPETENCE_INTEGRITY, 1 },
    { "Kerahasiaan data", "Foto KTP KPM boleh dikirim lewat …", { "grup pendamping", "media sosial", "aplikasi resmi saja", "tetangga yang dikenal" }, COMPETENCE_INTEGRITY, 2 },
    { "Verifikasi komitmen", "Berapa persen kehadiran yang dituntut dari anak sekolah setiap bulan?", { "60 %", "75 %", "85 %", "100 %" }, COMPETENCE_KNOWLEDGE, 2 },
    { "Verifikasi komitmen", "Siapa yang menandatangani formulir verifikasi pendidikan?", { "Ketua RT", "Pihak sekolah", "Pengurus KPM", "Lurah" }, COMPETENCE_KNOWLEDGE, 1 },
    { "Penyaluran", "Bantuan seorang KPM gagal salur. Apa langkah pertama?", { "Memeriksa sebab gagalnya", "Menalangi bantuannya", "Mencoret KPM", "Menunggu tahap berikutnya" }, COMPETENCE_KNOWLEDGE, 0 },
    { "Penyaluran", "Siapa yang boleh mengambil bantuan?", { "Pendamping", "Ketua kelompok", "Pengurus atau yang sah mewakilinya", "Siapa saja yang membawa kartu" }, COMPETENCE_KNOWLEDGE, 2 },
    { "P2K2", "Peserta P2K2 diam saja. Apa yang paling tepat?", { "Melanjutkan ceramah", "Mengajukan pertanyaan terbuka", "Mengakhiri pertemuan", "Menunjuk satu orang terus-menerus" }, COMPETENCE_SKILL, 1 },
    { "P2K2", "Sesi P2K2 yang terlewat oleh seorang ibu sebaiknya …", { "diabaikan", "digantikan pada pertemuan susulan", "dihitung hadir", "dilaporkan sebagai pelanggaran" }, COMPETENCE_SKILL, 1 },
    { "Pengaduan", "Sebuah pengaduan masuk lewat telepon. Apa yang dicatat lebih dahulu?", { "Isi, waktu, dan siapa yang mengadu", "Pendapat pendamping", "Nama tetangga", "Tidak perlu dicatat" }, COMPETENCE_SKILL, 0 },
    { "Pengaduan", "Pengadu minta namanya dirahasiakan. Maka …", { "namanya tetap disebut", "namanya dilindungi", "pengaduannya ditolak", "pengaduannya dihapus" }, COMPETENCE_SKILL, 1 },
};
enum { QUESTION_N = sizeof QUESTIONS / sizeof *QUESTIONS };

static const struct { const char *title, *trainer, *from, *until; int64_t jp_n; } SESSIONS[] = {
    { "Pembukaan dan penyerahan rompi", "", "08.00", "09.00", 0 }, { "Integritas dan kode etik pendamping", "Narasumber Contoh A", "09.00", "10.30", 2 },
    { "Verifikasi komitmen dan penyaluran", "Narasumber Contoh B", "10.45", "12.15", 2 }, { "P2K2 yang hidup", "Narasumber Contoh C", "13.15", "14.45", 2 },
    { "Pengaduan dan perlindungan data", "Narasumber Contoh B", "15.00", "16.30", 2 } };
enum { SESSION_N = sizeof SESSIONS / sizeof *SESSIONS };

typedef struct { Db *db; Arena *a; TrainingAct act; const Viewer *boss; Date day; Instant times[SESSION_N]; Err *e; } Sample;

#define TITLE "Bimtek Pendamping PKH (contoh)"

static bool sample_find(Sample *s, bool *is_found) {
    TrainingEntry *list;
    size_t n;
    if (!training_list(s->db, s->a, sight_of_program(s->day), s->act.kab, &list, &n, s->e)) return false;
    *is_found = false;
    for (size_t i = 0; i < n; i++) if (str_eq(list[i].title, STR(TITLE))) s->act.id = list[i].id, *is_found = true;
    return true;
}

static bool plan(Sample *s) {
    int64_t added_n;
    TrainingFacts f = { .title = STR(TITLE), .purpose = STR("Kapasitas, integritas, dan profesionalisme pendamping"), .place = STR("Hotel Contoh"), .address = STR("Jalan Contoh 1"),
        .letter_number = STR("800/001/Linjamsos/CONTOH"), .signer_name = STR("Kepala Contoh"), .signer_number = STR("19700101 199503 1 001"), .first_on = s->day, .last_on = s->day, .quota_n = 500, .jp_least_n = 6 };
    if (!training_put(s->db, s->a, &s->act, &f, 0, &s->act.id, s->e)) return false;
    for (int i = 0; i < SESSION_N; i++) {
        TrainingSession x = { .jp_n = SESSIONS[i].jp_n, .title = str_c(SESSIONS[i].title), .trainer = str_c(SESSIONS[i].trainer), .room = STR("Aula") };
        if (!training_time(s->act.kab, s->day, str_c(SESSIONS[i].from), &x.from_at, s->e) || !training_time(s->act.kab, s->day, str_c(SESSIONS[i].until), &x.until_at, s->e) ||
            !training_session_put(s->db, s->a, &s->act, &x, s->e)) return false;
        s->times[i] = (Instant){ x.from_at.ms + 300000 };
    }
    return training_cost_put(s->db, s->a, &s->act, &(TrainingCost){ .quantity_n = 95, .title = STR("Paket rapat sehari"), .unit = STR("orang"), .price = { 350000 } }, s->e) &&
           training_cost_put(s->db, s->a, &s->act, &(TrainingCost){ .quantity_n = 8, .title = STR("Honor narasumber"), .unit = STR("JP"), .price = { 900000 } }, s->e) &&
           training_material_put(s->db, s->a, &s->act, &(TrainingMaterial){ .title = STR("Buku saku kode etik"), .place = STR("dibagikan") }, s->e) && training_call(s->db, s->a, &s->act, NULL, 0, &added_n, s->e);
}

typedef struct { Sample *s; ApprovalRequest request; } Signing;
static bool sign_work(Db *db, void *with, Err *e) {
    Signing *x = with;
    ApprovalRequest r;
    if (!approval_read(db, x->s->a, x->request.kab, x->request.id, &r, e)) return false;
    Hash seen = r.seen_hash;
    return approval_sign(db, x->s->boss, &TRAINING_APPROVAL, &r, &seen, x->s->act.now, e);
}

static bool letter(Sample *s) {
    Signing x = { .s = s };
    bool is_new;
    return training_ask(s->db, s->a, &s->act, &x.request, &is_new, s->e) && change_do(s->db, sign_work, &x, s->e);
}

static bool test_make(Sample *s) {
    int64_t ids[QUESTION_N];
    for (int i = 0; i < QUESTION_N; i++) {
        Question q = { .competence = QUESTIONS[i].competence, .topic = str_c(QUESTIONS[i].topic), .text = str_c(QUESTIONS[i].text), .right = QUESTIONS[i].right };
        for (int c = 0; c < 4; c++) q.choices[c] = str_c(QUESTIONS[i].choices[c]);
        if (!question_put(s->db, s->a, s->act.actor, s->act.kab, &q, s->act.now, &ids[i], s->e)) return false;
    }
    return training_items_put(s->db, s->a, &s->act, ids, QUESTION_N, s->e);
}

static Str answers(Sample *s, const Question *items, size_t n, Random *r, uint64_t chance) {
    char *text = arena_alloc(s->a, 1, 1, n + 1);
    for (size_t i = 0; i < n; i++) {
        bool is_right = random_below(r, 1000) < chance;
        text[i] = (char)('A' + (is_right ? items[i].right : (items[i].right + 1) % 4));
    }
    return (Str){ text, n };
}

// One person's day: some miss a session, one in twenty does not come at all.
static bool person_day(Sample *s, const TrainingPerson *p, const Question *items, size_t n, Random *r) {
    static const char *const SIZES[] = { "S", "M", "L", "XL" };
    CheckedIn in;
    bool is_new;
    Err gone = { 0 };
    if (random_below(r, 20) == 0) return true;
    for (int i = 0; i < SESSION_N; i++) {
        if (i > 2 && random_below(r, 8) == 0) continue;
        s->act.now = s->times[i];
        if (!training_check_in(s->db, s->a, &s->act, &(CheckIn){ .way = CHECK_DESK, .companion_id = p->companion_id }, &in, s->e)) return false;
    }
    uint64_t skill = 250 + random_below(r, 450);           // people differ, and the better ones are better on every question
    Str before = answers(s, items, n, r, skill), after = answers(s, items, n, r, skill + 230);
    const char *size = SIZES[random_below(r, 4)];
    if (!training_sheet_put(s->db, s->a, &s->act, STR("pre"), p->companion_id, before, &is_new, s->e)) return false;
    if (random_below(r, 15) && !training_sheet_put(s->db, s->a, &s->act, STR("post"), p->companion_id, after, &is_new, s->e)) return false;
    bool is_given = training_hand_over(s->db, s->a, &s->act, p->companion_id, STR("Rompi"), str_c(size), STR(""), &is_new, &gone);
    return is_given || gone.code == CONFLICT || fail(s->e, gone.code, "%s", gone.text);          // a size that is short is owed
}

static bool day(Sample *s) {
    static const struct { const char *size; int64_t stock_n; } STOCK[] = { { "S", 18 }, { "M", 20 }, { "L", 30 }, { "XL", 19 } };
    TrainingPerson *people;
    Question *items;
    size_t people_n, n;
    Random r = { 20241116 };
    Sight all = sight_of_program(s->day);
    if (!training_people(s->db, s->a, all, s->act.kab, s->act.id, &people, &people_n, s->e) || !training_items(s->db, s->a, all, s->act.kab, s->act.id, &items, &n, s->e)) return false;
    for (size_t i = 0; i < sizeof STOCK / sizeof *STOCK; i++) if (!training_stock_put(s->db, s->a, &s->act, STR("Rompi"), str_c(STOCK[i].size), STOCK[i].stock_n, s->e)) return false;
    for (size_t i = 0; i < people_n; i++) if (!person_day(s, &people[i], items, n, &r)) return false;
    return true;
}

bool training_sample(Db *db, Arena *a, const Viewer *maker, const Viewer *boss, int64_t kab, Instant now, int64_t *id, Err *e) {
    Date today = district_day(kab, now);
    Sample s = { .db = db, .a = a, .act = { kab, 0, maker, (Instant){ now.ms - 7 * DAY_MS } }, .boss = boss, .day = { today.days - 1 }, .e = e };
    bool is_practice, is_found;
    int64_t certificate_n;
    if (!practice_is(db, &is_practice, e)) return false;
    if (!is_practice) return fail(e, CONFLICT, "A sample is made in a practice database only: this is a real one.");
    if (!sample_find(&s, &is_found)) return false;
    *id = s.act.id;
    if (is_found) return true;
    if (!plan(&s) || !letter(&s) || !test_make(&s) || !day(&s)) return false;
    s.act.now = now;
    *id = s.act.id;
    return training_close(db, a, &s.act, &certificate_n, e);
}
