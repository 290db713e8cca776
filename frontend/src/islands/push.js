// <kizuna-push data-key data-add-url>: whether the browser that shows this page shows notifications too, and the button that
// lets it in. The list of browsers beside it ([data-browser], by digest) gets a mark at this one. Words: web/told.html.
import { csrfToken } from "../core/page.js";
import { registered, WORKER } from "../core/pushing.js";

class Push extends HTMLElement {
  connectedCallback() {
    if (this.button) return;
    this.button = this.querySelector("[data-let-in]");
    this.button.addEventListener("click", () => this.#letIn());
    this.#look();
  }

  #say(state) {
    this.querySelector("[data-state]").textContent = this.dataset[state];
    this.button.hidden = !["off", "failed"].includes(state);
    this.button.disabled = false;
  }

  async #look() {
    if (navigator.standalone === false) return this.#say("home"); // an iPhone or iPad, and not from its home screen
    if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) return this.#say("unsupported");
    if (Notification.permission === "denied") return this.#say("denied");
    const subscription = await registered();
    const here = subscription && this.closest("section").querySelector(`[data-browser="${await digest(subscription.endpoint)}"]`);
    here?.querySelector("[data-this]").toggleAttribute("hidden", false);
    return this.#say(here ? "on" : "off");
  }

  async #letIn() {
    this.button.disabled = true;
    if ((await Notification.requestPermission()) === "denied") return this.#say("denied");
    try {
      await navigator.serviceWorker.register(WORKER);
      const { pushManager } = await navigator.serviceWorker.ready;
      await (await pushManager.getSubscription())?.unsubscribe(); // it may be somebody else's, or of another key
      const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: this.dataset.key });
      const { endpoint, keys } = subscription.toJSON();
      const body = new URLSearchParams({ endpoint, p256dh: keys.p256dh, auth: keys.auth });
      const answer = await fetch(this.dataset.addUrl, { method: "POST", body, headers: { "X-CSRFToken": csrfToken() } });
      if (!answer.ok) throw new Error(answer.statusText);
      return location.reload();
    } catch {
      return this.#say("failed");
    }
  }
}

async function digest(text) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

customElements.define("kizuna-push", Push);
