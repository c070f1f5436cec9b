// verb_answer.c: answer read: what a file of a bank or the post says, without a database. Names and accounts are not printed.
#include "base/lang.h"
#include "cli/verbs.h"
#include "files/table_read.h"
#include "payment/answer.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

const CliOption ANSWER_OPTIONS[] = {
    { "--template", N_("NAME|FILE"), N_("of a table: how it is to be read (bri_bulk, pos_nominative, or a file such as bank_x.yaml)") },
    { "--currency", N_("CODE"), N_("the currency of the account (IDR)") },
    { "--sheet", N_("NAME"), N_("which sheet of a workbook") },
    { "--separator", N_("SIGN"), N_("what parts the columns of a text: ; , | or tab (found out)") },
    { "--findings", N_("N"), N_("how many findings to show (20)") },
    { 0 },
};
#define FINDINGS_SHOWN 20

typedef struct { Cli *cli; int64_t shown_n, shown_max; } Show;

static Str template_title(const AnswerTemplate *t) {
    AnswerTemplateInfo i = answer_template_info(t);
    return lang_get() == LANG_ID ? i.title_id : i.title_en;
}

static const char *check_words(AnswerCheck check) {
    return check == ANSWER_AGREES ? _("agrees") : check == ANSWER_DIFFERS ? _("DOES NOT AGREE") : _("cannot be checked");
}
static const char *check_name(AnswerCheck check) { return check == ANSWER_AGREES ? "agrees" : check == ANSWER_DIFFERS ? "differs" : "unchecked"; }

// ---- for people ---------------------------------------------------------------------------------------------------------
static void balances_print(const Cli *cli, const AnswerHead *h) {
    if (!h->has_opening && !h->has_closing) return;
    printf(_("  opening %s, in %s, out %s, closing %s: %s\n"), h->has_opening ? arena_rupiah(cli->arena, h->opening).p : "?", arena_rupiah(cli->arena, h->credits).p,
           arena_rupiah(cli->arena, h->debits).p, h->has_closing ? arena_rupiah(cli->arena, h->closing).p : "?", check_words(h->balance));
}

static bool head_print(void *of, const AnswerHead *h, Err *e) {
    Show *s = of;
    (void)e;
    const Cli *cli = s->cli;
    printf("%.*s %.*s", STR_ARG(h->version.n ? h->version : str_c(answer_format_name(h->format))), STR_ARG(h->statement_id.n ? h->statement_id : h->message_id));
    if (h->original_message_id.n) printf(_(", answers %.*s"), STR_ARG(h->original_message_id));
    if (h->account.n) printf(_(", account %.*s"), STR_ARG(h->account));
    if (h->number_n) printf(_(", number %lld"), (long long)h->number_n);
    if (h->page_n) printf(_(", page %lld%s"), (long long)h->page_n, h->is_last_page ? _(" (the last)") : "");
    if (h->created_at.n) printf(_(", made %.*s"), STR_ARG(h->created_at));
    putchar('\n');
    if (!h->is_version_known) puts(_("  This version was never tried; it is read by the rules of those that were."));
    if (h->is_unconfirmed) puts(_("  The channel has not confirmed this template."));
    balances_print(cli, h);
    if (h->stated) printf(_("  what the file states of itself (count, sum): %s\n"), check_words(h->stated));
    for (int k = 0; k < ANSWER_KINDS_N; k++)
        if (h->kind_n[k]) printf("  %10s  %s\n", arena_count(cli->arena, h->kind_n[k]).p, answer_kind_title((AnswerKind)k));
    return true;
}

static bool line_print(void *of, const AnswerHead *h, const AnswerLine *l, Err *e) {
    Show *s = of;
    (void)e; (void)h;
    if (!l->fault || s->shown_n++ >= s->shown_max) return true;
    if (l->fault_cell.n) printf(_("  line %lld: \"%.*s\" %s\n"), (long long)l->line_n, STR_ARG(l->fault_cell), answer_fault_text(l->fault));
    else printf(_("  line %lld: %s\n"), (long long)l->line_n, answer_fault_text(l->fault));
    return true;
}

// ---- for machines: one object a statement and a fault ----------------------------------------------------------------------
static void json_text(const char *name, Str text) {
    printf(",\"%s\":", name);
    cli_put_json(text);
}

