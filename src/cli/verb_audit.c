// verb_audit.c: head and audit: what outsiders are given, so that they can prove later that nothing was changed.
#include "base/lang.h"
#include "cli/actor.h"
#include "cli/verbs.h"
#include "office/audit_export.h"
#include "office/head.h"
#include "office/head_request.h"
#include <qrencode.h>
#include <stdio.h>
#include <unistd.h>

// ---- head --------------------------------------------------------------------------------------------------------

// Two rows of the code in one line of text, dark on light as a camera expects, with the quiet edge that the standard asks for.
bool terminal_code(Str line, Err *e) {
    enum { EDGE = 4 };
    QRcode *code = QRcode_encodeString8bit(line.p, 0, QR_ECLEVEL_L);
    if (!code) return fail(e, BAD_INPUT, "The text \"%.40s\" cannot become a QR code.", line.p);
    for (int y = -EDGE; y < code->width + EDGE; y += 2) {
        for (int x = -EDGE; x < code->width + EDGE; x++) {
            bool is_dark[2] = { 0 };
            for (int k = 0; k < 2; k++)
                if (x >= 0 && y + k >= 0 && x < code->width && y + k < code->width) is_dark[k] = code->data[(y + k) * code->width + x] & 1;
            fputs(is_dark[0] ? is_dark[1] ? " " : "▄" : is_dark[1] ? "▀" : "█", stdout);
        }
        putchar('\n');
    }
    QRcode_free(code);
    return true;
}

static bool heads_print(Cli *cli, Db *db, Err *e) {
    Heads heads;
    if (!heads_read(db, cli->arena, 20000, &heads, e)) return false;
    for (size_t i = heads.n; i-- > 0;) printf(STR_FMT "\n", STR_ARG(heads.at[i].line));       // a line is JSON-safe: no quotes stand in it
    return true;
}

// The key in its file (made when there is none), and the request that a second person signs.
static bool new_key_ask(Cli *cli, Db *db, const char *path, Err *e) {
    Viewer viewer;
    HeadKey key = { 0 };
    Err found = { 0 };
    if (!actor_keeper(cli, db, KAB_NONE, &viewer, e)) return false;
    bool is_there = head_key_read(path, &key, &found), is_made = !is_there && found.code == NOT_FOUND;
    if (!is_there && !is_made) return fail(e, found.code, "%s", found.text);
    bool is_good = (is_there || head_key_make(path, &key, e)) && head_key_ask(db, &viewer, &key.public_key, instant_now(), e);
    head_key_forget(&key);
    if (is_made) fprintf(stderr, _("A key that signs the head of each day was made: %s. Keep a copy of it away from this machine.\n"), path);
    if (!is_good) return false;
    if (cli->is_json) puts("{\"asked\":true}");
    else puts(_("Asked. When another person who keeps users has signed (harapan worklist), heads are signed with this key; until then none is made."));
    return true;
}

static bool head_do(Cli *cli, Db *db, Err *e) {
    Viewer viewer;
    Head head;
    bool is_practice, is_new, is_new_key;
    if (!actor_band(cli, db, &is_practice, e) || !actor_require(cli, db, ACTION_READ_AUDIT, KAB_NONE, &viewer, e)) return false;
    if (cli_has(cli, "--all")) return heads_print(cli, db, e);
    const char *path = head_key_path(cli->arena, db, cli_option(cli, "--key"));
    HeadToday today = { .db_url = cli->db_url, .key_path = path, .actor_id = viewer.user_id, .now = instant_now() };
    if (cli_has(cli, "--new-key")) return new_key_ask(cli, db, path, e);
    if (!head_today(db, cli->arena, &today, &head, &is_new, &is_new_key, e)) return false;
    if (is_new_key) fprintf(stderr, _("A key that signs the head of each day was made: %s. Keep a copy of it away from this machine.\n"), path);
    if (cli->is_json) printf("{\"new\":%s,\"head\":\"" STR_FMT "\"}\n", is_new ? "true" : "false", STR_ARG(head.line));
    else printf(STR_FMT "\n", STR_ARG(head.line));
    bool wants_code = cli_has(cli, "--qr") || (!cli->is_json && isatty(STDOUT_FILENO));
    if (wants_code && !cli->is_json) fprintf(stderr, "%s", _("Send this line to those who keep the heads, or let them take a picture of the code.\n"));
    return !wants_code || terminal_code(head.line, e);
}

