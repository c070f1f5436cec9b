// xml_test.c: what is written is read; what is not allowed is refused before it does harm.
#include "base/lang.h"
#include "base/random.h"
#include "files/xml.h"
#include "base/test.h"

// Events as one text: "+a/b[x=1]" starts, "-a/b=text" ends.
static void transcript(Str file, XmlOptions options, Buf *out) {
    Err e = { 0 };
    XmlEvent v;
    XmlReader *r = xml_read_bytes(file, options);
    buf_reset(out);
    for (;;) {
        if (!xml_next(r, &v, &e)) { buf_c(out, e.text); break; }
        if (v.kind == XML_DONE) break;
        buf_fmt(out, "%c%.*s", v.kind == XML_START ? '+' : '-', STR_ARG(v.path));
        if (v.kind == XML_START) for (size_t i = 0; i < v.attributes_n; i++) buf_fmt(out, "[%.*s=%.*s]", STR_ARG(v.attributes[i].name), STR_ARG(v.attributes[i].value));
        if (v.kind == XML_END && v.text.n) buf_fmt(out, "=%.*s", STR_ARG(v.text));
        buf_char(out, ' ');
    }
    xml_reader_close(r);
}

static void files(void **state) {
    (void)state;
    static const struct { const char *file, *wanted; } CASES[] = {
        { "<a/>", "+a -a " },
        { "<?xml version=\"1.0\"?>\n<a>\n <b x='1'> t </b>\n</a>\n", "+a +a/b[x=1] -a/b=t -a " },
        { "<p:a xmlns:p='urn:x'><p:b/></p:a>", "+a +a/b -a/b -a " },
        { "<a>&lt;&amp;&#233;&#x1F600;</a>", "+a -a=<&é😀 " },
        { "<a><![CDATA[<b>]]></a>", "+a -a=<b> " },
        { "<a><!-- note -->x</a>", "+a -a=x " },
        { "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", "Line 1: a DOCTYPE, which is not allowed." },
        { "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>", "Line 1: a DOCTYPE, which is not allowed." },
        { "<a>&x;</a>", "Line 1: not well-formed XML (Entity 'x' not defined)." },
        { "<a>\n<b></a>", "Line 2: not well-formed XML (Opening and ending tag mismatch: b line 2 and a)." },
        { "<a><b></b>", "+a +a/b -a/b The XML ends too early: <a> is still open." },
        { "", "The XML file is empty." }, { "a,b\n1,2\n", "This file is no XML." },
        { "<a/><b/>", "Line 1: not well-formed XML (Extra content at the end of the document)." },
        { "<a>\x01</a>", "Line 1: not well-formed XML (PCDATA invalid Char value 1)." },
        { "<a>\xC3\x28</a>", "Line 1: not well-formed XML (Input is not proper UTF-8, indicate encoding !\nBytes: 0xC3 0x28 0x3C 0x2F)." },
        { "<a><?php x?></a>", "Line 1: a processing instruction, which is not allowed." },
    };
    Buf found = { 0 };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        transcript(str_c(CASES[i].file), (XmlOptions){ 0 }, &found);
        if (!str_eq(buf_view(&found), str_c(CASES[i].wanted))) fail_msg("%s\nfound  %.*s\nwanted %s", CASES[i].file, STR_ARG(buf_view(&found)), CASES[i].wanted);
    }
    buf_free(&found);
}

static void caps(void **state) {
    (void)state;
    Buf file = { 0 }, found = { 0 };
    for (int depth = 32; depth <= 33; depth++) {
        buf_reset(&file);
        for (int i = 0; i < depth; i++) buf_c(&file, "<a>");
        for (int i = 0; i < depth; i++) buf_c(&file, "</a>");
        transcript(buf_view(&file), (XmlOptions){ 0 }, &found);
        assert_int_equal(str_contains(buf_view(&found), STR("nested more than 32 deep")), depth > 32);
    }
    for (size_t n = XML_TEXT_MAX; n <= XML_TEXT_MAX + 1; n++) for (int k = 0; k < 2; k++) {
        buf_reset(&file);
        buf_c(&file, k ? "<a x='" : "<a>");
        for (size_t i = 0; i < n; i++) buf_char(&file, 'x');
        buf_c(&file, k ? "'/>" : "</a>");
        transcript(buf_view(&file), (XmlOptions){ 0 }, &found);
        assert_int_equal(str_contains(buf_view(&found), STR("a text longer than 4 KB")), n > XML_TEXT_MAX);
    }
    buf_reset(&file);
    buf_c(&file, "<a>");
    for (int i = 0; i < 100000; i++) buf_c(&file, "<b>1</b>\n");
    buf_c(&file, "</a>");
    transcript(buf_view(&file), (XmlOptions){ .bytes_max = 100000 }, &found);
    assert_true(str_ends(buf_view(&found), STR("The XML file is larger than 100000 bytes.")));
    transcript(buf_view(&file), (XmlOptions){ 0 }, &found);
    assert_true(str_ends(buf_view(&found), STR("-a/b=1 -a ")));
    buf_free(&file);
    buf_free(&found);
}

