// rules_file.h: which rule book a verb works with: --rules FILE, or the one inside the program.
#ifndef CLI_RULES_FILE_H
#define CLI_RULES_FILE_H
#include "cli/cli.h"

#define RULES_FILE_MAX ((size_t)1 << 20)                    // bytes: a rule book is some hundred lines
must_use bool rules_file_read(Cli *cli, Str *file, Str *text, Err *e);
#endif
