"""pagec_test.py: pages that must not compile, each with what pagec says and where; and some that must, with what they become."""
import os, subprocess, sys, tempfile

HEAD = "{# page p(const V *v) #}\n"
BAD = [  # page after HEAD, line, what the message holds
    ("<p>Hello</p>", 2, "nobody could translate it"),
    ("<p>\n\n{_ \"a\"} Rp</p>", 4, "nobody could translate it"),
    ("<img src=\"/x\" alt=\"A cat\">", 2, "nobody could translate them"),
    ("<input placeholder=\"Name\">", 2, "nobody could translate them"),
    ("<p>&copy;</p>", 2, "not an entity"),
    ("<p>a & b</p>", 2, "outside of"),
    ("<p>1 & 2</p>", 2, "&amp;"),
    ("<p>1 < 2</p>", 2, "&lt;"),
    ("<p>", 2, "never closed"),
    ("</p>", 2, "closes nothing"),
    ("<p><b></p></b>", 2, "is due"),
    ("<p onclick=\"x()\"></p>", 2, "refused"),
    ("<p style=\"color:red\"></p>", 2, "refused"),
    ("<style></style>", 2, "refused"),
    ("<script></script>", 2, "refused"),
    ("<script src=\"/a.js\">{v->x}<b></b></script>", 2, "no content"),
    ("<iframe></iframe>", 2, "refused"),
    ("<base href=\"/x\">", 2, "refused"),
    ("<a href=\"javascript:x\">{v->a}</a>", 2, "must begin with"),
    ("<a href=\"//evil.example\">{v->a}</a>", 2, "must begin with"),
    ("<a href=\"{_ \"x\"}\">{v->a}</a>", 2, "not translated"),
    ("<a class=x>{v->a}</a>", 2, "double quotes"),
    ("<a class=\"x>{v->a}</a>", 2, "quote is missing"),
    ("<a class=\"x\" class=\"y\">{v->a}</a>", 2, "twice"),
    ("<p {v->a}></p>", 2, "in quotes"),
    ("<img src=\"/x\">", 2, "alt"),
    ("<button>{v->a}</button>", 2, "type"),
    ("<table><thead><tr><th>{v->a}</th></tr></thead></table>", 2, "scope"),
    ("<form action=\"/x\"></form>", 2, "method"),
    ("<form method=\"dialog\"></form>", 2, "method"),
    ("{if v->a}<p>{end}</p>", 2, "does not close what it opens"),
    ("{if v->a}<p>{else}</p>{end}", 2, "does not close what it opens"),
    ("<p>{if v->a}</p>{end}", 2, "outside of this"),
    ("<p class=\"{if v->a}x\">{end}</p>", 2, "not ended inside this value"),
    ("<p {if v->a}class=\"x\">{end}</p>", 2, "not ended inside this tag"),
    ("{end}", 2, "without an"),
    ("{else}", 2, "without an"),
    ("{if v->a}", 2, "has no {end}"),
    ("{if}{end}", 2, "condition"),
    ("{for x in v->rows}{end}", 2, "expected {for"),
    ("{for x in v->rows, v->n}{else}{end}", 2, "{else} belongs"),
    ("{let x}", 2, "expected {let"),
    ("{include part}", 2, "expected {include"),
    ("<p title=\"{include part(v)}\"></p>", 2, "between elements only"),
    ("{_ v->a}", 2, "expected {_"),
    ("{_ \"%s of %s\", v->a}", 2, "2 places (%s) for 1 values"),
    ("{_ \"%d\", v->a}", 2, "places"),
    ("{_ \"a\" v->a}", 2, "comma"),
    ("{n_ v->n, \"one\"}", 2, "expected {n_"),
    ("{}", 2, "says nothing"),
    ("{v->a", 2, "never ends"),
    ("<!-- x", 2, "never ends"),
    ("<p", 2, "never ends"),
]
GOOD = [  # page after HEAD, pieces of the C it becomes
    ("<p class=\"x\">{v->name}</p>", ['"<p class=\\"x\\">"', "page_running(page, v->name);"]),
    ("<a href=\"/family/{v->id}\">{v->a}</a>", ["page_param(page, v->id);"]),
    ("<a href=\"{v->url}\">{v->a}</a>", ["page_href(page, v->url);"]),
    ("<p data-x=\"{v->n}\" title=\"{v->n}\"></p>", ["page_value(page, v->n);", "page_text(page, v->n);"]),
    ("<form method=\"post\" action=\"/x\"></form>", ["page_csrf(page);"]),
    ("<form method=\"get\" action=\"/x\"></form>", ["!page_csrf"]),
    ("{for i, row in v->rows, v->n}<p>{i}</p>{end}", ["for (size_t i = 0; i < (size_t)(v->n); i++)"]),
    ("<p{if v->a} class=\"on\"{end}></p>", ["if (v->a) {"]),
    ("<p class=\"a{if v->a} on{end}\"></p>", ["if (v->a) {"]),
    ("<input type=\"checkbox\" checked?={v->on}>", ["if (v->on) page_literal(page, \" checked\", 8);"]),
    ("<p>{_ \"%s of %s\", v->a, f(v->b, \",\")}</p>", ["page_running(page, v->a);", "page_running(page, f(v->b, \",\"));", "page_words_end"]),
    ("<p>{n_ v->n, \"%s family\", \"%s families\", v->n}</p>", ["(v->n == 1 ? tr(\"%s family\") : tr(\"%s families\"))"]),
    ("<p>{\"PKH\"}</p>", ["<p>PKH</p>"]),
    ("<p>{digits v->year}</p>", ["page_digits(page, v->year);"]),
    ("<p>12 · 3&nbsp;%</p>", ["&nbsp;%</p>"]),
    ("<!-- words for the next reader --><p></p>", ["!words"]),
    ("{include row(v)}{# part row(const V *v) #}<p></p>", ["row(page, v);", "static void row(Page *page, const V *v);"]),
]

def compile_page(text, path):
    with open(path, "w") as file: file.write(text)
    tool = os.path.join(os.path.dirname(os.path.abspath(__file__)), "pagec.py")
    return subprocess.run([sys.executable, tool, "--header", path + ".h", "--source", path + ".c", path], capture_output=True, text=True)

def main():
    failed = passed = 0
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "page.html")
        for text, line, words in BAD:
            done = compile_page(HEAD + text, path)
            if done.returncode == 1 and f"page.html:{line}:" in done.stderr and words in done.stderr: passed += 1
            else:
                failed += 1
                print(f"wanted line {line}, {words!r} for {text!r}, got: {done.stderr or 'it compiled'}")
        for text, pieces in GOOD:
            done = compile_page(HEAD + text, path)
            made = open(path + ".c").read() if done.returncode == 0 else ""
            if made and all((p[1:] not in made) if p[0] == "!" else (p in made) for p in pieces): passed += 1
            else:
                failed += 1
                print(f"wanted {pieces} for {text!r}, got: {done.stderr or made}")
    print(f"{passed} passed, {failed} failed")
    return failed != 0

if __name__ == "__main__":
    sys.exit(main())