// A random tree, written and read back: the same paths, attributes and texts.
static void tree(Random *c, XmlWriter *w, Buf *path, Buf *wanted, int depth) {
    static const char *const NAMES[] = { "a", "Bb", "PmtInf" }, *const PARTS[] = { "x", "Siti & \"Ani\"", "<", ">", "é", "😀", "'", "a b", "]]>" };
    const char *name = NAMES[random_below(c, 3)];
    Buf text = { 0 };
    size_t path_n = path->n;
    if (path_n) buf_char(path, '/');
    buf_c(path, name);
    for (size_t n = random_below(c, 4); n; n--) buf_c(&text, PARTS[random_below(c, sizeof PARTS / sizeof *PARTS)]);
    xml_open(w, name);
    buf_fmt(wanted, "+%.*s", STR_ARG(buf_view(path)));
    if (random_below(c, 2)) {
        xml_attribute(w, "x", buf_view(&text));
        buf_fmt(wanted, "[x=%.*s]", STR_ARG(buf_view(&text)));
    }
    buf_char(wanted, ' ');
    size_t children = depth < 8 ? random_below(c, 4) : 0;
    for (size_t i = 0; i < children; i++) tree(c, w, path, wanted, depth + 1);
    if (!children && text.n) xml_text(w, buf_view(&text));
    xml_close(w);
    buf_fmt(wanted, "-%.*s", STR_ARG(buf_view(path)));
    if (!children && text.n) buf_fmt(wanted, "=%.*s", STR_ARG(buf_view(&text)));
    buf_char(wanted, ' ');
    path->n = path_n;
    buf_free(&text);
}

static void what_is_written_is_read(void **state) {
    (void)state;
    Random c = { test_seed() };
    Buf file = { 0 }, wanted = { 0 }, found = { 0 }, path = { 0 };
    for (int64_t t = 0, tries = test_tries(300); t < tries; t++) {
        Err e = { 0 };
        buf_reset(&file);
        buf_reset(&wanted);
        XmlWriter w = xml_writer(&file, (Sink){ 0 }, (int)random_below(&c, 5));
        tree(&c, &w, &path, &wanted, 0);
        check_ok(xml_end(&w, &e), e);
        transcript(buf_view(&file), (XmlOptions){ 0 }, &found);
        if (!str_eq(buf_view(&found), buf_view(&wanted))) {
            size_t i = 0;
            while (i < found.n && i < wanted.n && found.p[i] == wanted.p[i]) i++;
            i = i > 60 ? i - 60 : 0;
            fail_msg("seed %llu try %lld: found …%.*s wanted …%.*s", (unsigned long long)test_seed(), (long long)t,
                     STR_ARG(str_part(buf_view(&found), i, 200)), STR_ARG(str_part(buf_view(&wanted), i, 200)));
        }
    }
    buf_free(&file); buf_free(&wanted); buf_free(&found); buf_free(&path);
}

static void control_bytes_are_not_written(void **state) {
    (void)state;
    static const char *const BAD[] = { "\x01", "a\x1F", "\xC3\x28", "\xEF\xBF\xBE", "\x0B" };
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        Err e = { 0 };
        Buf file = { 0 };
        XmlWriter w = xml_writer(&file, (Sink){ 0 }, 1);
        xml_leaf(&w, "a", str_c(BAD[i]));
        assert_false(xml_end(&w, &e));
        assert_int_equal(e.code, BAD_INPUT);
        buf_free(&file);
    }
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(files), cmocka_unit_test(caps), cmocka_unit_test(what_is_written_is_read), cmocka_unit_test(control_bytes_are_not_written),
};

int main(void) {
    lang_set(LANG_EN);
    return test_main_(__FILE__, TESTS, sizeof TESTS / sizeof *TESTS);
}
