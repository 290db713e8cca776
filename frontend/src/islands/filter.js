// <kizuna-filter>: edits a condition tree. Reads script#filter-schema (ui/parts/filter_builder.html says what is in it), makes
// rows from the <template data-name> elements inside it, writes the tree as JSON into input[data-tree].
// The page is the state: the tree is read back from the rows.
import { Values } from "./filter_values.js";

class Filter extends HTMLElement {
  connectedCallback() {
    if (this.schema) return;
    this.schema = JSON.parse(this.querySelector("#filter-schema").textContent);
    this.values = new Values(this);
    this.root = this.querySelector("[data-root]");
    this.root.append(this.#group(this.#asGroup(this.schema.tree), null));
    this.root.querySelector("[data-group] > .k-filter-head > [data-remove]").remove();
    this.addEventListener("click", (event) => this.#click(event));
    this.addEventListener("change", (event) => this.#change(event));
    for (const kind of ["click", "change", "input"]) this.addEventListener(kind, ({ type, target }) => (type === "input" && target.matches("select")) || this.#write());
    if (this.closest("dialog") && document.activeElement?.matches("[data-close], body")) this.root.querySelector("[data-rows] select")?.focus();
    this.form = this.closest("form");
    this.form.addEventListener("submit", (event) => this.#send(event));
  }

  make(name) {
    return this.querySelector(`template[data-name="${name}"]`).content.firstElementChild.cloneNode(true);
  }

  /** Any tree as {not, join, parts}: a lone condition becomes a group of one. */
  #asGroup(tree) {
    const negated = Boolean(tree?.not);
    const inner = negated ? tree.not : (tree ?? {});
    const join = inner.any ? "any" : "all";
    if (inner.all || inner.any) return { negated, join, parts: inner[join] };
    return { negated: false, join: "all", parts: Object.keys(tree ?? {}).length ? [tree] : [] };
  }

  #group({ negated, join, parts }, related) {
    const group = this.make("group");
    group.related = related;
    this.#press(group.querySelector("[data-not]"), negated);
    group.querySelector("[data-join]").value = join;
    const rows = group.querySelector("[data-rows]");
    for (const part of parts.length ? parts : [null]) rows.append(this.#part(part, related));
    return group;
  }

  #part(tree, related) {
    let inner = tree?.not ?? tree;
    if (inner?.related) inner = { measure: "count", ...inner, ...(inner.op ? {} : { op: "gte", value: 1 }) }; // "has any"
    if (inner?.all || inner?.any) return this.#group(this.#asGroup(tree), related);
    return this.#row(inner, Boolean(tree?.not), related);
  }

  #fields(related) {
    return related ? this.schema.related.find((one) => one.name === related).fields : this.schema.fields;
  }

  #row(leaf, negated, related) {
    const row = this.make("row");
    row.related = related;
    this.#press(row.querySelector("[data-not]"), negated);
    const select = row.querySelector("[data-field]");
    select.append(...this.#fields(related).map((field) => new Option(field.label, field.name)));
    if (!related && this.schema.related?.length) {
      const group = this.make("related");
      group.append(...this.schema.related.map((one) => new Option(one.label, `related:${one.name}`)));
      select.append(group);
    }
    if (leaf) select.value = leaf.related ? `related:${leaf.related}` : leaf.field;
    this.#fieldChosen(row, leaf);
    return row;
  }

  /** What stands behind a row: {field, aggregate, operators}. */
  #subject(row) {
    const name = row.querySelector("[data-field]").value;
    if (!name.startsWith("related:")) {
      const field = this.#fields(row.related).find((one) => one.name === name);
      return { field, operators: field?.operators ?? [] };
    }
    const aggregate = this.schema.related.find((one) => one.name === name.slice(8));
    const measure = this.schema.measures.find((one) => one.name === row.querySelector("[data-measure]").value);
    const field = aggregate.fields.find((one) => one.name === row.querySelector("[data-measured]").value);
    return { field, aggregate, measure, operators: measure?.operators[measure.kinds.length ? field?.kind : "number"] ?? [] };
  }

  #fieldChosen(row, leaf) {
    const name = row.querySelector("[data-field]").value;
    const aggregate = name.startsWith("related:") && this.schema.related.find((one) => one.name === name.slice(8));
    row.querySelector("[data-measures]").hidden = !aggregate;
    const where = row.querySelector("[data-where]");
    where.hidden = !aggregate;
    where.querySelector("[data-group]")?.remove();
    if (aggregate) {
      const usable = this.schema.measures.filter((one) => !one.kinds.length || aggregate.fields.some((field) => one.kinds.includes(field.kind)));
      this.#offer(row.querySelector("[data-measure]"), usable, leaf?.measure);
      const group = this.#group(this.#asGroup(leaf?.where), aggregate.name);
      group.querySelector(".k-filter-head > [data-remove]").remove();
      if (!Object.keys(leaf?.where ?? {}).length) group.querySelector("[data-rows]").replaceChildren();
      where.append(group);
    }
    this.#measureChosen(row, leaf);
  }

