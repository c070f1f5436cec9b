#include "programme/rulebook_check.h"
#include "base/lang.h"

void rulebook_check(Reader *r, const YamlNode *root) { (void)r; (void)root; }
