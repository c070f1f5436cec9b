#include "cli/rules_file.h"
#include "programme/rulebook.h"

bool rules_file_read(Cli *cli, Str *file, Str *text, Err *e) {
    const char *path = cli_option(cli, "--rules");
    if (path) {
        *file = str_c(path);
        return cli_read_file(cli->arena, path, RULES_FILE_MAX, text, e);
    }
    *file = STR("pkh.yaml");
    *text = rulebook_pkh();
    return true;
}
