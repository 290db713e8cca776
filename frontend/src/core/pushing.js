// Notifications outside the page: who signs out of a browser is no longer shown theirs in it.
import { onEvery } from "./page.js";

export const WORKER = "/push.js";
const PATIENCE = 1500;

/** The subscription of this browser, or nothing. */
export async function registered() {
  const registration = await navigator.serviceWorker?.getRegistration(WORKER);
  return registration?.pushManager?.getSubscription();
}

onEvery("submit", "[data-leaves]", async (event, form) => {
  if (!navigator.serviceWorker || !("PushManager" in window)) return;
  event.preventDefault();
  const forget = registered().then((subscription) => subscription?.unsubscribe());
  await Promise.race([forget, new Promise((resolve) => setTimeout(resolve, PATIENCE))]).catch(() => null);
  form.submit();
});
