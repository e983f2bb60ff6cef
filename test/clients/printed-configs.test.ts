import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { startStub } from "../mlflow/stub.ts";
import { model, routes, version } from "../mlflow/wire-data.ts";
import {
  configsIn,
  connectPasted,
  type PrintedConfig,
  registryOf,
} from "../support/printed-configs.ts";
import { isolated, program, startCommand, startHttp } from "../support/program.ts";

const clients = ["Claude Code", "Cursor (.cursor/mcp.json)", "VS Code (.vscode/mcp.json)"];
const everyWay = clients.flatMap((client) => [`${client} over HTTP`, `${client} over stdio`]);

/** The registry that each printed configuration opens. */
async function registriesOf(configs: readonly PrintedConfig[], cwd?: string): Promise<unknown[]> {
  const seen: unknown[] = [];
  for (const config of configs) seen.push(await registryOf(await connectPasted(config, cwd)));
  return seen;
}

/** The configuration after a person put a token in the place that is kept for it. */
function withToken(config: PrintedConfig, token: string): PrintedConfig {
  if ("url" in config) return config;
  expect(config.env.MLFLOW_TRACKING_TOKEN).toBe("<MLFLOW_TRACKING_TOKEN>");
  return { ...config, env: { ...config.env, MLFLOW_TRACKING_TOKEN: token } };
}

describe("the configurations that http prints open, pasted as they are, what it serves", () => {
  it("the default file, wherever it lies", async () => {
    const { environment } = isolated();
    const { output } = await startHttp(environment);
    const configs = configsIn(output);

    const seen = await registriesOf(Object.values(configs));

    expect(Object.keys(configs)).toEqual(everyWay);
    expect(seen[0]).toMatchObject({
      location: join(environment.XDG_DATA_HOME ?? "", "mlflow-prompts-mcp", "registry.db"),
      prompts: expect.objectContaining({ length: 4 }),
    });
    expect(new Set(seen.map((one) => JSON.stringify(one))).size).toBe(1);
  });

  it("a file of the team, which starts empty, with the settings of the start", async () => {
    const { home, environment } = isolated({ MLFLOW_PROMPTS_PROTECTED_ALIASES: "live" });
    const path = join(home, "the team's prompts.db");
    const { output } = await startHttp(
      { ...environment, MLFLOW_TRACKING_URI: `sqlite:///${path}` },
      "--serve",
      "live,latest",
      "--read-only",
    );

    const seen = await registriesOf(Object.values(configsIn(output)));

    expect(seen).toHaveLength(everyWay.length);
    expect(seen[0]).toMatchObject({ location: path, prompts: [] });
    expect(JSON.stringify(seen[0])).toContain("live");
    expect(new Set(seen.map((one) => JSON.stringify(one))).size).toBe(1);
  });

  it("a workspace of an MLflow, with a placeholder for the token", async () => {
    const token = "token-of-the-team";
    const mlflow = await startStub();
    mlflow.on(routes.info, { json: { workspaces_enabled: true } });
    mlflow.on("GET /api/3.0/mlflow/workspaces", { json: {} });
    mlflow.on(routes.release, { text: "3.17.2" });
    mlflow.on(routes.searchModels, {
      json: { registered_models: [model("refund", { latest: [version("refund", 1)] })] },
    });
    const { environment } = isolated({
      MLFLOW_TRACKING_URI: mlflow.url,
      MLFLOW_TRACKING_TOKEN: token,
      MLFLOW_WORKSPACE: "red",
      MLFLOW_PROMPTS_SERVE: "latest",
      MLFLOW_PROMPTS_POLL_INTERVAL: "0",
    });
    const { output } = await startHttp(environment);
    expect(output).not.toContain(token);
    const configs = Object.values(configsIn(output)).map((config) => withToken(config, token));

    const seen = await registriesOf(configs);

    expect(seen).toHaveLength(everyWay.length);
    for (const one of seen) {
      expect(one).toMatchObject({ workspace: "red", prompts: [{ name: "refund" }] });
    }
    const searches = mlflow.arrived.filter(({ route }) => route === routes.searchModels);
    expect(searches.length).toBeGreaterThan(clients.length);
    for (const { headers } of searches) {
      expect(headers).toMatchObject({
        authorization: `Bearer ${token}`,
        "x-mlflow-workspace": "red",
      });
    }
  });
});

describe("started by npx", () => {
  it("http prints npx for stdio clients, which opens the same registry", async () => {
    const folder = installed();
    const { environment } = isolated();
    const npx = ["npx", "-y", "mlflow-prompts-mcp"];
    const { output } = await startCommand([...npx, "http", "--port", "0"], environment, folder);
    const configs = configsIn(output);
    const overStdio = Object.entries(configs).filter(([way]) => way.endsWith("over stdio"));

    const seen = await registriesOf(Object.values(configs), folder);

    expect(overStdio).toHaveLength(clients.length);
    for (const [, config] of overStdio) {
      expect(config).toMatchObject({ command: "npx", args: ["-y", "mlflow-prompts-mcp", "stdio"] });
    }
    expect(seen[0]).toMatchObject({ prompts: expect.objectContaining({ length: 4 }) });
    expect(new Set(seen.map((one) => JSON.stringify(one))).size).toBe(1);
  });
});

/** A folder in which `npx` finds the package, as it finds a downloaded one. */
function installed(): string {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), "installed-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, ".npmrc"), "update-notifier=false\n");
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, ".bin"), { recursive: true });
  cpSync(dirname(program), join(modules, "mlflow-prompts-mcp", "dist"), { recursive: true });
  cpSync(join(root, "package.json"), join(modules, "mlflow-prompts-mcp", "package.json"));
  symlinkSync("../mlflow-prompts-mcp/dist/main.js", join(modules, ".bin", "mlflow-prompts-mcp"));
  symlinkSync(join(root, "node_modules", "libsql"), join(modules, "libsql"));
  return folder;
}
