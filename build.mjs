// Bundles the program into the one file that `bin` names. libsql carries a prebuilt native
// library, so it is the only package left outside the bundle.
import { chmodSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const { metafile } = await build({
  entryPoints: ["src/main.ts"],
  outfile: "dist/main.js",
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20.19",
  external: ["libsql"],
  minifySyntax: true,
  legalComments: "none",
  metafile: true,
  banner: {
    // Bundled CommonJS packages call require; an ES module has none of its own.
    js: '#!/usr/bin/env node\nimport { createRequire as __createRequire } from "node:module";\nconst require = __createRequire(import.meta.url);',
  },
});
chmodSync("dist/main.js", 0o755);

// Most of what is bundled may be passed on only together with its license.
const bundled = Object.keys(metafile.inputs).map(
  (path) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0],
);
const licenses = [...new Set(bundled)]
  .filter(Boolean)
  .sort()
  .map((folder) => {
    const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
    const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
    const text = file ? readFileSync(`${folder}/${file}`, "utf8").trim() : `License: ${license}`;
    return `${name} ${version}\n\n${text}\n`;
  });
writeFileSync("dist/LICENSES.txt", licenses.join(`\n${"-".repeat(80)}\n\n`));
