// yaml_tree.h: YAML text as a tree that remembers its lines. Plain YAML only: one document of maps, lists and text; no anchors,
// aliases or tags (nothing in a rule book needs them, and a few lines of them can unfold to gigabytes).
#ifndef PROGRAMME_YAML_TREE_H
#define PROGRAMME_YAML_TREE_H
#include "base/arena.h"
#include "base/err.h"

#define YAML_BYTES_MAX ((size_t)1 << 20)                   // a rule book of ten years has 60 KB
#define YAML_DEPTH_MAX 24                                  // ours are 8 deep
#define YAML_NODE_MAX 20000                                // ours have 2,000

typedef struct { Finding *at; size_t n, dropped_n, error_n; } Findings;      // grown in the caller's arena
// Adds a finding; `msgid` is an English printf format that translators see.
void finding_add(Arena *a, Findings *f, FindingLevel level, int64_t line_n, Str field, const char *code, const char *msgid, ...)
    __attribute__((format(printf, 7, 8)));
// The nearest of `known` to a misspelt word, or an empty Str when none is near.
Str nearest_word(Str word, const Str *known, size_t known_n);

typedef enum { YAML_TEXT, YAML_LIST, YAML_MAP } YamlKind;
typedef struct YamlNode YamlNode;
struct YamlNode {
    YamlKind kind;
    int64_t line_n;
    Str text;                                              // YAML_TEXT
    Str key;                                               // its name in the map around it
    int32_t place;                                         // its place in the list around it, from 0
    const YamlNode *parent, *first, *next;                 // first child; next sibling
    size_t child_n;
};

// The root is a map. NULL when the text is no such YAML; why stands in the findings.
const YamlNode *yaml_tree(Arena *a, Str text, Findings *findings);
const YamlNode *yaml_get(const YamlNode *map, Str key);    // NULL when it is not there
Str yaml_path(Arena *a, const YamlNode *node);             // components[2].rates[0].amount, counted from 1
#endif
