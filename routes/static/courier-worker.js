// The pages of today's run stay readable without signal: the net first, the last copy otherwise.
// Sending is not done here: unsent acts are kept and sent again by the page.

const SHELL = "courier-shell";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function fromNet(request) {
  const answer = await fetch(request);
  if (answer.ok && !answer.redirected) (await caches.open(SHELL)).put(request, answer.clone());
  return answer;
}

async function netFirst(request) {
  try {
    return await fromNet(request);
  } catch (lost) {
    const kept = await caches.match(request, { ignoreSearch: request.mode === "navigate" });
    const day = kept ?? (request.mode === "navigate" ? await caches.match("/buu-ta") : undefined);
    if (day) return day;
    throw lost;
  }
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const isOurs = url.origin === location.origin && /^\/(buu-ta|static)/.test(url.pathname);
  if (event.request.method === "GET" && isOurs) event.respondWith(netFirst(event.request));
});

self.addEventListener("message", (event) => {
  const pages = event.data?.keep ?? [];
  const all = pages.flatMap((page) =>
    /\/diem\/[0-9a-f-]{36}$/.test(page) ? [page, `${page}/phat`, `${page}/khong-phat`] : [page],
  );
  event.waitUntil(
    (async () => {
      const shell = await caches.open(SHELL);
      for (const page of all) {
        if (await shell.match(page)) continue;
        // Nobody is signed in: to follow to the sign-in page would end the one a person is on.
        const asked = new Request(page, { redirect: "manual" });
        const answer = await fromNet(asked).catch(() => undefined);
        if (answer?.type === "opaqueredirect") return;
      }
    })(),
  );
});
