// subject.h: everything that is kept about a family as a page, as paper and as JSON (status/subject.h).
#ifndef WEB_SUBJECT_H
#define WEB_SUBJECT_H
#include "status/subject.h"
#include "web/web.h"

#define SUBJECT_PAGE_ROWS 8            // of each section on the page, newest first; paper and JSON have all of them
typedef struct { size_t column; const SubjectColumn *is; } SubjectShown;
typedef struct {
    const SubjectSection *of;
    SubjectShown columns[SUBJECT_COLUMNS_MAX];             // those that hold something
    size_t rows[SUBJECT_PAGE_ROWS];                        // on the page
    size_t column_n, row_n;
} SubjectPart;
typedef struct {
    const Subject *subject;
    SubjectPart parts[SUBJECT_SECTIONS_MAX];
    size_t part_n;
    Url pdf, json, family;
} SubjectView;

// A cell for people; codes of actions, purposes and states in words.
Str subject_shown(Arena *a, const SubjectPart *part, size_t row, const SubjectShown *column);
#endif
