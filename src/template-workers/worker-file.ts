/** The worker's program. `build.mjs` bundles it into the directory of the bundle with this module. */
export const workerFile = new URL("./template-worker.js", import.meta.url);
