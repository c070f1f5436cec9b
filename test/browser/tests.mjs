// tests.mjs: what people do, from log-in to log-out, and what must not work.
import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { join } from "node:path";
import { axeFaults, checkPage, LOOKS, pictures } from "./harness.mjs";

const numberOf = text => Number(text.replace(/[^\d]/g, ""));
const OPERATOR = "operator.latihan";

// What a list says of itself: families, rupiah, persons.
const listTotals = page => page.locator("#found").innerText().then(text => text.split("·").map(numberOf));

async function signedIn(browser, cookies, options = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    await context.addCookies(cookies);
    return context.newPage();
}

// A question without a browser in between, to see the raw answer.
const ask = (base, path, options = {}) => fetch(base + path, { redirect: "manual", ...options });

// What an authenticator app shows: RFC 6238 from the key as it stands on the page.
function appCode(base32, shift = 0) {
    const bits = [...base32].map(c => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
    const key = Buffer.from(bits.match(/.{8}/g).map(byte => parseInt(byte, 2))), step = Buffer.alloc(8);
    step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + shift));
    const sum = createHmac("sha1", key).update(step).digest(), at = sum[19] & 15;
    return String((sum.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, "0");
}

export const TESTS = {
    async "a second factor: set up from the QR page, asked for at the log-in, a code good once, a recovery code"({ tally, program, browser }) {
        const who = "pemeriksa.latihan", context = await browser.newContext(), page = await context.newPage();
        const give = async password => {
            await page.goto(program.base + "/login");
            await page.fill("#login", who);
            await page.fill("#password", password);
            await page.click("form.panel button");
        };
        await give(program.passwords[who]);
        await page.goto(program.base + "/account");
        await page.click("text=Pasang");
        await page.click("text=Aplikasinya sudah ada");
        tally.check(await page.locator("svg.qr path").isVisible(), "a QR code is drawn");
        const key = (await page.locator(".hash").innerText()).trim();
        tally.check(/^[A-Z2-7]{32}$/.test(key), "and the key beside it", key);
        await page.fill("#code", ["000000", "111111"].find(code => ![-1, 0, 1].some(shift => appCode(key, shift) === code)));
        await page.click("form[action='/account/factor/confirm'] button");
        tally.check(await page.locator("[role=alert]").isVisible(), "a wrong code is told");
        const first = appCode(key);
        await page.fill("#code", first);
        await page.click("form[action='/account/factor/confirm'] button");
        const codes = await page.$$eval("li.hash", all => all.map(e => e.innerText.trim()));
        tally.same(codes.length, 10, "ten recovery codes");
        await page.click("text=Sudah saya simpan");
        await page.click(".user");
        await page.click("#user-menu form button");
        await give(program.passwords[who]);
        tally.check(page.url().includes("/login/code"), "after the password the code is asked", page.url());
        await page.fill("#code", first);
        await page.click("form.panel button");
        tally.check(await page.locator("[role=alert]").isVisible(), "a code is good once");
        await page.fill("#code", appCode(key, 1));
        await page.click("form.panel button");
        tally.check(!page.url().includes("/login"), "the next code opens", page.url());
        await page.click(".user");
        await page.click("#user-menu form button");
        await give(program.passwords[who]);
        await page.fill("#code", codes[4].toUpperCase().replaceAll("-", " "));
        await page.click("form.panel button");
        tally.check(!page.url().includes("/login"), "a recovery code opens", page.url());
        await page.goto(program.base + "/account");
        tally.check((await page.locator("dl.facts").innerText()).includes("9"), "nine are left");
        await page.click("text=Lepas faktor kedua");
        tally.check(await page.locator("text=Pasang").first().isVisible(), "in practice it can be taken away again");
        await context.close();
    },

    async "who keeps users: a person is added, must choose a password; a role takes two people"({ tally, program, browser, logIn }) {
        const office = await browser.newContext(), head = await logIn(office, "kepala.latihan");
        await head.goto(program.base + "/users/new");
        await head.fill("#name", '<script>alert(1)</script> "Rani" & Co');
        await head.fill("#login", "rani.baru");
        await head.selectOption("#role", "companion");
        await head.click("form.panel button");
        const password = await head.locator("dd.hash").nth(1).innerText();
        tally.check(/^[a-z2-9-]{24}$/.test(password), "a first password is shown", password);
        const own = await browser.newContext(), page = await own.newPage();
        await page.goto(program.base + "/login");
        await page.fill("#login", "rani.baru");
        await page.fill("#password", password);
        await page.click("form.panel button");
        tally.check(page.url().endsWith("/account/password"), "she must choose her own first", page.url());
        await page.goto(program.base + "/families");
        tally.check(page.url().endsWith("/account/password"), "and can go nowhere else", page.url());
        await page.fill("#old", password);
        await page.fill("#new", "empat kata yang panjang");
        await page.fill("#again", "empat kata yang panjang");
        await page.click("form.panel button");
        tally.check(page.url().endsWith("/account"), "then the office opens", page.url());
        await head.goto(program.base + "/users?q=rani");
        tally.same(await head.locator("tbody tr").count(), 1, "she is found by name");
        tally.check((await head.locator("tbody th").innerText()).includes("<script>"), "and her name is text");
        await head.click("tbody th a");
        await head.selectOption("#role", "coordinator");
        await head.click("text=Ajukan >> nth=-1");
        tally.check(await head.locator("section[aria-label]").isVisible() && !(await head.locator("text=Saya setuju").count()), "her maker cannot agree");
        const person = head.url(), second = await browser.newContext(), other = await logIn(second, "linjamsos.latihan");
        await other.goto(person);
        await other.click("text=Saya setuju");
        tally.check((await other.locator("dl.facts").first().innerText()).includes("Koordinator"), "another one can");
        await page.goto(program.base + "/account");
        tally.check(page.url().includes("/login"), "her sessions have ended", page.url());
        for (const context of [office, own, second]) await context.close();
    },

    async "a passkey: added, used to log in and once more, removed"({ tally, program, browser }) {
        const base = program.base.replace("127.0.0.1", "localhost"), who = OPERATOR;
        const context = await browser.newContext(), page = await context.newPage(), complaints = [];
        page.on("console", message => { if (["error", "warning"].includes(message.type())) complaints.push(message.text()); });
        const device = await context.newCDPSession(page);
        await device.send("WebAuthn.enable");
        const { authenticatorId } = await device.send("WebAuthn.addVirtualAuthenticator", { options: { protocol: "ctap2", transport: "internal",
            hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
        const password = async next => {
            await page.goto(`${base}/login?next=${next}`);
            await page.fill("#login", who);
            await page.fill("#password", program.passwords[who]);
            await page.click("form.panel button");
        };
        const add = async title => {
            await page.goto(base + "/account");
            await page.fill("#title", title);
            await page.click("form[action='/account/passkey'] button");
        };
        await password("/account");
        await add("telepon kantor <b>");
        await page.waitForSelector("ul.columns li");
        tally.same(await page.locator("ul.columns li").count(), 10, "with the first second factor come recovery codes");
        const recovery = await page.locator("ul.columns li").first().innerText();
        await page.goto(base + "/account");
        const passkeys = page.locator("section:has(#passkeys) li");
        tally.check((await passkeys.first().innerText()).includes("telepon kantor <b>"), "the passkey stands there by its name");
        await add("telepon kantor lagi");
        await page.waitForSelector("form[action='/account/passkey'] [role=alert]:not([hidden])");
        tally.same(await passkeys.count(), 1, "the same device is not taken twice");
        complaints.length = 0;

        await context.clearCookies();
        await password("/families");
        tally.check(page.url().includes("/login/code"), "the password alone no longer opens", page.url());
        for (const look of LOOKS) await checkPage(tally, program, browser, (await context.cookies()).map(c => ({ ...c, domain: new URL(program.base).hostname })), look, "/login/code?next=/families", "login-code");
        await Promise.all([page.waitForURL(url => url.pathname === "/families"), page.click("form[data-passkey] button")]);
        tally.check(page.url().endsWith("/families"), "the passkey does", page.url());
        const [credential] = (await device.send("WebAuthn.getCredentials", { authenticatorId })).credentials;
        await page.goto(base + "/confirm?next=/lives");
        await Promise.all([page.waitForURL(url => url.pathname === "/lives"), page.click("form[data-passkey] button")]);
        tally.check(page.url().endsWith("/lives"), "and takes the place of the password, once more", page.url());

        await device.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
        await page.goto(base + "/confirm?next=/lives");
        await page.click("form[data-passkey] button");
        await page.waitForSelector("form[data-passkey] [role=alert]:not([hidden])");
        tally.check(page.url().includes("/confirm"), "not for a strange finger", page.url());
        await device.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });
        await device.send("WebAuthn.clearCredentials", { authenticatorId });
        await device.send("WebAuthn.addCredential", { authenticatorId, credential: { ...credential, signCount: 0 } });         // a copy of an earlier day
        await page.goto(base + "/confirm?next=/lives");
        await page.click("form[data-passkey] button");
        await page.waitForSelector("#confirm-fault");
        tally.check((await page.locator("#confirm-fault").innerText()).includes("Kunci sandi"), "a copy whose counter goes back is refused");
        tally.same(complaints.filter(text => !text.includes("403")).join(), "", "the browser complains about nothing");

        await context.clearCookies();
        await password("/account");
        await page.fill("#code", recovery);
        await page.click("form[action='/login/code'] button");
        await page.waitForURL(url => url.pathname === "/account");
        tally.check(page.url().endsWith("/account"), "without the device a recovery code opens", page.url());
        for (const look of LOOKS) await checkPage(tally, program, browser, (await context.cookies()).map(c => ({ ...c, domain: new URL(program.base).hostname })), look, "/account", "account-passkey");
        await page.goto(base + "/account");
        await page.click("form[action='/account/passkey/remove'] button");
        tally.same(await passkeys.count(), 0, "it is removed");
        await context.clearCookies();
        await password("/families");
        tally.check(page.url().endsWith("/families"), "and the password is enough again", page.url());
        await context.close();

        const bare = await browser.newContext({ javaScriptEnabled: false }), plain = await bare.newPage();
        await plain.goto(base + "/login?next=/account");
        await plain.fill("#login", who);
        await plain.fill("#password", program.passwords[who]);
        await plain.click("form.panel button");
        tally.check(plain.url().endsWith("/account") && !(await plain.locator("form[data-passkey]").isVisible()), "without a script all is as before", plain.url());
        await bare.close();
    },

    async "log in: the way back, a wrong password, and out again"({ tally, program, browser }) {
        const context = await browser.newContext(), page = await context.newPage();
        await page.goto(program.base + "/families?stage=2024-2&channel=BRI");
        tally.check(page.url().includes("/login?next="), "a stranger is led to the log-in", page.url());
        await page.fill("#login", OPERATOR);
        await page.fill("#password", "bukan kata sandinya");
        await page.click("form.panel button");
        tally.check(await page.locator("[role=alert]").isVisible(), "a wrong password is told");
        tally.same(await page.inputValue("#login"), OPERATOR, "the name stays");
        tally.same(await page.inputValue("#password"), "", "the password does not");
        await page.fill("#password", program.passwords[OPERATOR]);
        await page.click("form.panel button");
        tally.check(page.url().endsWith("/families?stage=2024-2&channel=BRI"), "after the log-in the page that was asked for", page.url());
        const cookies = await context.cookies(), session = cookies.find(c => c.name === "session");
        tally.check(session.httpOnly && session.sameSite === "Lax" && session.value.length === 43, "the session's cookie", session);
        await page.click(".user");
        await page.click("#user-menu button");
        tally.check(page.url().includes("/login"), "out again", page.url());
        const answer = await ask(program.base, "/families", { headers: { Cookie: `session=${session.value}` } });
        tally.same(answer.status, 303, "the old session is dead");
        await context.close();
    },

    async "every number of the stage opens the list that it counts"({ tally, program, browser, cookies }) {
        const page = await signedIn(browser, cookies[OPERATOR]);
        await page.goto(program.base + "/");
        const rows = await page.$$eval("main table tbody tr", all => all.map(tr => ({ href: tr.querySelector("a").href, cells: [...tr.querySelectorAll("td.num")].map(td => td.innerText), isPersons: tr.closest("section").getAttribute("aria-labelledby") === "by-component" })));
        const sums = await page.$$eval("main table tfoot", all => all.map(foot => foot.querySelectorAll("td.num")[1].innerText));
        const cards = await page.$$eval(".cards a", all => all.map(a => ({ href: a.href, number: a.querySelector("b").innerText })));
        tally.check(rows.length > 15 && cards.length === 4, "the stage has its tables and cards", `${rows.length}, ${cards.length}`);
        tally.check(sums.length === 3 && new Set(sums).size === 1 && numberOf(sums[0]) === numberOf(cards[1].number), "the three tables add up to the same rupiah", sums);
        for (const { href, cells, isPersons } of rows) {
            await page.goto(href);
            const [families, , persons] = await listTotals(page);
            tally.same(isPersons ? persons : families, numberOf(cells[0]), `${href}: count`);
            if (!isPersons) tally.same((await listTotals(page))[1], numberOf(cells[1]), `${href}: rupiah`);
        }
        for (const [i, { href, number }] of cards.entries()) {
            await page.goto(href);
            tally.same((await listTotals(page))[i === 1 ? 1 : 0], numberOf(number), `card ${i}: ${href}`);
        }
        await page.context().close();
    },

    async "the explained lines add up to the amount, for fifty families"({ tally, program, browser, cookies }) {
        const page = await signedIn(browser, cookies[OPERATOR]);
        await page.goto(program.base + "/families?stage=2024-2&page=300");
        const families = await page.$$eval("tbody tr", rows => rows.map(tr => ({ href: tr.querySelector("a").href, amount: tr.querySelector("td:last-child").innerText })));
        tally.same(families.length, 50, "a page has fifty families");
        for (const { href, amount } of families) {
            await page.goto(href);
            const total = numberOf(await page.locator("#why ~ .total, section:has(#why) .total").first().innerText());
            const lines = await page.$$eval("section:has(#why) .why > li > .num", all => all.map(e => Number(e.innerText.replace(/[^\d]/g, ""))));
            if (total !== numberOf(amount) || lines.reduce((a, b) => a + b, 0) !== total) tally.check(false, href, { amount, total, lines });
        }
        tally.check(true, "fifty families");
        await page.context().close();
    },

    async "keyboard only: search, open, print"({ tally, program, browser, cookies }) {
        const page = await signedIn(browser, cookies[OPERATOR]);
        await page.goto(program.base + "/");
        await page.keyboard.press("Tab");
        tally.same(await page.evaluate(() => document.activeElement.className), "skip", "the first stop leads to the content");
        await page.keyboard.press("Enter");
        await page.waitForURL(/#main$/, { timeout: 5000 }).catch(() => {});      // the browser tells its new place a moment after the key
        tally.check(page.url().endsWith("#main"), "and goes there", page.url());
        await page.keyboard.press("/");
        tally.same(await page.evaluate(() => document.activeElement.id), "search", "/ goes to the search");
        await page.keyboard.type("siti");
        await Promise.all([page.waitForURL(/\/families\?q=siti/), page.keyboard.press("Enter")]);
        for (let i = 0; i < 60 && !(await page.evaluate(() => document.activeElement.closest("tbody"))); i++) await page.keyboard.press("Tab");
        await Promise.all([page.waitForURL(/\/family\/1371\/\d+/), page.keyboard.press("Enter")]);
        await page.evaluate(() => { window.printed = 0; window.print = () => window.printed++; });
        for (let i = 0; i < 60 && !(await page.evaluate(() => document.activeElement.matches("[data-print]"))); i++) await page.keyboard.press("Tab");
        await page.keyboard.press("Enter");
        tally.same(await page.evaluate(() => window.printed), 1, "the page is printed");
        await page.context().close();
    },

    async "a NIK is found as people write it, and never stands in an address"({ tally, program, browser, cookies }) {
        const page = await signedIn(browser, cookies[OPERATOR]), addresses = [];
        page.on("request", request => addresses.push(request.url()));
        await page.goto(program.base + "/family/1371/46");
        const hidden = await page.locator("td.nowrap").first().innerText();
        tally.check(!/\d{5}/.test(hidden), "NIK is half hidden", hidden);
        await page.click("form[action$='/identity'] button");
        const nik = await page.locator("td.nowrap").first().innerText();
        tally.check(/^\d{16}$/.test(nik), "and shown when asked for", nik);
        for (const q of [nik, nik.replace(/(\d{4})(?=\d)/g, "$1 "), nik.replace(/(\d{6})(\d{6})/, "$1.$2.")]) {
            await page.fill("#search", q);
            await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
            tally.check(page.url().endsWith("/family/1371/46"), `found by "${q.replace(/\d/g, "9")}"`, page.url());
        }
        await page.fill("#search", "1371019999999999");
        await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
        tally.check((await page.locator("main").innerText()).includes("Tidak ada keluarga"), "an unknown number is told in words");
        tally.check(addresses.every(url => !/\d{15}/.test(url)), "no number in an address", addresses.find(url => /\d{15}/.test(url)));
        await page.context().close();
    },

    async "the box answers as one types, on a phone and with the keyboard alone"({ tally, program, browser, cookies }) {
        for (const look of LOOKS) {
            const page = await signedIn(browser, [...cookies[OPERATOR], { name: "lang", value: look.lang, domain: new URL(program.base).hostname, path: "/" }], look.options);
            const box = page.locator(".search .typed"), options = box.locator("[role=option]"), addresses = [];
            page.on("request", request => addresses.push(request.url()));
            await page.goto(program.base + "/families");
            await page.keyboard.press("/");
            await page.keyboard.type("desmwati");                                // a letter is missing
            await options.first().waitFor();
            tally.check((await options.first().innerText()).startsWith("Desmawati"), `${look.name}: a misspelt name is found`, await options.first().innerText());
            tally.same(await page.getAttribute("#search", "aria-expanded"), "true", `${look.name}: and said to be open`);
            const faults = await axeFaults(page);
            tally.check(faults.length === 0, `${look.name}: axe, with the list open`, faults);
            const heights = await options.evaluateAll(all => all.map(e => e.getBoundingClientRect().height));
            tally.check(heights.every(height => height >= (look.isPhone ? 48 : 24)), `${look.name}: each line can be hit`, heights);
            tally.check(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${look.name}: no sideways scrolling`);
            await page.screenshot({ path: join(pictures, `typed-${look.name}.png`) });
            const wanted = await options.nth(1).getAttribute("data-href");
            await page.keyboard.press("ArrowDown");
            await page.keyboard.press("ArrowDown");
            tally.same(await page.getAttribute("#search", "aria-activedescendant"), await options.nth(1).getAttribute("id"), `${look.name}: the arrow keys walk`);
            await page.keyboard.press("Escape");
            tally.check(!(await box.isVisible()), `${look.name}: Escape closes`);
            await page.keyboard.press("End");
            await page.keyboard.type(" ");
            await page.keyboard.press("Backspace");
            await options.nth(1).waitFor();
            await page.keyboard.press("ArrowDown");
            await page.keyboard.press("ArrowDown");
            await Promise.all([page.waitForURL(url => url.pathname === wanted), page.keyboard.press("Enter")]);
            tally.check(addresses.every(url => !url.includes("desm")), `${look.name}: what was typed stands in no address`, addresses);
            await page.context().close();
        }
    },

    async "the box finds a number that is whole, and the list's own field sends none into an address"({ tally, program, browser, cookies }) {
        const page = await signedIn(browser, cookies[OPERATOR]), addresses = [];
        page.on("request", request => addresses.push(request.url()));
        await page.goto(program.base + "/family/1371/46");
        await page.click("form[action$='/identity'] button");
        const nik = await page.locator("td.nowrap").first().innerText();
        await page.goto(program.base + "/families");
        const typed = page.locator(".filters .typed"), options = typed.locator("[role=option]");
        await page.fill("#q", nik.slice(0, 12));
        await typed.waitFor();
        tally.same(await options.count(), 0, "a part of a number finds nobody");
        await page.fill("#q", nik);
        await options.first().waitFor();
        tally.same(await options.first().getAttribute("data-href"), "/family/1371/46", "the whole one its family");
        await Promise.all([page.waitForURL(/family\/1371\/46/), page.press("#q", "Enter")]);
        await page.goto(program.base + `/families?q=${encodeURIComponent("Nur 1371 01")}`);
        tally.check(addresses.every(url => !/\d{12}/.test(url)), "no number in an address", addresses.find(url => /\d{12}/.test(url)));
        await page.fill("#search", "46");
        await Promise.all([page.waitForURL(/family\/1371\/46/), page.press("#search", "Enter")]);
        await page.fill("#search", "siti " + nik);
        await Promise.all([page.waitForNavigation(), page.press("#search", "Enter")]);
        tally.check((await page.locator("main").innerText()).includes("namanya saja"), "a name with a number in it is refused in words");
        await page.context().close();
    },

    async "a list is sorted, filtered by companion and membership, and goes on where it ended"({ tally, program, browser, cookies }) {
        const page = await signedIn(browser, cookies[OPERATOR]);
        const numbers = () => page.$$eval("tbody tr", rows => rows.map(tr => Number(tr.querySelector("td").innerText)));
        await page.goto(program.base + "/families?stage=2024-2&sort=amount");
        const amounts = (await page.$$eval("tbody tr td:last-child", all => all.map(e => e.innerText))).map(numberOf);
        tally.check(amounts.every((rp, i) => !i || amounts[i - 1] >= rp), "the largest amount first", amounts.slice(0, 5));
        const first = await numbers();
        await page.click("a[rel=next]");
        tally.check(page.url().includes("after=" + first.at(-1)), "the next page begins after the last family", page.url());
        const second = await numbers();
        tally.check(second.every(id => !first.includes(id)), "nobody twice");
        await page.click("a[rel=prev]");
        tally.same(JSON.stringify(await numbers()), JSON.stringify(first), "and back");
        await page.goto(program.base + "/families?stage=-&sort=name");
        const names = (await page.$$eval("tbody th a", all => all.map(e => e.innerText.toLowerCase())));
        tally.check(names.every((name, i) => !i || names[i - 1] <= name), "by name", names.slice(0, 5));
        await page.click(".fold > summary");
        await page.selectOption("#f-companion", { index: 2 });
        await page.click(".filters button");
        const [some] = await listTotals(page);
        tally.check(some > 0 && some < 1000 && /companion=\d+/.test(page.url()), "a companion's families", `${some} ${page.url()}`);
        await page.click(".fold > summary");
        await page.selectOption("#f-status", "left");
        await page.click(".filters button");
        tally.check((await listTotals(page))[0] < some && page.url().includes("status=left"), "of them who left", page.url());
        await page.goto(program.base + "/families?stage=2024-2&q=desmwati");
        tally.check((await page.locator("tbody th").first().innerText()).length > 0, "a misspelt name filters the list");
        await page.context().close();
    },

    async "the language changes and the page stays"({ tally, program, browser, cookies }) {
        const page = await signedIn(browser, cookies[OPERATOR]);
        await page.goto(program.base + "/families?stage=2024-2&channel=BRI&page=2");
        await page.click("[name=lang][value=en]");
        tally.check(page.url().endsWith("/families?stage=2024-2&channel=BRI&page=2"), "same address", page.url());
        tally.same(await page.locator("h1").innerText(), "Families", "in English");
        const english = await listTotals(page);
        await page.click("[name=lang][value=id]");
        tally.same(await page.locator("h1").innerText(), "Keluarga", "in Indonesian");
        tally.same(JSON.stringify(await listTotals(page)), JSON.stringify(english), "the same numbers");
        await page.context().close();
    },

    async "everything works without a script"({ tally, program, browser }) {
        const context = await browser.newContext({ javaScriptEnabled: false }), page = await context.newPage();
        await page.goto(program.base + "/families?stage=2024-2");
        await page.fill("#login", OPERATOR);
        await page.fill("#password", program.passwords[OPERATOR]);
        await page.click("form.panel button");
        await page.click(".fold > summary");
        await page.selectOption("#f-channel", "BRI");
        await page.click(".filters button");
        const [families] = await listTotals(page);
        tally.check(families > 0 && page.url().includes("channel=BRI"), "the list is filtered", page.url());
        await page.click("tbody a");
        tally.check(/\/family\/1371\/\d+$/.test(page.url()), "a family opens", page.url());
        tally.check(!(await page.locator("[data-print]").isVisible()), "no button that does nothing");
        await context.close();
    },

    async "a companion sees the own families and no others"({ tally, program, browser, cookies }) {
        const page = await signedIn(browser, cookies["pendamping.latihan"]);
        await page.goto(program.base + "/");
        tally.check(page.url().endsWith("/families"), "begins with the own families", page.url());
        const [families] = await listTotals(page);
        const ids = await page.$$eval("tbody tr", rows => rows.map(tr => Number(tr.querySelector("td").innerText)));
        tally.check(families < 1000, "a caseload, not the city", `${families}`);
        const stranger = [1, 46, 500, 12000].find(id => !ids.includes(id));
        const seen = await page.goto(`${program.base}/family/1371/${stranger}`), none = await page.goto(program.base + "/family/1371/999999");
        tally.same(seen.status(), families ? 404 : 404, "another's family is not found");
        tally.same(none.status(), 404, "like one that does not exist");
        tally.same((await page.goto(program.base + "/approval")).status(), 403, "approval is not for companions");
        await page.goto(program.base + "/nowhere");
        tally.check(await page.locator("nav.side").isVisible(), "a page that is not there keeps the menu");
        await page.context().close();
    },

    async "nothing is changed by GET, from elsewhere, or without the form's field"({ tally, program, cookies }) {
        const cookie = cookies[OPERATOR].map(c => `${c.name}=${c.value}`).join("; ");
        const post = headers => ask(program.base, "/logout", { method: "POST", headers: { Cookie: cookie, "Content-Type": "application/x-www-form-urlencoded", ...headers }, body: "" });
        for (const path of ["/logout", "/lang", "/search/typed", "/approval/2024-2", "/family/1371/46/identity"])
            tally.same((await ask(program.base, path, { headers: { Cookie: cookie } })).status, 405, `GET ${path}`);
        tally.same((await post({ Origin: "http://evil.example" })).status, 403, "from another site");
        tally.same((await post({ Origin: program.base })).status, 403, "without the field");
        tally.same((await ask(program.base, "/families", { headers: { Cookie: cookie } })).status, 200, "still signed in");
    },

    async "each answer carries the security headers"({ tally, program, cookies }) {
        const cookie = cookies[OPERATOR].map(c => `${c.name}=${c.value}`).join("; ");
        for (const path of ["/", "/login", "/families", "/families?format=csv", "/families?format=xlsx", "/families?format=nosuch", "/family/1371/46", "/family/1371/999999", "/approval", "/health", "/nowhere", "/assets/x.css", "/a/../b", "/%zz"]) {
            const { headers } = await ask(program.base, path, { headers: { Cookie: cookie } });
            for (const [name, value] of [["content-security-policy", "frame-ancestors 'none'"], ["x-content-type-options", "nosniff"], ["referrer-policy", "same-origin"], ["cache-control", "no-store"]])
                tally.check((headers.get(name) ?? "").includes(value), `${path}: ${name}`, headers.get(name) ?? "missing");
        }
    },

    async "a birth, a school and a payee are told without a script"({ tally, program, browser, cookies }) {
        const page = await signedIn(browser, cookies[OPERATOR], { javaScriptEnabled: false });
        const path = program.base + "/family/1371/48/life";
        const open = async form => { await page.goto(path); await page.click(`summary:has-text("${form}")`); };
        await open("Kelahiran");
        await page.fill("#birth-on", "2024-05-02");
        await page.fill("#birth-name", "Bunga Contoh");
        await page.selectOption("#birth-mother", "0");
        await page.click("details[open] button");
        tally.check((await page.locator(".note.green").innerText()).includes("Tercatat"), "a birth is recorded", page.url());
        tally.check((await page.locator("section[aria-labelledby=told]").innerText()).includes("Bunga Contoh"), "and stands in what was told");
        await open("Kelahiran");
        await page.fill("#birth-on", "2024-05-02");
        await page.fill("#birth-name", "Bunga Contoh");
        await page.selectOption("#birth-mother", "0");
        await page.click("details[open] button");
        tally.check((await page.locator(".note.green").innerText()).includes("tidak ada yang berubah"), "a second click changes nothing");
        await open("Kematian");
        await page.selectOption("#death-person", { label: (await page.locator("#death-person option").last().innerText()) });
        await page.fill("#death-on", "2024-05-01");
        await page.fill("#death-note", "catatan saya");
        await page.click("details[open] button");
        tally.check((await page.locator("[role=alert]").innerText()).includes("tidak mungkin terjadi sebelum"), "a death before the birth is refused");
        tally.same(await page.inputValue("#death-note"), "catatan saya", "what was typed is still there");
        await page.goto(path);
        await page.click(".why li:first-child button");
        tally.check((await page.locator(".why li:first-child").innerText()).includes("Pembetulan"), "a mistake is taken back");
        await page.goto(program.base + "/family/1371/48");
        tally.check((await page.locator("section[aria-labelledby=life]").innerText()).includes("Bunga Contoh"), "the family's page tells it too");
        await page.context().close();
    },

    async "markup in a name is only a name"({ tally, program, browser, cookies }) {
        if (!program.database) return;
        const evil = `<svg onload="document.title='owned'"></svg>'"&<script>document.title='owned'</script>`;
        execFileSync("sqlite3", [program.database, `UPDATE person SET name = '${evil.replaceAll("'", "''")}' WHERE kab = 1371 AND family_id = 7;`]);
        const page = await signedIn(browser, cookies[OPERATOR]);
        for (const path of ["/families?stage=2024-2", "/family/1371/7", `/families?stage=2024-2&q=${encodeURIComponent(evil)}`]) {
            await page.goto(program.base + path);
            tally.check((await page.title()) !== "owned" && !(await page.title()).includes("owned'\"") | (await page.locator("main svg[onload], main script").count()) === 0, `${path}: nothing runs`);
            tally.check((await page.locator("main svg[onload], main script").count()) === 0, `${path}: no element came of it`);
        }
        await page.goto(program.base + "/family/1371/7");
        tally.same(await page.locator("h1").innerText(), evil, "and it reads as it was written");
        await page.context().close();
    },

    async "a list as a file for a spreadsheet"({ tally, program, browser, cookies }) {
        const page = await signedIn(browser, cookies[OPERATOR]);
        await page.goto(program.base + "/families?stage=2024-2&channel=BRI");
        const [families, rupiah] = await listTotals(page);
        const [download] = await Promise.all([page.waitForEvent("download"), page.click("main a[href*='format=csv']")]);
        const text = await download.createReadStream().then(async stream => { let all = ""; for await (const part of stream) all += part; return all; });
        const rows = text.trim().split("\r\n").slice(2);
        tally.same(rows.length, families, "as many rows as families");
        tally.same(rows.reduce((sum, row) => sum + Number(row.split(";").at(-1)), 0), rupiah, "and the same rupiah");
        tally.check(text.startsWith("\ufeff") && text.includes("LATIHAN"), "with the mark of practice");
        await page.context().close();
    },

    async "what waits is refused with a reason, taken back, and given into another's hands, without a script"({ tally, program, browser }) {
        const as = async who => {
            const context = await browser.newContext({ javaScriptEnabled: false }), page = await context.newPage();
            await page.goto(program.base + "/login?next=/worklist");
            await page.fill("#login", who);
            await page.fill("#password", program.passwords[who]);
            await page.click("form.panel button");
            return page;
        };
        const ask = async () => {
            const page = await as(OPERATOR);
            await page.goto(program.base + "/approval");
            await page.fill("#password", program.passwords[OPERATOR]);
            await page.click("form[action^='/approval/'] button");
            await page.goto(program.base + "/worklist");
            await page.click("section:has(#made) tbody a");
            return page;
        };
        const operator = await ask(), path = new URL(operator.url()).pathname;
        tally.check(/^\/request\/1371\/\d+$/.test(path), "what was asked for has a page", path);
        const hash = await operator.locator("dd.hash").innerText();
        tally.check(/^[0-9a-f]{64}$/.test(hash), "which shows the hash", hash);
        tally.same(await operator.locator("form[action$='/sign']").count(), 0, "the maker is not asked to sign");
        const head = await as("kepala.latihan");
        await head.click("section:has(#waiting) tbody a");
        tally.check(new URL(head.url()).pathname === path && (await head.locator("dd.hash").innerText()) === hash, "the head sees the same under the same hash");
        for (const look of LOOKS) await checkPage(tally, program, browser, await head.context().cookies(), look, path, "request");
        await head.fill("#reason", "jumlah tahap belum dicocokkan");
        await head.click("form[action$='/refuse'] button");
        tally.check((await head.locator("main").innerText()).includes("jumlah tahap belum dicocokkan"), "refused, with the reason");
        await operator.goto(program.base + "/worklist");
        tally.check((await operator.locator("section:has(#decided)").innerText()).includes("jumlah tahap belum dicocokkan"), "which the maker reads");
        const again = await ask();
        await again.click("form[action$='/withdraw'] button");
        tally.check((await again.locator("main").innerText()).includes("ditarik kembali"), "and what was asked anew is taken back");
        await head.goto(program.base + "/worklist");
        tally.same(await head.locator("section:has(#waiting) tbody tr").count(), 0, "then nothing waits");
        await head.goto(program.base + "/places");
        await head.selectOption("#taker", { index: 1 });
        const today = new Date().toISOString().slice(0, 10), later = new Date(Date.now() + 5 * 86400e3).toISOString().slice(0, 10);
        await head.fill("#from", later);
        await head.fill("#until", today);
        await head.click("form[action='/places'] button");
        tally.check(await head.locator("[role=alert]").isVisible() && (await head.inputValue("#from")) === later, "days in the wrong order are told, and what was typed stays");
        await head.fill("#until", later);
        await head.click("form[action='/places'] button");
        tally.same(await head.locator("section:has(#places) li").count(), 1, "a place is given");
        await head.click("form[action$='/end'] button");
        tally.check((await head.locator("section:has(#places)").innerText()).includes("Ditarik kembali"), "and taken back");
        for (const page of [operator, head, again]) await page.context().close();
    },

    async "two people sign, and never the same one twice"({ tally, program, browser }) {
        const signAs = async (who, password) => {
            const context = await browser.newContext(), page = await context.newPage();
            await page.goto(program.base + "/login?next=/approval");
            await page.fill("#login", who);
            await page.fill("#password", program.passwords[who]);
            await page.click("form.panel button");
            await page.waitForURL(/approval/);
            const mayTry = await page.locator("form [name=password]").count() > 0;
            if (mayTry) {
                await page.fill("form [name=password]", password ?? program.passwords[who]);
                await page.click("form[action^='/approval/'] button");
            }
            const words = await page.locator("main").innerText();
            await context.close();
            return { mayTry, words, signed: (words.match(/^Sudah$/gm) ?? []).length };
        };
        tally.same((await signAs(OPERATOR, "salah sekali ini")).signed, 0, "a wrong password signs nothing");
        tally.same((await signAs(OPERATOR)).signed, 1, "the operator signs as maker");
        tally.check(!(await signAs(OPERATOR)).mayTry, "and is not asked for the second signature");
        tally.check(!(await signAs("pemeriksa.latihan")).mayTry, "nor is the auditor");
        const last = await signAs("kepala.latihan");
        tally.same(last.signed, 2, "the head signs as checker");
        tally.check(last.words.includes("Semua sudah menandatangani"), "and the page says so");
    },

    async "identity work: most money first, counts that are the list's, one dismissed with a reason, without a script"({ tally, program, browser, cookies }) {
        const context = await browser.newContext({ javaScriptEnabled: false });
        await context.addCookies(cookies[OPERATOR]);
        const page = await context.newPage();
        await page.goto(program.base + "/");
        const row = page.locator("section[aria-labelledby=doubts] tbody tr").first(), counted = numberOf(await row.locator("td").first().innerText());
        await row.locator("a").click();
        tally.same(numberOf((await page.locator("#found").innerText()).split("·")[0]), counted, "the dashboard's number is the list's");
        await page.goto(program.base + "/identity");
        const amounts = (await page.locator("section[aria-labelledby=found] tbody td:last-child").allInnerTexts()).map(numberOf);
        tally.check(amounts.every((rp, i) => !i || rp <= amounts[i - 1]), "most money first");
        const all = numberOf((await page.locator("#found").innerText()).split("·")[0]);
        let seen = 0;
        for (;;) {
            seen += await page.locator("section[aria-labelledby=found] tbody tr").count();
            if (!(await page.locator("a[rel=next]").count())) break;
            await page.click("a[rel=next]");
        }
        tally.same(seen, all, "page after page is the list");
        await page.goto(program.base + "/identity");
        await page.locator("section[aria-labelledby=found] tbody a").first().click();
        const path = new URL(page.url()).pathname;
        for (const look of LOOKS) await checkPage(tally, program, browser, cookies[OPERATOR], look, path, "identity-work");
        await page.fill("#note", "sudah dicek dengan KTP");
        await page.click("form[action^='/identity/1371'] button");
        tally.check((await page.locator("main").innerText()).includes("sudah dicek dengan KTP"), "dismissed, and the page says why");
        await page.goto(program.base + "/identity");
        tally.same(numberOf((await page.locator("#found").innerText()).split("·")[0]), all - 1, "it is off the list");
        await page.goto(program.base + path);
        await page.click("form[action^='/identity/1371'] button");
        await page.goto(program.base + "/identity");
        tally.same(numberOf((await page.locator("#found").innerText()).split("·")[0]), all, "opened again, it is back");
        await context.close();
    },

    async "two entries side by side: put off, a merge asked for and signed by another, undone, without a script"({ tally, program, browser, cookies, logIn }) {
        const context = await browser.newContext({ javaScriptEnabled: false }), head = await browser.newContext({ javaScriptEnabled: false });
        await context.addCookies(cookies[OPERATOR]);
        const page = await context.newPage();
        await page.goto(program.base + "/duplicates");
        await page.click("form[action='/duplicates/find'] button");
        for (let i = 0; i < 60 && !(await page.locator("main .note.green").count()); i++) { await new Promise(done => setTimeout(done, 500)); await page.goto(program.base + "/duplicates"); }
        tally.check((await page.locator("main .note.green").innerText()).includes("Selesai"), "the entries are compared by a job that the page looks in on");
        for (const look of LOOKS) await checkPage(tally, program, browser, cookies[OPERATOR], look, "/duplicates", "duplicates-compared");
        const all = numberOf((await page.locator("#found").innerText()).split("·")[0]);
        await page.locator("tbody a").first().click();
        const path = new URL(page.url()).pathname, stay = async words => tally.check((await page.locator("main").innerText()).includes(words), words);
        for (const look of LOOKS) await checkPage(tally, program, browser, cookies[OPERATOR], look, path, "pair");
        tally.check(await page.locator("ol.why li").count() >= 4, "each field's weight in words");
        await page.click("button[value=later]");
        await stay("ditunda sampai");
        await page.goto(program.base + "/duplicates");
        tally.same(numberOf((await page.locator("#found").innerText()).split("·")[0]), all - 1, "put off, it is off the list");
        await page.goto(program.base + path);
        await page.click("form[action$='/merge'] button");
        const preview = new URL(page.url()).pathname + new URL(page.url()).search;
        for (const look of LOOKS) await checkPage(tally, program, browser, cookies[OPERATOR], look, preview, "merge-preview");
        await page.click("form[method=post][action$='/merge'] button");
        await stay("meminta keduanya digabung");
        tally.check(!(await page.locator("#password").count()), "who asks never signs");
        const signer = await head.newPage();
        await logIn(head, "koordinator.latihan");
        await signer.goto(program.base + path);
        await signer.fill("#password", "salah");
        await signer.click("form[action$='/sign'] button");
        tally.check(await signer.locator("[role=alert]").isVisible(), "a wrong password is told in words");
        await signer.fill("#password", program.passwords["koordinator.latihan"]);
        await signer.click("form[action$='/sign'] button");
        await page.goto(program.base + path);
        await stay("Sudah digabung");
        for (const look of LOOKS) await checkPage(tally, program, browser, cookies[OPERATOR], look, path, "pair-merged");
        const families = await page.$$eval("table a[href^='/family/']", links => links.map(a => a.getAttribute("href")));
        for (const href of families) {
            await page.goto(program.base + href);
            tally.check(await page.locator("section[aria-labelledby=merges] a").count() > 0, `${href} leads to the other family`);
        }
        await page.goto(program.base + path);
        await page.click("form[action$='/undo'] button");
        await stay("Satu orang");
        tally.check(!(await page.locator("form[action$='/undo']").count()), "undone");
        await context.close();
        await head.close();
    },

    // Rows of the Ministry's list that mean nobody here: invented, and so in the tray.
    async "a pay list is sent, its column shown, a refused row mended, a stranger decided, the mode asked for, without a script"({ tally, program, browser, cookies, logIn }) {
        const text = "iddtks;nama_penerima;Yang Diterima\nUJI900001;UJI TIGA;750.000\nUJI900002;UJI EMPAT;lima\n";
        const file = (name, bytes) => ({ name, mimeType: "text/csv", buffer: Buffer.from(bytes) });
        const context = await browser.newContext({ javaScriptEnabled: false });
        await context.addCookies(cookies[OPERATOR]);
        const page = await context.newPage();
        await page.goto(program.base + "/paylist?stage=2024-2");
        await page.click("form[enctype] button");
        tally.check((await page.locator("#file").count()) === 1, "without a file nothing is sent");
        await page.setInputFiles("#file", file("daftar.csv", text));
        await page.click("form[enctype] button");
        tally.check((await page.locator("[role=alert]").innerText()).includes("nominal"), "the column that is missing is named");
        tally.same(await page.inputValue("#map-iddtks"), "iddtks", "what is known stands there");
        await page.fill("#map-nominal", "Yang Diterima");
        await page.click("form[action^='/paylist?'] button:has-text('Baca berkas')");
        tally.check(/\/paylist\/1371\/\d+$/.test(page.url()), "the file is read, and what was refused is shown", page.url());
        const path = new URL(page.url()).pathname;
        tally.check((await page.locator("main").innerText()).includes("lima"), "with its reason");
        for (const look of LOOKS) await checkPage(tally, program, browser, cookies[OPERATOR], look, path, "paylist-file");
        const [download] = await Promise.all([page.waitForEvent("download"), page.click("a[href$='rejects?format=csv']")]);
        const rejected = await download.createReadStream().then(async stream => { let all = ""; for await (const part of stream) all += part; return all; });
        tally.check(rejected.includes("UJI EMPAT") && rejected.includes("alasan_ditolak") && !rejected.includes("UJI TIGA"), "the refused rows come as a file");
        await page.goto(program.base + path);
        await page.setInputFiles("#mended", file("perbaiki.csv", rejected.replace("lima", "500.000").replace(/=(""?)\d+/, (_, quote) => `=${quote}99`)));
        await page.click("form[action$='/mend'] button");
        tally.check(await page.locator("[role=alert]").isVisible(), "a row that was never refused does not get in");
        await page.setInputFiles("#mended", file("perbaiki.csv", rejected.replace("lima", "500.000")));
        await page.click("form[action$='/mend'] button");
        tally.check(new URL(page.url()).pathname === path && !(await page.locator("#mended").count()), "mended, it goes into the same list", page.url());
        tally.check((await page.locator(".facts").first().innerText()).includes("1.250.000"), "whose sum grows");
        await page.goto(program.base + "/paylist/tray?stage=2024-2");
        const before = await page.locator("tbody tr").count();
        await page.fill("tbody tr:first-child input[name=reason]", "pindah ke kota lain");
        await page.click("tbody tr:first-child button[value=not_ours]");
        tally.same(await page.locator("tbody tr").count(), before - 1, "a stranger is decided");
        await page.goto(program.base + "/paylist/tray?stage=2024-2&decided=1");
        for (const look of LOOKS.filter(l => !l.isPhone)) await checkPage(tally, program, browser, cookies[OPERATOR], look, "/paylist/tray?stage=2024-2&decided=1", "paylist-tray-decided");
        await page.fill("tbody tr:first-child input[name=reason]", "salah lihat");
        await page.click("tbody tr:first-child button[value=open]");
        await page.goto(program.base + "/paylist/tray?stage=2024-2");
        tally.same(await page.locator("tbody tr").count(), before, "and taken back");
        const other = "iddtks;nama_penerima;nominal\nUJI900001;UJI TIGA;800.000\n";
        const send = async reason => {
            await page.goto(program.base + "/paylist?stage=2024-2");
            await page.setInputFiles("#file", file("daftar-2.csv", other));
            await page.fill("#reason", reason);
            await page.click("form[enctype] button");
        };
        await send("");
        const lists = async () => { await page.goto(program.base + "/paylist?stage=2024-2"); return page.locator("section[aria-labelledby=files]").innerText(); };
        tally.check((await lists()).includes("belum berlaku"), "another file of the wave waits for a reason");
        await send("daftar pengganti dari Kementerian");
        tally.check((await lists()).includes("Diganti"), "with a reason it counts in place of the first");
        for (const look of LOOKS) await checkPage(tally, program, browser, cookies[OPERATOR], look, "/paylist?stage=2024-2", "paylist-lists");
        const head = await browser.newContext({ javaScriptEnabled: false }), boss = await logIn(head, "linjamsos.latihan");
        await boss.goto(program.base + "/paylist?stage=2024-2");
        await boss.click("form[action^='/paylist/mode'] button");
        tally.check((await boss.locator("section[aria-labelledby=mode]").innerText()).includes("menunggu"), "that the Ministry decides is asked for, and waits for another's signature");
        await head.close();
        await context.close();
    },

    // Synthetic people of a serial number that no registry gives out.
    async "a file is sent, looked at, read, mended and applied, without a script"({ tally, program, browser, cookies }) {
        const head = "iddtks;kabupaten_kota;kecamatan;desa_kelurahan;alamat;nomor_kk;nomor_nik;Yang Punya;tanggal_lahir;jenis_kelamin;hubungan_keluarga\n";
        const row = (nik, name, born, relation) => `UJI1;KOTA PADANG;PADANG UTARA;LOLONG BELANTI;Jl. Uji 1;1371040101109901;${nik};${name};${born};P;${relation}\n`;
        const file = text => ({ name: "uji.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
        const context = await browser.newContext({ javaScriptEnabled: false });
        await context.addCookies(cookies[OPERATOR]);
        const page = await context.newPage();
        const send = async text => { await page.goto(program.base + "/import"); await page.setInputFiles("#file", file(text)); await page.click("form[enctype] button"); };
        await send(head + row("1371044101909901", "UJI SATU", "01/01/1990", "KEPALA KELUARGA") + row("1371044101159902", "UJI DUA", "31/02/2015", "ANAK"));
        tally.check(page.url().includes("/import/look/"), "the file is looked at", page.url());
        tally.check((await page.locator("[role=alert]").innerText()).includes("nama"), "the column that is missing is named");
        await page.fill("#map-nama", "Yang Punya");
        await page.click("button[value=look]");
        tally.check((await page.locator("table").innerText()).includes("UJI SATU"), "the first rows are shown as they are understood");
        tally.check(!(await page.locator("table").innerText()).includes("1371044101909901"), "with their numbers hidden");
        await page.click("button[value=read]");
        tally.check(/\/import\/1371\/\d+$/.test(page.url()), "the file is read", page.url());
        const path = new URL(page.url()).pathname;
        tally.check((await page.locator("main").innerText()).includes("Tanggal lahir"), "its findings are told by kind, under the title of the column");
        for (const look of LOOKS) await checkPage(tally, program, browser, cookies[OPERATOR], look, path, "import-read");
        await page.click("a[href*='/findings']");
        tally.check((await page.locator("main").innerText()).includes("31/02/2015"), "and one by one");
        for (const look of LOOKS) await checkPage(tally, program, browser, cookies[OPERATOR], look, new URL(page.url()).pathname + new URL(page.url()).search, "import-findings");
        const [download] = await Promise.all([page.waitForEvent("download"), page.goto(program.base + path).then(() => page.click("a[href$='format=csv']"))]);
        const rejected = await download.createReadStream().then(async stream => { let all = ""; for await (const part of stream) all += part; return all; });
        tally.check(rejected.includes("UJI DUA") && rejected.includes("alasan") && !rejected.includes("UJI SATU"), "the refused rows come as a file");
        await page.goto(program.base + path);
        await Promise.all([page.waitForURL(url => url.pathname === path), page.click("form[action$='/apply'] button")]);
        await page.goto(program.base + path);
        tally.check(!(await page.locator("form[action$='/apply']").count()), "applied, and not to be applied again");
        await send(rejected.replace("31/02/2015", "01/02/2015").replace("1371044101159902", "1371044102159902"));
        tally.check((await page.locator("#map-nama").inputValue()) === "Yang Punya", "the column is remembered for the mended file");
        for (const look of LOOKS) await checkPage(tally, program, browser, cookies[OPERATOR], look, new URL(page.url()).pathname + new URL(page.url()).search, "import-look");
        await page.click("button[value=read]");
        tally.same((await page.locator(".facts").first().locator("dd").nth(3).innerText()).trim(), "1", "the mended row is one new person");
        await page.click("form[action$='/drop'] button");
        tally.check(new URL(page.url()).pathname === "/import", "a file can be dropped", page.url());
        await page.goto(program.base + path);
        await send(head + row("1371044101909901", "UJI SATU", "01/01/1990", "KEPALA KELUARGA") + row("1371044101159902", "UJI DUA", "31/02/2015", "ANAK"));
        tally.check((await page.locator("main").innerText()).includes("sudah pernah dikirim"), "the same file twice says so");
        await send("%PDF-1.4 bukan tabel");
        tally.check((await page.locator("[role=alert]").innerText()).includes("PDF"), "a file that is no table is named");
        tally.check(!(await page.locator("#map-nama").count()) && await page.locator("#file").count() === 1, "nothing is asked that cannot help; another file can be sent");
        for (const look of LOOKS) await checkPage(tally, program, browser, cookies[OPERATOR], look, new URL(page.url()).pathname + new URL(page.url()).search, "import-other-file");
        await send("Laporan kegiatan bulan Maret\nHalaman 1\n");
        tally.check(!(await page.locator("#map-nama").count()) && await page.locator("#separator").count() === 1, "a text without titles asks how it is read");
        await context.close();
    },
};
