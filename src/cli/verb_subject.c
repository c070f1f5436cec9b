// verb_subject.c: what the office knows about a family and who looked at it, all in one file for the family that asks; and asking that
// it be erased.
#include "base/lang.h"
#include "cli/actor.h"
#include "cli/verbs.h"
#include "cli_subject.sql.h"
#include "office/read_log.h"
#include "registry/erase.h"
#include "registry/number.h"
#include <stdio.h>

#define LOOKS_MAX 100000               // everybody who ever looked at one family
const CliOption SUBJECT_OPTIONS[] = { { "--kab", N_("CODE"), N_("the district") }, { 0 } };

typedef struct { Cli *cli; Db *db; int64_t kab, family_id; Viewer viewer; Sight sight; } Subject;

// ---- one JSON object -----------------------------------------------------------------------------------------------------
static void text_put(const char *key, Str value) {
    if (value.n == 0) return;
    printf(",\"%s\":", key);
    cli_put_json(value);
}

static void int_put(const char *key, int64_t value) { if (value != INT64_MIN) printf(",\"%s\":%lld", key, (long long)value); }

static void date_put(const char *key, Date date) {
    Buf b = { .max = 20 };
    if (!date_is_known(date)) return;
    date_put_iso(&b, date);
    printf(",\"%s\":\"%.*s\"", key, STR_ARG(buf_view(&b)));
    buf_free(&b);
}

static void instant_at(const char *key, Instant at) {
    Buf b = { .max = 40 };
    instant_put_iso(&b, at);
    printf(",\"%s\":\"%.*s\"", key, STR_ARG(buf_view(&b)));
    buf_free(&b);
}

static bool number_put(Subject *s, const char *key, SecretKind kind, int64_t person_id, Err *e) {
    Str number;
    if (!number_read(s->db, s->cli->arena, kind, (ClaimHolder){ s->kab, s->family_id, person_id }, &number, e)) return false;
    text_put(key, number);
    return true;
}

static bool family_put(Subject *s, const SubjectFamilyRow *f, Err *e) {
    printf("{\"kab\":%lld,\"family\":%lld", (long long)s->kab, (long long)s->family_id);
    text_put("iddtks", f->dtks_code), int_put("village", f->village_id), text_put("address", f->address), text_put("hamlet", f->hamlet), text_put("rt", f->rt);
    text_put("rw", f->rw), text_put("channel", f->channel), int_put("payee", f->payee_id), text_put("status", f->status), int_put("decile", f->decile_n);
    date_put("entered_on", f->entered_on);
    return number_put(s, "kk", SECRET_KK, SECRET_FAMILY, e) && number_put(s, "account", SECRET_ACCOUNT, SECRET_FAMILY, e);
}

static bool persons_put(Subject *s, Err *e) {
    SubjectPersonsRows rows = { 0 };
    SubjectPersonsRow p;
    int64_t n = 0;
    SubjectPersonsArgs args = { .kab = s->kab, .family_id = s->family_id, SEE(s->sight) };
    bool has_row, is_good = subject_persons(s->db, args, &rows, e);
    fputs(",\"persons\":[", stdout);
    while (is_good && (is_good = subject_persons_next(&rows, &p, &has_row, e)) && has_row) {
        printf("%s{\"id\":%lld", n++ ? "," : "", (long long)p.id);
        text_put("name", p.name), date_put("born_on", p.born_on), text_put("birth_place", p.birth_place), text_put("sex", p.sex), text_put("mother", p.mother_name);
        text_put("relation", p.relation), text_put("school_level", p.school_level), text_put("school", p.school_npsn), int_put("pregnancy", p.pregnancy_n);
        int_put("severe_disability", p.is_severe_disability), int_put("rights_victim", p.is_rights_victim), text_put("outcome", p.outcome), int_put("gone", p.is_gone);
        is_good = number_put(s, "nik", SECRET_NIK, p.id, e);
        putchar('}');
    }
    subject_persons_end(&rows);
    putchar(']');
    return is_good;
}

