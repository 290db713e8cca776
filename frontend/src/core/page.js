// The few words every module shares.

/** Call `react(event, element)` for events whose target lies in an element that matches `selector`, now or later. */
export function onEvery(type, selector, react, options) {
  document.addEventListener(
    type,
    (event) => {
      const element = event.target instanceof Element ? event.target.closest(selector) : null;
      if (element) react(event, element);
    },
    options,
  );
}

/** True while an input method is composing: Enter and the arrows belong to it then. */
export const composing = (event) => event.isComposing || event.keyCode === 229;

/** True where a key press means typing. */
export function typing(event) {
  const at = event.target;
  return at instanceof HTMLElement && (at.isContentEditable || at.matches("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select") || Boolean(at.closest("form[data-draft]")));
}

/** Remember a small word for a year, for the server to render from. */
export function keep(name, value) {
  document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
}

/** What `keep` stored, or "". */
export function kept(name) {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

export const csrfToken = () => JSON.parse(document.body.getAttribute("hx-headers:inherited") ?? "{}")["X-CSRFToken"] ?? "";

/** Put a newer element in the place of an older one; the focus stays on the same link or button. */
export function exchange(old, fresh) {
  const ways = (element) => [...element.querySelectorAll("a, button, summary")];
  const at = ways(old).indexOf(document.activeElement);
  old.replaceWith(fresh);
  window.htmx.process(fresh);
  if (at >= 0) ways(fresh)[at]?.focus({ preventScroll: true });
}

/** Whether somebody is at work in an element: writes in it, or has a menu of it open. */
export const busy = (element) => element.matches("form") || Boolean(element.querySelector("form, :popover-open, input:focus, textarea:focus, select:focus"));