  #measureChosen(row, leaf) {
    const { aggregate, measure } = this.#subject(row);
    const measured = row.querySelector("[data-measured]");
    measured.parentElement.hidden = !measure?.kinds.length;
    if (aggregate) this.#offer(measured, aggregate.fields.filter((field) => measure.kinds.includes(field.kind)), leaf?.field);
    this.#measuredChosen(row, leaf);
  }

  #measuredChosen(row, leaf) {
    this.#offer(row.querySelector("[data-operator]"), this.#subject(row).operators, leaf?.op);
    this.#operatorChosen(row, leaf?.value);
  }

  #operatorChosen(row, value) {
    const { field, aggregate, operators } = this.#subject(row);
    const operator = operators.find((one) => one.name === row.querySelector("[data-operator]").value);
    const path = row.related ? `${row.related}.${field?.name}` : field?.name;
    this.values.draw(row.querySelector("[data-value]"), operator, aggregate ? { name: "", ...field } : field, path, value);
  }

  #offer(select, choices, chosen) {
    select.replaceChildren(...choices.map((one) => new Option(one.label, one.name)));
    if (choices.some((one) => one.name === chosen)) select.value = chosen;
  }

  #press(button, on) {
    button.setAttribute("aria-pressed", String(on));
  }

  #click(event) {
    const button = event.target.closest("button");
    if (!button) return;
    const group = button.closest("[data-group]");
    if (button.matches("[data-not]")) this.#press(button, button.getAttribute("aria-pressed") !== "true");
    else if (button.dataset.add) {
      const part = button.dataset.add === "row" ? this.#row(null, false, group.related) : this.#group({ join: "any", parts: [] }, group.related);
      group.querySelector("[data-rows]").append(part);
      part.querySelector("select").focus();
    } else if (button.matches("[data-remove]")) {
      const gone = button.closest("[data-row-of-filter], [data-group]");
      const near = gone.closest("[data-rows]")?.parentElement.querySelector(":scope > .k-buttons > [data-add]");
      gone.remove();
      near?.focus();
    }
  }

  #change(event) {
    const row = event.target.closest("[data-row-of-filter]");
    if (!row) return;
    row.querySelector("[data-missing]").hidden = true;
    if (event.target.matches("[data-field]")) this.#fieldChosen(row);
    else if (event.target.matches("[data-measure]")) this.#measureChosen(row);
    else if (event.target.matches("[data-measured]")) this.#measuredChosen(row);
    else if (event.target.matches("[data-operator]")) this.#operatorChosen(row, this.values.read(row.querySelector("[data-value]")));
  }

  #treeOfGroup(group) {
    const parts = [...group.querySelector("[data-rows]").children].map((part) => (part.matches("[data-group]") ? this.#treeOfGroup(part) : this.#treeOfRow(part))).filter(Boolean);
    if (!parts.length) return null;
    const negated = group.querySelector("[data-not]").getAttribute("aria-pressed") === "true";
    const join = group.querySelector("[data-join]").value;
    const tree = parts.length === 1 && !negated ? parts[0] : { [join]: parts };
    return negated ? { not: tree } : tree;
  }

  #treeOfRow(row) {
    const { field, aggregate, measure } = this.#subject(row);
    const leaf = aggregate ? { related: aggregate.name, measure: measure.name } : { field: field.name };
    if (aggregate && measure.kinds.length) leaf.field = field.name;
    const where = aggregate && this.#treeOfGroup(row.querySelector("[data-where] > [data-group]"));
    if (where) leaf.where = where;
    leaf.op = row.querySelector("[data-operator]").value;
    const value = this.values.read(row.querySelector("[data-value]"));
    if (value !== undefined) leaf.value = value;
    if (value === null && !this.strict) return null;
    row.querySelector("[data-missing]").hidden = value !== null;
    return row.querySelector("[data-not]").getAttribute("aria-pressed") === "true" ? { not: leaf } : leaf;
  }

  /** Rows stand for a tree once they are filled in (what a choice brings along comes with its change); one untouched row for none. */
  #write(strict = false) {
    this.strict = strict;
    const rows = this.querySelectorAll("[data-root] [data-row-of-filter]");
    const blank = rows.length === 1 && this.values.read(rows[0].querySelector("[data-value]")) === null;
    const tree = blank ? null : this.#treeOfGroup(this.root.firstElementChild);
    this.querySelector("[data-tree]").value = tree ? JSON.stringify(tree) : "";
    return !blank;
  }

  #send(event) {
    const missing = this.#write(true) && this.querySelector("[data-root] [data-missing]:not([hidden])");
    if (!missing) return;
    event.preventDefault();
    missing.closest("[data-row-of-filter]").querySelector("[data-value] :is(input, select)")?.focus();
  }
}

customElements.define("kizuna-filter", Filter);