static bool facts_put(Subject *s, Err *e) {
    SubjectFactsRows rows = { 0 };
    SubjectFactsRow f;
    int64_t n = 0;
    bool has_row, is_good = subject_facts(s->db, (SubjectFactsArgs){ .kab = s->kab, .family_id = s->family_id }, &rows, e);
    fputs(",\"facts\":[", stdout);
    while (is_good && (is_good = subject_facts_next(&rows, &f, &has_row, e)) && has_row) {
        printf("%s{\"n\":%lld", n++ ? "," : "", (long long)f.n);
        text_put("kind", f.kind), date_put("happened_on", f.happened_on), int_put("person", f.person_id), instant_at("recorded_at", f.recorded_at);
        putchar('}');
    }
    subject_facts_end(&rows);
    putchar(']');
    return is_good;
}

// This look stands in the log, too: it was written before the first byte left.
static bool looks_put(Subject *s, Err *e) {
    Db *reads;
    ReadEntries looks;
    if (!db_open_reads(s->cli->db_url, (DbOptions){ 0 }, &reads, e)) return false;
    bool is_good = reads_of_family(reads, s->cli->arena, s->kab, s->family_id, LOOKS_MAX, &looks, e);
    fputs(",\"looks\":[", stdout);
    for (size_t i = 0; is_good && i < looks.n; i++) {
        const ReadEntry *look = &looks.at[i];
        SubjectUserRow user;
        bool found;
        is_good = subject_user(s->db, s->cli->arena, (SubjectUserArgs){ .user_id = look->actor_id }, &user, &found, e);
        printf("%s{\"n\":%lld", i ? "," : "", (long long)look->n);
        instant_at("at", look->at), text_put("purpose", look->purpose), text_put("page", look->route), int_put("families_shown", look->family_n);
        if (is_good && found) text_put("who", user.name), text_put("role", user.role);
        putchar('}');
    }
    puts("]}");
    db_close(reads);
    return is_good;
}

static bool subject_show(Subject *s, Err *e) {
    SubjectFamilyRow f;
    bool found;
    if (!authority_require(&s->viewer, ACTION_READ_IDENTITY, s->kab, e) ||
        !subject_family(s->db, s->cli->arena, (SubjectFamilyArgs){ .kab = s->kab, .family_id = s->family_id, SEE(s->sight) }, &f, &found, e)) return false;
    if (!found) return fail(e, NOT_FOUND, "There is no family with this number.");
    ReadPage page = { .kab = s->kab, .actor_id = s->viewer.user_id, .route = "shell subject", .purpose = "identity", .at = instant_now(), .family_ids = &s->family_id, .family_n = 1 };
    return reads_write_once(s->cli->db_url, &page, e) && family_put(s, &f, e) && persons_put(s, e) && facts_put(s, e) && looks_put(s, e);
}

static bool subject_erase(Subject *s, Err *e) {
    ApprovalRequest request;
    bool is_new;
    if (!erase_ask(s->db, s->cli->arena, &s->viewer, s->kab, s->family_id, instant_now(), &request, &is_new, e)) return false;
    if (s->cli->is_json) printf("{\"request\":%lld,\"new\":%s}\n", (long long)request.id, is_new ? "true" : "false");
    else printf(_("Request %lld waits for another person's signature (harapan worklist). Until then nothing is erased.\n"), (long long)request.id);
    return true;
}

bool verb_subject(Cli *cli, Err *e) {
    Subject s = { .cli = cli };
    Str word, family;
    if (!cli_arg(cli, 0, N_("What to do (show or erase)"), &word, e) || !cli_arg(cli, 1, N_("The family"), &family, e)) return false;
    bool is_erase = str_eq(word, STR("erase"));
    if (!is_erase && !str_eq(word, STR("show"))) return fail(e, BAD_INPUT, "harapan subject knows show and erase, not \"%.*s\".", STR_ARG(word));
    if (!str_int64(family, &s.family_id)) return fail(e, BAD_INPUT, "A family is a whole number.");
    if (!cli_db(cli, (DbOptions){ .must_exist = true }, &s.db, e)) return false;
    bool is_practice, is_good = actor_band(cli, s.db, &is_practice, e) && actor_reader(cli, s.db, &s.kab, &s.viewer, &s.sight, e) &&
                                (is_erase ? subject_erase(&s, e) : subject_show(&s, e));
    db_close(s.db);
    return is_good;
}
