// list_in.h: a list that was filled on paper and typed into a table: who, and what stands beside the name. Private to the room.
#ifndef TRAINING_LIST_IN_H
#define TRAINING_LIST_IN_H
#include "training/event.h"

typedef struct { int64_t row_n, companion_id; Str value; } ListRow;
// value_names: of the column, as files/csv.h takes them. BAD_INPUT names the rows that cannot be right: no such person in this training, a name
// that is another person's, the same person twice. Rows with an empty value are left out.
must_use bool list_in(Arena *a, int fd, const TrainingPerson *people, size_t people_n, const char *value_names, ListRow **out, size_t *n, Err *e);
#endif
