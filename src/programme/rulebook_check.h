// rulebook_check.h: what can only be seen of a rule book as a whole: dates that overlap or leave a gap, stages without an amount,
// names used twice.
#ifndef PROGRAMME_RULEBOOK_CHECK_H
#define PROGRAMME_RULEBOOK_CHECK_H
#include "programme/condition_read.h"

void rulebook_check(Reader *r);
#endif
