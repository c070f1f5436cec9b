// search_index.c: rows of person to words, words to postings; see search_index.h.
#include "registry/search_index.h"
#include "base/lang.h"
#include "base/random.h"
#include "registry/name_words.h"
#include "registry/pack.h"
#include "registry/search_posting.h"
#include "registry/word_table.h"
#include "registry_search.sql.h"
#include <stdlib.h>

#define BLOCK_PACKS 256                        // packs read at a time: some 65,536 families
#define CHANGES_MAX ((size_t)8 << 20)          // written out before there are more: 128 MB
#define BUILD_BYTES_MAX ((size_t)200 << 20)    // postings of a bulk build in memory, before a pass writes them
#define PARTS_MAX 16                           // parts of a district's words, before they are made one
#define PIECE_BYTES (BLOCK_BYTES_MAX * 4 / 5)  // a block that is made from a longer one leaves room to grow

static bool no_memory(Err *e) { return fail(e, LIMIT, "There is not enough memory."); }
static bool is_damaged(Err *e) { return fail(e, CONFLICT, "A part of the search index is damaged. Build it anew: harapan search --build."); }

// ---- the words of a pack's families ------------------------------------------------------------------------------------
// Entries in order: family and person as differences, number of words, each word with its length.
typedef struct { Buf bytes; int64_t family, person; } NameDraft;

static bool name_put(NameDraft *d, int64_t family_id, int64_t person_id, Str name, uint64_t *member, int64_t kab, Err *e) {
    NameWords words;
    name_words(name, &words);
    varint_put(&d->bytes, (uint64_t)(family_id - d->family));
    varint_put(&d->bytes, zigzag(person_id - d->person));
    *d = (NameDraft){ d->bytes, family_id, person_id };
    size_t count_at = d->bytes.n, count = 0;
    buf_char(&d->bytes, 0);
    for (size_t i = 0; i < words.n; i++) {
        bool is_again = false;
        for (size_t k = 0; k < i; k++) is_again = is_again || str_eq(name_word(&words, k), name_word(&words, i));
        if (is_again) continue;
        buf_char(&d->bytes, (char)words.length[i]);
        buf_str(&d->bytes, name_word(&words, i));
        count++;
    }
    if (d->bytes.is_full) return no_memory(e);
    d->bytes.p[count_at] = (char)count;
    return member_of(kab, family_id, person_id, member, e);
}

// Reads the entries back.
typedef struct { Str rest; int64_t kab, family, person; } NameReader;

static bool name_next(NameReader *r, uint64_t *member, Str words[NAME_WORDS_MAX], size_t *word_n, bool *has_name, Err *e) {
    uint64_t family_step, person_step;
    if (!(*has_name = r->rest.n > 0)) return true;
    if (!varint_get(&r->rest, &family_step) || !varint_get(&r->rest, &person_step) || !r->rest.n) return is_damaged(e);
    if (family_step >> MEMBER_FAMILY_BITS || person_step >> (MEMBER_PERSON_BITS + 1)) return is_damaged(e);
    r->family += (int64_t)family_step;
    r->person += (int64_t)(person_step >> 1) ^ -(int64_t)(person_step & 1);
    *word_n = (uint8_t)r->rest.p[0];
    r->rest = str_part(r->rest, 1, r->rest.n);
    if (*word_n > NAME_WORDS_MAX) return is_damaged(e);
    for (size_t i = 0; i < *word_n; i++) {
        size_t n = r->rest.n ? (uint8_t)r->rest.p[0] : SIZE_MAX;
        if (n >= r->rest.n) return is_damaged(e);
        words[i] = str_part(r->rest, 1, n);
        r->rest = str_part(r->rest, n + 1, r->rest.n);
    }
    return member_of(r->kab, r->family, r->person, member, e);
}

// Up to BLOCK_PACKS packs' words, made from the rows.
typedef struct { int64_t kab, first_pack, last_pack; NameDraft draft[BLOCK_PACKS]; } NameBlock;

static bool names_read(Db *db, NameBlock *b, Err *e) {
    SearchPersonsRows rows = { 0 };
    SearchPersonsRow row;
    for (int i = 0; i < BLOCK_PACKS; i++) {
        buf_reset(&b->draft[i].bytes);
        b->draft[i] = (NameDraft){ .bytes = b->draft[i].bytes };
        b->draft[i].bytes.max = BUF_MAX;
    }
    SearchPersonsArgs args = { .kab = b->kab, .first_id = b->first_pack * PACK_FAMILIES + 1, .last_id = (b->last_pack + 1) * PACK_FAMILIES };
    bool has_row, is_good = search_persons(db, args, &rows, e);
    uint64_t member;
    while (is_good && (is_good = search_persons_next(&rows, &row, &has_row, e)) && has_row)
        is_good = name_put(&b->draft[(row.family_id - 1) / PACK_FAMILIES - b->first_pack], row.family_id, row.id, row.name, &member, b->kab, e);
    search_persons_end(&rows);
    return is_good;
}

static void names_free(NameBlock *b) {
    for (int i = 0; b && i < BLOCK_PACKS; i++) buf_free(&b->draft[i].bytes);
    free(b);
}

