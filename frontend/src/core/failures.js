// What goes wrong on the way is said in words and leaves the page as it was.
import { toast, words } from "./toasts.js";

const answers = { 401: "signedOut", 403: "denied", 404: "missing", 405: "failed", 413: "large", 429: "busy" };

/** Answers that a view made to be shown: a form with its errors, both versions of a record. */
const shown = (status) => [409, 412, 422].includes(status);

document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
  const { status, headers } = ctx.response;
  if (shown(status) || ctx.text?.includes("#toasts")) return;
  ctx.text = ""; // an error page is not for this place
  if (ctx.sourceElement?.closest("[data-quiet]") || headers.get("HX-Trigger")?.includes("kizuna:toast")) return;
  toast({ text: words(answers[status] ?? "failed"), tone: "bad" });
});

document.addEventListener("htmx:error", ({ detail: { ctx, error } }) => {
  if (!ctx || ctx.sourceElement?.closest("[data-quiet]")) return;
  const slow = ctx.request?.signal?.reason === "timeout";
  toast({ text: words(slow ? "slow" : navigator.onLine && !(error instanceof TypeError) ? "failed" : "offline"), tone: "bad" });
});

// A request that was sent on to the sign-in page must not put that page into a corner of this one.
document.addEventListener("htmx:before:response", (event) => {
  const { ctx } = event.detail;
  const door = document.body.dataset.signIn;
  const { redirected, url } = ctx.response.raw;
  if (!door || !redirected || new URL(url).pathname !== door) return;
  event.preventDefault();
  if (!ctx.sourceElement?.closest("[data-quiet]")) toast({ text: words("signedOut"), tone: "bad" });
});
