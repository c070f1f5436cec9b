// verb_rules.c: rules check, show and eval: for whoever writes or audits a rule book. None needs a database.
#include "base/lang.h"
#include "cli/rules_file.h"
#include "cli/verbs.h"
#include "programme/rules_eval.h"
#include "programme/rules_show.h"
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

// ---- findings ------------------------------------------------------------------------------------------------------
static void put_finding_json(Str file, const Finding *f) {
    Buf b = { .max = BUF_MAX };
    buf_fmt(&b, "{\"finding\":\"%s\",\"file\":", f->level == FINDING_ERROR ? "error" : "warning");
    put_json_text(&b, file);
    buf_fmt(&b, ",\"line\":%lld,\"field\":", (long long)f->line_n);
    put_json_text(&b, f->field);
    buf_c(&b, ",\"code\":");
    put_json_text(&b, f->code);
    buf_c(&b, ",\"text\":");
    put_json_text(&b, f->text);
    buf_c(&b, "}\n");
    fwrite(b.p, 1, b.n, stdout);
    buf_free(&b);
}

static void put_findings(const Cli *cli, Str file, const Findings *findings) {
    for (size_t i = 0; i < findings->n; i++) {
        const Finding *f = &findings->at[i];
        if (cli->is_json) { put_finding_json(file, f); continue; }
        fprintf(stderr, "%.*s:%lld: %s%.*s%s%.*s\n", STR_ARG(file), (long long)f->line_n, f->level == FINDING_WARNING ? _("warning: ") : "",
                STR_ARG(f->field), f->field.n ? ": " : "", STR_ARG(f->text));
    }
    if (findings->dropped_n && !cli->is_json) fprintf(stderr, _("… and %zu more\n"), findings->dropped_n);
}

// The book of a file, or the one inside the program.
static bool book_parse(Cli *cli, Str file, Str text, const RuleBook **out, Err *e) {
    Findings findings = { 0 };
    bool is_good = rulebook_parse(cli->arena, file, text, out, &findings, e);
    put_findings(cli, file, &findings);
    return is_good;
}

static bool book_of_option(Cli *cli, const RuleBook **out, Err *e) {
    Str file, text;
    return rules_file_read(cli, &file, &text, e) && book_parse(cli, file, text, out, e);
}

// ---- check ---------------------------------------------------------------------------------------------------------
static bool rules_check(Cli *cli, Err *e) {
    Str path, text;
    const RuleBook *book;
    Findings findings = { 0 };
    StagesTried tried;
    if (!cli_arg(cli, 1, N_("The rule book"), &path, e) || !cli_read_file(cli->arena, cli->args[1], RULES_FILE_MAX, &text, e) ||
        !book_parse(cli, path, text, &book, e)) return false;
    bool is_good = rules_try_stages(cli->arena, book, &findings, &tried, e);
    put_findings(cli, path, &findings);
    if (!is_good) return false;
    if (cli->is_json) {
        printf("{\"ok\":true,\"book\":\"%.*s\",\"stages\":%zu,\"components\":%zu,\"classes\":%zu,\"case_of_groups\":%s,\"cases_stay_few\":%"
               "s}\n",
               STR_ARG(rulebook_code(book)), tried.stage_n, tried.component_n, tried.class_n, tried.is_case_of_groups ? "true" : "false",
               tried.has_quantities ? "false" : "true");
        return true;
    }
    printf(_("%.*s: no mistakes. %zu stages; the last one has %zu components and %zu kinds of persons.\n"), STR_ARG(path), tried.stage_n,
           tried.component_n, tried.class_n);
    if (tried.is_case_of_groups) puts(_("Cases stay few: an amount depends on the kinds of persons in the family only."));
    else if (!tried.has_quantities) printf(_("Cases stay few, but stage %.*s also asks for conditions of the family.\n"), STR_ARG(tried.wide_stage));
    else
        printf(_("Cases may be many: in stage %.*s an amount depends on an income. If they exceed one for each four families, a run "
                 "computes family by family.\n"),
               STR_ARG(tried.wide_stage));
    return true;
}

// ---- show ----------------------------------------------------------------------------------------------------------
static void show_json(const ShownRule *rules, size_t n) {
    Buf b = { .max = BUF_MAX };
    buf_c(&b, "[");
    for (size_t i = 0; i < n; i++) {
        const struct { const char *name; Str value;
        } FIELDS[] = { { "section", str_c(rules[i].section) },
                       { "code", rules[i].code },
                       { "what", rules[i].what },
                       { "value", rules[i].value },
                       { "from", rules[i].from },
                       { "until", rules[i].until },
                       { "confidence", rules[i].confidence },
                       { "source", rules[i].source },
                       { "note", rules[i].note } };
        buf_c(&b, i ? ",\n{" : "\n{");
        for (size_t k = 0; k < sizeof FIELDS / sizeof *FIELDS; k++) {
            buf_fmt(&b, "%s\"%s\":", k ? "," : "", FIELDS[k].name);
            put_json_text(&b, FIELDS[k].value);
        }
        buf_fmt(&b, ",\"on\":%s}", rules[i].is_off ? "false" : "true");
    }
    buf_c(&b, "\n]\n");
    fwrite(b.p, 1, b.n, stdout);
    buf_free(&b);
}

