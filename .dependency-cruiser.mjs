/**
 * Who may import whom in src/: the rooms that each room may import, besides itself. A room that has
 * no line here may not import another one.
 */
const rooms = {
  registry: [],
  config: ["registry"],
  log: ["registry", "config"],
  mlflow: ["registry"],
  embedded: ["registry"],
  "template-workers": ["registry"],
  session: ["registry", "log"],
  prompts: ["registry", "session"],
  tools: ["registry", "session"],
  resources: ["registry", "session"],
  backend: ["registry", "config", "log", "session", "mlflow", "embedded"],
  server: ["registry", "config", "log", "session", "prompts", "tools", "resources"],
};
const belowCommands = [...Object.keys(rooms)];
rooms.stdio = belowCommands;
rooms.http = belowCommands;
rooms.cli = [...belowCommands, "stdio", "http"];

const roomRules = Object.entries(rooms).map(([room, allowed]) => ({
  name: `${room}-imports`,
  comment: `src/${room}/ may import ${["itself", ...allowed].join(", ")}.`,
  severity: "error",
  from: { path: `^src/${room}/` },
  to: { path: "^src/", pathNot: `^src/(${[room, ...allowed].join("|")})/` },
}));

/** The rooms of the registry: template <- contract <- engine. */
const registryRules = [
  { name: "template-imports", from: "template", to: "contract|engine" },
  { name: "contract-imports", from: "contract", to: "engine" },
].map(({ name, from, to }) => ({
  name,
  severity: "error",
  from: { path: `^src/registry/${from}/` },
  to: { path: `^src/registry/(${to})/` },
}));

/** The only rooms that may import a package. */
const packageRules = [
  { name: "sdk-stays-outside", package: "@modelcontextprotocol", not: "registry|mlflow|embedded" },
  { name: "undici-in-mlflow", package: "undici", only: "mlflow" },
  { name: "libsql-in-embedded", package: "libsql", only: "embedded" },
].map(({ name, package: imported, not, only }) => ({
  name,
  severity: "error",
  from: not ? { path: `^src/(${not})/` } : { path: "^src/", pathNot: `^src/${only}/` },
  to: { path: `(^|/)node_modules/${imported}/` },
}));

export default {
  forbidden: [
    {
      name: "no-circles",
      comment: "Two files that import each other, types included, are one file or three.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "known-rooms",
      comment: "Each folder of src/ has its line in `rooms`.",
      severity: "error",
      from: { path: "^src/[^/]+/", pathNot: `^src/(${Object.keys(rooms).join("|")})/` },
      to: {},
    },
    {
      name: "resolvable",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "main-is-the-top",
      severity: "error",
      from: {},
      to: { path: "^src/main\\.ts$" },
    },
    ...roomRules,
    ...registryRules,
    ...packageRules,
  ],
  options: {
    // TypeScript 7 has no API for other programs, so swc parses.
    parser: "swc",
    tsPreCompilationDeps: true,
    moduleSystems: ["es6"],
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      extensions: [".ts", ".js"],
    },
  },
};