bool verb_head(Cli *cli, Err *e) {
    Db *db;
    if (!cli_db(cli, (DbOptions){ .must_exist = true }, &db, e)) return false;
    bool is_good = head_do(cli, db, e);
    db_close(db);
    return is_good;
}

// ---- audit -------------------------------------------------------------------------------------------------------

typedef struct { Cli *cli; Db *db, *reads; Viewer viewer; } Auditing;

static bool export_do(Auditing *a, Err *e) {
    Str path;
    AuditExported done;
    if (!cli_arg(a->cli, 1, N_("The file to write"), &path, e) || !audit_export(a->db, a->reads, &a->viewer, a->cli->args[1], &done, e)) return false;
    if (a->cli->is_json) printf("{\"audit\":%lld,\"reads\":%lld,\"heads\":%lld}\n", (long long)done.audit_n, (long long)done.read_n, (long long)done.head_n);
    else printf(_("%lld changes, %lld looks and %lld heads written to %s.\n"), (long long)done.audit_n, (long long)done.read_n, (long long)done.head_n, a->cli->args[1]);
    return true;
}

static bool prove_entry(Auditing *a, Err *e) {
    Str kab_text, n_text, path;
    int64_t kab, n;
    if (!cli_arg(a->cli, 1, N_("The district"), &kab_text, e) || !cli_arg(a->cli, 2, N_("The number of the entry"), &n_text, e) || !cli_arg(a->cli, 3, N_("The file to write"), &path, e)) return false;
    if (!str_int64(kab_text, &kab) || !str_int64(n_text, &n)) return fail(e, BAD_INPUT, "District and entry are whole numbers.");
    return audit_prove_entry(a->db, a->reads, &a->viewer, cli_has(a->cli, "--reads") ? CHAIN_READS : CHAIN_AUDIT, kab, n, a->cli->args[3], e);
}

static bool prove_heads(Auditing *a, Err *e) {
    Str from_text, to_text, path;
    Date from, to;
    if (!cli_arg(a->cli, 1, N_("The first day"), &from_text, e) || !cli_arg(a->cli, 2, N_("The second day"), &to_text, e) || !cli_arg(a->cli, 3, N_("The file to write"), &path, e)) return false;
    if (!date_parse_iso(from_text, &from) || !date_parse_iso(to_text, &to)) return fail(e, BAD_INPUT, "A day is written like 2024-04-25.");
    return audit_prove_heads(a->db, a->reads, from, to, a->cli->args[3], e);
}

static const struct { const char *name; bool (*run)(Auditing *a, Err *e); } PARTS[] = { { "export", export_do }, { "prove", prove_entry }, { "compare", prove_heads } };

// Nobody looked yet where there is no read log.
static bool reads_open(Auditing *a, Err *e) {
    Err found = { 0 };
    return db_open_reads(a->cli->db_url, (DbOptions){ .must_exist = true, .is_read_only = true }, &a->reads, &found) || found.code == NOT_FOUND || fail(e, found.code, "%s", found.text);
}

bool verb_audit(Cli *cli, Err *e) {
    Auditing a = { .cli = cli };
    Str what;
    bool is_practice, is_known = false;
    if (!cli_arg(cli, 0, N_("What to do (export, prove, compare)"), &what, e) || !cli_db(cli, (DbOptions){ .must_exist = true }, &a.db, e)) return false;
    bool is_good = actor_band(cli, a.db, &is_practice, e) && actor_require(cli, a.db, ACTION_READ_AUDIT, KAB_NONE, &a.viewer, e) && reads_open(&a, e);
    for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++) {
        if (!str_eq(what, str_c(PARTS[i].name))) continue;
        is_known = true;
        is_good = is_good && PARTS[i].run(&a, e);
    }
    if (is_good && !is_known) is_good = fail(e, BAD_INPUT, "harapan audit knows export, prove and compare, not \"%.*s\".", STR_ARG(what));
    db_close(a.reads);
    db_close(a.db);
    return is_good;
}
