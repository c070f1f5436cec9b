// entitlement.h: what a case pays. Of all assignments of at most one component a person (in each layer of the book) within the caps, the one with the
// highest total before cuts; among those, the one with the highest total after cuts and shares; among those, component by component in the order of the book, the
// one that keeps more persons in it, then the one that pays more in it.
// So the amount is a function of the case alone: nothing depends on the order of persons.
#ifndef PROGRAMME_ENTITLEMENT_H
#define PROGRAMME_ENTITLEMENT_H
#include "programme/scheme.h"

// LINE_CUT: less for an unmet duty. LINE_REDUCED: only a share, by a rule for the whole family (a protection rule); see `share_rule`.
typedef enum { LINE_PAID, LINE_CUT, LINE_REDUCED, LINE_OVER_CAP, LINE_SUSPENDED, LINE_NOT_ELIGIBLE } LineKind;

// One person (or family amount) of the explanation. Persons of a group are told apart by their place in it. Each person of the case
// has exactly one line in each layer in which he could fill something; layers follow one another.
typedef struct {
    LineKind kind;
    int16_t group;                                         // index in Case.groups; -1 for an amount of the whole family
    int16_t component;                                     // what he fills; for LINE_OVER_CAP what he could have filled; -1 none
    int16_t cap;                                           // LINE_OVER_CAP: index of the cap that kept him out (scheme_cap_title)
    Rupiah full, amount;                                   // before and after cuts
} EntitlementLine;

#define ENTITLEMENT_LINE_MAX (LAYER_MAX * PERSON_MAX + COMPONENT_MAX)
typedef struct {
    bool is_eligible;                                      // false: the family does not meet the book's conditions; total 0
    Rupiah total;
    int16_t refused_by;                                    // not eligible: the first condition that does not hold (scheme_condition_title), else -1
    int16_t share_rule, family_cut;                        // the family's share and the cut of all that apply (…_title), else -1
    int16_t suspended_by;                                  // -2 active, -1 by the family's standing, else the book's condition
    int32_t kept_n[COMPONENT_MAX];                         // persons (or 1 for a family amount) that hold a place, by component; 0 when suspended
    Rupiah kept_rp[COMPONENT_MAX];
    uint16_t line_n;                                       // filled only when lines are asked for
    EntitlementLine lines[ENTITLEMENT_LINE_MAX];
} Entitlement;

// The kernel. `channel` is an index of scheme_channels. Lines are made when `with_lines`. Cannot fail for a scheme from
// scheme_make and a case from case_make or case_decode, whose limits keep every sum within 64 bits; LIMIT else.
must_use bool entitlement_of(const Scheme *s, int channel, const Case *c, bool with_lines, Entitlement *out, Err *e);

// The second implementation: slow, obvious, written from the rule book's words and sharing no code with the kernel.
// Gives total, kept_n and kept_rp (no lines).
must_use bool entitlement_slowly(const Scheme *s, int channel, const Case *c, Entitlement *out, Err *e);

// Titles in this thread's language.
Str scheme_cap_title(const Scheme *s, int cap);
Str scheme_condition_title(const Scheme *s, int condition);          // refused_by, suspended_by (from 0), share_rule, family_cut
Str scheme_cut_title(const Scheme *s, int cut, int component);       // CaseGroup.cut: the rule that takes something off; empty when none
#endif
