// duplicates.h: persons who probably stand twice: the list, two entries side by side, and what a merge would make of them.
#ifndef WEB_DUPLICATES_H
#define WEB_DUPLICATES_H
#include "registry/area.h"
#include "registry/duplicate_merge.h"
#include "web/import.h"
#include "web/web.h"

typedef struct { PairRow pair; Str village, other_village, why; Url href; } DuplicateRow;      // why: the strongest reason, in words
typedef struct { const char *name; Str title; Url href; bool is_chosen; } DuplicateTab;
#define DUPLICATE_TABS 5
typedef struct {
    PairFilter filter;
    Str area_name;
    Areas villages;
    DuplicateTab tabs[DUPLICATE_TABS];
    const DuplicateTab *tab;
    DuplicateRow *rows;
    PairRows list;
    Url first, next;                           // empty where there is nothing to go to
    bool may_edit, is_running, has_compared;               // is_running: entries are compared just now; has_compared: that has ended
    ImportWaitView wait;
    Str fault;                                             // why it failed
} DuplicatesView;

// One thing of both entries. take: what a merge may take over of it, 0 nothing.
typedef struct { Str label, value[2]; unsigned take; const char *name; bool differs; } PairLine;
#define PAIR_LINES 12
typedef struct {
    PairDetail pair;
    Str village[2];
    PairLine lines[PAIR_LINES];
    size_t line_n;
    bool may_edit, may_sign, has_request;
    ApprovalRequest request;
    MergePreview wish;                                     // what is asked for, when has_request
    Str maker_name, fault;
    Url here;
    bool prefers_other;                                    // the entry that has the NIK
} PairView;

typedef struct {
    PairView of;
    Merge merge;
    MergePreview preview;
    PairLine lines[PAIR_LINES];                            // value[0]: as it will be, value[1]: where from
    size_t line_n;
} MergeView;

// "/duplicates/1371/12/1371/40" and what follows
Url pair_url(Arena *a, PairKey key, const char *rest);
const char *score_title(int score, bool is_exact);         // "Almost certain"
const char *score_colour(int score, bool is_exact);
#endif
