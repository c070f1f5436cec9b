// Erasing: two persons, only who has left, and then nothing of the family opens or is found, on the disk neither; all laws hold.
#include "db/db_test.h"
#include "db/dump.h"
#include "office/keyring.h"
#include "office/user.h"
#include "registry/claim.h"
#include "registry/erase.h"
#include "registry/life.h"
#include "registry/number.h"
#include "registry/pack.h"
#include "registry/registry_check.h"
#include "registry/search_index.h"
#include "registry/synth_store.h"
#include "registry_secret.sql.h"
#include "office/change.h"
#include <strings.h>

#define KAB 1371
#define FAMILY 7
static const Instant AT = { 1714000000000 };
#define good(call) do { t->err = (Err){ 0 }; check_ok(call, t->err); } while (0)
#define refused(call, wanted) do { t->err = (Err){ 0 }; assert_false(call); assert_int_equal(t->err.code, wanted); } while (0)

static Viewer user_make(DbTest *t, const char *login, Role role, int64_t kab) {
    Viewer v = { .kab = kab, .role = role };
    snprintf(v.login, sizeof v.login, "%s", login);
    good(db_begin(t->db, &t->err));
    good(user_insert(t->db, 0, &(UserNew){ .login = str_c(login), .name = STR("Siti Contoh"), .role = role, .kab = kab }, STR("none"), false, AT, &v.user_id, &t->err));
    good(db_commit(t->db, &t->err));
    return v;
}

typedef struct { const Viewer *signer; ApprovalRequest *request; Hash seen; } Signing;
static bool sign_work(Db *db, void *with, Err *e) {
    Signing *s = with;
    return approval_sign(db, s->signer, &ERASE_APPROVAL, s->request, &s->seen, AT, e);
}

static bool file_has(const char *path, Str bytes) {
    FILE *f = fopen(path, "rb");
    if (!f) return false;
    Buf b = { .max = BUF_MAX };
    char part[65536];
    for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;) buf_bytes(&b, part, n);
    fclose(f);
    bool has = b.n > 0 && memmem(b.p, b.n, bytes.p, bytes.n) != NULL;
    buf_free(&b);
    return has;
}

static Str salt_of(DbTest *t) {
    FamilySaltsRows rows = { 0 };
    FamilySaltsRow row;
    bool has_row;
    good(family_salts(t->db, (FamilySaltsArgs){ .kab = KAB, .first_id = FAMILY, .last_id = FAMILY }, &rows, &t->err));
    good(family_salts_next(&rows, &row, &has_row, &t->err));
    Str out = has_row ? arena_str(&t->arena, row.salt_data) : (Str){ 0 };
    family_salts_end(&rows);
    return out;
}

static size_t holders_of(DbTest *t, Str kk) {
    ClaimHolder *found;
    size_t n;
    good(claim_find(t->db, &t->arena, SECRET_KK, kk, 0, 9999, &found, &n, &t->err));
    return n;
}

