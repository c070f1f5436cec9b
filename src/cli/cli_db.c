#include "cli/cli.h"

bool cli_db(const Cli *cli, DbOptions options, Db **out, Err *e) {
    Db *db;
    int64_t applied_n;
    bool is_read_only = options.is_read_only;
    options.is_read_only = false;
    if (!db_open(cli->db_url, options, &db, e)) return false;
    if (!db_migrate(db, &applied_n, e)) { db_close(db); return false; }
    if (is_read_only) {
        db_close(db);
        options.is_read_only = true;
        if (!db_open(cli->db_url, options, &db, e)) return false;
    }
    *out = db;
    return true;
}
