import { fileURLToPath } from "node:url";
import { buildTemplateWorker } from "../../build-template-worker.mjs";
import { buildView } from "../../build-view.mjs";

const cache = new URL("../../node_modules/.cache/", import.meta.url);

/** Node 20 cannot run TypeScript, so the worker's program and the view are built once for all tests. */
export default async function setup() {
  await buildTemplateWorker(fileURLToPath(new URL("template-worker.mjs", cache)));
  await buildView(fileURLToPath(new URL("view.json", cache)));
}
