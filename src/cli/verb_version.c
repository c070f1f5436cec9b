#include "cli/verbs.h"
#include <stdio.h>

bool verb_version(Cli *cli, Err *e) {
    (void)e;
    printf(cli->is_json ? "{\"version\":\"%s\"}\n" : "harapan %s\n", HARAPAN_VERSION);
    return true;
}
