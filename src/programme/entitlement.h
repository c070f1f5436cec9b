// entitlement.h: what a case pays. Of all assignments of at most one component a person (in each layer of the book) within the caps, the one with the
// highest total before cuts; among those, the one with the highest total after cuts and shares; among those, component by component in the order of the book, the
// one that keeps more persons in it, then the one that pays more in it.
// So the amount is a function of the case alone: nothing depends on the order of persons.
#ifndef PROGRAMME_ENTITLEMENT_H
#define PROGRAMME_ENTITLEMENT_H
#include "programme/kernel.h"
#include "programme/scheme.h"

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
