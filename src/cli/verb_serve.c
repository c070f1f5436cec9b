// verb_serve.c: the pages.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/lang.h"
#include "cli/daily_head.h"
#include "cli/verbs.h"
#include "office/practice.h"
#include "web/web.h"

// Beside a SQLite database, or in a folder of this user's when the database is a server.
static bool upload_folder(Cli *cli, Str db_url, const char **out, Err *e) {
    const char *given = cli_option(cli, "--upload-dir"), *home = getenv("HARAPAN_STATE");
    bool is_server = str_starts(db_url, STR("postgres"));
    Str folder = given ? str_c(given) : !is_server ? arena_fmt(cli->arena, "%.*s.unggah", STR_ARG(db_url))
               : arena_fmt(cli->arena, "%s/harapan-unggah-%u", home ? home : "/var/tmp", (unsigned)getuid());
    *out = arena_c(cli->arena, folder);
    struct stat info;
    if (mkdir(*out, 0700) != 0 && errno != EEXIST) return fail(e, IO_FAILED, "The folder for uploads %s cannot be made: %s. Name another one with --upload-dir.", *out, strerror(errno));
    if (stat(*out, &info) != 0 || !S_ISDIR(info.st_mode) || info.st_uid != getuid())
        return fail(e, IO_FAILED, "The folder for uploads %s is not this user's own folder. Name another one with --upload-dir.", *out);
    return true;
}

bool verb_serve(Cli *cli, Err *e) {
    int64_t port, thread_n, upload_mb;
    const char *uploads;
    bool is_practice;
    Db *db;
    Server *server;
    if (!cli_int(cli, "--port", 8080, &port, e) || !cli_int(cli, "--threads", 4, &thread_n, e) ||
        !cli_int(cli, "--upload-mb", UPLOAD_MAX >> 20, &upload_mb, e)) return false;
    if (upload_mb < 1 || upload_mb > 1 << 20) return fail(e, BAD_INPUT, "--upload-mb takes 1 to %d.", 1 << 20);
    if (port < 0 || port > 65535) return fail(e, BAD_INPUT, "The port %d does not exist; choose 1 to 65535, or 0 for a free one.", (int)port);
    if (thread_n < 1 || thread_n > 64) return fail(e, BAD_INPUT, "Choose 1 to 64 threads.");
    if (!cli_db(cli, (DbOptions){ .must_exist = true }, &db, e)) return false;
    bool is_known = practice_is(db, &is_practice, e);
    db_close(db);
    ServerOptions o = { .bind = cli_option(cli, "--bind"), .port = (int)port, .thread_n = (int)thread_n, .host = cli_option(cli, "--host"),
                        .is_behind_tls = cli_has(cli, "--behind-tls"), .is_logged = cli_has(cli, "--log"), .db_url = cli->db_url, .is_practice = is_practice };
    o.upload_max = upload_mb << 20;
    if (!upload_folder(cli, cli->db_url, &uploads, e)) return false;
    o.upload_folder = uploads;
    web_options(&o);
    if (!is_known || !server_start(o, &server, e)) return false;
    printf("%s://%s:%d/\n", o.is_behind_tls ? "https" : "http", o.host ? o.host : "127.0.0.1", server_port(server));
    fflush(stdout);
    DailyHead *daily = daily_head_start(cli->db_url, cli_option(cli, "--head-key"));
    server_wait(server);
    daily_head_stop(daily);
    server_stop(server);
    web_close();
    return true;
}
