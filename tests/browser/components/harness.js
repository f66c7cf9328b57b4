// A small host for the tests: mounts what the page asks for, speaks with the test's server.
const folder = document.body.dataset.folder;

async function mount(place) {
  const response = await fetch(`/model/${place.dataset.mount}${location.search}`);
  const { component, ...state } = await response.json();
  const listeners = new Set();
  const model = {
    get: (key) => state[key],
    on(event, listener) {
      if (event === "msg:custom") listeners.add(listener);
    },
    off: (event, listener) => listeners.delete(listener),
    async send(message) {
      try {
        const answer = await fetch("/message", { method: "POST", body: JSON.stringify(message), keepalive: true });
        const reply = await answer.json();
        for (const listener of [...listeners]) listener({ id: message.id, ...reply });
      } catch {
        // No reply, as when a kernel has died.
      }
    },
  };
  const module = await import(`/${folder}/${component}.js`);
  place.cleanup = module.default.render({ model, el: place });
}

// In order, so that what comes last knows how far down it stands.
for (const place of document.querySelectorAll("[data-mount]")) await mount(place);
document.documentElement.dataset.ready = "true";
