// verb_training.c: trainings from the shell: the list, one with its numbers, papers, lists from paper, questions, and a sample for practice.
#include "base/lang.h"
#include "cli/actor.h"
#include "cli/verbs.h"
#include "files/outfile.h"
#include "office/district.h"
#include "office/practice.h"
#include "office/user.h"
#include "registry/area.h"
#include "training/paper.h"
#include "training/sample.h"
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

const CliOption TRAINING_OPTIONS[] = {
    { "--kab", N_("CODE"), N_("the district (1371); your own otherwise") },
    { "--out", N_("FILE"), N_("paper, calendar: where to write it") },
    { "--origin", N_("ADDRESS"), N_("paper: our own address, for the codes to lead to (https://padang.example)") },
    { "--session", N_("N"), N_("attendance: of which session; paper: only its list") },
    { "--person", N_("N"), N_("paper: only of this companion") },
    { "--test", N_("WORD"), N_("sheets: pre or post") },
    { 0 },
};

typedef struct { Cli *cli; Db *db; Viewer actor; int64_t kab; Instant now; Sight sight; } Act;

static bool n_arg(Act *x, size_t i, const char *what, int64_t *out, Err *e) {
    Str text;
    return cli_arg(x->cli, i, what, &text, e) && (str_int64(text, out) || fail(e, BAD_INPUT, "\"%.*s\" is no whole number.", STR_ARG(text)));
}

static bool list_word(Act *x, Err *e) {
    TrainingEntry *list;
    size_t n;
    if (!training_list(x->db, x->cli->arena, x->sight, x->kab, &list, &n, e)) return false;
    for (size_t i = 0; i < n; i++) {
        Str days = training_days_text(x->cli->arena, list[i].first_on, list[i].last_on);
        if (x->cli->is_json) {
            printf("{\"training\":%lld,\"title\":", (long long)list[i].id);
            cli_put_json(list[i].title);
            printf(",\"state\":\"%s\",\"people\":%lld,\"places\":%lld}\n", training_state_name(list[i].state), (long long)list[i].people_n, (long long)list[i].quota_n);
        } else printf("%4lld  %.*s  %.*s  %s  %lld/%lld\n", (long long)list[i].id, STR_ARG(list[i].title), STR_ARG(days), training_state_title(list[i].state), (long long)list[i].people_n, (long long)list[i].quota_n);
    }
    return true;
}

static bool report_word(Act *x, Err *e) {
    Report r;
    int64_t id;
    if (!n_arg(x, 1, N_("The number of the training"), &id, e) || !training_report(x->db, x->cli->arena, x->sight, x->kab, id, &r, e)) return false;
    const Learning *l = &r.learning;
    if (x->cli->is_json) {
        printf("{\"training\":%lld,\"called\":%lld,\"walk_in\":%lld,\"present\":%lld,\"full\":%lld,\"absent\":%lld,\"jp\":%lld,\"certificates\":%lld,\"both_tests\":%lld,\"gain\":%lld,\"gain_low\":%lld,\"gain_high\":%lld,\"has_interval\":%s}\n",
               (long long)id, (long long)r.called_n, (long long)r.walk_in_n, (long long)r.present_n, (long long)r.full_n, (long long)r.absent_n, (long long)r.jp_sum_n, (long long)r.certificate_n,
               (long long)l->both_n, (long long)l->gain.mean, (long long)l->gain.low, (long long)l->gain.high, l->gain.has_interval ? "true" : "false");
        return true;
    }
    printf(_("%lld called, %lld there, %lld at all sessions, %lld certificates, %lld learning hours together\n"), (long long)r.called_n, (long long)r.present_n, (long long)r.full_n, (long long)r.certificate_n, (long long)r.jp_sum_n);
    printf("%.*s\n", STR_ARG(gain_text(x->cli->arena, &l->gain)));
    for (size_t i = 0; i < r.advice_n; i++) printf("- %.*s\n", STR_ARG(r.advice[i]));
    return true;
}

static bool out_open(Act *x, OutFile **file, Err *e) {
    const char *path = cli_option(x->cli, "--out");
    return path ? outfile_open(path, file, e) : fail(e, BAD_INPUT, "Say with --out where to write it.");
}

static bool paper_word(Act *x, Err *e) {
    const char *origin = cli_option(x->cli, "--origin");
    PaperAsk ask = { .kab = x->kab, .sight = x->sight, .now = x->now, .origin = origin ? str_c(origin) : STR(""), .band = x->actor.is_practice ? str_c(practice_band()) : STR("") };
    TrainingPaper paper;
    Area area;
    OutFile *file;
    Str name;
    bool found;
    if (!n_arg(x, 1, N_("The number of the training"), &ask.id, e) || !cli_arg(x->cli, 2, N_("The paper (surat-tugas, undangan, sertifikat, laporan …)"), &name, e) ||
        !cli_int(x->cli, "--session", 0, &ask.session_n, e) || !cli_int(x->cli, "--person", 0, &ask.companion_id, e)) return false;
    if (!training_paper_find(name, &paper)) return fail(e, BAD_INPUT, "\"%.*s\" is no paper of a training.", STR_ARG(name));
    if (!area_read(x->db, x->cli->arena, x->kab, &area, &found, e) || !out_open(x, &file, e)) return false;
    ask.area = found ? area.name : STR("");
    if (training_paper(x->db, x->cli->arena, &ask, paper, outfile_sink(file), e)) return outfile_finish(file, NULL, e);
    outfile_abort(file);
    return false;
}

