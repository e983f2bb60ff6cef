import { renameSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildTemplateWorker } from "../../build-template-worker.mjs";
import { buildView } from "../../build-view.mjs";

const cache = new URL("../../node_modules/.cache/", import.meta.url);

/** Node 20 cannot run TypeScript, so the worker's program and the view are built once for all tests. */
export default async function setup() {
  await replace("template-worker.mjs", buildTemplateWorker);
  await replace("view.json", buildView);
}

/** In one step, because the tests of other projects may be reading the file. */
async function replace(name, build) {
  const file = fileURLToPath(new URL(name, cache));
  const draft = `${file}.${process.pid}`;
  await build(draft);
  renameSync(draft, file);
}
