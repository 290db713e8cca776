// The service worker: shows what is pushed, and opens the page behind it. It does nothing else, and no page waits for it.

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("push", (event) => {
  const said = event.data?.json();
  if (!said?.title) return;
  const shown = { body: said.body, lang: said.lang, tag: said.tag, data: { url: said.url } };
  event.waitUntil(self.registration.showNotification(said.title, shown));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data?.url ?? "/", self.location.origin);
  if (url.origin === self.location.origin) event.waitUntil(self.clients.openWindow(url.href));
});
