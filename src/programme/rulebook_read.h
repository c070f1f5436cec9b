// rulebook_read.h: the generic half of reading a rule book: tables of fields say what a map may hold, and one function reads it,
// turning every mistake into a finding. What a rule book holds stands in rulebook.c.
#ifndef PROGRAMME_RULEBOOK_READ_H
#define PROGRAMME_RULEBOOK_READ_H
#include "programme/rulebook_data.h"

typedef struct { Arena *a; Findings *findings; RuleBook *book; } Reader;

typedef enum {
    FIELD_TEXT,        // Str
    FIELD_CODE,        // Str of a-z 0-9 _ - (letters of both cases), at most 40
    FIELD_TITLE,       // Title: { id: …, en: … } or one text for both
    FIELD_DATE,        // Date: 2024-04-01
    FIELD_MONTH,       // Date, its first day: 2024-04
    FIELD_COUNT,       // int64_t from low to high
    FIELD_MONEY,       // int64_t in the smallest unit
    FIELD_PERCENT,     // int64_t in basis points, 0 to 100 %
    FIELD_YES_NO,      // bool
    FIELD_WORD,        // int: place in `words`
    FIELD_LIST,        // array of maps: pointer at `offset`, size_t at `offset_n`; each read by `fields`
    FIELD_OWN,         // whatever `read` makes of it
} FieldKind;

typedef struct Field Field;
typedef void FieldReader(Reader *r, const YamlNode *node, void *into);
struct Field {
    const char *key;
    FieldKind kind;
    bool is_required;
    size_t offset, offset_n, size;
    int64_t low, high;                                     // FIELD_COUNT; high 0: no end
    const char *const *words;                              // FIELD_WORD; NULL ends them
    const Field *fields; size_t field_n;                   // FIELD_LIST
    FieldReader *after;                                    // FIELD_LIST: called with each item once its fields are read
    FieldReader *read;                                     // FIELD_OWN: `into` is the whole struct
};

void read_field(Reader *r, const YamlNode *node, const Field *f, void *into);
void read_map(Reader *r, const YamlNode *node, const Field *fields, size_t n, void *into);
void note(Reader *r, const YamlNode *at, const char *code, const char *msgid, ...) __attribute__((format(printf, 4, 5)));
void note_unknown(Reader *r, const YamlNode *at, Str word, const Str *known, size_t known_n);      // with the nearest word

// Each reads one value or makes a finding and returns false.
bool read_text(Reader *r, const YamlNode *node, Str *out);
bool read_count(Reader *r, const YamlNode *node, int64_t low, int64_t high, int64_t *out);
bool read_money(Reader *r, const YamlNode *node, int64_t *out);
bool read_date(Reader *r, const YamlNode *node, Date *out);
bool read_yes_no(Reader *r, const YamlNode *node, bool *out);
// The items of a list, or the value itself where one value stands for a list of one.
const YamlNode *first_item(const YamlNode *node);
size_t item_count(const YamlNode *node);
bool parse_money(Str text, int64_t minor_digits, int64_t *out);      // "142.00" with 2 digits: 14200
#endif