static bool last_pack_of(Db *db, int64_t kab, int64_t *last_pack, Err *e) {
    SearchLastFamilyRow family;
    SearchNameLastRow name;
    bool found;
    if (!search_last_family(db, (SearchLastFamilyArgs){ .kab = kab }, &family, &found, e) ||
        !search_name_last(db, (SearchNameLastArgs){ .kab = kab }, &name, &found, e)) return false;
    *last_pack = family.last_id > 0 ? (family.last_id - 1) / PACK_FAMILIES : -1;
    if (name.last_n > *last_pack) *last_pack = name.last_n;
    return true;
}

// ---- a district's words ------------------------------------------------------------------------------------------------
// Ascending: letters shared with the word before, length of the rest, the rest, persons.
static void word_put(Buf *b, Str *before, Str word, int64_t person_n) {
    size_t shared = 0;
    while (shared < before->n && shared < word.n && before->p[shared] == word.p[shared]) shared++;
    buf_char(b, (char)shared);
    buf_char(b, (char)(word.n - shared));
    buf_str(b, str_part(word, shared, word.n));
    varint_put(b, (uint64_t)person_n);
    *before = word;
}

WordPart word_part_open(Str bytes) { return (WordPart){ .rest = bytes }; }

bool word_part_next(WordPart *p, bool *has_word, Err *e) {
    uint64_t person_n;
    if (!(*has_word = p->rest.n > 0)) return true;
    if (p->rest.n < 3) return is_damaged(e);
    size_t shared = (uint8_t)p->rest.p[0], own = (uint8_t)p->rest.p[1];
    if (shared > p->word_n || shared + own >= sizeof p->word || own + 2 > p->rest.n) return is_damaged(e);
    memcpy(p->word + shared, p->rest.p + 2, own);
    p->word_n = (uint8_t)(shared + own);
    p->rest = str_part(p->rest, own + 2, p->rest.n);
    if (!varint_get(&p->rest, &person_n)) return is_damaged(e);
    p->person_n = (int64_t)person_n;
    return true;
}

static bool parts_of(Db *db, int64_t kab, int64_t *part_n, int64_t *last_n, Err *e) {
    SearchWordPartsRows rows = { 0 };
    SearchWordPartsRow row;
    bool has_row, is_good = search_word_parts(db, (SearchWordPartsArgs){ .low_n = kab, .high_n = kab }, &rows, e);
    *part_n = *last_n = 0;
    while (is_good && (is_good = search_word_parts_next(&rows, &row, &has_row, e)) && has_row) {
        (*part_n)++;
        *last_n = row.part_n;
    }
    search_word_parts_end(&rows);
    return is_good;
}

// `counts` by number of the word; words without persons are left out.
static bool part_write(Db *db, int64_t kab, int64_t part_n, const WordTable *t, const uint32_t *order, size_t n, const int64_t *counts, Err *e) {
    Buf b = { .max = BUF_MAX };
    Str before = { NULL, 0 };
    int64_t word_n = 0;
    for (size_t i = 0; i < n; i++) {
        if (counts[order[i]] <= 0) continue;
        word_put(&b, &before, t->at[order[i]], counts[order[i]]);
        word_n++;
    }
    bool is_good = !b.is_full || no_memory(e);
    is_good = is_good && (!word_n || search_word_put(db, (SearchWordPutArgs){ .kab = kab, .part_n = part_n, .word_n = word_n, .word_data = buf_view(&b) }, NULL, e));
    buf_free(&b);
    return is_good;
}

static bool parts_read(Db *db, int64_t kab, WordTable *t, int64_t **counts, Err *e) {
    SearchWordReadRows rows = { 0 };
    SearchWordReadRow row;
    size_t room = 0;
    bool has_row, has_word, is_good = search_word_read(db, (SearchWordReadArgs){ .kab = kab, .after_n = -1 }, &rows, e);
    while (is_good && (is_good = search_word_read_next(&rows, &row, &has_row, e)) && has_row) {
        WordPart part = word_part_open(row.word_data);
        uint32_t word;
        while (is_good && (is_good = word_part_next(&part, &has_word, e)) && has_word && (is_good = word_intern(t, (Str){ part.word, part.word_n }, &word, e))) {
            if (word >= room) {
                size_t wider_n = room ? 2 * room : 4096;
                int64_t *wider = realloc(*counts, wider_n * sizeof *wider);
                if (!wider) { is_good = no_memory(e); break; }
                memset(wider + room, 0, (wider_n - room) * sizeof *wider);
                *counts = wider;
                room = wider_n;
            }
            (*counts)[word] += part.person_n;
        }
    }
    search_word_read_end(&rows);
    return is_good;
}

static bool parts_merge(Db *db, int64_t kab, int64_t last_n, Err *e) {
    WordTable t = { 0 };
    int64_t *counts = NULL;
    uint32_t *order = NULL;
    bool is_good = parts_read(db, kab, &t, &counts, e) && ((order = words_sorted(&t)) != NULL || no_memory(e)) &&
                   part_write(db, kab, last_n + 1, &t, order, t.n, counts, e) &&
                   search_word_drop(db, (SearchWordDropArgs){ .kab = kab, .before_n = last_n + 1 }, NULL, e);
    free(order);
    free(counts);
    word_table_free(&t);
    return is_good;
}

