/** Takes the place of `src/template-workers/worker-file.ts`: what `built-files-setup.mjs` makes. */
export const workerFile = new URL("../../node_modules/.cache/template-worker.mjs", import.meta.url);
