// Builds every asset of the screens into kizuna/base/ui/static/kizuna/ (git-ignored, shipped in the wheel).
//   node build.mjs            one build, minified
//   node build.mjs --watch    again on every change of a source, style or template
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, watch, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { writeSprite } from "./sprite.mjs";
import { trimTabler } from "./tabler.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const product = path.join(here, "..", "kizuna");
const out = path.join(product, "base", "ui", "static", "kizuna");
const watching = process.argv.includes("--watch");

/** `@import "tabler-trimmed"` in CSS: Tabler without the selectors that no template uses. */
const tabler = {
  name: "tabler",
  setup(build) {
    build.onResolve({ filter: /^tabler-trimmed$/ }, () => ({ path: "tabler", namespace: "tabler" }));
    build.onLoad({ filter: /.*/, namespace: "tabler" }, async () => ({
      contents: await trimTabler(here, product),
      loader: "css",
    }));
  },
};

const options = {
  absWorkingDir: here,
  entryPoints: { app: "src/app.js", push: "src/push.js", styles: "css/index.css", map: "css/map.css" },
  outdir: out,
  entryNames: "[name]",
  chunkNames: "chunks/[name]-[hash]",
  assetNames: "fonts/[name]",
  bundle: true,
  splitting: true,
  format: "esm",
  minify: true,
  charset: "utf8",
  target: ["chrome123", "firefox121", "safari17.5"],
  loader: { ".woff2": "file", ".woff": "empty", ".png": "empty" },
  plugins: [tabler],
  write: false,
  logLevel: "warning",
};

/** The outline of the world (Natural Earth), without what no map draws. */
async function world() {
  const topology = JSON.parse(await readFile(path.join(here, "node_modules", "world-atlas", "countries-50m.json"), "utf8"));
  for (const country of topology.objects.countries.geometries) delete country.properties;
  return Buffer.from(JSON.stringify(topology));
}

/** The icons of the app on a home screen. */
async function pictures() {
  const folder = path.join(here, "icons");
  const names = await readdir(folder);
  return Promise.all(names.map(async (name) => ({ path: path.join(out, name), contents: await readFile(path.join(folder, name)) })));
}

/** Write only what changed and remove what is no longer made, so that a running server never misses a file. */
async function publish(files) {
  const wanted = new Map(files.map((file) => [path.relative(out, file.path).replace(/^styles\.css$/, "app.css"), file.contents]));
  for (const [name, contents] of wanted) {
    const target = path.join(out, name);
    await mkdir(path.dirname(target), { recursive: true });
    const known = await readFile(target).catch(() => null);
    if (!known || hash(known) !== hash(contents)) await writeFile(target, contents);
  }
  for (const entry of await readdir(out, { recursive: true, withFileTypes: true })) {
    const name = path.relative(out, path.join(entry.parentPath ?? entry.path, entry.name));
    if (entry.isFile() && !wanted.has(name)) await rm(path.join(out, name));
  }
}

const hash = (bytes) => createHash("sha256").update(bytes).digest("hex");

async function build() {
  const started = performance.now();
  const [bundle, sprite] = await Promise.all([esbuild.build(options), writeSprite(here, product)]);
  const plain = [
    { path: path.join(out, "icons.svg"), contents: Buffer.from(sprite.svg) },
    { path: path.join(out, "icon.svg"), contents: await readFile(path.join(here, "icon.svg")) },
    { path: path.join(out, "world.json"), contents: await world() },
    ...(await pictures()),
  ];
  await publish([...bundle.outputFiles, ...plain]);
  const took = Math.round(performance.now() - started);
  console.log(`Built ${bundle.outputFiles.length + plain.length} files, ${sprite.count} icons, in ${took} ms.`);
}

await build();
if (watching) {
  let waiting = null;
  const again = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => build().catch((error) => console.error(error.message)), 100);
  };
  const follow = async (folder, kinds) => {
    for await (const { filename } of watch(folder, { recursive: true })) if (kinds.test(filename ?? "")) again();
  };
  follow(path.join(here, "src"), /\.js$/);
  follow(path.join(here, "css"), /\.css$/);
  follow(product, /\.html$/);
}