static void erased_is_erased(DbTest *t) {
    SynthReport report;
    LifeResult left;
    Signing s;
    ApprovalRequest request;
    Violations v = { 0 };
    Hash before, after;
    bool is_new, is_done;
    Str kk, out;
    good(synth_store(t->db, &(SynthOptions){ .seed = 7, .kab = KAB, .family_n = 300, .at = AT }, NULL, &report, &t->err));
    Viewer operator = user_make(t, "budi", ROLE_OPERATOR, KAB), head = user_make(t, "ani", ROLE_HEAD_DINSOS, KAB), far = user_make(t, "far", ROLE_OPERATOR, 1372);
    good(number_read(t->db, &t->arena, SECRET_KK, (ClaimHolder){ KAB, FAMILY, 0 }, &kk, &t->err));
    assert_true(holders_of(t, kk) == 1);
    refused(erase_ask(t->db, &t->arena, &operator, KAB, FAMILY, AT, &request, &is_new, &t->err), CONFLICT);           // still paid
    LifeAct act = { .kab = KAB, .family_id = FAMILY, .actor = operator, .on = date_of_instant(AT, 420), .at = AT };
    good(life_leave(t->db, &act, STR("own_will"), &left, &t->err));
    refused(erase_ask(t->db, &t->arena, &far, KAB, FAMILY, AT, &request, &is_new, &t->err), NOT_FOUND);
    good(db_begin(t->db, &t->err) && pack_epoch_close(t->db, KAB, 1, &t->err) && db_commit(t->db, &t->err));           // a closing keeps the packs
    good(pack_part_hash(t->db, KAB, PACK_PAYEE, 1, &before, &t->err));
    good(erase_ask(t->db, &t->arena, &operator, KAB, FAMILY, AT, &request, &is_new, &t->err));
    s = (Signing){ &operator, &request, request.seen_hash };
    refused(change_do(t->db, sign_work, &s, &t->err), FORBIDDEN);                                                      // the maker does not sign
    good(number_read(t->db, &t->arena, SECRET_KK, (ClaimHolder){ KAB, FAMILY, 0 }, &out, &t->err));
    check_str(out, kk);
    Str salt = salt_of(t);
    s.signer = &head;
    good(change_do(t->db, sign_work, &s, &t->err));
    good(erase_is_done(t->db, KAB, FAMILY, &is_done, &t->err));
    assert_true(is_done && holders_of(t, kk) == 0 && salt_of(t).n == 0);
    good(number_read(t->db, &t->arena, SECRET_KK, (ClaimHolder){ KAB, FAMILY, 0 }, &out, &t->err));
    assert_int_equal(out.n, 0);
    good(db_begin(t->db, &t->err));
    refused(number_change(t->db, SECRET_KK, (ClaimHolder){ KAB, FAMILY, 0 }, kk, &t->err), CONFLICT);                  // and stays so
    db_rollback(t->db);
    // The closing is as it was, and what it has sealed of the family opens no more.
    good(pack_part_hash(t->db, KAB, PACK_PAYEE, 1, &after, &t->err));
    assert_true(hash_eq(&before, &after));
    Secrets secrets = { 0 };
    Payee p;
    Str bytes;
    bool found;
    good(pack_of_family(t->db, &t->arena, KAB, PACK_PAYEE, 1, FAMILY, &bytes, &found, &t->err));
    good(payee_pack_find(bytes, FAMILY, &p, &found, &t->err));
    good(secrets_open(&secrets, t->db, KAB, &t->err) && secrets_load(&secrets, t->db, FAMILY, FAMILY, &t->err) && payee_open(&secrets, &p, &t->arena, &t->err));
    assert_true(p.is_erased && p.name.n == 0);
    secrets_close(&secrets);
    good(registry_check(t->db, &v, NULL, &t->err) && salts_check(t->db, &v, &t->err) && pack_check(t->db, KAB, NULL, &t->err) && search_check(t->db, &v, NULL, &t->err) &&
         approval_check(t->db, KAB, &v, &t->err));
    assert_int_equal(v.found_n, 0);
    refused(erase_ask(t->db, &t->arena, &operator, KAB, FAMILY, AT, &request, &is_new, &t->err), CONFLICT);            // once
    if (t->engine != DB_SQLITE) return;
    good(db_checkpoint(t->db, &t->err));
    assert_false(file_has(t->url.p, salt));                                                                          // not left in a free corner of a page
}
DB_TEST(erased_is_erased)

// ---- a marked word in every column that can hold one -----------------------------------------------------------------------
#define WORD "mantabur"                // stays as it is in the spelling that search gives to names

