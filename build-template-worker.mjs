import { resolve } from "node:path";
import { build } from "esbuild";

/** Bundles the program of the processes that work on templates into one file. */
export function buildTemplateWorker(outfile) {
  return build({
    entryPoints: [resolve(import.meta.dirname, "src/template-workers/worker.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    minify: true,
    legalComments: "none",
    metafile: true,
    banner: {
      // Bundled CommonJS packages require modules of Node's; an ES module has no require of its own.
      js: "const require = process.getBuiltinModule;",
    },
  });
}
