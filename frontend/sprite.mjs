// One SVG sprite of the Tabler icons in use: `{% icon "name" %}` in templates, `icon="name"` in Python, and the names in
// icons.txt (for names that are put together at run time).
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

const asked = [/\{%\s*icon\s+"([a-z0-9-]+)"/g, /\bicon["']?\s*(?::\s*\w+\s*)?[=:]\s*["']([a-z0-9-]+)["']/g];

async function usedNames(here, product) {
  const listed = (await readFile(path.join(here, "icons.txt"), "utf8")).split("\n").map((line) => line.split("#")[0].trim());
  const names = new Set(listed.filter(Boolean));
  for (const entry of await readdir(product, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath ?? entry.path, entry.name);
    if (!entry.isFile() || !/\.(html|py|json)$/.test(entry.name) || /[\\/]tests[\\/]/.test(file)) continue;
    const text = await readFile(file, "utf8");
    for (const pattern of asked) for (const [, name] of text.matchAll(pattern)) names.add(name);
  }
  return [...names].sort();
}

/** {svg, count}; an icon that Tabler does not have stops the build with its name. */
export async function writeSprite(here, product) {
  const folder = path.join(here, "node_modules", "@tabler", "icons", "icons");
  const names = await usedNames(here, product);
  const symbols = await Promise.all(
    names.map(async (name) => {
      const [kind, base] = name.endsWith("-filled") ? ["filled", name.slice(0, -7)] : ["outline", name];
      const source = await readFile(path.join(folder, kind, `${base}.svg`), "utf8").catch(() => {
        throw new Error(`No Tabler icon is called "${name}".`);
      });
      const inner = source.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "");
      const shapes = inner.replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, "").replace(/\s+/g, " ").trim();
      const paint = kind === "filled" ? ' fill="currentColor" stroke="none"' : "";
      return `<symbol id="${name}" viewBox="0 0 24 24"${paint}>${shapes}</symbol>`;
    }),
  );
  return { svg: `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`, count: names.length };
}
