// observation.h: what was measured, as it lies sealed beside a fact (fact.h): whole grams and millimetres, how the length was taken, and the
// day. One line of text: "1 g=8400 mm=723 how=lying on=2024-03-12". What is not known is left out; the 1 is the format's version.
#ifndef COMMITMENT_OBSERVATION_H
#define COMMITMENT_OBSERVATION_H
#include "base/arena.h"
#include "programme/growth.h"

typedef struct { int32_t weight_g, length_mm; GrowthPosture posture; Date on; } Observation;           // 0, 0, BY_AGE, DATE_NONE: not known
Str observation_text(Arena *a, const Observation *o);
// False when the text is another one (a finding in words): *out is untouched.
must_use bool observation_read(Str text, Observation *out);
#endif
