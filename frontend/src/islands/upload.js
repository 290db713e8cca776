// <kizuna-upload data-url data-limit>: files dropped on the page, pasted, or chosen go up two at a time, each with its
// progress, a way to stop it and a way to try again. Inside (ui/parts/files.html): the form that works without script, a list
// [data-uploads], a <template data-upload> for one row, a <template data-drop-words> for what covers the page while dragging.
import { csrfToken, typing } from "../core/page.js";
import { toast } from "../core/toasts.js";

const AT_ONCE = 2;

class Upload extends HTMLElement {
  connectedCallback() {
    if (this.waiting) return;
    this.waiting = [];
    this.running = 0;
    this.input = this.querySelector("input[type=file]");
    this.list = this.querySelector("[data-uploads]");
    this.stop = new AbortController();
    this.input.addEventListener("change", () => {
      this.#take([...this.input.files]);
      this.input.value = "";
    });
    this.#listen("click", (event) => event.target.closest?.("[data-choose-files]") && this.input.click());
    this.#listen("dragenter", (event) => this.#drag(event));
    this.#listen("dragover", (event) => this.#drag(event));
    this.#listen("dragleave", (event) => event.relatedTarget === null && this.#uncover());
    this.#listen("drop", (event) => this.#drop(event));
    this.#listen("paste", (event) => this.#paste(event));
    addEventListener("beforeunload", (event) => this.running && event.preventDefault(), { signal: this.stop.signal });
  }

  disconnectedCallback() {
    this.stop?.abort();
    this.#uncover();
  }

  #listen(type, react) {
    document.addEventListener(type, react, { signal: this.stop.signal });
  }

  // ── ways in ──

  #drag(event) {
    if (!event.dataTransfer?.types.includes("Files") || document.querySelector("dialog:modal")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    if (this.cover) return;
    this.cover = this.querySelector("[data-drop-words]").content.firstElementChild.cloneNode(true);
    document.getElementById("main").append(this.cover);
  }

  #uncover() {
    this.cover?.remove();
    this.cover = null;
  }

  #drop(event) {
    if (!this.cover) return;
    event.preventDefault();
    this.#uncover();
    const entries = [...event.dataTransfer.items].filter((item) => item.kind === "file");
    this.#take(entries.filter((item) => !item.webkitGetAsEntry?.()?.isDirectory).map((item) => item.getAsFile()));
  }

  #paste(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length || document.querySelector("dialog:modal")) return;
    if (typing(event) && event.clipboardData.types.includes("text/plain")) return; // words were meant
    event.preventDefault();
    this.#take(files.map((file) => (file.name === "image.png" ? named(file) : file)));
  }

  // ── one file after the other ──

  #take(files) {
    for (const file of files.filter(Boolean)) {
      const row = this.querySelector("[data-upload]").content.firstElementChild.cloneNode(true);
      row.querySelector("[data-name]").textContent = file.name;
      row.querySelector("progress").setAttribute("aria-label", file.name);
      const one = { file, row };
      row.querySelector("[data-stop]").addEventListener("click", () => this.#cancel(one));
      row.querySelector("[data-retry]").addEventListener("click", () => this.#queue(one));
      this.list.append(row);
      if (file.size > Number(this.dataset.limit)) this.#fail(one, this.dataset.tooLarge, false);
      else if (!file.size) this.#fail(one, this.dataset.empty, false);
      else this.#queue(one);
    }
    if (files.length) document.querySelector('[data-pane-tab="related"]')?.checkVisibility?.() && document.querySelector('[data-pane-tab="related"]').click();
  }

  #queue(one) {
    one.row.querySelector("[data-retry]").hidden = true;
    one.row.querySelector("[data-why]").hidden = true;
    one.row.removeAttribute("data-failed");
    const bar = one.row.querySelector("progress");
    Object.assign(bar, { hidden: false, value: 0 });
    this.waiting.push(one);
    this.#next();
  }

  #next() {
    while (this.running < AT_ONCE && this.waiting.length) this.#send(this.waiting.shift());
  }

  #send(one) {
    this.running += 1;
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("file", one.file, one.file.name);
    one.request = request;
    request.open("POST", this.dataset.url);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.upload.addEventListener("progress", ({ loaded, total }) => (one.row.querySelector("progress").value = (loaded / total) * 100));
    request.addEventListener("loadend", () => this.#ended(one, request));
    request.send(body);
  }

  #ended(one, request) {
    this.running -= 1;
    one.request = null;
    if (request.status === 201) {
      one.row.remove();
      if (!this.running && !this.waiting.length) toast({ text: this.dataset.done, tone: "good" });
      document.body.dispatchEvent(new CustomEvent("kizuna:happened", { bubbles: true }));
    } else if (!one.cancelled) this.#fail(one, said(request) || this.dataset[request.status ? "refused" : "failed"], true);
    this.#next();
  }

  #cancel(one) {
    one.cancelled = true;
    this.waiting = this.waiting.filter((other) => other !== one);
    one.request?.abort();
    one.row.remove();
  }

  #fail(one, why, again) {
    const words = one.row.querySelector("[data-why]");
    one.row.setAttribute("data-failed", "");
    one.row.querySelector("progress").hidden = true;
    one.row.querySelector("[data-retry]").hidden = !again;
    Object.assign(words, { hidden: false, textContent: why });
    words.setAttribute("role", "alert");
  }
}

/** A picture from the clipboard has no name of its own: it gets the moment. */
function named(file) {
  const moment = new Date(Date.now() - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 19).replace("T", " ").replaceAll(":", ".");
  return new File([file], `${moment}.png`, { type: file.type });
}

/** The words of the answer, when it has some. */
function said(request) {
  try {
    return JSON.parse(request.responseText).words ?? "";
  } catch {
    return "";
  }
}

customElements.define("kizuna-upload", Upload);
