// main.c: the verbs, and how a command line finds its verb. Help and completion are read from the same table.
#include "base/lang.h"
#include "cli/actor.h"
#include "cli/cli.h"
#include "cli/progress_bar.h"
#include "cli/verbs.h"
#include "office/keyring.h"
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

const Verb VERBS[] = {
#define VERB(name, args, summary, details, options, run) { name, args, summary, details, options, run },
#include "cli/verbs.inc"
#undef VERB
};
const size_t VERBS_N = sizeof VERBS / sizeof VERBS[0];

static const CliOption COMMON[] = {
    { "--db", N_("FILE|URL"), N_("database: a file, or postgresql://… (HARAPAN_DB; harapan.db)") },
    { "--json", NULL, N_("answer as JSON") },
    { "--lang", "id|en", N_("language of this answer (HARAPAN_LANG; id)") },
    { "--progress", "json|none", N_("how to show progress on the error stream") },
    { "--help", NULL, N_("what this verb does and how") },
    { 0 },
};

static const Verb *verb_find(const char *name) {
    for (size_t i = 0; i < VERBS_N; i++) if (strcmp(VERBS[i].name, name) == 0) return &VERBS[i];
    return NULL;
}

static void help_options(const CliOption *o) {
    for (; o && o->name; o++) {
        char left[64];
        snprintf(left, sizeof left, "%s%s%s", o->name, o->value ? " " : "", o->value ? tr(o->value) : "");
        printf("  %-26s %s\n", left, tr(o->help));
    }
}

static void help_verb(const Verb *v) {
    printf(_("Usage: harapan %s %s [options]\n\n"), v->name, v->args ? v->args : "");
    printf("%s\n", tr(v->summary));
    if (v->details) printf("\n%s\n", tr(v->details));
    printf("\n%s\n", _("Options:"));
    help_options(v->options);
    help_options(COMMON);
}

static void help_all(void) {
    puts(_("harapan: from the poverty registry to the money in the family's hand."));
    printf("\n%s\n\n%s\n", _("Usage: harapan VERB [arguments] [options]"), _("Verbs:"));
    for (size_t i = 0; i < VERBS_N; i++) printf("  %-12s %s\n", VERBS[i].name, tr(VERBS[i].summary));
    printf("\n%s\n", _("harapan VERB --help tells more about one of them."));
}

// For completion scripts: the verbs, or the options of one verb, one a line.
static void complete(const char *verb_name) {
    const Verb *v = verb_name ? verb_find(verb_name) : NULL;
    if (!v) {
        for (size_t i = 0; i < VERBS_N; i++) puts(VERBS[i].name);
        return;
    }
    for (const CliOption *o = v->options; o && o->name; o++) puts(o->name);
    for (const CliOption *o = COMMON; o->name; o++) puts(o->name);
}

static const CliOption *option_find(const Verb *v, Str name) {
    for (const CliOption *o = v->options; o && o->name; o++) if (str_eq(name, str_c(o->name))) return o;
    for (const CliOption *o = COMMON; o->name; o++) if (str_eq(name, str_c(o->name))) return o;
    return NULL;
}

// Sorts the words behind the verb into options and arguments; "--name value" and "--name=value" both work, "--" ends options.
static bool words_sort(Cli *cli, int word_n, char **words, Err *e) {
    const char **args = NEW(cli->arena, const char *, word_n + 1), **options = NEW(cli->arena, const char *, 2 * word_n + 2);
    cli->args = args;
    cli->options = options;
    bool is_over = false;
    for (int i = 0; i < word_n; i++) {
        Str rest = str_c(words[i]), name = is_over ? rest : str_cut(&rest, '=');
        if (is_over || !str_starts(name, STR("--"))) { args[cli->arg_n++] = words[i]; continue; }
        if (name.n == 2) { is_over = true; continue; }
        const CliOption *o = option_find(cli->verb, name);
        if (!o) return fail(e, BAD_INPUT, "%.*s is not an option of this verb; harapan %s --help lists them.", STR_ARG(name), cli->verb->name);
        if (o->value && !rest.p && i + 1 == word_n) return fail(e, BAD_INPUT, "%s needs a value: %s.", o->name, tr(o->value));
        options[2 * cli->option_n] = o->name;
        options[2 * cli->option_n++ + 1] = !o->value ? "" : rest.p ? rest.p : words[++i];
    }
    return true;
}

const char *cli_option(const Cli *cli, const char *name) {
    for (size_t i = cli->option_n; i-- > 0;) if (strcmp(cli->options[2 * i], name) == 0) return cli->options[2 * i + 1];
    return NULL;
}

bool cli_has(const Cli *cli, const char *name) { return cli_option(cli, name) != NULL; }

