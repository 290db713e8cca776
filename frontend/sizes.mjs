// Prints what a browser fetches, gzipped, and fails when a list page would go over its budget.
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const out = path.join(path.dirname(fileURLToPath(import.meta.url)), "..", "kizuna", "base", "ui", "static", "kizuna");
const budgets = { "app.js": 35, "app.css": 40, "icons.svg": 20, "list page, script": 45 };
const onList = /^(app\.js|chunks\/(palette|selection)-)/;
const imported = /(?:from|import)\s*"([^"]+\.js)"/g; // not import("…"), which waits until it is needed

/** A script and what it cannot run without. */
async function withImports(name, found = new Set()) {
  if (found.has(name)) return found;
  found.add(name);
  const text = await readFile(path.join(out, name), "utf8");
  for (const [, other] of text.matchAll(imported)) await withImports(path.posix.join(path.posix.dirname(name), other), found);
  return found;
}

const sizes = {};
for (const entry of await readdir(out, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || entry.name.endsWith(".woff2")) continue;
  const file = path.join(entry.parentPath ?? entry.path, entry.name);
  sizes[path.relative(out, file).replaceAll("\\", "/")] = gzipSync(await readFile(file), { level: 9 }).length / 1024;
}
const fetched = new Set();
for (const name of Object.keys(sizes).filter((one) => onList.test(one))) await withImports(name, fetched);
sizes["list page, script"] = [...fetched].reduce((sum, name) => sum + sizes[name], 0);

let over = false;
for (const [name, size] of Object.entries(sizes).sort()) {
  const budget = budgets[name];
  over ||= budget !== undefined && size > budget;
  console.log(`${name.padEnd(36)} ${size.toFixed(1).padStart(6)} KB gz${budget ? `  of ${budget}` : ""}${budget && size > budget ? "  OVER" : ""}`);
}
process.exit(over ? 1 : 0);