static bool head_json(void *of, const AnswerHead *h, Err *e) {
    (void)of; (void)e;
    printf("{\"statement\":%lld,\"format\":\"%s\",\"version_known\":%s", (long long)h->statement_n, answer_format_name(h->format), h->is_version_known ? "true" : "false");
    json_text("version", h->version);
    json_text("id", h->statement_id);
    json_text("message", h->message_id);
    json_text("answers", h->original_message_id);
    json_text("account", h->account);
    json_text("currency", h->currency);
    json_text("created_at", h->created_at);
    printf(",\"number\":%lld,\"page\":%lld,\"last_page\":%s", (long long)h->number_n, (long long)h->page_n, h->is_last_page ? "true" : "false");
    if (h->has_opening) printf(",\"opening\":%lld", (long long)h->opening.rp);
    if (h->has_closing) printf(",\"closing\":%lld", (long long)h->closing.rp);
    printf(",\"credits\":%lld,\"debits\":%lld,\"balance\":\"%s\",\"difference\":%lld,\"stated\":\"%s\",\"lines\":%lld,\"faults\":%lld,\"kinds\":{", (long long)h->credits.rp,
           (long long)h->debits.rp, check_name(h->balance), (long long)h->difference.rp, check_name(h->stated), (long long)h->line_n, (long long)h->fault_n);
    bool has_kind = false;
    for (int k = 0; k < ANSWER_KINDS_N; k++) if (h->kind_n[k]) { printf("%s\"%s\":%lld", has_kind ? "," : "", answer_kind_name((AnswerKind)k), (long long)h->kind_n[k]); has_kind = true; }
    puts("}}");
    return true;
}

static bool line_json(void *of, const AnswerHead *h, const AnswerLine *l, Err *e) {
    Show *s = of;
    (void)e;
    if (!l->fault || s->shown_n++ >= s->shown_max) return true;
    printf("{\"finding\":\"error\",\"statement\":%lld,\"line\":%lld,\"code\":\"%s\"", (long long)h->statement_n, (long long)l->line_n, answer_fault_code(l->fault));
    json_text("cell", l->fault_cell);
    json_text("text", str_c(answer_fault_text(l->fault)));
    puts("}");
    return true;
}

// ---- the verb ----------------------------------------------------------------------------------------------------------------
static bool template_find(Cli *cli, const char *name, AnswerOptions *o, Err *e) {
    if (strchr(name, '/') || str_ends(str_c(name), STR(".yaml"))) return answer_template_load(name, cli->arena, &o->as, e);
    return answer_template_find(str_c(name), cli->arena, &o->as, e);
}

static bool options_read(Cli *cli, AnswerOptions *o, int64_t *shown_n, Err *e) {
    const char *template = cli_option(cli, "--template"), *separator = cli_option(cli, "--separator");
    o->currency = str_c(cli_option(cli, "--currency"));
    o->sheet = str_c(cli_option(cli, "--sheet"));
    if (!cli_int(cli, "--findings", FINDINGS_SHOWN, shown_n, e) || (template && !template_find(cli, template, o, e))) return false;
    return !separator || table_separator_find(str_c(separator), &o->separator) || fail(e, BAD_INPUT, "--separator takes ; or , or | or tab, not \"%s\".", separator);
}

static bool answer_read(Cli *cli, Err *e) {
    AnswerOptions options = { 0 };
    AnswerSummary sum;
    Show show = { .cli = cli };
    Str path;
    if (!cli_arg(cli, 1, N_("The file to read"), &path, e) || !options_read(cli, &options, &show.shown_max, e)) return false;
    const char *name = arena_c(cli->arena, path);
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return fail(e, errno == ENOENT ? NOT_FOUND : IO_FAILED, "%s cannot be opened: %s.", name, strerror(errno));
    AnswerSink sink = { &show, cli->is_json ? head_json : head_print, cli->is_json ? line_json : line_print };
    if (options.as && !cli->is_json) printf(_("Read as: %.*s\n"), STR_ARG(template_title(options.as)));
    bool is_good = answer_read_fd(fd, options, sink, cli->arena, &sum, e);
    close(fd);
    if (!is_good) return fail_in(e, "%s: ", name);
    if (!cli->is_json && show.shown_n > show.shown_max) printf(_("  … and %lld more\n"), (long long)(show.shown_n - show.shown_max));
    return true;
}

bool verb_answer(Cli *cli, Err *e) {
    if (cli->arg_n && str_eq(str_c(cli->args[0]), STR("read"))) return answer_read(cli, e);
    return fail(e, BAD_INPUT, "Say what to do: harapan answer read FILE.");
}
