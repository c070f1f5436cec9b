// form_ages.h: which children and which old people are asked something of health in a quarter. No age is written down here: the duties of the
// rule book are asked, birth date by birth date.
#ifndef COMMITMENT_FORM_AGES_H
#define COMMITMENT_FORM_AGES_H
#include "commitment/form_layout.h"
#include "programme/duty.h"

// young_from: who was born on that day or later is asked; pupil_from: the same of a child who is at school already. old_by: who was born on
// that day or before.
typedef struct { Date young_from, pupil_from, old_by; } FormAges;
FormAges form_ages(const RuleBook *book, FormPeriod period);
#endif
