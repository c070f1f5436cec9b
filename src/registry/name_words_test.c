// name_words_test.c: spellings of one name fold to the same words, different names do not.
#include "registry/name_words.h"
#include "base/random.h"
#include "base/test.h"

static Str folded(Arena *a, const char *name) {
    NameWords w;
    name_words(str_c(name), &w);
    Buf b = { .max = BUF_MAX };
    for (size_t i = 0; i < w.n; i++) { if (i) buf_char(&b, ' '); buf_str(&b, name_word(&w, i)); }
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

static void spellings_of_one_name_fold_to_the_same(void **state) {
    (void)state;
    static const char *const SAME[][6] = {
        { "Muhammad Rizki", "M. Rizky", "MOH. RISKI", "Muh.Rizqi", "Mohd Rizky", "Mhd. Rizki" },
        { "Suharto", "Soeharto", "SOEHARTO", "Suhartto", "H. Soeharto", "Alm. Suharto" },
        { "Joko Wijaya", "Djoko Widjaya", "DJOKO WIJAYA", "Joko  Wijaya", "Drs. Joko Wijaya", "JOKO WIJAYA, S.Pd" },
        { "Cahyo", "Tjahjo", "Tjahyo", "CAHYO", "Cahyo, SE", "Tn. Cahyo" },
        { "Syafrudin", "Sjafrudin", "Safruddin", "Syaprudin", "SYAFRUDDIN", "Sjafruddin" },
        { "Nyoman", "Njoman", "NYOMAN", "Nyomman", "Ir. Nyoman", "nyoman" },
        { "Khairul", "Chairul", "Khaerul", "Hairul", "Chaerul", "KHAIRUL" },
        { "Rahmat", "Rachmat", "Rakhmat", "Rahmad", "RACHMAD", "Rahmatt" },
        { "Fitri", "Pitri", "Vitri", "Fitry", "Phitri", "FITRIE" },
        { "Siti Aisyah", "St. Aisyah", "Sitti Aisya", "SITI AISHAH", "Hj. Siti Aisah", "Siti Aisyah binti" },
        { "Ahmad Yusuf bin Hasan", "Achmad Yusup Hasan", "AKHMAD YUSUF HASAN", "Ach. Yusuf Hasan", "Ahmad Yusuf, Hasan", "Ahmat Yusuf bn Hasan" },
        { "Chandra", "Candra", "CHANDRA", "Candraa", "Ny. Chandra", "candra" },
        { "Desy", "Desi", "Dessy", "DESSI", "Desie", "Dessie" },
        { "Abdul Rahman", "Abd. Rahman", "ABDUR RACHMAN", "Abdoel Rahman", "Abdul Rakhman", "Abd Rahman" },
        { "Dr. Andjar", "Anjar", "ANJAR", "dr Andjar", "Andjar", "Anyar" },
        { "Ma'ruf", "Maruf", "MA`RUF", "Ma\xE2\x80\x99ruf", "Maarup", "Ma'ruph" },
    };
    Arena a = { 0 };
    for (size_t i = 0; i < sizeof SAME / sizeof *SAME; i++)
        for (size_t k = 1; k < 6; k++) check_str(folded(&a, SAME[i][k]), folded(&a, SAME[i][0]));
    check_str(folded(&a, "Moh. Rizky"), STR("muhamat riski"));
    check_str(folded(&a, "H."), STR("h"));                 // nothing but a title: kept
    check_str(folded(&a, " - "), STR(""));
    check_str(folded(&a, "Andr\xC3\xA9 1wan"), STR("andre iwan"));
    arena_free(&a);
}

static void different_names_stay_apart(void **state) {
    (void)state;
    static const char *const APART[][2] = {
        { "Rahmat", "Rahmi" }, { "Dina", "Tina" }, { "Yusnidar", "Yusniar" }, { "Suharti", "Suharto" }, { "Joko", "Yoko" }, { "Hendri", "Henri" },
        { "Ahmad", "Muhammad" }, { "Siti Aminah", "Siti Aisyah" }, { "Putra", "Putri" }, { "Haris", "Idris" },
    };
    Arena a = { 0 };
    for (size_t i = 0; i < sizeof APART / sizeof *APART; i++)
        assert_false(str_eq(folded(&a, APART[i][0]), folded(&a, APART[i][1])));
    arena_free(&a);
}

static void spaces_do_not_matter_when_joined(void **state) {
    (void)state;
    static const char *const SAME[][2] = { { "Nur Hayati", "Nurhayati" }, { "Abdul Rahman", "Abdurrahman" }, { "Abdul Salam", "Abdussalam" },
                                           { "Des Nita", "Desnita" }, { "Susi Lawati", "SUSILAWATI" } };
    for (size_t i = 0; i < sizeof SAME / sizeof *SAME; i++) {
        NameWords x, y;
        char p[NAME_JOINED_MAX], q[NAME_JOINED_MAX];
        name_words(str_c(SAME[i][0]), &x);
        name_words(str_c(SAME[i][1]), &y);
        size_t p_n = name_joined(&x, p), q_n = name_joined(&y, q);
        check_str(((Str){ p, p_n }), ((Str){ q, q_n }));
    }
}

// The whole table, without a band: what the banded one must give.
static int distance_slowly(Str a, Str b) {
    int d[40][40];
    for (int i = 0; i <= (int)a.n; i++)
        for (int j = 0; j <= (int)b.n; j++) {
            if (i == 0 || j == 0) { d[i][j] = i + j; continue; }
            int best = d[i - 1][j - 1] + (a.p[i - 1] != b.p[j - 1]);
            if (d[i - 1][j] + 1 < best) best = d[i - 1][j] + 1;
            if (d[i][j - 1] + 1 < best) best = d[i][j - 1] + 1;
            if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1] && d[i - 2][j - 2] + 1 < best) best = d[i - 2][j - 2] + 1;
            d[i][j] = best;
        }
    return d[a.n][b.n];
}

