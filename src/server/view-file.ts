/** The page that `build.mjs` makes, as JSON, in the directory of the bundle with this module. */
export const viewFile = new URL("./view.json", import.meta.url);
