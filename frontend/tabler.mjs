// Tabler is the component set, but a page needs a small part of it: keep the rules whose selectors occur in a
// template, drop the rest (79 KB gzipped before).
import { readFile } from "node:fs/promises";
import path from "node:path";
import { PurgeCSS } from "purgecss";

/** The CSS of Tabler that the templates under `product` use. */
export async function trimTabler(here, product) {
  const source = path.join(here, "node_modules", "@tabler", "core", "dist", "css", "tabler.css");
  const [result] = await new PurgeCSS().purge({
    css: [{ raw: await readFile(source, "utf8") }],
    content: [path.join(product, "**", "templates", "**", "*.html").replaceAll("\\", "/")],
    variables: true,
    keyframes: true,
    fontFace: true,
    // Words in templates are a generous net; these names are ordinary words there, never Tabler's classes.
    blocklist: [/^(mark|tag|card|btn|badge|avatar|row|col|icon|form|table|nav|page|text|status|progress|steps?|list|collapse|dropdown|modal|alert|toast|tab|pagination|breadcrumb|chip|chat|ribbon|timeline|payment|flag|social|container|offcanvas|popover|tooltip|spinner|placeholder|carousel|accordion|switch-icon|input|link|nav-item|hr)$/],
  });
  return result.css;
}