static void distance_is_that_of_the_whole_table(void **state) {
    (void)state;
    Random r = { test_seed() };
    for (int64_t i = 0; i < test_tries(20000); i++) {
        char a[30], b[30];
        Str x = { a, random_below(&r, 20) }, y = { b, random_below(&r, 20) };
        for (size_t k = 0; k < x.n; k++) a[k] = b[k] = (char)('a' + random_below(&r, 3));
        for (size_t k = random_below(&r, 2) ? 0 : x.n; k < y.n; k++) b[k] = (char)('a' + random_below(&r, 3));
        int most = (int)random_below(&r, 6), whole = distance_slowly(x, y), wanted = whole > most ? most + 1 : whole;
        assert_int_equal(name_distance(x, y, most), wanted);
    }
}

// Whatever the bytes: words of the letters a to z within their limits, and folding a folded word again finds nothing new to join.
static void any_bytes_fold_within_the_limits(void **state) {
    (void)state;
    Random r = { test_seed() };
    for (int64_t i = 0; i < test_tries(20000); i++) {
        char bytes[200];
        Str name = { bytes, random_below(&r, sizeof bytes) };
        for (size_t k = 0; k < name.n; k++) bytes[k] = random_below(&r, 4) ? "aeiou nhsykdMj.,'"[random_below(&r, 17)] : (char)random_below(&r, 256);
        NameWords w;
        name_words(name, &w);
        assert_true(w.n <= NAME_WORDS_MAX);
        for (size_t k = 0; k < w.n; k++) {
            assert_in_range(w.length[k], 1, NAME_WORD_MAX);
            for (size_t c = 0; c < w.length[k]; c++) assert_in_range(w.text[k][c], 'a', 'z');
        }
        char joined[NAME_JOINED_MAX];
        assert_true(name_joined(&w, joined) <= NAME_JOINED_MAX);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(spellings_of_one_name_fold_to_the_same), cmocka_unit_test(different_names_stay_apart),
    cmocka_unit_test(spaces_do_not_matter_when_joined), cmocka_unit_test(distance_is_that_of_the_whole_table),
    cmocka_unit_test(any_bytes_fold_within_the_limits),
};
TEST_MAIN(tests)
