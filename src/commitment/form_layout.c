#include "commitment/form_layout.h"

#define WHO(person) { "No", 7, 5, .is_id = false }, { "NIK pengurus", 23, 19, .is_id = true }, { "Nama pengurus", 0, 24, false, false }, { "NIK " person, 23, 19, .is_id = true }
#define END { "Keterangan", 17, 20, .is_to_fill = true }, { "Nama pendamping", 18, 22, false, false }

const FormLayout FORM_LAYOUTS[FORM_KINDS_N] = {
    [FORM_EDUCATION] = { "education", "FORMULIR VERIFIKASI KOMITMEN PENDIDIKAN", "NPSN", "Nama sekolah", "Kepala sekolah", "Pendamping PKH",
        { "Alpa, izin, dan sakit diisi dalam hari. Jml = hari efektif dikurangi alpa, izin, dan sakit; persen = jml dibagi hari efektif. Kewajiban: hadir "
          "sedikitnya 85% hari efektif setiap bulan.",
          "Siswa yang pindah, tamat, putus sekolah, atau tidak dikenal tidak dicoret: tulis di kolom keterangan, berikut sekolah barunya bila diketahui." },
        { WHO("siswa"), { "NISN", 14, 12, .is_id = true, .is_to_fill = true }, { "Nama siswa", 0, 28, false, false }, { "Bentuk pendidikan", 15, 11, false, false }, { "Tingkat", 11, 8, .is_to_fill = true } }, 8,
        { { "Alpa", 7, 6, .is_to_fill = true }, { "Izin", 7, 6, .is_to_fill = true }, { "Sakit", 8, 6, .is_to_fill = true }, { "Jml", 7, 6, .is_to_fill = true }, { "Persen", 10, 8, .is_to_fill = true } }, 5,
        { END }, 2 },
    [FORM_HEALTH] = { "health", "FORMULIR VERIFIKASI KOMITMEN KESEHATAN", "Nomor posyandu", "Nama posyandu", "Ketua posyandu atau bidan", "Lurah",
        { "Tanggal datang ke posyandu atau puskesmas; BB dalam kg dengan satu angka di belakang koma; PB/TB dalam cm (di bawah dua tahun diukur telentang).",
          "Layanan: periksa hamil (K), nifas (KF), bersalin di faskes (F), bayi baru lahir (KN), vitamin A (A), perkembangan (P); imunisasi: nama vaksinnya (HB0 BCG OPV "
          "IPV DPT PCV RV MR). Boleh lebih dari satu.",
          "Tidak datang sebulan penuh: tulis \"tidak\" di kolom tanggal. Kosong berarti belum diketahui, bukan tidak datang." },
        { WHO("anggota"), { "Nama anggota", 0, 28, false, false }, { "Sasaran", 16, 16, false, false }, { "Tanggal lahir", 16, 12, false, false } }, 7,
        { { "Tanggal", 11, 11, .is_to_fill = true }, { "BB (kg)", 9, 7, .is_to_fill = true }, { "TB (cm)", 9, 7, .is_to_fill = true }, { "Layanan", 12, 10, .is_to_fill = true } }, 4,
        { END }, 2 },
    [FORM_SOCIAL] = { "social", "FORMULIR VERIFIKASI KOMITMEN KESEJAHTERAAN SOSIAL", "Kode kelurahan", "Kelurahan", "Lurah", "Pendamping PKH",
        { "Periksa: tanggal pemeriksaan kesehatan di puskesmas, posyandu lansia, atau kunjungan rumah. Kegiatan: tanggal kegiatan sosial harian atau perawatan di rumah.",
          "Sepanjang bulan tidak ada: tulis \"tidak\" di kedua kolom. Kosong berarti belum diketahui.",
          "Yang meninggal atau pindah tidak dicoret: tulis di kolom keterangan berikut tanggalnya." },
        { WHO("anggota"), { "Nama anggota", 0, 28, false, false }, { "Sasaran", 20, 18, false, false }, { "Umur", 10, 7, false, false } }, 7,
        { { "Periksa", 15, 12, .is_to_fill = true }, { "Kegiatan", 15, 12, .is_to_fill = true } }, 2,
        { END }, 2 },
};

bool form_kind_find(Str name, FormKind *out) {
    for (int i = 0; i < FORM_KINDS_N; i++) if (str_eq(name, str_c(FORM_LAYOUTS[i].name))) { *out = (FormKind)i; return true; }
    return false;
}

bool form_period_find(Str text, FormPeriod *out) {
    Str quarter = text, year = str_cut(&quarter, '-');
    int64_t y, q;
    if (quarter.n == 2 && quarter.p[0] == 'T') quarter = str_part(quarter, 1, 1);
    if (!str_is_digits(year) || !str_is_digits(quarter) || !str_int64(year, &y) || !str_int64(quarter, &q) || y < 2007 || y > 2100 || q < 1 || q > 4) return false;
    *out = (FormPeriod){ (int)y, (int)q };
    return true;
}

FormPeriod form_period_of(Date date) {
    int year, month, day;
    date_split(date, &year, &month, &day);
    return (FormPeriod){ year, (month + 2) / 3 };
}

Date form_period_first(FormPeriod p) { return date_make(p.year, p.quarter * 3 - 2, 1); }
Date form_period_end(FormPeriod p) { return date_add_months(form_period_first(p), FORM_MONTHS); }

const char *form_month_name(FormPeriod p, int month) {
    static const char *const NAMES[] = { "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember" };
    return NAMES[(p.quarter - 1) * 3 + month];
}
