// Keeps the page that verifies, so that it opens without a network. The server writes FILES and VERSION before this. What verifies, keys
// and lists, the page keeps by itself.

const OURS = "kycvs-gate-";
const CACHE = OURS + VERSION;

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(activate()));
addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname, search } = new URL(url);
  if (method !== "GET" || origin !== location.origin) return;
  if (mode === "navigate" && pathname === "/verify") event.respondWith(page(pathname + search));
  else if (pathname.startsWith("/assets/")) event.respondWith(file(event.request));
});

async function install() {
  const cache = await caches.open(CACHE);
  await cache.addAll(FILES);
  // The page that is looked at now came before this worker: it is kept as well, in its language.
  const windows = await clients.matchAll({ includeUncontrolled: true, type: "window" });
  const pages = windows.map(({ url }) => new URL(url)).filter(({ pathname }) => pathname === "/verify");
  await Promise.all(["/verify", ...pages.map(({ pathname, search }) => pathname + search)].map((path) => keep(cache, path)));
  await skipWaiting();
}

async function activate() {
  const old = (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await clients.claim();
}

/** The page from the server, or as it was kept, in its language if it can be. */
async function page(path) {
  const cache = await caches.open(CACHE);
  try {
    return await keep(cache, path);
  } catch {
    return (await cache.match(path)) ?? (await cache.match(path, { ignoreSearch: true })) ?? Response.error();
  }
}

async function keep(cache, path) {
  const answer = await fetch(path);
  if (answer.ok) await cache.put(path, answer.clone());
  return answer;
}

async function file(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request)) ?? fetch(request);
}
