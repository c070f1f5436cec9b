// condition_read.h: conditions as they stand in a rule book, and the attributes they speak of.
#ifndef PROGRAMME_CONDITION_READ_H
#define PROGRAMME_CONDITION_READ_H
#include "programme/rulebook_read.h"


typedef enum { CONDITION_OF_PERSON, CONDITION_OF_MEMBER, CONDITION_OF_FAMILY } ConditionOf;   // a member: a person whose components are known

const Condition *read_condition(Reader *r, const YamlNode *node, ConditionOf of);             // never NULL; mistakes are findings
uint64_t read_components_named(Reader *r, const YamlNode *node);                              // "all", a code, or a list of codes
int attribute_find(const RuleBook *book, Str name, bool is_family);                           // -1 when there is none
AttributeType attribute_type(const RuleBook *book, int attr, bool is_family);
size_t attribute_choices(const RuleBook *book, int attr, bool is_family, Str *words);         // at most CHOICE_MAX
#endif