bool cli_int(const Cli *cli, const char *name, int64_t otherwise, int64_t *out, Err *e) {
    const char *text = cli_option(cli, name);
    *out = otherwise;
    if (text && !str_int64(str_c(text), out)) return fail(e, BAD_INPUT, "%s must be a whole number, not \"%s\".", name, text);
    return true;
}

bool cli_arg(const Cli *cli, size_t i, const char *what, Str *out, Err *e) {
    if (i >= cli->arg_n) return fail(e, BAD_INPUT, "%s is missing; harapan %s --help shows how.", tr(what), cli->verb->name);
    *out = str_c(cli->args[i]);
    return true;
}

bool cli_read_file(Arena *a, const char *path, size_t max_bytes, Str *out, Err *e) {
    FILE *f = fopen(path, "rb");
    if (!f) return fail(e, NOT_FOUND, "The file %s cannot be opened.", path);
    Buf b = { .max = max_bytes };
    char part[65536];
    size_t n;
    while ((n = fread(part, 1, sizeof part, f)) > 0 && !b.is_full) buf_bytes(&b, part, n);
    bool is_broken = ferror(f) != 0;
    fclose(f);
    if (is_broken) { buf_free(&b); return fail(e, IO_FAILED, "The file %s cannot be read to its end.", path); }
    if (b.is_full) { buf_free(&b); return fail(e, LIMIT, "The file %s is larger than %lld bytes.", path, (long long)max_bytes); }
    *out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return true;
}

void cli_put_json(Str text) {
    putchar('"');
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (c == '"' || c == '\\') printf("\\%c", c);
        else if (c < 0x20) printf("\\u%04x", c);
        else putchar(c);
    }
    putchar('"');
}

static int report_failure(const Cli *cli, const Err *e) {
    if (!cli->is_json) {
        fprintf(stderr, "harapan: %s\n", e->text);
        return err_exit_code(e->code);
    }
    printf("{\"error\":\"%s\",\"text\":", err_name(e->code));
    cli_put_json(str_c(e->text));
    puts("}");
    return err_exit_code(e->code);
}

static void language_choose(const Cli *cli) {
    const char *wanted = cli ? cli_option(cli, "--lang") : NULL;
    if (!wanted) wanted = getenv("HARAPAN_LANG");
    Lang lang;
    if (wanted && lang_parse(str_c(wanted), &lang)) lang_set(lang);
}

// Whoever makes the first family must hear of the keys: without them nobody reads a number again.
static void keys_tell(void) {
    const char *path = keyring_made_in();
    if (path) fprintf(stderr, _("Keys that seal NIK, family card and account were made in %s. Keep a copy of them away from this machine: harapan keys copy FILE\n"), path);
}

int main(int argc, char **argv) {
    setlocale(LC_CTYPE, "C.UTF-8");
    language_choose(NULL);
    if (argc >= 2 && strcmp(argv[1], "--complete") == 0) { complete(argc > 2 ? argv[2] : NULL); return 0; }
    if (argc >= 2 && strcmp(argv[1], "--version") == 0) { puts("harapan " HARAPAN_VERSION); return 0; }
    if (argc < 2 || strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0) {
        const Verb *v = argc > 2 ? verb_find(argv[2]) : NULL;
        if (v) help_verb(v); else help_all();
        return argc < 2 ? 2 : 0;
    }
    const Verb *verb = verb_find(argv[1]);
    if (!verb) {
        fprintf(stderr, _("harapan: there is no verb \"%s\"; harapan help lists them.\n"), argv[1]);
        return 2;
    }
    if (sodium_init() < 0) abort();
    Arena arena = { 0 };
    Err e = { 0 };
    Cli cli = { .verb = verb, .arena = &arena };
    bool is_understood = words_sort(&cli, argc - 2, argv + 2, &e);
    language_choose(&cli);
    if (!is_understood) {
        fprintf(stderr, "harapan: %s\n", e.text);
        return 2;
    }
    if (cli_has(&cli, "--help")) { help_verb(verb); return 0; }
    const char *url = cli_option(&cli, "--db");
    if (!url) url = getenv("HARAPAN_DB");
    cli.db_url = str_c(url ? url : "harapan.db");
    cli.is_json = cli_has(&cli, "--json");
    ProgressBar bar;
    progress_bar_start(&bar, str_c(cli_has(&cli, "--progress") ? cli_option(&cli, "--progress") : ""));
    cli.progress = &bar.progress;
    bool is_done = verb->run(&cli, &e);
    progress_bar_end(&bar);
    fflush(stdout);
    keys_tell();
    int code = is_done ? 0 : report_failure(&cli, &e);
    arena_free(&arena);
    return code;
}
