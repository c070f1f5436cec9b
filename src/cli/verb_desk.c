// verb_desk.c: what families ask about their own data, from the shell: the list with its clock, taking in, assigning, answering, the letter.
#include "base/lang.h"
#include "cli/actor.h"
#include "cli/verbs.h"
#include "office/district.h"
#include "office/read_log.h"
#include "registry/desk.h"
#include <stdio.h>
#include <unistd.h>

const CliOption DESK_OPTIONS[] = {
    { "--kab", N_("CODE"), N_("the district") },
    { "--state", N_("WORD"), N_("list: open, granted or refused") },
    { "--late", NULL, N_("list: only what is late") },
    { "--who", N_("TEXT"), N_("take: name of the one who asks") },
    { "--asker", N_("WORD"), N_("take: self, member, guardian or proxy") },
    { "--shown-by", N_("WORD"), N_("take: ktp, kk, kks, known or letter") },
    { "--field", N_("WORD"), N_("take correct: name, born_on, nik, kk, address, ...") },
    { "--person", N_("PERSON"), N_("take: of which member; the whole family otherwise") },
    { "--evidence", N_("TEXT"), N_("take correct: by which paper it is shown") },
    { "--wanted-stdin", NULL, N_("take: read what is right or what is asked from the first line of the input") },
    { "--user", N_("N"), N_("assign: to whom; nobody otherwise") },
    { "--fact", N_("N"), N_("grant: the fact of the family's life that did it") },
    { "--reason", N_("WORD"), N_("refuse: right, not_shown, others, duty, in_programme, elsewhere or taken_back") },
    { "--text", N_("TEXT"), N_("grant, refuse: words for the letter") },
    { 0 },
};

typedef struct { Cli *cli; Db *db; int64_t kab; Viewer viewer; Sight sight; Instant now; } Desk;

static Str option(const Desk *d, const char *name) {
    const char *text = cli_option(d->cli, name);
    return text ? str_c(text) : STR("");
}

static bool id_arg(Desk *d, size_t i, const char *what, int64_t *out, Err *e) {
    Str text;
    return cli_arg(d->cli, i, what, &text, e) && (str_int64(text, out) || fail(e, BAD_INPUT, "\"%.*s\" is no whole number.", STR_ARG(text)));
}

static bool look_write(Desk *d, const char *purpose, const int64_t *ids, size_t n, Err *e) {
    ReadPage page = { .kab = d->kab, .actor_id = d->viewer.user_id, .route = "shell desk", .purpose = purpose, .at = d->now, .family_ids = ids, .family_n = n };
    return reads_write_once(d->cli->db_url, &page, e);
}

static void line_put(Desk *d, const DeskRequest *r) {
    Str clock = desk_clock_text(d->cli->arena, r, d->now);
    if (d->cli->is_json) {
        printf("{\"kab\":%lld,\"id\":%lld,\"family\":%lld,\"kind\":\"%s\",\"field\":\"%s\",\"state\":\"%s\",\"waiting\":%s,\"late\":%s,\"due_ms\":%lld}\n", (long long)r->kab, (long long)r->id,
               (long long)r->family_id, desk_kind_name(r->kind), r->field ? r->field->name : "", desk_state_name(r->state), r->is_waiting ? "true" : "false", r->is_late ? "true" : "false",
               (long long)r->due_at.ms);
        return;
    }
    printf("%-5lld %s%s%s, %lld %.*s: %s, %.*s\n", (long long)r->id, desk_kind_title(r->kind), r->field ? ": " : "", r->field ? tr(r->field->title) : "", (long long)r->family_id,
           STR_ARG(r->family_name), r->is_waiting ? _("Waits for a signature") : desk_state_title(r->state), STR_ARG(clock));
}

#define LIST_MAX 1000                  // lines that a person reads
static bool list_do(Desk *d, Err *e) {
    DeskFilter f = { .sight = d->sight, .kab = d->kab, .now = d->now, .limit_n = LIST_MAX, .late = cli_has(d->cli, "--late") ? DESK_LATE : DESK_ANY_TIME };
    DeskList list;
    Str state = option(d, "--state");
    f.has_state = desk_state_find(state, &f.state);
    if (state.n && !f.has_state) return fail(e, BAD_INPUT, "\"%.*s\" is no state: open, granted or refused.", STR_ARG(state));
    if (!desk_list(d->db, d->cli->arena, &f, &list, e)) return false;
    int64_t *ids = NEW(d->cli->arena, int64_t, list.n + 1);
    for (size_t i = 0; i < list.n; i++) ids[i] = list.at[i].family_id;
    if (!look_write(d, "list", ids, list.n, e)) return false;
    for (size_t i = 0; i < list.n; i++) line_put(d, &list.at[i]);
    if (!d->cli->is_json) printf(_("%lld of %lld shown; not answered: %lld, of these late: %lld.\n"), (long long)list.n, (long long)list.total_n, (long long)list.open_n, (long long)list.late_n);
    return true;
}

static Str line_read(Arena *a) {
    char text[DESK_TEXT_MAX + 1];
    size_t n = 0;
    char c;
    while (n < sizeof text && read(STDIN_FILENO, &c, 1) == 1 && c != '\n') text[n++] = c;
    return str_trim(arena_str(a, (Str){ text, n }));
}

