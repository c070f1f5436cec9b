// harness.mjs: a practice Padang behind a running server, a browser, and the checks that every page has to pass.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
export const pictures = join(root, "build/browser");
mkdirSync(pictures, { recursive: true });

// ---- the program ---------------------------------------------------------------------------------------------------
// Makes a practice database with a computed stage in a folder of its own, and serves it. HARAPAN names another program.
export async function startProgram() {
    const program = process.env.HARAPAN ?? join(root, "build/harapan");
    const folder = mkdtempSync(join(tmpdir(), "harapan-browser-"));
    const env = { ...process.env, HARAPAN_DB: join(folder, "padang.db"), HARAPAN_STATE: join(folder, "state"), HARAPAN_LANG: "id" };
    const verb = (args, input = "") => execFileSync(program, args, { env, input, encoding: "utf8", timeout: 120000, stdio: ["pipe", "pipe", "pipe"] });
    verb(["synth", "padang"]);
    const passwords = Object.fromEntries(readFileSync(env.HARAPAN_DB + ".latihan", "utf8").trim().split("\n").map(line => line.split(" ")));
    verb(["login", "operator.latihan", "--password-stdin"], passwords["operator.latihan"] + "\n");
    verb(["close", "2024-2", "--kab", "1371"]);
    verb(["run", "2024-2", "--kab", "1371"]);
    verb(["identity", "find", "--kab", "1371"]);
    verb(["duplicates", "find", "--kab", "1371"]);
    verb(["training", "sample"]);
    return serve(program, env, passwords, folder);
}

async function serve(program, env, passwords, folder) {
    const server = spawn(program, ["serve", "--port", "0"], { env, stdio: ["ignore", "pipe", "inherit"] });
    const base = await new Promise((found, failed) => {
        server.stdout.once("data", data => found(String(data).trim().replace(/\/$/, "")));
        server.once("exit", code => failed(new Error(`harapan serve ended with ${code}`)));
    });
    const stop = async () => {
        const ended = new Promise(done => server.once("exit", done));
        server.kill("SIGTERM");
        const code = await ended;
        rmSync(folder, { recursive: true, force: true });
        return code;
    };
    return { base, passwords, database: env.HARAPAN_DB, stop };
}

// A server that is running already: its practice passwords stand in the file HARAPAN_DB.latihan.
export function useProgram(base) {
    const database = process.env.HARAPAN_DB ?? "";
    const file = database + ".latihan";
    const passwords = existsSync(file) ? Object.fromEntries(readFileSync(file, "utf8").trim().split("\n").map(line => line.split(" "))) : {};
    return { base: base.replace(/\/$/, ""), passwords, database, stop: async () => 0 };
}

// ---- the browser ---------------------------------------------------------------------------------------------------
export const openBrowser = () => chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
           "--disable-component-update", "--disable-sync"],
});

const OFFICE = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };
// Together they see each page in light and dark, on a phone and in the office, in both languages.
export const LOOKS = [
    { name: "office-light-id", lang: "id", isPhone: false, options: { ...OFFICE, colorScheme: "light" } },
    { name: "office-dark-en", lang: "en", isPhone: false, options: { ...OFFICE, colorScheme: "dark" } },
    { name: "phone-light-en", lang: "en", isPhone: true, options: { ...PHONE, colorScheme: "light" } },
    { name: "phone-dark-id", lang: "id", isPhone: true, options: { ...PHONE, colorScheme: "dark" } },
];

export async function logIn(program, context, who) {
    const page = await context.newPage();
    await page.goto(program.base + "/login");
    await page.fill("#login", who);
    await page.fill("#password", program.passwords[who]);
    await Promise.all([page.waitForURL(url => !url.pathname.startsWith("/login")), page.click("form.panel button")]);
    return page;
}

// The cookies of a log-in, so that each look begins with an empty cache and still is signed in.
export async function cookiesOf(program, browser, who) {
    const context = await browser.newContext();
    await logIn(program, context, who);
    const cookies = await context.cookies();
    await context.close();
    return cookies;
}

// ---- counting ------------------------------------------------------------------------------------------------------
export class Tally {
    passed = 0;
    failed = 0;
    check(is, what, detail = "") {
        if (is) this.passed++;
        else { this.failed++; console.log(`FAILED: ${what}${detail === "" ? "" : `: ${typeof detail === "string" ? detail : JSON.stringify(detail)}`}`); }
        return is;
    }
    same(found, wanted, what) { return this.check(found === wanted, what, `found ${JSON.stringify(found)}, wanted ${JSON.stringify(wanted)}`); }
    async test(name, work) {
        try { await work(); } catch (error) { this.check(false, name, String(error.stack ?? error).split("\n").slice(0, 4).join("\n")); }
    }
}

// ---- what every page has to pass -----------------------------------------------------------------------------------
const LIMITS = { bytes: 40 * 1024, script: 20 * 1024, style: 10 * 1024, nodes: 1500, rows: { phone: 50, office: 100 }, shift: 0.02, target: { phone: 48, office: 24 } };

// Bytes on the wire by kind, other origins asked, and complaints of the console, from an empty cache.
async function watch(page, base) {
    const seen = { bytes: 0, Script: 0, Stylesheet: 0, strangers: [], complaints: [] };
    const kinds = new Map();
    const session = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    session.on("Network.responseReceived", event => kinds.set(event.requestId, event.type));
    session.on("Network.loadingFinished", event => {
        const kind = kinds.get(event.requestId);
        seen.bytes += event.encodedDataLength;
        if (kind in seen) seen[kind] += event.encodedDataLength;
    });
    page.on("request", request => { if (!request.url().startsWith(base) && !request.url().startsWith("data:")) seen.strangers.push(request.url()); });
    page.on("console", message => { if (["error", "warning"].includes(message.type())) seen.complaints.push(message.text()); });
    page.on("pageerror", error => seen.complaints.push(String(error)));
    await page.addInitScript(() => {
        window.shift = 0;
        new PerformanceObserver(list => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value; })
            .observe({ type: "layout-shift", buffered: true });
    });
    return seen;
}

