// Bundles the program into the file that `bin` names and chunks beside it, so that each command
// reads no more than it needs: a client waits for a stdio server to start. libsql carries a prebuilt
// native library, so it is the only package left outside the bundle.
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { writeSbom } from "./build-sbom.mjs";
import { buildTemplateWorker } from "./build-template-worker.mjs";
import { buildView } from "./build-view.mjs";

/**
 * esbuild makes a file of what the same imports want. So each of those that come later also wants
 * all that every command has loaded by then, and that becomes one file instead of many, which Node
 * loads in less time. Commands that call tools want all of a connection as well.
 */
const callsTools = /[/\\]cli[/\\]commands[/\\]/;

const oneFileForTheStart = {
  name: "one-file-for-the-start",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) =>
      kind === "dynamic-import" && !resolveDir.includes("node_modules")
        ? { path: resolve(resolveDir, path), namespace: "later" }
        : undefined,
    );
    onLoad({ filter: /./, namespace: "later" }, ({ path }) => ({
      contents: [
        `export * from ${JSON.stringify(path)};`,
        'export { runStdio } from "./cli/stdio.ts";',
        ...(callsTools.test(path) ? ['export { connectStdio } from "./stdio/connection.ts";'] : []),
      ].join("\n"),
      resolveDir: resolve(import.meta.dirname, "src"),
    }));
  },
};

/**
 * What a package imports and nothing here uses: undici's HTTP/2 client, for node:http2 alone takes a
 * noticeable part of a start, and OpenTelemetry where prom-client would read it for exemplars.
 */
const withoutUnused = {
  name: "without-unused",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/client-h2(\.js)?$/ }, ({ path }) => ({ path, namespace: "unused" }));
    onResolve({ filter: /^@opentelemetry\/api$/ }, ({ path, importer }) =>
      importer.includes("prom-client") ? { path, namespace: "unused" } : undefined,
    );
    onLoad({ filter: /./, namespace: "unused" }, () => ({
      contents: "module.exports = undefined;",
    }));
  },
};

rmSync("dist", { recursive: true, force: true });
const program = await build({
  entryPoints: { main: "src/main.ts" },
  outdir: "dist",
  chunkNames: "chunks/[name]-[hash]",
  bundle: true,
  splitting: true,
  platform: "node",
  format: "esm",
  target: "node20.19",
  external: ["libsql"],
  alias: {
    "@modelcontextprotocol/server/_shims": resolve("src/server/sdk-shims.ts"),
    // Its other build, for Node, cannot be bundled.
    "jsonc-parser": fileURLToPath(
      new URL("node_modules/jsonc-parser/lib/esm/main.js", import.meta.url),
    ),
  },
  plugins: [oneFileForTheStart, withoutUnused],
  minify: true,
  legalComments: "none",
  metafile: true,
  banner: {
    // Bundled CommonJS packages require modules of Node's; an ES module has no require of its own.
    js: "#!/usr/bin/env node\nconst require = process.getBuiltinModule;",
  },
});
chmodSync("dist/main.js", 0o755);
// Beside the chunk that starts it.
const worker = await buildTemplateWorker("dist/chunks/template-worker.js");
const view = await buildView("dist/chunks/view.json");

// Most of what is bundled may be passed on only together with its license.
const inputs = [program, worker, view].flatMap(({ metafile }) => Object.keys(metafile.inputs));
const bundled = inputs.map((path) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]);
const folders = [...new Set(bundled)].filter(Boolean).sort();
const licenses = folders.map((folder) => {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const text = file ? readFileSync(`${folder}/${file}`, "utf8").trim() : `License: ${license}`;
  return `${name} ${version}\n\n${text}\n`;
});
writeFileSync("dist/LICENSES.txt", licenses.join(`\n${"-".repeat(80)}\n\n`));
writeSbom("dist/sbom.json", { bundled: folders, installed: ["node_modules/libsql"] });