static bool is_used(Db *db, int64_t kab, Str word, bool *out, Err *e) {
    SearchWordUsedRow row;
    return search_word_used(db, (SearchWordUsedArgs){ .kab = kab, .word = word }, &row, out, e);
}

bool search_forget(Db *db, int64_t kab, Err *e) {
    WordTable t = { 0 };
    int64_t *counts = NULL, last_n, part_n;
    uint32_t *order = NULL;
    bool is_good = parts_of(db, kab, &part_n, &last_n, e) && parts_read(db, kab, &t, &counts, e) && ((order = words_sorted(&t)) != NULL || no_memory(e));
    for (size_t i = 0; is_good && i < t.n; i++) {
        bool is_there = false;
        is_good = is_used(db, kab, t.at[i], &is_there, e);
        if (!is_there) counts[i] = 0;
    }
    is_good = is_good && part_write(db, kab, last_n + 1, &t, order, t.n, counts, e) && search_word_drop(db, (SearchWordDropArgs){ .kab = kab, .before_n = last_n + 1 }, NULL, e);
    free(order);
    free(counts);
    word_table_free(&t);
    return is_good;
}

// ---- changes -----------------------------------------------------------------------------------------------------------
typedef struct { uint64_t member; uint32_t word; bool is_gone; } Change;
typedef struct {
    Db *db;
    int64_t kab;
    WordTable words;
    Change *at;
    size_t n, room;
    uint32_t *rank;                            // of each word, while they are written
    int64_t *counts;                           // persons of words that the district did not have
    Members merged;
    Arena blocks;
} Changes;

static bool change_add(Changes *c, uint64_t member, Str word, bool is_gone, Err *e) {
    uint32_t number;
    if (c->n == c->room) {
        size_t room = c->room ? 2 * c->room : 4096;
        Change *wider = realloc(c->at, room * sizeof *wider);
        if (!wider) return no_memory(e);
        c->at = wider;
        c->room = room;
    }
    if (!word_intern(&c->words, word, &number, e)) return false;
    c->at[c->n++] = (Change){ member, number, is_gone };
    return true;
}

static bool changes_of(Changes *c, Str names, bool is_gone, Err *e) {
    NameReader r = { .rest = names, .kab = c->kab };
    uint64_t member;
    Str words[NAME_WORDS_MAX];
    size_t word_n;
    bool has_name, is_good = true;
    while (is_good && (is_good = name_next(&r, &member, words, &word_n, &has_name, e)) && has_name)
        for (size_t i = 0; is_good && i < word_n; i++) is_good = change_add(c, member, words[i], is_gone, e);
    return is_good;
}

static int by_rank(const void *a, const void *b, void *with) {
    const Change *x = a, *y = b;
    const uint32_t *rank = with;
    if (x->word != y->word) return rank[x->word] < rank[y->word] ? -1 : 1;
    if (x->member != y->member) return x->member < y->member ? -1 : 1;
    return (int)x->is_gone - (int)y->is_gone;
}

// Sorted by word and member; what went and came again in one change was no change.
static bool changes_sort(Changes *c, Err *e) {
    uint32_t *order = words_sorted(&c->words);
    c->rank = malloc((c->words.n + 1) * sizeof *c->rank);
    c->counts = calloc(c->words.n + 1, sizeof *c->counts);
    if (!order || !c->rank || !c->counts) {
        free(order);
        return no_memory(e);
    }
    for (size_t i = 0; i < c->words.n; i++) c->rank[order[i]] = (uint32_t)i;
    qsort_r(c->at, c->n, sizeof *c->at, by_rank, c->rank);
    size_t kept = 0;
    for (size_t i = 0; i < c->n; i++) {
        bool is_pair = i + 1 < c->n && c->at[i].word == c->at[i + 1].word && c->at[i].member == c->at[i + 1].member;
        if (is_pair) i++;
        else c->at[kept++] = c->at[i];
    }
    c->n = kept;
    free(order);
    return true;
}

// ---- blocks ------------------------------------------------------------------------------------------------------------
typedef bool BlockWrite(void *with, Str word, int64_t kab, int64_t start_n, int64_t person_n, Str bytes, Err *e);

// Members of a word as one block, or as several of like size when they do not fit. The first begins at start_n.
static bool pieces_write(Str word, int64_t kab, int64_t start_n, const uint64_t *members, size_t n, BlockWrite *write, void *with, Err *e) {
    uint8_t bytes[BLOCK_BYTES_MAX + MEMBER_BYTES_MAX];
    size_t whole = 0, used = 0, first = 0;
    BlockState state = { 0, 0 };
    for (size_t i = 0; i < n && whole <= BLOCK_BYTES_MAX; i++) whole += block_put(bytes, &state, members[i]);
    size_t most = whole <= BLOCK_BYTES_MAX ? BLOCK_BYTES_MAX : PIECE_BYTES;
    state = (BlockState){ 0, 0 };
    for (size_t i = 0; i < n; i++) {
        used += block_put(bytes + used, &state, members[i]);
        if (i + 1 < n && used + MEMBER_BYTES_MAX <= most) continue;
        if (i + 1 < n && whole <= BLOCK_BYTES_MAX) continue;
        if (!write(with, word, kab, start_n, (int64_t)(i + 1 - first), (Str){ (const char *)bytes, used }, e)) return false;
        if (i + 1 < n) start_n = (int64_t)member_in_kab(members[i + 1]);
        first = i + 1;
        used = 0;
        state = (BlockState){ 0, 0 };
    }
    return true;
}