// Every text of the schema, and every column of bytes that is no hash. WORDS: of a family; the test plants WORD there and looks for it.
// CODE: the program's own words, chosen from a list. OFFICE: about the office, its people, its files and places. SEALED: opens with the
// family's salt alone. PACKED: made from other columns, hashes of keys, and what belongs to no family.
typedef enum { WORDS, CODE, OFFICE, SEALED, PACKED } Holds;
static const struct { const char *table, *columns; Holds holds; } COLUMNS[] = {
    { "account", "stage kind channel", CODE }, { "adjustment", "stage what kind about_stage rule_local rule_english", CODE },
    { "adjustment_reason", "duty", CODE }, { "adjustment_run", "stage what about_stage", CODE }, { "adjustment_step", "what reason", CODE }, { "app_user", "login name password_code role", OFFICE }, { "approval_policy", "kind role", CODE },
    { "approval_request", "kind subject link state", CODE }, { "approval_request", "reason", WORDS }, { "approval_signature", "role", CODE }, { "approval_step", "role", CODE },
    { "answer_file", "stage format message", OFFICE }, { "area", "name kind", OFFICE }, { "attempt", "stage state channel reason", CODE },
    { "attempt_event", "stage kind reason", CODE }, { "audit", "action subject detail", CODE }, { "audit_salt", "field", CODE },
    { "audit_salt", "salt_data", PACKED }, { "batch", "stage channel state", CODE }, { "batch", "payer_name payer_account", OFFICE }, { "batch_file", "kind file_name", OFFICE },
    { "closing", "stage", CODE }, { "closing_adjustment", "stage kind", CODE }, { "closing_case", "stage case_data", PACKED }, { "closing_chunk", "stage chunk_data", PACKED }, { "closing_decided", "stage decided_data", PACKED },
    { "commitment_excuse", "duty reason", CODE }, { "commitment_excuse", "note evidence", WORDS }, { "commitment_fact", "kind source", CODE }, { "commitment_fact", "evidence", WORDS },
    { "commitment_list", "stage", CODE }, { "commitment_observation", "observation_data", SEALED }, { "companion", "name", OFFICE }, { "desk_clock", "kind source", CODE },
    { "desk_request", "kind field asker proof state reason", CODE }, { "desk_request", "words_data salt_data answer_data", SEALED }, { "draft", "draft_data", PACKED },
    { "draft_view", "stage", CODE }, { "drift", "stage kinds state", CODE }, { "drift_item", "kind old_value new_value", CODE }, { "duplicate_pair", "reasons state taken", CODE },
    { "duplicate_pair", "note", WORDS }, { "factor", "kind title secret_data credential_data key_data", OFFICE }, { "family", "channel status", CODE },
    { "family", "dtks_code address hamlet rt rw", WORDS }, { "family", "kk_data account_data", SEALED }, { "family_salt", "salt_data", SEALED }, { "form_reminder", "form place channel", OFFICE }, { "form_task", "npsn kind state form", CODE },
    { "form_task", "name", WORDS }, { "head", "line", CODE }, { "head_chain", "log edge_data", PACKED }, { "health_post", "name kind", OFFICE }, { "hold", "stage reason", CODE },
    { "identity_finding", "kind detail state", CODE }, { "identity_finding", "note", WORDS }, { "import_batch", "source file_name state", OFFICE },
    { "import_finding", "field code level", CODE }, { "import_finding", "message", WORDS }, { "import_mapping", "source field title", OFFICE },
    { "import_reading", "choices sheet separator encoding header carried", OFFICE },
    { "import_row", "dtks_code address hamlet rt rw name birth_place sex mother_name relation kk_data nik_data", PACKED },       // gone with the file: a waiting one stops the erasure
    { "money_paper", "stage kind channel number", OFFICE },
    { "life_event", "kind old_value new_value", CODE }, { "life_event", "note", WORDS }, { "life_place", "address hamlet rt rw", WORDS }, { "life_proposal", "channel", CODE },
    { "life_proposal", "note", WORDS }, { "life_proposal", "account_data", SEALED }, { "life_transfer", "state", CODE }, { "login_pending", "face", CODE },
    { "pack", "pack_data", PACKED }, { "passkey_challenge", "purpose", CODE }, { "paylist", "stage file_name state reason", OFFICE },
    { "paylist_decision", "decision", CODE }, { "paylist_decision", "reason", WORDS }, { "paylist_finding", "field code level", CODE }, { "paylist_finding", "message", WORDS },
    { "paylist_mend", "file_name", OFFICE }, { "paylist_mode", "stage mode", CODE }, { "paylist_reading", "source choices", OFFICE },
    { "paylist_row", "channel period found decided", CODE }, { "paylist_row", "dtks_code name address note", WORDS }, { "person", "sex relation school_level outcome", CODE },
    { "person", "name birth_place mother_name", WORDS }, { "person", "school_npsn", CODE }, { "person", "nik_data", SEALED },
    { "person_merge", "taken old_sex pair_state state", CODE }, { "person_merge", "old_name old_birth_place old_mother_name", WORDS }, { "pregnancy", "outcome", CODE },
    { "read_page", "route purpose families", CODE }, { "rule_book", "code book_text", OFFICE }, { "run", "stage amount_data total_data", PACKED }, { "school", "npsn name level", OFFICE },
    { "seal_key", "state", CODE }, { "search_name", "name_data", WORDS }, { "search_posting", "word", WORDS }, { "search_posting", "posting_data", PACKED },
    { "search_word", "word_data", WORDS }, { "session", "face csrf_code device", OFFICE }, { "settlement", "stage kind", CODE },
    { "settlement", "family_data", PACKED }, { "tray", "stage kind why reference reason state decision", CODE }, { "setting", "name value", OFFICE }, { "transfer", "stage kind reason", CODE },
    // Trainings are about the office's own people: companions, trainers, who signs.
    { "training_attendance", "way", CODE }, { "training_budget", "title unit", OFFICE }, { "training_certificate", "number name title", OFFICE },
    { "training_event", "title purpose place address letter_number signer_name signer_number state open_test", OFFICE }, { "training_goods", "kind size", OFFICE },
    { "training_handover", "kind size signature", OFFICE }, { "training_material", "title place", OFFICE }, { "training_pay_day", "title", OFFICE }, { "training_person", "way", CODE },
    { "training_question", "competence topic question choice_a choice_b choice_c choice_d choice_e right_choice", OFFICE }, { "training_session", "title trainer room", OFFICE },
    { "training_sheet", "kind choices way", OFFICE },
};

