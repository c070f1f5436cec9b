// cli.h: what every verb shares: its options from a table, its database, its progress bar, its way to end.
//
// A verb is a row of VERBS (main.c) and a function in verb_ROOM.c. Help and completion are made from the rows.
// stdout is for data, stderr for progress and errors. Exit codes: 0 done, 2 wrong usage, else err_exit_code.
#ifndef CLI_CLI_H
#define CLI_CLI_H
#include "base/arena.h"
#include "base/err.h"
#include "base/progress.h"
#include "db/db.h"

// value NULL: a switch. help is a msgid. A row of all NULL ends the table.
typedef struct { const char *name, *value, *help; } CliOption;

typedef struct Verb Verb;
typedef struct {
    const Verb *verb;
    Arena *arena;                                          // lives as long as the verb
    Str db_url;
    bool is_json;
    Progress *progress;                                    // never NULL
    const char *const *args;                               // positional, after the verb's name
    size_t arg_n;
    const char *const *options;                            // name, value, name, value …
    size_t option_n;
} Cli;

struct Verb {
    const char *name, *args, *summary, *details;           // "import", "FILE", msgids; details may be NULL
    const CliOption *options;                              // beyond the common ones; may be NULL
    bool (*run)(Cli *cli, Err *e);
};

const char *cli_option(const Cli *cli, const char *name);  // its value ("" for a switch), NULL when not given
bool cli_has(const Cli *cli, const char *name);
// Whole number of an option; `otherwise` when it is not given. BAD_INPUT names the option.
must_use bool cli_int(const Cli *cli, const char *name, int64_t otherwise, int64_t *out, Err *e);
must_use bool cli_arg(const Cli *cli, size_t i, const char *what, Str *out, Err *e);   // BAD_INPUT when missing
// Opens and migrates the database of the verb (--db, HARAPAN_DB or harapan.db). must_exist: NOT_FOUND with a hint otherwise.
must_use bool cli_db(const Cli *cli, DbOptions options, Db **out, Err *e);
must_use bool cli_read_file(Arena *a, const char *path, size_t max_bytes, Str *out, Err *e);

void cli_put_json(Str text);                               // the text as a JSON string, on stdout

extern const Verb VERBS[];
extern const size_t VERBS_N;
#endif