static size_t width_of(Str s) {                            // characters, not bytes
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) n += (s.p[i] & 0xC0) != 0x80;
    return n;
}

static void show_table(const ShownRule *rules, size_t n) {
    const char *section = "";
    for (size_t i = 0; i < n; i++) {
        const ShownRule *r = &rules[i];
        if (strcmp(section, r->section) != 0) printf("\n%s\n", tr(section = r->section));
        size_t wide = width_of(r->what);
        printf("  %.*s%*s  %.*s\n", STR_ARG(r->what), wide < 34 ? (int)(34 - wide) : 0, "", STR_ARG(r->value));
        printf("  %36s%.*s – %.*s · %.*s · %.*s\n", "", STR_ARG(r->from), STR_ARG(r->until.n ? r->until : STR("…")), STR_ARG(r->confidence),
               STR_ARG(r->source));
        if (r->note.n) printf("  %36s%.*s\n", "", STR_ARG(r->note));
    }
}

static bool rules_show_verb(Cli *cli, Err *e) {
    const char *on_text = cli_option(cli, "--on");
    const RuleBook *book;
    const ShownRule *rules;
    Date on = date_of_instant(instant_now(), 420);
    if (on_text && !date_parse_iso(str_c(on_text), &on)) return fail(e, BAD_INPUT, N_("--on takes a day such as 2024-04-01, not \"%s\"."), on_text);
    if (!book_of_option(cli, &book, e)) return false;
    size_t n = rules_show(cli->arena, book, on, &rules);
    if (cli->is_json) { show_json(rules, n); return true; }
    if (n == 0) puts(_("The rule book has no value for this day."));
    show_table(rules, n);
    printf("\n%s\n", _("H: official text or several agreeing sources · M: one decent source · L: indirect · MEM: from memory, not verified"));
    return true;
}

// ---- eval ----------------------------------------------------------------------------------------------------------
static bool write_out(void *to, Str bytes, Err *e) {
    if (fwrite(bytes.p, 1, bytes.n, to) == bytes.n) return true;
    return fail(e, IO_FAILED, N_("The answer cannot be written: %s."), strerror(errno));
}

static bool eval_people(Cli *cli, const Scheme *s, const char *path, Err *e) {
    People people;
    Findings findings = { 0 };
    EvalSummary summary;
    CsvReader *csv;
    bool is_stdin = strcmp(path, "-") == 0;
    if (is_stdin ? !csv_open_fd(STDIN_FILENO, (CsvOptions){ 0 }, &csv, e) : !csv_open_path(path, (CsvOptions){ 0 }, &csv, e)) return false;
    bool is_good = people_read(cli->arena, s, csv, date_of_instant(instant_now(), 840), cli->progress, &people, &findings, e);
    csv_close(csv);
    put_findings(cli, is_stdin ? STR("-") : str_c(path), &findings);
    if (!is_good) return false;
    is_good = rules_eval_write(s, &people, cli->is_json, (Sink){ write_out, stdout }, cli->progress, &summary, e);
    people_free(&people);
    if (is_good && (fflush(stdout) != 0)) is_good = fail(e, IO_FAILED, N_("The answer cannot be written: %s."), strerror(errno));
    if (is_good && isatty(STDERR_FILENO)) {
        Buf b = { .max = BUF_MAX };
        count_put(&b, summary.family_n);
        buf_c(&b, _(" families, "));
        count_put(&b, summary.person_n);
        buf_c(&b, _(" persons; in all "));
        rupiah_put(&b, summary.total);
        fprintf(stderr, "%.*s\n", STR_ARG(buf_view(&b)));
        buf_free(&b);
    }
    return is_good;
}

static bool rules_eval_verb(Cli *cli, Err *e) {
    const char *stage = cli_option(cli, "--stage");
    const RuleBook *book;
    const Scheme *s;
    Str path;
    if (!stage) return fail(e, BAD_INPUT, N_("Which stage? Say --stage 2024-2."));
    return cli_arg(cli, 1, N_("The file of people"), &path, e) && book_of_option(cli, &book, e) &&
           scheme_make(cli->arena, book, str_c(stage), &s, e) && eval_people(cli, s, cli->args[1], e);
}

bool verb_rules(Cli *cli, Err *e) {
    static const struct {
        const char *name;
        bool (*run)(Cli *, Err *);
    } WHAT[] = { { "check", rules_check }, { "show", rules_show_verb }, { "eval", rules_eval_verb } };
    Str what;
    if (!cli_arg(cli, 0, N_("What to do (check, show or eval)"), &what, e)) return false;
    for (size_t i = 0; i < sizeof WHAT / sizeof *WHAT; i++) if (str_eq(what, str_c(WHAT[i].name))) return WHAT[i].run(cli, e);
    return fail(e, BAD_INPUT, N_("harapan rules knows check, show and eval, not \"%.*s\"."), STR_ARG(what));
}