// Controls that are too small to hit. A link inside a sentence is as high as its line.
const smallTargets = least => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")].flatMap(element => {
    const box = (element.closest("label.choice") ?? element).getBoundingClientRect(), style = getComputedStyle(element);    // a choice is hit by its words too
    if (!box.width || style.visibility === "hidden" || element.closest(".skip, .unseen") || element.matches(".skip")) return [];
    const inSentence = element.matches("p a") && style.display === "inline";
    return inSentence || (box.width >= least - 0.5 && box.height >= least - 0.5) ? [] : [`${element.tagName} "${element.textContent.trim().slice(0, 30)}" ${Math.round(box.width)}×${Math.round(box.height)}`];
});

// What axe finds in a page as it stands now. It runs once, inside the page. isStrict: the main text has a contrast of 7:1 as well.
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
export async function axeFaults(page, isStrict = false) {
    await page.evaluate(axeSource);
    return page.evaluate(async isStrict => {
        const { violations } = await axe.run(document, {
            runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
            rules: { "color-contrast-enhanced": { enabled: isStrict } },
            resultTypes: ["violations"], elementRef: true,
        });
        return violations.flatMap(({ id, nodes }) => {
            const hit = id === "color-contrast-enhanced" ? nodes.filter(node => node.element.closest("main")) : nodes;
            return hit.length ? [`${id}: ${hit.length}× ${hit[0].html.slice(0, 140)} ${hit[0].any[0]?.message ?? ""}`] : [];
        });
    }, isStrict);
}

export async function checkPage(tally, program, browser, cookies, look, path, name, status = 200) {
    const context = await browser.newContext(look.options);
    const { hostname } = new URL(program.base);
    await context.addCookies([...cookies, { name: "lang", value: look.lang, domain: hostname, path: "/" }]);
    const page = await context.newPage(), title = `${name} (${look.name})`;
    const seen = await watch(page, program.base);
    const answer = await page.goto(program.base + path, { waitUntil: "load" });
    await page.waitForTimeout(100);
    tally.same(answer.status(), status, `${title}: status`);
    const complaints = seen.complaints.filter(text => status === 200 || !text.includes(`status of ${status}`));
    tally.check(complaints.length === 0, `${title}: the console is silent`, complaints);
    tally.check(seen.strangers.length === 0, `${title}: nobody else is asked`, seen.strangers);
    tally.check(seen.bytes <= LIMITS.bytes, `${title}: bytes on the wire`, `${seen.bytes}`);
    tally.check(seen.Script <= LIMITS.script && seen.Stylesheet <= LIMITS.style, `${title}: script and style`, `${seen.Script}, ${seen.Stylesheet}`);
    const kind = look.isPhone ? "phone" : "office";
    const size = await page.evaluate(() => ({
        nodes: document.querySelectorAll("*").length, lang: document.documentElement.lang, shift: window.shift, wide: document.documentElement.scrollWidth - innerWidth,
        rows: Math.max(0, ...[...document.querySelectorAll("tbody")].map(body => body.rows.length)),
    }));
    tally.check(size.nodes <= LIMITS.nodes, `${title}: elements`, `${size.nodes}`);
    tally.check(size.rows <= LIMITS.rows[kind], `${title}: rows`, `${size.rows}`);
    tally.check(size.shift <= LIMITS.shift, `${title}: nothing jumps`, `${size.shift}`);
    tally.check(size.wide <= 0, `${title}: no sideways scrolling`, `${size.wide} px`);
    tally.same(size.lang, look.lang, `${title}: language`);
    const small = await page.evaluate(smallTargets, LIMITS.target[kind]);
    tally.check(small.length === 0, `${title}: targets of ${LIMITS.target[kind]} px`, small.slice(0, 5));
    const faults = await axeFaults(page, look.isPhone);
    tally.check(faults.length === 0, `${title}: axe`, faults);
    await page.screenshot({ path: join(pictures, `${name}-${look.name}.png`), fullPage: !look.isPhone });
    await context.close();
    return seen.bytes;
}

// On paper: A4, the page's own words, nothing of the frame.
export async function checkPaper(tally, program, browser, cookies, path, name, words) {
    const context = await browser.newContext(OFFICE);
    await context.addCookies(cookies);
    const page = await context.newPage();
    await page.goto(program.base + path);
    const file = join(pictures, `${name}.pdf`);
    writeFileSync(file, await page.pdf({ preferCSSPageSize: true }));
    const text = execFileSync("pdftotext", ["-layout", file, "-"], { encoding: "utf8" });
    const info = execFileSync("pdfinfo", [file], { encoding: "utf8" });
    tally.check(/Page size:\s+59[45](\.\d+)? x 84[12](\.\d+)? pts/.test(info), `${name} on paper: A4`, info.match(/Page size.*/)?.[0]);
    for (const word of words) tally.check(text.includes(word), `${name} on paper: "${word}"`);
    tally.check(!text.includes("Cetak") && !/^\s*Saring\s*$/m.test(text), `${name} on paper: no buttons`);
    await context.close();
}
