/**
 * Who may import whom in src/: the rooms that each room may import, besides itself. A room that has
 * no line here may not import another one.
 */
const rooms = {
  registry: [],
  config: ["registry"],
  log: ["registry", "config"],
  connect: ["registry"],
  models: ["registry"],
  "prompt-files": ["registry"],
  transfer: ["registry"],
  mlflow: ["registry"],
  embedded: ["registry"],
  "template-workers": ["registry"],
  session: ["registry", "log", "models"],
  evaluation: ["registry", "session", "models"],
  prompts: ["registry", "session"],
  skills: ["registry", "session", "prompts"],
  tools: ["registry", "session", "models", "evaluation"],
  resources: ["registry", "session"],
  backend: ["registry", "config", "log", "session", "models", "mlflow", "embedded"],
  dev: ["registry", "config", "mlflow", "backend"],
  doctor: ["registry", "config", "mlflow", "backend"],
  // Types alone: what the view shows comes from tools.
  view: ["tools"],
  telemetry: ["registry", "config", "log", "session", "models", "mlflow", "server"],
  server: ["registry", "config", "log", "session", "prompts", "skills", "tools", "resources"],
};
// Only `backend/` loads the embedded back end. The types of MLflow's credentials are used by others.
const belowServers = Object.keys(rooms).filter((room) => room !== "embedded");
rooms.stdio = belowServers;
rooms.http = belowServers;
rooms.cli = [...belowServers, "stdio", "http"];

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
  {
    name: "sdk-above-the-session",
    package: "@modelcontextprotocol",
    only: "prompts|skills|tools|resources|server|stdio|http",
  },
  { name: "undici-in-mlflow", package: "undici", only: "mlflow" },
  { name: "openai-in-models", package: "openai", only: "models" },
  { name: "prices-in-models", package: "@pydantic/genai-prices", only: "models" },
  { name: "telemetry-in-telemetry", package: "@opentelemetry", only: "telemetry" },
  { name: "libsql-in-embedded", package: "libsql", only: "embedded" },
  { name: "yaml-in-files", package: "yaml", only: "prompt-files|connect" },
].map(({ name, package: imported, only }) => ({
  name,
  severity: "error",
  from: { path: "^src/", pathNot: `^src/(${only})/` },
  to: { path: `(^|/)node_modules/${imported}/` },
}));

export default {
  forbidden: [
    {
      name: "no-circles",
      comment:
        "Neither files nor types may import each other in a circle: merge them, or split one.",
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
    // swc fails to parse JSX here. The compiler finds what they import.
    exclude: { path: "\\.tsx$" },
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".js"],
    },
  },
};
