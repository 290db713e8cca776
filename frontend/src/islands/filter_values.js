// The values of a condition: a control per input kind, one, two or many of it, and the JSON that it stands for.
import "./select.js";

let made = 0;

export class Values {
  constructor(filter) {
    this.filter = filter;
  }

  /** Draw the control for an operator into `place`, filled with `value` where that fits. */
  draw(place, operator, field, path, value) {
    place.operator = operator;
    place.replaceChildren();
    if (!operator || operator.arity === "none") return;
    const kind = operator.input;
    const one = (given) => this.#control(kind, field, path, given);
    if (operator.arity === "many" && kind === "choice") place.append(this.#choices(field, value));
    else if (operator.arity === "two") {
      const [low, high] = Array.isArray(value) ? value : [];
      place.append(one(low), this.filter.make("and"), one(high));
    } else if (operator.arity === "many") {
      const given = Array.isArray(value) ? value : [value];
      const more = this.filter.make("more");
      more.addEventListener("click", () => {
        const next = one();
        more.before(next);
        (next.matches("input") ? next : next.querySelector("input")).focus();
      });
      place.append(...given.map(one), more);
    } else place.append(one(Array.isArray(value) ? value[0] : value));
  }

  #control(kind, field, path, value) {
    const known = { text: 1, tag: 1, number: 1, days: 1, date: 1, moment: 1, money: 1, choice: 1, period: 1, record: 1, circle: 1 };
    const control = this.filter.make(known[kind] ? kind : "text");
    control.dataset.kind = kind;
    const { currencies = [], periods = [], titles = {} } = this.filter.schema;
    if (kind === "choice") this.#fill(control.querySelector("select"), field.choices ?? [], value);
    else if (kind === "period") this.#period(control, periods, value);
    else if (kind === "circle") this.#circle(control, value);
    else if (kind === "record") this.#record(control, field, titles[path]?.[value], value);
    else if (kind === "money") {
      this.#fill(control.querySelector("[data-currency]"), currencies.map((code) => [code, code]), value?.currency);
      control.querySelector("input").value = value?.amount ?? "";
    } else (control.matches("input") ? control : control.querySelector("input")).value = ["string", "number"].includes(typeof value) ? value : "";
    return control;
  }

  #fill(select, choices, value) {
    select.replaceChildren(...choices.map(([code, label]) => new Option(label, code)));
    if (value !== undefined && choices.some(([code]) => String(code) === String(value))) select.value = String(value);
  }

  #choices(field, value) {
    const chosen = (Array.isArray(value) ? value : [value]).map(String);
    const place = this.filter.make("choices");
    for (const [code, label] of field.choices ?? []) {
      const row = this.filter.make("check");
      Object.assign(row.querySelector("input"), { value: code, checked: chosen.includes(String(code)) });
      row.querySelector("span").textContent = label;
      place.append(row);
    }
    place.dataset.kind = "choices";
    return place;
  }

  #period(control, periods, value) {
    const [select, count] = [control.querySelector("[data-period]"), control.querySelector("[data-count]")];
    select.replaceChildren(...periods.map(([code, label]) => new Option(label, code)));
    const shape = (code) => new RegExp(`^${code.replace("{n}", "(\\d+)")}$`);
    const code = periods.map(([one]) => one).find((one) => one === value) ?? periods.map(([one]) => one).find((one) => one.includes("{n}") && shape(one).test(value));
    if (code) select.value = code;
    count.value = (code && shape(code).exec(value)?.[1]) || 30;
    const paint = () => (count.hidden = !select.value.includes("{n}"));
    select.addEventListener("change", paint);
    paint();
  }

  #circle(control, value) {
    const { lat, lon, km } = value ?? {};
    control.querySelector("[data-km]").value = km ?? 5;
    control.querySelector("[data-centre]").value = lat === undefined ? "" : `${lat}, ${lon}`;
  }

  #record(control, field, title, value) {
    const list = control.querySelector("[role=listbox]");
    list.id = `filter-options-${++made}`;
    control.querySelector("[data-text]").setAttribute("aria-controls", list.id);
    control.dataset.url = field.target_url;
    control.querySelector("[data-text]").value = value ? (title ?? `#${value}`) : "";
    control.querySelector("input[type=hidden]").value = value ?? "";
  }

  /** The JSON value of `place`: undefined when the operator takes none, null when something is missing. */
  read(place) {
    const { arity } = place.operator ?? { arity: "none" };
    if (arity === "none") return undefined;
    const choices = place.querySelector("[data-kind=choices]");
    const all = choices ? [...choices.querySelectorAll("input:checked")].map((box) => box.value) : [...place.querySelectorAll("[data-kind]")].map((control) => this.#value(control));
    const given = all.filter((value) => value !== null);
    if (arity === "one") return given[0] ?? null;
    if (arity === "two") return given.length === 2 ? given : null;
    return given.length ? given : null;
  }

  #value(control) {
    const { kind } = control.dataset;
    if (kind === "record") return control.querySelector("input[type=hidden]").value || null;
    if (kind === "circle") {
      const km = control.querySelector("[data-km]").value.trim();
      const [lat, lon, ...rest] = control.querySelector("[data-centre]").value.split(/[\s,;]+/).filter(Boolean);
      return km && lon && !rest.length ? { lat, lon, km } : null;
    }
    const input = control.matches("input, select") ? control : control.querySelector("input, select");
    const text = input.value.trim();
    if (kind === "money") return text ? { amount: text, currency: control.querySelector("[data-currency]").value } : null;
    if (kind === "period") {
      const code = control.querySelector("[data-period]").value;
      const count = control.querySelector("[data-count]").value;
      if (code.includes("{n}") && !(count > 0)) return null;
      return code.replace("{n}", count) || null;
    }
    return text || null;
  }
}