static bool row_write(void *with, Str word, int64_t kab, int64_t start_n, int64_t person_n, Str bytes, Err *e) {
    return search_block_put(with, (SearchBlockPutArgs){ .word = word, .kab = kab, .start_n = start_n, .person_n = person_n, .posting_data = bytes }, NULL, e);
}

static bool bulk_write(void *with, Str word, int64_t kab, int64_t start_n, int64_t person_n, Str bytes, Err *e) {
    DbBulk *bulk = with;
    db_bulk_text(bulk, word);
    db_bulk_int(bulk, kab);
    db_bulk_int(bulk, start_n);
    db_bulk_int(bulk, person_n);
    db_bulk_bytes(bulk, bytes);
    return db_bulk_row(bulk, e);
}

static bool posting_bulk_open(Db *db, DbBulk **out, Err *e) {
    return db_bulk_open(db, "search_posting", "word,kab,start_n,person_n,posting_data", "tiiib", out, e);
}

typedef struct { int64_t start_n; Str bytes; } Block;

static bool blocks_read(Changes *c, Str word, const Change *changes, size_t n, Block **out, size_t *block_n, Err *e) {
    SearchBlocksRows rows = { 0 };
    SearchBlocksRow row;
    size_t room = 8;
    arena_reset(&c->blocks);
    *out = NEW(&c->blocks, Block, room);
    *block_n = 0;
    SearchBlocksArgs args = { .word = word, .kab = c->kab, .first_n = (int64_t)member_in_kab(changes[0].member), .last_n = (int64_t)member_in_kab(changes[n - 1].member) };
    bool has_row, is_good = search_blocks(c->db, args, &rows, e);
    while (is_good && (is_good = search_blocks_next(&rows, &row, &has_row, e)) && has_row) {
        if (*block_n == room) {
            Block *more = NEW(&c->blocks, Block, 2 * room);
            memcpy(more, *out, room * sizeof *more);
            *out = more;
            room *= 2;
        }
        (*out)[(*block_n)++] = (Block){ row.start_n, db_keep(&c->blocks, row.posting_data) };
    }
    search_blocks_end(&rows);
    return is_good;
}

// What a block holds and the changes that fall into it, as one list.
static bool block_merge(Changes *c, Str bytes, const Change *changes, size_t n, Err *e) {
    Members before = { 0 };
    size_t i = 0;
    c->merged.n = 0;
    bool is_good = block_read(bytes, c->kab, &before, e);
    for (size_t k = 0; is_good && (i < before.n || k < n);) {
        bool is_same = i < before.n && k < n && before.at[i] == changes[k].member;
        if (is_same) { if (!changes[k].is_gone) is_good = member_add(&c->merged, before.at[i], e); i++; k++; }
        else if (k == n || (i < before.n && before.at[i] < changes[k].member)) is_good = member_add(&c->merged, before.at[i++], e);
        else { if (!changes[k].is_gone) is_good = member_add(&c->merged, changes[k].member, e); k++; }
    }
    free(before.at);
    return is_good;
}

static bool block_change(Changes *c, Str word, const Block *block, bool is_new, const Change *changes, size_t n, Err *e) {
    if (!block_merge(c, block->bytes, changes, n, e)) return false;
    if (c->merged.n) return pieces_write(word, c->kab, block->start_n, c->merged.at, c->merged.n, row_write, c->db, e);
    return is_new || search_block_drop(c->db, (SearchBlockDropArgs){ .word = word, .kab = c->kab, .start_n = block->start_n }, NULL, e);
}

static bool word_change(Changes *c, const Change *changes, size_t n, Err *e) {
    Str word = c->words.at[changes[0].word];
    Block *blocks;
    size_t block_n, done = 0;
    if (!blocks_read(c, word, changes, n, &blocks, &block_n, e)) return false;
    if (block_n == 0) for (size_t i = 0; i < n; i++) c->counts[changes[0].word] += !changes[i].is_gone;
    // Before the first block there is none: the block that begins at 0 had become empty.
    size_t ahead = 0;
    while (ahead < n && (block_n == 0 || (int64_t)member_in_kab(changes[ahead].member) < blocks[0].start_n)) ahead++;
    if (ahead && !block_change(c, word, &(Block){ 0 }, true, changes, ahead, e)) return false;
    done = ahead;
    for (size_t b = 0; b < block_n; b++) {
        size_t end = done;
        while (end < n && (b + 1 == block_n || (int64_t)member_in_kab(changes[end].member) < blocks[b + 1].start_n)) end++;
        if (end > done && !block_change(c, word, &blocks[b], false, changes + done, end - done, e)) return false;
        done = end;
    }
    return true;
}