static bool take_do(Desk *d, Err *e) {
    DeskTake take = { .kab = d->kab, .field = option(d, "--field"), .asker = option(d, "--asker"), .proof = option(d, "--shown-by"), .who = option(d, "--who"), .evidence = option(d, "--evidence") };
    Str word;
    int64_t id;
    bool is_new;
    if (!cli_arg(d->cli, 1, N_("What is asked (correct, access, object, withdraw or erase)"), &word, e) || !id_arg(d, 2, N_("The family"), &take.family_id, e) ||
        !cli_int(d->cli, "--person", 0, &take.person_id, e)) return false;
    if (!desk_kind_find(word, &take.kind)) return fail(e, BAD_INPUT, "Say what is asked.");
    if (cli_has(d->cli, "--wanted-stdin")) take.wanted = line_read(d->cli->arena);
    if (!desk_take(d->db, d->cli->arena, &d->viewer, &take, d->now, &id, &is_new, e)) return false;
    if (d->cli->is_json) printf("{\"kab\":%lld,\"id\":%lld,\"new\":%s}\n", (long long)d->kab, (long long)id, is_new ? "true" : "false");
    else printf(is_new ? _("Taken in as request %lld.\n") : _("It was taken in before, as request %lld.\n"), (long long)id);
    return true;
}

static bool request_read(Desk *d, const char *purpose, DeskRequest *r, Err *e) {
    int64_t id;
    return id_arg(d, 1, N_("The number of the request"), &id, e) && desk_read(d->db, d->cli->arena, d->sight, d->kab, id, d->now, r, e) && look_write(d, purpose, &r->family_id, 1, e);
}

// The letter says all that is to be said, to the family and to who asks how far it is.
static bool letter_do(Desk *d, Err *e) {
    DeskRequest r;
    int64_t hours_n;
    Str source;
    if (!request_read(d, "letter", &r, e) || !desk_clock(d->db, d->cli->arena, r.kind, district_day(d->kab, r.taken_at), &hours_n, &source, e)) return false;
    line_put(d, &r);
    DeskLetter letter = desk_letter(d->cli->arena, &r, source);
    for (size_t i = 0; i < letter.n && !d->cli->is_json; i++) printf(STR_FMT "\n", STR_ARG(letter.at[i]));
    return true;
}

static bool done_put(Desk *d, int64_t id, Err *e) {
    DeskRequest r;
    if (!desk_read(d->db, d->cli->arena, d->sight, d->kab, id, d->now, &r, e)) return false;
    line_put(d, &r);
    return true;
}

static bool assign_do(Desk *d, Err *e) {
    DeskRequest r;
    int64_t user_id;
    if (!cli_int(d->cli, "--user", 0, &user_id, e) || !request_read(d, "family", &r, e)) return false;
    return desk_assign(d->db, d->cli->arena, &(DeskAct){ d->kab, r.id, r.version_n, &d->viewer, d->now }, user_id, e) && done_put(d, r.id, e);
}

static bool ask_do(Desk *d, Err *e) {
    DeskRequest r;
    ApprovalRequest request;
    bool is_new;
    if (!request_read(d, "family", &r, e)) return false;
    return desk_ask(d->db, d->cli->arena, &(DeskAct){ d->kab, r.id, r.version_n, &d->viewer, d->now }, &request, &is_new, e) && done_put(d, r.id, e);
}

static bool answer_do(Desk *d, bool is_granted, Err *e) {
    DeskRequest r;
    DeskAnswer answer = { .is_granted = is_granted, .reason = option(d, "--reason"), .text = option(d, "--text") };
    if (!cli_int(d->cli, "--fact", 0, &answer.fact_n, e) || !request_read(d, "family", &r, e)) return false;
    return desk_answer(d->db, d->cli->arena, &(DeskAct){ d->kab, r.id, r.version_n, &d->viewer, d->now }, &answer, e) && done_put(d, r.id, e);
}
static bool grant_do(Desk *d, Err *e) { return answer_do(d, true, e); }
static bool refuse_do(Desk *d, Err *e) { return answer_do(d, false, e); }

static const struct { const char *word; bool (*run)(Desk *, Err *); } WORDS[] = {
    { "list", list_do }, { "take", take_do }, { "letter", letter_do }, { "assign", assign_do }, { "ask", ask_do }, { "grant", grant_do }, { "refuse", refuse_do } };

bool verb_desk(Cli *cli, Err *e) {
    Desk d = { .cli = cli, .now = instant_now() };
    size_t i = 0, n = sizeof WORDS / sizeof *WORDS;
    Str word = cli->arg_n ? str_c(cli->args[0]) : STR("list");
    while (i < n && !str_eq(word, str_c(WORDS[i].word))) i++;
    if (i == n) return fail(e, BAD_INPUT, "\"%.*s\" is not known here. Type: harapan %s --help", STR_ARG(word), cli->verb->name);
    if (!cli_db(cli, (DbOptions){ .must_exist = true }, &d.db, e)) return false;
    bool is_practice, is_good = actor_band(cli, d.db, &is_practice, e) && actor_reader(cli, d.db, &d.kab, &d.viewer, &d.sight, e) && WORDS[i].run(&d, e);
    db_close(d.db);
    return is_good;
}
