// Buttons that copy: what stands in data-copy goes to the clipboard, and the toast says so.
import { onEvery } from "./page.js";
import { toast, words } from "./toasts.js";

onEvery("click", "[data-copy]", async (event, button) => {
  const done = await copied(button.dataset.copy);
  toast(done ? { text: words("copied"), tone: "good" } : { text: words("notCopied"), tone: "bad" });
});

/** Browsers give the clipboard to secure addresses only; within a company's own network the older way is left. */
async function copied(text) {
  if (navigator.clipboard) {
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
  }
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "k-quiet";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}