// A district that had no word yet: everything goes in as it comes.
static bool changes_bulk(Changes *c, Err *e) {
    DbBulk *bulk;
    if (!posting_bulk_open(c->db, &bulk, e)) return false;
    bool is_good = true;
    for (size_t i = 0, end; is_good && i < c->n; i = end) {
        c->merged.n = 0;
        for (end = i; is_good && end < c->n && c->at[end].word == c->at[i].word; end++)
            is_good = c->at[end].is_gone || member_add(&c->merged, c->at[end].member, e);
        c->counts[c->at[i].word] = (int64_t)c->merged.n;
        is_good = is_good && pieces_write(c->words.at[c->at[i].word], c->kab, 0, c->merged.at, c->merged.n, bulk_write, bulk, e);
    }
    return db_bulk_close(bulk, NULL, e) && is_good;
}

static bool changes_apply(Changes *c, Err *e) {
    for (size_t i = 0, end; i < c->n; i = end) {
        for (end = i; end < c->n && c->at[end].word == c->at[i].word;) end++;
        if (!word_change(c, c->at + i, end - i, e)) return false;
    }
    return true;
}

static bool new_words_write(Changes *c, int64_t part_n, int64_t last_n, Err *e) {
    uint32_t *order = words_sorted(&c->words);
    if (!order) return no_memory(e);
    bool is_any = false;
    for (size_t i = 0; i < c->words.n; i++) is_any = is_any || c->counts[i] > 0;
    bool is_good = part_write(c->db, c->kab, last_n + 1, &c->words, order, c->words.n, c->counts, e);
    free(order);
    return is_good && (!is_any || part_n < PARTS_MAX || parts_merge(c->db, c->kab, last_n + 1, e));
}

static bool changes_write(Changes *c, Err *e) {
    int64_t part_n, last_n;
    if (!c->n) return true;
    bool is_good = changes_sort(c, e) && parts_of(c->db, c->kab, &part_n, &last_n, e) && (part_n ? changes_apply(c, e) : changes_bulk(c, e)) &&
                   new_words_write(c, part_n, last_n, e);
    free(c->rank);
    free(c->counts);
    c->rank = NULL;
    c->counts = NULL;
    c->n = 0;
    word_table_free(&c->words);
    return is_good;
}

static void changes_free(Changes *c) {
    free(c->at);
    free(c->rank);
    free(c->counts);
    free(c->merged.at);
    word_table_free(&c->words);
    arena_free(&c->blocks);
}

// ---- keeping up --------------------------------------------------------------------------------------------------------
// Packs whose words are not what was indexed: both become changes, and the new words are kept.
static bool block_compare(Changes *c, NameBlock *b, Err *e) {
    SearchNamePacksRows rows = { 0 };
    SearchNamePacksRow row;
    bool is_same[BLOCK_PACKS] = { false }, was_there[BLOCK_PACKS] = { false };
    bool has_row, is_good = search_name_packs(c->db, (SearchNamePacksArgs){ .kab = c->kab, .first_n = b->first_pack, .last_n = b->last_pack }, &rows, e);
    while (is_good && (is_good = search_name_packs_next(&rows, &row, &has_row, e)) && has_row) {
        size_t i = (size_t)(row.pack_n - b->first_pack);
        was_there[i] = true;
        is_same[i] = str_eq(row.name_data, buf_view(&b->draft[i].bytes));
        if (!is_same[i]) is_good = changes_of(c, row.name_data, true, e);
    }
    search_name_packs_end(&rows);
    for (int64_t pack = b->first_pack; is_good && pack <= b->last_pack; pack++) {
        size_t i = (size_t)(pack - b->first_pack);
        Str names = buf_view(&b->draft[i].bytes);
        if (is_same[i] || (!names.n && !was_there[i])) continue;
        is_good = changes_of(c, names, false, e) &&
                  (names.n ? search_name_put(c->db, (SearchNamePutArgs){ .kab = c->kab, .pack_n = pack, .name_data = names }, NULL, e)
                           : search_name_drop(c->db, (SearchNameDropArgs){ .kab = c->kab, .pack_n = pack }, NULL, e));
    }
    return is_good;
}

bool search_refresh(Db *db, int64_t kab, int64_t first_id, int64_t last_id, Progress *progress, Err *e) {
    if (last_id < first_id) return true;
    Changes c = { .db = db, .kab = kab };
    NameBlock *b = calloc(1, sizeof *b);
    if (!b) return no_memory(e);
    int64_t first_pack = (first_id - 1) / PACK_FAMILIES, last_pack = (last_id - 1) / PACK_FAMILIES;
    bool is_good = true;
    b->kab = kab;
    for (int64_t pack = first_pack; is_good && pack <= last_pack; pack += BLOCK_PACKS) {
        b->first_pack = pack;
        b->last_pack = pack + BLOCK_PACKS - 1 < last_pack ? pack + BLOCK_PACKS - 1 : last_pack;
        is_good = names_read(db, b, e) && block_compare(&c, b, e) && (c.n < CHANGES_MAX || changes_write(&c, e));
        progress_report(progress, _("Indexing names"), (b->last_pack + 1 - first_pack) * PACK_FAMILIES, (last_pack + 1 - first_pack) * PACK_FAMILIES);
    }
    is_good = is_good && changes_write(&c, e);
    changes_free(&c);
    names_free(b);
    return is_good;
}