static bool column_holds(const char *table, Str column, Holds *out) {
    for (size_t i = 0; i < sizeof COLUMNS / sizeof *COLUMNS; i++)
        for (Str rest = str_c(COLUMNS[i].columns); strcmp(COLUMNS[i].table, table) == 0 && rest.p && rest.n;)
            if (str_eq(str_cut(&rest, ' '), column)) return *out = COLUMNS[i].holds, true;
    return false;
}

static bool has_word(Str text) {
    for (size_t i = 0; i + sizeof WORD - 1 <= text.n; i++) if (strncasecmp(text.p + i, WORD, sizeof WORD - 1) == 0) return true;
    return false;
}

// Looks through every row of every table. Where WORD stands in a column that is said to hold words, it is struck off `planted`;
// anywhere else it is a fault; and so is everything when nothing may be left.
static void tables_search(DbTest *t, bool may_be_there) {
    DbTables tables;
    good(db_tables(t->db, &t->arena, &tables, &t->err));
    for (size_t i = 0; i < tables.n; i++) {
        const DbTable *table = &tables.at[i];
        Str names = str_c(table->columns);
        bool is_seen[64] = { false };
        DbStatement *s;
        bool has_row;
        good(db_prepare(t->db, &table->all, &s, &t->err));
        good(db_step(s, &has_row, &t->err));
        while (has_row) {
            for (int k = 0; table->types[k]; k++)
                if (table->types[k] != 'i' && has_word(table->types[k] == 't' ? db_text(s, k) : db_bytes(s, k))) is_seen[k] = true;
            good(db_step(s, &has_row, &t->err));
        }
        db_release(s);
        for (int k = 0; table->types[k]; k++) {
            Str name = str_trim(str_cut(&names, ','));
            Holds holds = CODE;
            bool is_hash = name.n > 5 && str_eq(str_part(name, name.n - 5, name.n), STR("_hash"));
            if (table->types[k] == 'i' || is_hash) continue;
            if (!column_holds(table->name, name, &holds))
                fail_msg("%s.%.*s is new: say in COLUMNS what it holds, and where it can hold words of a family, erase them in erase.c", table->name, STR_ARG(name));
            if (is_seen[k] != (may_be_there && holds == WORDS)) fail_msg("%s.%.*s: %s", table->name, STR_ARG(name), is_seen[k] ? "holds the word" : "nobody planted the word here");
        }
    }
}

static void sql_run(DbTest *t, const char *text) {
    DbQuery *q = NEW(&t->arena, DbQuery, 1);
    DbStatement *s;
    bool has_row;
    *q = (DbQuery){ .name = "a test plants a word", .sqlite = text, .postgresql = text, .params = "", .columns = "" };
    good(db_prepare(t->db, q, &s, &t->err));
    good(db_step(s, &has_row, &t->err));
    db_release(s);
}

