import { fileURLToPath } from "node:url";
import { buildTemplateWorker } from "../../build-template-worker.mjs";

/** Node 20 cannot run TypeScript, so the worker's program is bundled once for all tests. */
export default async function setup() {
  const file = new URL("../../node_modules/.cache/template-worker.mjs", import.meta.url);
  await buildTemplateWorker(fileURLToPath(file));
}
