/** Takes the place of `src/server/view-file.ts`: what `built-files-setup.mjs` makes. */
export const viewFile = new URL("../../node_modules/.cache/view.json", import.meta.url);