// As people and files would leave them; what only grows takes inserts.
static const char *const PLANTS[] = {
    "UPDATE family SET dtks_code = '" WORD "', address = 'Jl. " WORD "', hamlet = '" WORD "', rt = '" WORD "', rw = '" WORD "' WHERE kab = 1371 AND id = 7",
    "UPDATE person SET name = 'SITI " WORD "', birth_place = '" WORD "', mother_name = '" WORD "', school_npsn = '10303456' WHERE kab = 1371 AND family_id = 7",
    "INSERT INTO life_event (kab, family_id, n, kind, happened_on, note, actor_id, recorded_at) VALUES (1371, 7, 90, 'move', 19800, 'the neighbour " WORD " says so', 1, 0)",
    "INSERT INTO life_place (kab, family_id, n, village_id, address, hamlet, rt, rw) VALUES (1371, 7, 90, 1371011001, '" WORD "', '" WORD "', '" WORD "', '" WORD "')",
    "INSERT INTO life_proposal (kab, id, family_id, payee_id, channel, is_same_account, happened_on, note, seen_hash, maker_id, made_at) SELECT 1371, 90, 7, 1, 'POS', 1, 19800, '" WORD "', book_hash, 1, 0 FROM planted_hash",
    "INSERT INTO commitment_fact (kab, family_id, n, kind, first_on, last_on, is_void, source, evidence, identity_id, actor_id, recorded_at) VALUES (1371, 7, 90, 'p2k2', 19800, 19800, 0, 'x', '" WORD "', 1, 1, 0)",
    "INSERT INTO commitment_excuse (kab, family_id, n, first_month_on, last_month_on, reason, note, evidence, maker_id, made_at) VALUES (1371, 7, 90, 19800, 19800, 'other', '" WORD "', '" WORD "', 1, 0)",
    "INSERT INTO form_task (kab, id, npsn, quarter_n, kind, family_id, person_id, name, state, actor_id, told_at) VALUES (1371, 90, '10303456', 20242, 'stranger', 0, 0, 'SITI " WORD "', 'open', 1, 0)",
    "INSERT INTO form_task (kab, id, npsn, quarter_n, kind, family_id, person_id, name, state, actor_id, told_at) VALUES (1371, 91, '10303499', 20242, 'twice', 7, 1, '" WORD "', 'open', 1, 0)",
    "INSERT INTO duplicate_pair (kab, person_id, other_kab_id, other_person_id, family_id, other_family_id, score_n, reasons, is_exact, state, found_at, note) VALUES (1371, 900001, 1371, 900002, 8, 7, 1, 'x', 0, 'different', 0, '" WORD "')",
    "INSERT INTO person_merge (kab, id, family_id, person_id, gone_kab_id, gone_family_id, gone_person_id, taken, old_name, old_birth_place, old_mother_name, is_payee_moved, pair_state, state, actor_id, merged_at) "
        "VALUES (1371, 90, 7, 1, 1371, 8, 900003, 'name', '" WORD "', '" WORD "', '" WORD "', 0, 'same', 'merged', 1, 0)",
    "INSERT INTO identity_finding (kab, kind, family_id, person_id, detail, amount_rp, state, found_at, changed_at, note) VALUES (1371, 'x', 7, 0, 'x', 0, 'dismissed', 0, 0, '" WORD "')",
    "INSERT INTO import_batch (kab, id, source, file_name, file_hash, state, row_n, error_n, warning_n, staged_bytes_n, staged_row_n, staged_line_n, unwrapped_n, separated_n, actor_id, started_at) "
        "SELECT 1371, 90, 'x', 'x', book_hash, 'applied', 1, 0, 1, 0, 0, 0, 0, 0, 1, 0 FROM planted_hash",
    "INSERT INTO import_finding (kab, batch_id, row_n, field, code, level, message) VALUES (1371, 90, 2, 'x', 'x', 'warning', 'the name " WORD " is odd')",
    "INSERT INTO paylist (kab, id, stage, wave_n, file_hash, file_name, state, row_n, refused_n, warning_n, amount_rp, is_alarming, actor_id, read_at) SELECT 1371, 90, '2024-2', 1, book_hash, 'x', 'live', 2, 0, 0, 5, 0, 1, 0 FROM planted_hash",
    "INSERT INTO paylist_row (kab, list_id, row_n, dtks_code, name, address, note, is_old_period, is_excluded, amount_rp, nik_claim_id, found, agree_n, against_n, auto_family_id, decided, family_id) "
        "VALUES (1371, 90, 2, '" WORD "', '" WORD "', '" WORD "', '" WORD "', 0, 0, 5, 77, 'matched', 2, 0, 7, '', 7)",
    "INSERT INTO paylist_row (kab, list_id, row_n, name, is_old_period, is_excluded, amount_rp, nik_claim_id, nik_family_id, found, agree_n, against_n, decided) VALUES (1371, 90, 3, '" WORD "', 0, 0, 5, 77, 7, 'twice', 2, 0, '')",
    "INSERT INTO paylist_finding (kab, list_id, row_n, field, code, level, message) VALUES (1371, 90, 2, 'x', 'x', 'warning', '" WORD "')",
    "INSERT INTO paylist_decision (kab, list_id, row_n, n, decision, family_id, reason, actor_id, decided_at) VALUES (1371, 90, 2, 1, 'family', 7, '" WORD "', 1, 0)",
};