static bool calendar_word(Act *x, Err *e) {
    Training t;
    OutFile *file;
    Buf b = { .max = BUF_MAX };
    int64_t id;
    if (!n_arg(x, 1, N_("The number of the training"), &id, e) || !training_read(x->db, x->cli->arena, x->sight, x->kab, id, &t, e) || !out_open(x, &file, e)) return false;
    training_calendar(x->cli->arena, &t, STR(""), x->now, &b);
    bool is_good = outfile_write(file, buf_view(&b), e);
    buf_free(&b);
    if (is_good) return outfile_finish(file, NULL, e);
    outfile_abort(file);
    return false;
}

static bool file_open(Act *x, size_t i, int *fd, Err *e) {
    Str path;
    if (!cli_arg(x->cli, i, N_("The file"), &path, e)) return false;
    *fd = open(x->cli->args[i], O_RDONLY | O_CLOEXEC);
    return *fd >= 0 || fail(e, NOT_FOUND, "%s cannot be opened.", x->cli->args[i]);
}

static bool taken(Act *x, bool is_good, int64_t row_n, int64_t new_n) {
    if (is_good) printf(x->cli->is_json ? "{\"rows\":%lld,\"new\":%lld}\n" : _("%lld rows read, %lld of them new.\n"), (long long)row_n, (long long)new_n);
    return is_good;
}

static bool attendance_word(Act *x, Err *e) {
    TrainingAct act = { .kab = x->kab, .actor = &x->actor, .now = x->now };
    int64_t session_n, row_n = 0, new_n = 0;
    int fd;
    if (!n_arg(x, 1, N_("The number of the training"), &act.id, e) || !cli_int(x->cli, "--session", 0, &session_n, e)) return false;
    if (!session_n) return fail(e, BAD_INPUT, "Say with --session of which session.");
    if (!file_open(x, 2, &fd, e)) return false;
    bool is_good = training_list_in(x->db, x->cli->arena, &act, session_n, fd, &row_n, &new_n, e);
    close(fd);
    return taken(x, is_good, row_n, new_n);
}

static bool sheets_word(Act *x, Err *e) {
    TrainingAct act = { .kab = x->kab, .actor = &x->actor, .now = x->now };
    const char *test = cli_option(x->cli, "--test");
    int64_t row_n = 0, new_n = 0;
    int fd;
    if (!n_arg(x, 1, N_("The number of the training"), &act.id, e) || !file_open(x, 2, &fd, e)) return false;
    bool is_good = training_sheets_in(x->db, x->cli->arena, &act, test ? str_c(test) : STR(""), fd, &row_n, &new_n, e);
    close(fd);
    return taken(x, is_good, row_n, new_n);
}

static bool questions_word(Act *x, Err *e) {
    int64_t row_n = 0;
    int fd;
    if (!file_open(x, 1, &fd, e)) return false;
    bool is_good = question_list_in(x->db, x->cli->arena, &x->actor, x->kab, fd, x->now, &row_n, e);
    close(fd);
    if (is_good) printf(x->cli->is_json ? "{\"rows\":%lld}\n" : _("%lld rows read.\n"), (long long)row_n);
    return is_good;
}

// Maker and signer are people of the practice office; who calls this must be one of those who plan trainings.
static bool sample_word(Act *x, Err *e) {
    Users users;
    Viewer boss = { .role = ROLE_HEAD_DINSOS, .kab = x->kab, .is_practice = true }, maker = { .role = ROLE_COORDINATOR, .kab = x->kab, .is_practice = true };
    int64_t id;
    Viewer all = { .user_id = x->actor.user_id, .kab = x->kab, .role = ROLE_ADMINISTRATOR };
    if (!user_list(x->db, x->cli->arena, &all, &users, e)) return false;
    for (size_t i = 0; i < users.n; i++) {
        if (users.at[i].role == ROLE_HEAD_DINSOS) boss.user_id = users.at[i].id;
        if (users.at[i].role == ROLE_COORDINATOR) maker.user_id = users.at[i].id;
    }
    if (!boss.user_id || !maker.user_id) return fail(e, CONFLICT, "The practice office has no coordinator or no head: harapan practice makes them.");
    if (!training_sample(x->db, x->cli->arena, &maker, &boss, x->kab, x->now, &id, e)) return false;
    printf(x->cli->is_json ? "{\"training\":%lld}\n" : _("The sample is training %lld.\n"), (long long)id);
    return true;
}

static const struct { const char *word; bool (*run)(Act *, Err *); Action action; } WORDS[] = {
    { "list", list_word, ACTION_READ }, { "report", report_word, ACTION_READ }, { "paper", paper_word, ACTION_READ }, { "calendar", calendar_word, ACTION_READ },
    { "attendance", attendance_word, ACTION_TRAIN }, { "sheets", sheets_word, ACTION_TRAIN }, { "questions", questions_word, ACTION_TRAIN }, { "sample", sample_word, ACTION_TRAIN } };

bool verb_training(Cli *cli, Err *e) {
    Act x = { .cli = cli, .now = instant_now() };
    size_t i = 0, n = sizeof WORDS / sizeof *WORDS;
    Str word = cli->arg_n ? str_c(cli->args[0]) : STR("list");
    bool is_practice;
    while (i < n && !str_eq(word, str_c(WORDS[i].word))) i++;
    if (i == n) return fail(e, BAD_INPUT, "\"%.*s\" is not known here. Type: harapan %s --help", STR_ARG(word), cli->verb->name);
    if (!cli_db(cli, (DbOptions){ .must_exist = true }, &x.db, e)) return false;
    bool is_good = actor_band(cli, x.db, &is_practice, e) && actor_require_here(cli, x.db, WORDS[i].action, false, &x.kab, &x.actor, e);
    x.sight = authority_sight(&x.actor, district_day(x.kab, x.now));
    is_good = is_good && WORDS[i].run(&x, e);
    db_close(x.db);
    return is_good;
}
