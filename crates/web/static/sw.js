// Caches the stylesheet, the script and the offline page. Personal pages are never stored: only same-origin
// GETs under /static/ are answered from the cache; a page that cannot be fetched is replaced by offline.html.
// Must be served from /sw.js (or with Service-Worker-Allowed: /).
const CACHE = "yiwang-1";
const SHELL = ["/static/offline.html", "/static/yiwang.css", "/static/yiwang.js", "/static/favicon.svg"];

addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(SHELL)).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)))).then(() => clients.claim()));
});

const fresh = async (request) => {
  const cache = await caches.open(CACHE);
  try {
    const reply = await fetch(request);
    if (reply.ok && SHELL.includes(new URL(request.url).pathname)) await cache.put(new URL(request.url).pathname, reply.clone());
    return reply;
  } catch (error) {
    const kept = await cache.match(request, { ignoreSearch: true });
    if (kept) return kept;
    throw error;
  }
};

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(fresh(request));
  else if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => caches.match("/static/offline.html")));
});
