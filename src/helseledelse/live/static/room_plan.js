// Keeps the running plan on the clock: what is read from the server every half minute.
const running = () => document.querySelector("[data-running]");

setInterval(async () => {
  if (document.hidden || running().contains(document.activeElement)) return; // never under a finger
  try {
    const response = await fetch(location.href, { credentials: "same-origin" });
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("[data-running]");
    if (fresh && !running().contains(document.activeElement)) running().replaceWith(fresh);
  } catch {
    // The server is away; the plan that stands here is still the last one it gave.
  }
}, 30_000);
document.documentElement.dataset.ready = "true";
