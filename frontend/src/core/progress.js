// A 2 px line at the sheet's top when an answer takes longer than 300 ms.
const PATIENCE = 300;
const waiting = new Map();

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (ctx.sourceElement?.closest("[data-quiet]")) return;
  waiting.set(ctx, setTimeout(() => document.documentElement.classList.add("k-waiting"), PATIENCE));
});

document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  clearTimeout(waiting.get(ctx));
  waiting.delete(ctx);
  if (!waiting.size) document.documentElement.classList.remove("k-waiting");
});
