// verb_serve.c: the pages.
#include <stdio.h>
#include "base/lang.h"
#include "cli/daily_head.h"
#include "cli/verbs.h"
#include "office/practice.h"
#include "web/web.h"

bool verb_serve(Cli *cli, Err *e) {
    int64_t port, thread_n;
    bool is_practice;
    Db *db;
    Server *server;
    if (!cli_int(cli, "--port", 8080, &port, e) || !cli_int(cli, "--threads", 4, &thread_n, e)) return false;
    if (port < 0 || port > 65535) return fail(e, BAD_INPUT, "The port %d does not exist; choose 1 to 65535, or 0 for a free one.", (int)port);
    if (thread_n < 1 || thread_n > 64) return fail(e, BAD_INPUT, "Choose 1 to 64 threads.");
    if (!cli_db(cli, (DbOptions){ .must_exist = true }, &db, e)) return false;
    bool is_known = practice_is(db, &is_practice, e);
    db_close(db);
    ServerOptions o = { .bind = cli_option(cli, "--bind"), .port = (int)port, .thread_n = (int)thread_n, .host = cli_option(cli, "--host"),
                        .is_behind_tls = cli_has(cli, "--behind-tls"), .is_logged = cli_has(cli, "--log"), .db_url = cli->db_url, .is_practice = is_practice };
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
