/** The worker's program, as `build.mjs` bundles it beside the file that this module is part of. */
export const workerFile = new URL("./template-worker.js", import.meta.url);
