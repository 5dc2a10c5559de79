// A site that issues a ticket to whoever shares their vaccination status. Node.js 18 or newer, and nothing else.
//
//     KYCVS=http://127.0.0.1:8080 KYCVS_API_KEY=sandbox-key-of-my-site PORT=8000 node site.mjs
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";

const KYCVS = process.env.KYCVS ?? "http://127.0.0.1:8080";
const API_KEY = process.env.KYCVS_API_KEY ?? "sandbox-key-of-my-site";
const PORT = Number(process.env.PORT ?? 8000);
const WORDS = ["not vaccinated", "partially vaccinated", "fully vaccinated"];

const page = (session) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>My Site</title>
<form method="post" action="/done">
<script src="${KYCVS}/embed.js"></script>
<kyc-vs name="result_code" session="${session}">Share your vaccination status</kyc-vs>
<button>Book</button>
</form></html>`;

/** The cookie of a browser: the references of its bookings, one for each tab. */
const bookings = new Map();

/** Posts to KYC-VS with the API key, which no browser ever sees. Throws a problem code, such as origin-not-allowed. */
async function call(path, body) {
  const headers = { Authorization: `Bearer ${API_KEY}`, "Content-Type": "application/json" };
  const signal = AbortSignal.timeout(10_000);
  const answer = await fetch(KYCVS + path, { method: "POST", headers, body: JSON.stringify(body), signal });
  if (!answer.ok) throw new Error((await answer.json()).code);
  return answer.json();
}

/** Opens a visit of the consent page for one booking. */
async function openVisit(reference) {
  const visit = { purpose: "booking", reference, origin: `http://127.0.0.1:${PORT}` };
  return (await call("/v1/embed-sessions", visit)).id;
}

/** The status 0, 1 or 2, if it answers one of these bookings. */
async function exchange(resultCode, references) {
  const answer = await call("/v1/results", { result_code: resultCode });
  if (!references?.has(answer.reference)) throw new Error("the answer to another booking");
  return answer.status;
}

async function book(request) {
  let body = "";
  for await (const part of request) {
    body += part;
    if (body.length > 10_000) throw new Error("too long");
  }
  return exchange(new URLSearchParams(body).get("result_code") ?? "", bookings.get(cookieOf(request)));
}

function cookieOf(request) {
  const cookies = (request.headers.cookie ?? "").split(";").map((cookie) => cookie.trim().split("="));
  return cookies.find(([name, value]) => name === "booking" && bookings.has(value))?.[1];
}

function answer(response, status, html, cookie) {
  const headers = { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" }; // who goes back gets another visit
  if (cookie) headers["Set-Cookie"] = `booking=${cookie}; HttpOnly; SameSite=Lax`;
  response.writeHead(status, headers).end(html);
}

const server = createServer(async (request, response) => {
  try {
    if (request.method === "POST") return answer(response, 200, `Your ticket: ${WORDS[await book(request)]}`);
    if (request.url !== "/") return answer(response, 404, "There is no such page.");
    const [cookie, reference] = [cookieOf(request) ?? randomBytes(16).toString("hex"), randomBytes(8).toString("hex")];
    bookings.set(cookie, (bookings.get(cookie) ?? new Set()).add(reference));
    answer(response, 200, page(await openVisit(reference)), cookie);
  } catch {
    answer(response, 403, "No answer, no ticket. <a href='/'>Start over</a>");
  }
});
server.listen(PORT, "127.0.0.1", () => console.log(`http://127.0.0.1:${PORT}`));
