// verb_subject.c: what the office knows about a family and who looked at it, all in one file for the family that asks; and asking that
// it be erased.
#include "base/lang.h"
#include "cli/actor.h"
#include "cli/verbs.h"
#include "office/read_log.h"
#include "registry/erase.h"
#include "status/subject.h"
#include <stdio.h>

const CliOption SUBJECT_OPTIONS[] = { { "--kab", N_("CODE"), N_("the district") }, { "--person", N_("PERSON"), N_("show: of this member only") }, { 0 } };

typedef struct { Cli *cli; Db *db; int64_t kab, family_id, person_id; Viewer viewer; Sight sight; } Asking;

// This look stands in the document, too: it is written before anything of it is read.
static bool subject_show(Asking *s, Err *e) {
    Db *reads = NULL;
    Subject subject;
    SubjectAsk ask = { .viewer = &s->viewer, .sight = s->sight, .kab = s->kab, .family_id = s->family_id, .person_id = s->person_id, .now = instant_now() };
    ReadPage page = { .kab = s->kab, .actor_id = s->viewer.user_id, .route = "shell subject", .purpose = "subject", .at = ask.now, .family_ids = &s->family_id, .family_n = 1 };
    if (!subject_read(s->db, NULL, s->cli->arena, &ask, &subject, e) || !reads_write_once(s->cli->db_url, &page, e) || !db_open_reads(s->cli->db_url, (DbOptions){ 0 }, &reads, e)) return false;
    bool is_good = subject_read(s->db, reads, s->cli->arena, &ask, &subject, e);
    db_close(reads);
    Buf b = { .max = BUF_MAX };
    if (is_good) subject_put_json(&b, &subject);
    if (is_good) fwrite(b.p, 1, b.n, stdout);
    buf_free(&b);
    return is_good;
}

// Families that a program erased which knew fewer places, or that a restore of an older backup brought back.
static bool subject_again(Cli *cli, Db *db, Err *e) {
    int64_t family_n;
    if (!erase_again(db, 0, instant_now(), &family_n, e)) return false;
    if (cli->is_json) printf("{\"families\":%lld}\n", (long long)family_n);
    else printf(_("%lld erased families were gone through once more.\n"), (long long)family_n);
    return true;
}

static bool subject_erase(Asking *s, Err *e) {
    ApprovalRequest request;
    bool is_new;
    if (!erase_ask(s->db, s->cli->arena, &s->viewer, s->kab, s->family_id, instant_now(), &request, &is_new, e)) return false;
    if (s->cli->is_json) printf("{\"request\":%lld,\"new\":%s}\n", (long long)request.id, is_new ? "true" : "false");
    else printf(_("Request %lld waits for another person's signature (harapan worklist). Until then nothing is erased.\n"), (long long)request.id);
    return true;
}

bool verb_subject(Cli *cli, Err *e) {
    Asking s = { .cli = cli };
    Str word, family;
    if (!cli_arg(cli, 0, N_("What to do (show, erase or again)"), &word, e)) return false;
    bool is_again = str_eq(word, STR("again"));
    if (!is_again && !cli_arg(cli, 1, N_("The family"), &family, e)) return false;
    bool is_erase = str_eq(word, STR("erase"));
    if (!is_again && !is_erase && !str_eq(word, STR("show"))) return fail(e, BAD_INPUT, "harapan subject knows show, erase and again, not \"%.*s\".", STR_ARG(word));
    if (!is_again && !str_int64(family, &s.family_id)) return fail(e, BAD_INPUT, "A family is a whole number.");
    if (!cli_db(cli, (DbOptions){ .must_exist = true }, &s.db, e)) return false;
    if (is_again) {
        bool is_done = subject_again(cli, s.db, e);
        db_close(s.db);
        return is_done;
    }
    bool is_practice, is_good = cli_int(cli, "--person", 0, &s.person_id, e) && actor_band(cli, s.db, &is_practice, e) && actor_reader(cli, s.db, &s.kab, &s.viewer, &s.sight, e) &&
                                (is_erase ? subject_erase(&s, e) : subject_show(&s, e));
    db_close(s.db);
    return is_good;
}
