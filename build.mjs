// Bundles the program into the one file that `bin` names. libsql carries a prebuilt native
// library, so it is the only package left outside the bundle.
import { chmodSync } from "node:fs";
import { build } from "esbuild";

await build({
  entryPoints: ["src/main.ts"],
  outfile: "dist/main.js",
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20.19",
  external: ["libsql"],
  minifySyntax: true,
  legalComments: "none",
  banner: {
    // Bundled CommonJS packages call require; an ES module has none of its own.
    js: '#!/usr/bin/env node\nimport { createRequire as __createRequire } from "node:module";\nconst require = __createRequire(import.meta.url);',
  },
});
chmodSync("dist/main.js", 0o755);