// ---- bulk build --------------------------------------------------------------------------------------------------------
// For each word its blocks one behind the other, each behind its head; written sorted by word when there are many.
typedef struct { int64_t kab, start_n; uint32_t person_n, bytes_n; } BlockHead;
typedef struct { Buf bytes; BlockState state; size_t head_at; int64_t kab, kab_person_n; } WordBlocks;
typedef struct {
    Db *db;
    WordTable words;
    WordBlocks *blocks;                        // by number of the word
    size_t room, bytes_n;
    uint32_t *touched;                         // words of the present district
    size_t touched_n;
    Progress *progress;
    int64_t person_n;
} Build;

static bool build_widen(Build *w, Err *e) {
    if (w->words.n < w->room) return true;
    size_t room = w->room ? 2 * w->room : 65536;
    WordBlocks *blocks = realloc(w->blocks, room * sizeof *blocks);
    if (blocks) w->blocks = blocks;
    uint32_t *touched = realloc(w->touched, room * sizeof *touched);
    if (touched) w->touched = touched;
    if (!blocks || !touched) return no_memory(e);
    memset(blocks + w->room, 0, (room - w->room) * sizeof *blocks);
    w->room = room;
    return true;
}

static void head_change(WordBlocks *b, size_t bytes_n) {
    BlockHead head;
    memcpy(&head, b->bytes.p + b->head_at, sizeof head);
    head.person_n++;
    head.bytes_n += (uint32_t)bytes_n;
    memcpy(b->bytes.p + b->head_at, &head, sizeof head);
}

static bool build_add(Build *w, uint64_t member, Str word, Err *e) {
    uint32_t number;
    if (!build_widen(w, e) || !word_intern(&w->words, word, &number, e)) return false;
    WordBlocks *b = &w->blocks[number];
    b->bytes.max = BUF_MAX;
    bool is_first = b->kab != member_kab(member) || !b->bytes.n;
    if (is_first) {
        w->touched[w->touched_n++] = number;
        b->kab = member_kab(member);
        b->kab_person_n = 0;
    }
    if (is_first || b->bytes.n - b->head_at - sizeof(BlockHead) + MEMBER_BYTES_MAX > PIECE_BYTES) {
        BlockHead head = { .kab = b->kab, .start_n = is_first ? 0 : (int64_t)member_in_kab(member) };
        b->head_at = b->bytes.n;
        b->state = (BlockState){ 0, 0 };
        buf_bytes(&b->bytes, &head, sizeof head);
        w->bytes_n += sizeof head;
    }
    uint8_t bytes[MEMBER_BYTES_MAX];
    size_t n = block_put(bytes, &b->state, member);
    buf_bytes(&b->bytes, bytes, n);
    if (b->bytes.is_full) return no_memory(e);
    head_change(b, n);
    w->bytes_n += n;
    b->kab_person_n++;
    return true;
}

static bool build_names(Build *w, int64_t kab, Str names, Err *e) {
    NameReader r = { .rest = names, .kab = kab };
    uint64_t member;
    Str words[NAME_WORDS_MAX];
    size_t word_n;
    bool has_name, is_good = true;
    while (is_good && (is_good = name_next(&r, &member, words, &word_n, &has_name, e)) && has_name) {
        w->person_n++;
        for (size_t i = 0; is_good && i < word_n; i++) is_good = build_add(w, member, words[i], e);
    }
    return is_good;
}

static bool build_block(Build *w, NameBlock *b, Err *e) {
    DbBulk *bulk;
    if (!names_read(w->db, b, e) || !db_bulk_open(w->db, "search_name", "kab,pack_n,name_data", "iib", &bulk, e)) return false;
    bool is_good = true;
    for (int64_t pack = b->first_pack; is_good && pack <= b->last_pack; pack++) {
        Str names = buf_view(&b->draft[pack - b->first_pack].bytes);
        if (!names.n) continue;
        db_bulk_int(bulk, b->kab);
        db_bulk_int(bulk, pack);
        db_bulk_bytes(bulk, names);
        is_good = db_bulk_row(bulk, e) && build_names(w, b->kab, names, e);
    }
    progress_report(w->progress, _("Indexing names"), w->person_n, 0);
    return db_bulk_close(bulk, NULL, e) && is_good;
}

static int by_text(const void *a, const void *b, void *with) {
    const WordTable *t = with;
    return str_cmp(t->at[*(const uint32_t *)a], t->at[*(const uint32_t *)b]);
}

