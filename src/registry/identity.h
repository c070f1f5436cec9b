// identity.h: the numbers that name a person, a family card, a school, an account: what makes one impossible and what only
// makes it doubtful. Pure; no database. A NIK stays for life even when the birth date in it was wrong or its owner moved, so a
// mismatch is a doubt to look into and never a reason to refuse; only what no office can ever have issued is refused.
#ifndef REGISTRY_IDENTITY_H
#define REGISTRY_IDENTITY_H
#include "base/arena.h"
#include "base/date.h"
#include "programme/scheme.h"

#define NIK_LENGTH 16
#define KK_LENGTH 16
#define BRI_ACCOUNT_LENGTH 15

// Why a number cannot be right.
typedef enum {
    IDENTITY_OK, IDENTITY_LENGTH, IDENTITY_DIGITS, IDENTITY_MONTH, IDENTITY_DAY, IDENTITY_SERIAL,
    ACCOUNT_ALL_EQUAL, ACCOUNT_CURRENCY, ACCOUNT_IS_CARD, NPSN_FORM, IDENTITY_FAULTS_N
} IdentityFault;
const char *identity_fault_code(IdentityFault f);          // "nik_length" style code without the field: "length"
const char *identity_fault_text(IdentityFault f);          // what is wrong and how to mend it, in this thread's language

// Place (2 province, 2 district, 2 kecamatan), DDMMYY with 40 added to a woman's day, serial from 0001.
IdentityFault nik_check(Str nik);
// The family card: place, the date of recording without + 40, serial from 0001.
IdentityFault kk_check(Str kk);
IdentityFault bri_account_check(Str account);              // 15 digits, currency part 01; a 16-digit card number is told apart
IdentityFault npsn_check(Str npsn);                        // school 8 digits; PKBM, LKP P or K and 7 digits; university 6 digits

// What a possible NIK contradicts: bits. Unknown facts (DATE_NONE, SEX_UNKNOWN) contradict nothing.
enum { NIK_DOUBT_BIRTH = 1, NIK_DOUBT_SEX = 2, NIK_DOUBT_CALENDAR = 4 };
unsigned nik_doubts(Str nik, Date born_on, Sex sex);
int64_t nik_place(Str nik);                                // its first six digits as an area id of level 3 (137106)

// RT and RW as three digits ("1" -> "001"); false when it is no such number. Empty and "-" give "".
must_use bool rt_parse(Str text, char out[4]);

// For showing to those who need not see it whole: all but the last four characters hidden.
void identity_put_masked(Buf *b, Str number);
Str identity_masked(Arena *a, Str number);                 // the same as a text; nothing for nothing

// The look-up hash of a number of some kind (a small number of the caller's): keyed, so that it tells nothing without the key.
typedef struct { uint8_t bytes[16]; } ClaimKey;
int64_t identity_claim(const ClaimKey *key, int kind, Str number);
#endif
