// import_read.h: how a file is opened for staging: what a person chose, what is remembered, where the header is. For import*.c.
#ifndef REGISTRY_IMPORT_READ_H
#define REGISTRY_IMPORT_READ_H
#include "registry/dtks.h"
#include "registry/import.h"

// Choices as lines name=value, in one order: equal choices are equal bytes. And back.
Str choices_text(Arena *a, const ImportChoices *c);
void choices_parse(Arena *a, Str text, ImportChoices *out);
bool choices_are_empty(const ImportChoices *c);

// Opens the file and reads its header. Columns that are only remembered, and not in this file under the title they had, are looked
// for by their names. `used` are the choices with which it worked: for reading the file again in the same way.
typedef struct { TableReader *reader; CsvHeader header; ImportChoices used; } ImportOpened;
must_use bool import_open(int fd, Arena *a, const ImportChoices *given, const HeaderMap *remembered, ImportOpened *out, Err *e);
// Goes on at `from`, with what import_open found.
must_use bool import_reopen(int fd, const ImportOpened *opened, CsvPlace from, TableReader **out, Err *e);

// One cell of a row replaced by the one above where that was asked for.
typedef struct { bool is_filled[DTKS_COLUMNS_N]; char text[DTKS_COLUMNS_N][128]; size_t n[DTKS_COLUMNS_N]; bool is_any; Str cells[CSV_COLUMNS_MAX]; } Fills;
must_use bool fills_parse(Str words, Fills *out, Err *e);
void fills_apply(Fills *f, const CsvHeader *header, CsvRow *row);
Str fills_text(Arena *a, const Fills *f);
void fills_restore(Fills *f, Str text);
#endif
