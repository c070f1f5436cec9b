// casepay.h: what a case pays through each channel, evaluated once. Every answer is given by two implementations that must agree.
//
// A memo belongs to one thread. Threads of one run share what they found: each asks there before it evaluates a case itself.
#ifndef STAGE_CASEPAY_H
#define STAGE_CASEPAY_H
#include "programme/scheme.h"
#include "registry/bytetable.h"
#include <pthread.h>

// What a case pays through one channel: the amount, and what of it goes to which component.
typedef struct { uint8_t component; int32_t n; int64_t rp; } Part;
typedef struct { int64_t rp; uint32_t first_part; uint16_t part_n; uint8_t state; } CasePay;       // state: DueState of run.h

typedef struct {
    pthread_mutex_t lock;
    bool has_book;
    Hash book_hash;                        // the first memo's: memos of another rule book stay alone
    int memo_n;                            // memos that joined
    ByteTable cases;
    Str *found;                            // [found_cap] by case: its CasePay of each channel, then their parts
    uint32_t found_cap;
    Arena arena;
} SharedPay;                               // casepay_share, casepay_share_end

typedef struct {
    const Scheme *scheme;
    SharedPay *shared;                     // NULL: alone
    bool is_backwards;                     // every second memo takes a district's cases from the end: two threads meet in the middle
    size_t channel_n, component_n;
    int channel_of[256];                   // PACK_CHANNELS index -> the scheme's channel
    ByteTable cases;
    uint32_t *by_id;                       // [by_id_cap] the caller's number -> case plus 1
    uint32_t by_id_cap;
    CasePay *pays;                         // [case * channel_n + channel]
    size_t pay_cap;
    Part *parts;
    size_t part_n, part_cap;
} CaseMemo;

void casepay_share(SharedPay *s);
void casepay_share_end(SharedPay *s);
void casememo_open(CaseMemo *m, const Scheme *scheme, const Hash *book_hash, SharedPay *shared);   // the scheme must outlive the memo
void casememo_close(CaseMemo *m);
// The number of a case in this memo. CONFLICT when its bytes are no case, or when the two implementations differ.
must_use bool casememo_find(CaseMemo *m, Str bytes, uint32_t *index, Err *e);
// The same for a caller that numbers the cases himself: the second time a number is seen, its bytes are not looked at.
must_use bool casememo_find_by_id(CaseMemo *m, uint32_t case_id, Str bytes, uint32_t *index, Err *e);
#endif
