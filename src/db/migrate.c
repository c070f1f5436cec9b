// migrate.c: brings a database to the schema of the program, one migration after the other, each whole or not at all.
#include "db/engine.h"
#include "db/migration.h"

static const DbQuery TABLE_QUERY = {
    .name = "db/migrate: table",
    .sqlite = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'migration'",
    .postgresql = "SELECT count(*) FROM pg_class WHERE oid = to_regclass('migration')",
    .params = "", .columns = "i", .columns_n = 1,
};
static const DbQuery APPLIED_QUERY = {
    .name = "db/migrate: applied",
    .sqlite = "SELECT n, name, checksum_hash FROM migration ORDER BY n",
    .postgresql = "SELECT n, name, checksum_hash FROM migration ORDER BY n",
    .params = "", .columns = "itb", .columns_n = 3,
};
static const DbQuery ADD_QUERY = {
    .name = "db/migrate: add",
    .sqlite = "INSERT INTO migration (n, name, checksum_hash, applied_at) VALUES (?1, ?2, ?3, ?4)",
    .postgresql = "INSERT INTO migration (n, name, checksum_hash, applied_at) VALUES ($1, $2, $3, $4)",
    .params = "itbi", .columns = "", .params_n = 4,
};
DB_QUERY_LISTED(TABLE_QUERY);
DB_QUERY_LISTED(APPLIED_QUERY);
DB_QUERY_LISTED(ADD_QUERY);

static bool has_table(Db *db, bool *has, Err *e) {
    DbStatement *s = NULL;
    bool has_row = false;
    if (!db_prepare(db, &TABLE_QUERY, &s, e)) return false;
    bool is_good = db_step(s, &has_row, e);
    if (is_good) *has = has_row && db_int(s, 0) > 0;
    db_release(s);
    return is_good;
}

static const Migration *find(const Migration *known, size_t known_n, int64_t n) {
    for (size_t i = 0; i < known_n; i++) if (known[i].n == n) return &known[i];
    return NULL;
}

// One applied migration, as the database has it, against the program's.
static bool applied_check(Db *db, DbStatement *s, const Migration *m, Err *e) {
    Str name = db_text(s, 1);
    Hash checksum;
    if (!db_hash(s, 2, &checksum, e)) return false;
    if (!m)
        return fail(e, CONFLICT, "The database %s is newer than this program: it has migration %04d_%.*s. Use the newer program.",
                    db->shown_url, (int)db_int(s, 0), STR_ARG(name));
    if (!hash_eq(&checksum, &m->checksum))
        return fail(e, CONFLICT, "Migration %04d_%s was changed after it had been applied to %s. Put its old text back, and write the change "
                    "as a new migration.", (int)m->n, m->name, db->shown_url);
    return true;
}

// Fails as migrations_check does; is_applied (may be NULL) has a flag for each known migration.
static bool applied_read(Db *db, const Migration *known, size_t known_n, bool *is_applied, Err *e) {
    bool has = false, has_row = true, is_good = true;
    DbStatement *s = NULL;
    if (!has_table(db, &has, e)) return false;
    if (!has) return true;
    if (!db_prepare(db, &APPLIED_QUERY, &s, e)) return false;
    while (is_good && (is_good = db_step(s, &has_row, e)) && has_row) {
        const Migration *m = find(known, known_n, db_int(s, 0));
        is_good = applied_check(db, s, m, e);
        if (is_good && is_applied) is_applied[m - known] = true;
    }
    db_release(s);
    return is_good;
}

bool migrations_check(Db *db, const Migration *known, size_t known_n, Err *e) { return applied_read(db, known, known_n, NULL, e); }

static bool add_row(Db *db, const Migration *m, Err *e) {
    DbStatement *s = NULL;
    bool has_row;
    if (!db_prepare(db, &ADD_QUERY, &s, e)) return false;
    db_bind_int(s, 0, m->n);
    db_bind_text(s, 1, str_c(m->name));
    db_bind_hash(s, 2, &m->checksum);
    db_bind_int(s, 3, instant_now().ms);
    bool is_good = db_step(s, &has_row, e);
    db_release(s);
    return is_good;
}

// Inside the transaction: another program may have been faster, so look again under the lock. The lock comes before the first
// query, because that takes the snapshot.
static bool apply(Db *db, const Migration *known, size_t known_n, const Migration *m, bool has, bool *is_new, Err *e) {
    Arena a = { 0 };
    bool *is_applied = NEW(&a, bool, known_n);
    if (has && db->kind == DB_POSTGRESQL && !db->engine->run(db, "LOCK TABLE migration IN EXCLUSIVE MODE", e)) goto failed;
    if (!applied_read(db, known, known_n, is_applied, e)) goto failed;
    *is_new = !is_applied[m - known];
    if (*is_new) {
        db->is_migrating = true;
        bool is_good = db->engine->run(db, db->kind == DB_SQLITE ? m->sqlite : m->postgresql, e);
        db->is_migrating = false;
        if (!is_good || !add_row(db, m, e)) { fail_in(e, "migration %04d_%s: ", (int)m->n, m->name); goto failed; }
    }
    arena_free(&a);
    return true;
failed:
    arena_free(&a);
    return false;
}

bool migrations_apply(Db *db, const Migration *known, size_t known_n, int64_t *applied_n, Err *e) {
    int64_t n = 0;
    Arena a = { 0 };
    bool *is_applied = NEW(&a, bool, known_n), is_good = applied_read(db, known, known_n, is_applied, e);
    for (size_t i = 0; is_good && i < known_n; i++) {
        bool is_new = false, has = false;
        if (is_applied[i]) continue;
        is_good = has_table(db, &has, e) && db_begin(db, e) && apply(db, known, known_n, &known[i], has, &is_new, e) && db_commit(db, e);
        if (!is_good) db_rollback(db);
        n += is_new;
    }
    arena_free(&a);
    if (is_good && applied_n) *applied_n = n;
    return is_good;
}

bool db_guard(Db *db, Str role, Err *e) {
    if (db->kind == DB_SQLITE) return true;
    for (size_t i = 0; i < role.n; i++)
        if (!((role.p[i] >= 'a' && role.p[i] <= 'z') || role.p[i] == '_' || (i && role.p[i] >= '0' && role.p[i] <= '9')))
            return fail(e, BAD_INPUT, "\"%.*s\" is no name of a PostgreSQL role: use small letters, digits and _.", STR_ARG(role));
    if (role.n == 0) return fail(e, BAD_INPUT, "Give the name of the PostgreSQL role that the program works as.");
    Buf sql = { 0 };
    buf_fmt(&sql, "DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %%I TO \"%.*s\"', current_schema()); "
            "EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %%I TO \"%.*s\"', current_schema()); END $$;\n",
            STR_ARG(role), STR_ARG(role));
    for (const char *const *t = APPEND_ONLY; *t; t++) buf_fmt(&sql, "REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM \"%.*s\";\n", *t, STR_ARG(role));
    for (const char *const *c = ERASABLE; *c; c++) {
        Str column = str_c(*c), table = str_cut(&column, '.');
        buf_fmt(&sql, "GRANT UPDATE (%.*s) ON %.*s TO \"%.*s\";\n", STR_ARG(column), STR_ARG(table), STR_ARG(role));
    }
    buf_fmt(&sql, "REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON migration FROM \"%.*s\";", STR_ARG(role));
    buf_char(&sql, 0);
    bool is_good = db_begin(db, e) && db->engine->run(db, sql.p, e) && db_commit(db, e);
    if (!is_good) db_rollback(db);
    buf_free(&sql);
    return is_good;
}