// Where a hash must stand any will do: that of a migration.
static const char *str_replace_hash(DbTest *t, const char *text) {
    const char *at = strstr(text, "book_hash, ");
    if (!at) return text;
    const char *from = strstr(text, "FROM planted_hash");
    return arena_fmt(&t->arena, "%.*schecksum_hash%.*sFROM migration WHERE n = 1", (int)(at - text), text, (int)(from - at - 9), at + 9).p;
}

static void sql_run_in(DbTest *t, const char *text) {
    good(db_begin(t->db, &t->err));
    sql_run(t, text);
    good(db_commit(t->db, &t->err));
}

static bool refuse_work(Db *db, void *with, Err *e) {
    Signing *s = with;
    return approval_refuse(db, s->signer, s->request, STR("the neighbour " WORD " is against it"), AT, e);
}

// SQLite: no free corner of a page, no log and no read log has it. (PostgreSQL keeps dead rows until its vacuum: docs/dpia.md.)
static void file_search(DbTest *t) {
    static const char *const ENDINGS[] = { "", "-wal", ".reads", ".reads-wal" };
    if (t->engine != DB_SQLITE) return;
    good(db_checkpoint(t->db, &t->err));
    for (size_t i = 0; i < sizeof ENDINGS / sizeof *ENDINGS; i++) {
        const char *path = arena_fmt(&t->arena, "%s%s", t->url.p, ENDINGS[i]).p;
        static const char *const FORMS[] = { WORD, "MANTABUR", "Mantabur" };
        for (size_t k = 0; k < 3; k++) if (file_has(path, str_c(FORMS[k]))) fail_msg("%s holds %s", path, FORMS[k]);
    }
}

static void nothing_is_left(DbTest *t) {
    SynthReport report;
    LifeResult left;
    Signing s;
    ApprovalRequest request;
    Violations v = { 0 };
    bool is_new;
    good(synth_store(t->db, &(SynthOptions){ .seed = 7, .kab = KAB, .family_n = 300, .at = AT }, NULL, &report, &t->err));
    Viewer operator = user_make(t, "budi", ROLE_OPERATOR, KAB), head = user_make(t, "ani", ROLE_HEAD_DINSOS, KAB);
    LifeAct act = { .kab = KAB, .family_id = FAMILY, .actor = operator, .on = date_of_instant(AT, 420), .at = AT };
    good(db_begin(t->db, &t->err));
    for (size_t i = 0; i < sizeof PLANTS / sizeof *PLANTS; i++) sql_run(t, str_replace_hash(t, PLANTS[i]));
    good(pack_refresh(t->db, KAB, FAMILY, FAMILY, NULL, &t->err));
    good(db_commit(t->db, &t->err));
    good(life_leave(t->db, &act, STR("own_will"), &left, &t->err));
    // Somebody refuses the first wish with words, and another one is signed.
    good(erase_ask(t->db, &t->arena, &operator, KAB, FAMILY, AT, &request, &is_new, &t->err));
    good(change_do(t->db, refuse_work, &(Signing){ &head, &request, request.seen_hash }, &t->err));
    tables_search(t, true);
    // A staged file that names the family holds it back.
    sql_run_in(t, "UPDATE import_batch SET state = 'staged' WHERE kab = 1371 AND id = 90");
    sql_run_in(t, "INSERT INTO import_row (kab, batch_id, row_n, dtks_code) VALUES (1371, 90, 2, '" WORD "')");
    refused(erase_ask(t->db, &t->arena, &operator, KAB, FAMILY, AT, &request, &is_new, &t->err), CONFLICT);
    sql_run_in(t, "DELETE FROM import_row WHERE kab = 1371 AND batch_id = 90");
    sql_run_in(t, "UPDATE import_batch SET state = 'applied' WHERE kab = 1371 AND id = 90");
    good(erase_ask(t->db, &t->arena, &operator, KAB, FAMILY, AT, &request, &is_new, &t->err));
    s = (Signing){ &head, &request, request.seen_hash };
    good(change_do(t->db, sign_work, &s, &t->err));
    tables_search(t, false);
    good(erase_check(t->db, &v, &t->err));
    assert_int_equal(v.found_n, 0);
    file_search(t);
}
DB_TEST(nothing_is_left)

static const struct CMUnitTest tests[] = { DB_TESTS(erased_is_erased), DB_TESTS(nothing_is_left) };
TEST_MAIN(tests)