static bool build_district_words(Build *w, int64_t kab, Err *e) {
    int64_t part_n, last_n;
    int64_t *counts = calloc(w->words.n + 1, sizeof *counts);
    if (!counts) return no_memory(e);
    for (size_t i = 0; i < w->touched_n; i++) counts[w->touched[i]] = w->blocks[w->touched[i]].kab_person_n;
    if (w->touched_n) qsort_r(w->touched, w->touched_n, sizeof *w->touched, by_text, &w->words);
    bool is_good = parts_of(w->db, kab, &part_n, &last_n, e) && search_word_drop(w->db, (SearchWordDropArgs){ .kab = kab, .before_n = INT64_MAX }, NULL, e) &&
                   part_write(w->db, kab, last_n + 1, &w->words, w->touched, w->touched_n, counts, e);
    free(counts);
    w->touched_n = 0;
    return is_good;
}

static bool build_word_write(Build *w, uint32_t number, DbBulk *bulk, Err *e) {
    WordBlocks *b = &w->blocks[number];
    for (size_t at = 0; at < b->bytes.n;) {
        BlockHead head;
        memcpy(&head, b->bytes.p + at, sizeof head);
        at += sizeof head;
        if (!bulk_write(bulk, w->words.at[number], head.kab, head.start_n, head.person_n, str_part(buf_view(&b->bytes), at, head.bytes_n), e)) return false;
        at += head.bytes_n;
    }
    buf_free(&b->bytes);
    *b = (WordBlocks){ 0 };
    return true;
}

static bool build_write(Build *w, Err *e) {
    DbBulk *bulk;
    uint32_t *order = words_sorted(&w->words);
    if (!order) return no_memory(e);
    bool is_good = posting_bulk_open(w->db, &bulk, e);
    if (!is_good) {
        free(order);
        return false;
    }
    for (size_t i = 0; is_good && i < w->words.n; i++) {
        if (i % 4096 == 0) progress_report(w->progress, _("Writing the words of names"), (int64_t)i, (int64_t)w->words.n);
        is_good = build_word_write(w, order[i], bulk, e);
    }
    free(order);
    w->bytes_n = 0;
    return db_bulk_close(bulk, NULL, e) && is_good;
}

static bool build_district(Build *w, NameBlock *b, int64_t kab, Err *e) {
    int64_t last_pack;
    if (!last_pack_of(w->db, kab, &last_pack, e)) return false;
    b->kab = kab;
    for (int64_t pack = 0; pack <= last_pack; pack += BLOCK_PACKS) {
        b->first_pack = pack;
        b->last_pack = pack + BLOCK_PACKS - 1 < last_pack ? pack + BLOCK_PACKS - 1 : last_pack;
        if (!build_block(w, b, e)) return false;
    }
    return build_district_words(w, kab, e) && (w->bytes_n < BUILD_BYTES_MAX || build_write(w, e));
}

typedef struct { int64_t *at; size_t n, room; } Kabs;

static bool kabs_add(Kabs *k, int64_t kab, Err *e) {
    if (k->n == k->room) {
        size_t room = k->room ? 2 * k->room : 1024;
        int64_t *wider = realloc(k->at, room * sizeof *wider);
        if (!wider) return no_memory(e);
        k->at = wider;
        k->room = room;
    }
    k->at[k->n++] = kab;
    return true;
}

static bool kabs_read(Db *db, Kabs *out, Err *e) {
    SearchDistrictsRows rows = { 0 };
    SearchDistrictsRow row;
    bool has_row, is_good = search_districts(db, &rows, e);
    while (is_good && (is_good = search_districts_next(&rows, &row, &has_row, e)) && has_row) is_good = kabs_add(out, row.kab, e);
    search_districts_end(&rows);
    return is_good;
}

bool search_build(Db *db, Progress *progress, Err *e) {
    Build w = { .db = db, .progress = progress };
    Kabs kabs = { 0 };
    NameBlock *b = calloc(1, sizeof *b);
    bool is_good = (b || no_memory(e)) && search_clear_postings(db, NULL, e) && search_clear_names(db, NULL, e) && kabs_read(db, &kabs, e);
    for (size_t i = 0; is_good && i < kabs.n; i++) is_good = build_district(&w, b, kabs.at[i], e);
    is_good = is_good && build_write(&w, e);
    for (size_t i = 0; i < w.room; i++) buf_free(&w.blocks[i].bytes);
    free(w.blocks);
    free(w.touched);
    free(kabs.at);
    word_table_free(&w.words);
    names_free(b);
    return is_good;
}

// ---- check -------------------------------------------------------------------------------------------------------------
// Sums of mixed postings: equal on both sides exactly when the same postings stand there, but for one chance in 2^64.
#define KAB_SLOTS 10000                        // a district's code has four digits
typedef struct { int64_t n; uint64_t sum; } Tally;

static void tally_add(Tally *t, Str word, uint64_t member) {
    t->n++;
    t->sum += random_mix(word_hash(word) ^ random_mix(member));
}

static bool names_tally(int64_t kab, Str names, Tally *t, WordTable *words, Err *e) {
    NameReader r = { .rest = names, .kab = kab };
    uint64_t member;
    Str found[NAME_WORDS_MAX];
    size_t word_n;
    uint32_t number;
    bool has_name, is_good = true;
    while (is_good && (is_good = name_next(&r, &member, found, &word_n, &has_name, e)) && has_name)
        for (size_t i = 0; is_good && i < word_n; i++) {
            tally_add(t, found[i], member);
            is_good = word_intern(words, found[i], &number, e);
        }
    return is_good;
}

