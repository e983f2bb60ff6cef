import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { minify } from "@swc/core";
import { build } from "esbuild";

const folder = resolve(import.meta.dirname, "src/view");

/**
 * Bundles the view into one HTML document, and writes it with the hashes that its
 * Content-Security-Policy names and the texts of the other languages:
 * `{ html, scriptHash, styleHash, texts }` as JSON.
 */
export async function buildView(outfile) {
  const made = await build({
    entryPoints: [resolve(folder, "main.tsx"), resolve(folder, "style/style.css")],
    outdir: folder,
    write: false,
    bundle: true,
    format: "iife",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    minify: true,
    legalComments: "none",
    metafile: true,
  });
  const textOf = (end) => made.outputFiles.find(({ path }) => path.endsWith(end)).text.trim();
  // esbuild bundles; what swc makes of its output is smaller once it is compressed.
  const { code } = await minify(textOf(".js"), { compress: { passes: 4 }, mangle: true });
  // What would end the element early.
  const script = code.replaceAll("</script", "<\\/script");
  const style = textOf(".css");
  const html = readFileSync(resolve(folder, "page.html"), "utf8")
    .replace("<!-- style -->", () => `<style>${style}</style>`)
    .replace("<!-- script -->", () => `<script>${script}</script>`);
  const hash = (text) => `sha256-${createHash("sha256").update(text).digest("base64")}`;
  const texts = { de: JSON.stringify(await catalogueOf("german.ts")) };
  writeFileSync(
    outfile,
    JSON.stringify({ html, scriptHash: hash(script), styleHash: hash(style), texts }),
  );
  return made;
}

/** The texts of a language. English is the part of each file that the script has. */
async function catalogueOf(file) {
  const { outputFiles } = await build({
    entryPoints: [resolve(folder, "texts", file)],
    write: false,
    bundle: true,
    format: "esm",
  });
  const { catalogue } = await import(
    `data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`
  );
  return catalogue;
}
