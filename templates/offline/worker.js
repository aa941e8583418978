{% load static i18n %}{% get_current_language as language %}// Keeps one page for when there is no connection, and nothing of anybody's.
const PAGE = "{% url 'offline' language %}";
const STYLE = "{% static 'coop.css' %}";
const KEPT = `${PAGE}${STYLE}`;

self.addEventListener("install", (event) => {
    self.skipWaiting();
    event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll([PAGE, STYLE])));
});

self.addEventListener("activate", (event) => {
    const old = (names) => names.filter((name) => name !== KEPT);
    event.waitUntil(caches.keys().then((names) => Promise.all(old(names).map((name) => caches.delete(name)))));
});

self.addEventListener("fetch", (event) => {
    const { mode, method, url } = event.request;
    if (mode === "navigate" && method === "GET") {
        event.respondWith(fetch(event.request).catch(() => caches.match(PAGE)));
    } else if (new URL(url).pathname === STYLE) {
        event.respondWith(fetch(event.request).catch(() => caches.match(STYLE)));
    }
});