static bool check_block(Db *db, const NameBlock *b, Tally *t, WordTable *words, Violations *v, Err *e) {
    SearchNamePacksRows rows = { 0 };
    SearchNamePacksRow row;
    bool is_same[BLOCK_PACKS] = { false };
    bool has_row, is_good = search_name_packs(db, (SearchNamePacksArgs){ .kab = b->kab, .first_n = b->first_pack, .last_n = b->last_pack }, &rows, e);
    while (is_good && (is_good = search_name_packs_next(&rows, &row, &has_row, e)) && has_row)
        is_same[row.pack_n - b->first_pack] = str_eq(row.name_data, buf_view(&b->draft[row.pack_n - b->first_pack].bytes));
    search_name_packs_end(&rows);
    for (int64_t pack = b->first_pack; is_good && pack <= b->last_pack; pack++) {
        Str names = buf_view(&b->draft[pack - b->first_pack].bytes);
        if (names.n && !is_same[pack - b->first_pack])
            violation(v, "District %lld: the search index does not hold the names of families %lld to %lld as they are. harapan search --build makes it anew.",
                      (long long)b->kab, (long long)(pack * PACK_FAMILIES + 1), (long long)((pack + 1) * PACK_FAMILIES));
        is_good = names_tally(b->kab, names, t, words, e);
    }
    return is_good;
}

static bool words_check(Db *db, int64_t kab, const WordTable *words, Violations *v, Err *e) {
    WordTable known = { 0 };
    int64_t *counts = NULL, missing_n = 0;
    uint32_t number;
    bool is_good = parts_read(db, kab, &known, &counts, e);
    for (size_t i = 0; is_good && i < words->n; i++) missing_n += !word_find(&known, words->at[i], &number);
    if (missing_n) violation(v, "District %lld: %lld words of names are not among the words that search knows.", (long long)kab, (long long)missing_n);
    free(counts);
    word_table_free(&known);
    return is_good;
}

static bool check_district(Db *db, NameBlock *b, int64_t kab, Tally *t, Violations *v, Progress *progress, Err *e) {
    WordTable words = { 0 };
    int64_t last_pack;
    bool is_good = last_pack_of(db, kab, &last_pack, e);
    b->kab = kab;
    for (int64_t pack = 0; is_good && pack <= last_pack; pack += BLOCK_PACKS) {
        b->first_pack = pack;
        b->last_pack = pack + BLOCK_PACKS - 1 < last_pack ? pack + BLOCK_PACKS - 1 : last_pack;
        is_good = names_read(db, b, e) && check_block(db, b, t, &words, v, e);
        progress_report(progress, _("Checking the search index"), b->last_pack, 0);
    }
    is_good = is_good && words_check(db, kab, &words, v, e);
    word_table_free(&words);
    return is_good;
}

static bool postings_tally(Db *db, Tally *tallies, Violations *v, Err *e) {
    SearchPostingsAllRows rows = { 0 };
    SearchPostingsAllRow row;
    Members members = { 0 };
    bool has_row, is_good = search_postings_all(db, &rows, e);
    while (is_good && (is_good = search_postings_all_next(&rows, &row, &has_row, e)) && has_row) {
        members.n = 0;
        if (row.kab < 0 || row.kab >= KAB_SLOTS || !(is_good = block_read(row.posting_data, row.kab, &members, e))) continue;
        bool is_in_order = members.n > 0 && (int64_t)members.n == row.person_n && (int64_t)member_in_kab(members.at[0]) >= row.start_n;
        for (size_t i = 0; i < members.n; i++) {
            is_in_order = is_in_order && (i == 0 || members.at[i - 1] < members.at[i]);
            tally_add(&tallies[row.kab], row.word, members.at[i]);
        }
        if (!is_in_order) violation(v, "District %lld: the search index has a list of persons that is out of order.", (long long)row.kab);
    }
    search_postings_all_end(&rows);
    free(members.at);
    return is_good;
}

bool search_check(Db *db, Violations *v, Progress *progress, Err *e) {
    Kabs kabs = { 0 };
    NameBlock *b = calloc(1, sizeof *b);
    Tally *names = calloc(KAB_SLOTS, sizeof *names), *postings = calloc(KAB_SLOTS, sizeof *postings);
    bool is_good = ((b && names && postings) || no_memory(e)) && kabs_read(db, &kabs, e);
    for (size_t i = 0; is_good && i < kabs.n; i++)
        if (kabs.at[i] >= 0 && kabs.at[i] < KAB_SLOTS) is_good = check_district(db, b, kabs.at[i], &names[kabs.at[i]], v, progress, e);
    is_good = is_good && postings_tally(db, postings, v, e);
    for (int kab = 0; is_good && kab < KAB_SLOTS; kab++)
        if (names[kab].n != postings[kab].n || names[kab].sum != postings[kab].sum)
            violation(v, "District %d: search finds %lld words of names where its persons have %lld. harapan search --build makes the index anew.", kab,
                      (long long)postings[kab].n, (long long)names[kab].n);
    free(kabs.at);
    free(names);
    free(postings);
    names_free(b);
    return is_good;
}
