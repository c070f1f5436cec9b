// run.mjs [BASE_URL]: does in a browser what people do. Without an address it makes a practice Padang and serves it itself.
import { checkPage, checkPaper, cookiesOf, logIn, LOOKS, openBrowser, startProgram, Tally, useProgram } from "./harness.mjs";
import { TESTS } from "./tests.mjs";

const PAGES = [
    { path: "/login", name: "login", who: null },
    // first, for the log-in must be younger than five minutes
    { path: "/users/1", name: "user", who: "kepala.latihan" },
    { path: "/users/new", name: "user-new", who: "kepala.latihan" },
    { path: "/family/1371/46/subject", name: "subject", who: "kepala.latihan" },
    { path: "/account/factor", name: "factor", who: "kepala.latihan" },
    { path: "/users", name: "users", who: "kepala.latihan" },
    { path: "/sessions", name: "sessions", who: "kepala.latihan" },
    { path: "/account", name: "account", who: "kepala.latihan" },
    { path: "/account/password", name: "password", who: "kepala.latihan" },
    { path: "/confirm?next=/account", name: "confirm" },
    { path: "/", name: "stage" },
    { path: "/families", name: "families" },
    { path: "/families?rows=100", name: "families-100", isOfficeOnly: true },
    { path: "/families?stage=2024-2&kec=137109&channel=POS&component=sd&q=siti", name: "families-filtered" },
    { path: "/families?stage=-&q=zzzzz", name: "families-none" },
    { path: "/families?sort=amount&status=active&companion=3", name: "families-sorted" },
    { path: "/search?q=siti", name: "search" },
    { path: "/search?q=zzzz", name: "search-none" },
    { path: "/family/1371/46", name: "family" },
    { path: "/family/1371/46/life", name: "life" },
    { path: "/family/1371/46/person/0", name: "duties-family" },
    { path: "/family/1371/46/person/173", name: "duties-person" },
    { path: "/family/1371/46/ask", name: "desk-take" },
    { path: "/desk", name: "desk" },
    { path: "/lives", name: "lives" },
    { path: "/commitment", name: "commitment" },
    { path: "/commitment?stage=2024-3&count=1", name: "commitment-counted", isOfficeOnly: true },
    { path: "/forms?quarter=2024-2", name: "forms" },
    { path: "/forms/answers?month=2024-04", name: "answers" },
    { path: "/forms/remind?month=2024-04&place=99000001", name: "remind" },
    { path: "/growth?since=2024-01-01", name: "growth" },
    { path: "/drift", name: "drifts" },
    { path: "/family/1371/46/letter", name: "letter" },
    { path: "/families?stage=2024-2&situation=expected", name: "families-expected" },
    { path: "/families/letters?stage=2024-2&situation=expected", name: "letters" },
    { path: "/reconcile", name: "reconcile" },
    { path: "/approval", name: "approval" },
    { path: "/paylist", name: "paylist" },
    { path: "/paylist?kind=amount", name: "paylist-amount" },
    { path: "/paylist/tray", name: "paylist-tray", isOfficeOnly: true },
    { path: "/caseload", name: "caseload" },
    { path: "/caseload", name: "caseload-coordinator", who: "koordinator.latihan" },
    { path: "/caseload/new?from=1&to=2&village=0&look=1", name: "hand-over-new", who: "koordinator.latihan" },
    { path: "/training", name: "trainings", who: "koordinator.latihan" },
    { path: "/training/1371/1", name: "training", who: "koordinator.latihan" },
    { path: "/training/1371/1/people", name: "training-people", who: "koordinator.latihan" },
    { path: "/training/1371/1/people?show=owed&goods=Rompi", name: "training-owed" },
    { path: "/training/1371/1/day", name: "training-day", who: "koordinator.latihan" },
    { path: "/training/1371/1/tests", name: "training-tests", who: "koordinator.latihan" },
    { path: "/training/1371/1/report", name: "training-report", who: "kepala.latihan" },
    { path: "/training/bank", name: "training-bank", who: "koordinator.latihan" },
    { path: "/training/need", name: "training-need", who: "koordinator.latihan" },
    { path: "/certificate", name: "certificate", who: null },
    { path: "/certificate/1371/1/AAAABBBBCCCCDDDD", name: "certificate-forged", who: null },
    { path: "/worklist", name: "worklist" },
    { path: "/places", name: "places", who: "kepala.latihan" },
    { path: "/policies", name: "policies", who: "kepala.latihan" },
    { path: "/import", name: "import" },
    { path: "/audit", name: "audit", who: "pemeriksa.latihan" },
    { path: "/audit?action=stage.close&from_on=2024-01-01", name: "audit-filtered", who: "pemeriksa.latihan" },
    { path: "/audit/looks", name: "looks", who: "pemeriksa.latihan" },
    { path: "/audit/heads?verify=1", name: "heads", who: "pemeriksa.latihan" },
    { path: "/identity", name: "identity" },
    { path: "/identity?kind=nik_birth&state=dismissed", name: "identity-none" },
    { path: "/identity", name: "identity-companion", who: "pendamping.latihan" },
    { path: "/duplicates", name: "duplicates" },
    { path: "/nowhere", name: "not-found", status: 404 },
    { path: "/families", name: "families-companion", who: "pendamping.latihan" },
];

const tally = new Tally();
const program = process.argv[2] ? useProgram(process.argv[2]) : await startProgram();
const browser = await openBrowser();
const cookies = { null: [] };
for (const who of ["operator.latihan", "koordinator.latihan", "pendamping.latihan", "kepala.latihan", "pemeriksa.latihan"]) cookies[who] = await cookiesOf(program, browser, who);

// Pages are only read, so two at a time are looked at; the first ones come first. What people do comes after, one thing at a time.
let most = 0;
const looks = PAGES.flatMap(page => LOOKS.filter(look => !page.isOfficeOnly || !look.isPhone).map(look => ({ ...page, look })));
const lookOn = async () => {
    for (let next; (next = looks.shift());) {
        const { path, name, who = "operator.latihan", status, look } = next;
        await tally.test(`${name} (${look.name})`, async () => { most = Math.max(most, await checkPage(tally, program, browser, cookies[who], look, path, name, status)); });
    }
};
await Promise.all([lookOn(), lookOn()]);
for (const [path, name, words] of [["/", "stage", ["Tahap II", "Padang Selatan"]], ["/families", "families", ["Kelurahan", "DATABASE LATIHAN"]], ["/family/1371/46", "family", ["Mengapa jumlah ini?"]], ["/family/1371/46/letter", "letter", ["Hormat kami", "Akan diterima"]]])
    await tally.test(`${name} on paper`, () => checkPaper(tally, program, browser, cookies["operator.latihan"], path, name, words));
for (const [name, test] of Object.entries(TESTS))
    await tally.test(name, () => test({ tally, program, browser, cookies, logIn: (context, who) => logIn(program, context, who) }));

await browser.close();
if (!process.argv[2]) tally.same(await program.stop(), 0, "the server ends well on SIGTERM");
console.log(`heaviest page: ${most} bytes`);
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exit(tally.failed ? 1 : 0);
