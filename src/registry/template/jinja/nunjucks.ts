/** The parts of nunjucks that are used: no loaders of files, none of its filters and globals. */
export type Nunjucks = Awaited<ReturnType<typeof loadNunjucks>>;

/** Loads nunjucks, which takes longer than all the rest of the program's start: only when needed. */
export async function loadNunjucks() {
  const [{ default: parser }, { default: compiler }, { default: runtime }] = await Promise.all([
    import("nunjucks/src/parser.js"),
    import("nunjucks/src/compiler.js"),
    import("nunjucks/src/runtime.js"),
  ]);
  return { parse: parser.parse, Compiler: compiler.Compiler, runtime };
}
