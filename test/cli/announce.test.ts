import { describe, expect, it } from "vitest";
import { mcpName, version } from "../../package.json";
import { startStub } from "../mlflow/stub.ts";
import { routes } from "../mlflow/wire-data.ts";
import { runCommand } from "../support/command-line.ts";
import { isolated } from "../support/program.ts";

const url = "https://prompts.example.com/mcp";
const root = "/api/3.0/mlflow/mcp-servers";
const missing = { status: 404, json: { error_code: "RESOURCE_DOES_NOT_EXIST", message: "" } };
const done = { json: {} };

/** An MLflow with the registry, in which the server is as `entry` says. */
async function mlflow(release: string, entry?: object) {
  const stub = await startStub();
  stub.on(routes.info, { json: { workspaces_enabled: false } });
  stub.on(routes.release, { text: release });
  const name = `${root}/${mcpName}`;
  stub.on(`GET ${name}`, entry === undefined ? missing : { json: { name: mcpName, ...entry } });
  stub.on(`GET ${name}/versions/${version}`, { json: { version, status: "active" } });
  const known = [
    { version: "0.0.1", status: "deprecated" },
    { version, status: "active" },
  ];
  stub.on(`GET ${name}/versions`, { json: { mcp_server_versions: known } });
  stub.on(`PATCH ${name}/versions/${version}`, done);
  stub.on(`POST ${root}`, done);
  stub.on(`POST ${name}/versions`, done);
  stub.on(`POST ${name}/endpoints`, done);
  stub.on(`PATCH ${name}/endpoints/e1`, done);
  stub.on(`DELETE ${name}/endpoints/e1`, done);
  stub.on(`DELETE ${name}`, done);
  const { environment } = isolated({ MLFLOW_TRACKING_URI: stub.url });
  const announce = (...args: string[]) => runCommand(["announce", url, ...args], environment);
  const writes = () => stub.arrived.filter(({ route }) => !route.startsWith("GET "));
  return { announce, writes, name };
}

const endpoint = { id: "e1", url, server_version: version };

describe("announce", () => {
  it("enters the server, its version and its address", async () => {
    const { announce, writes, name } = await mlflow("3.17.2");

    const { code, stdout } = await announce();

    expect(code).toBe(0);
    expect(writes().map(({ route, body }) => [route, body])).toEqual([
      [`POST ${root}`, { name: mcpName, description: expect.any(String) }],
      [
        `POST ${name}/versions`,
        { status: "active", server_json: expect.objectContaining({ name: mcpName, version }) },
      ],
      [
        `POST ${name}/endpoints`,
        { url, transport_type: "streamable-http", server_version: version },
      ],
    ]);
    expect(stdout).toContain(`Done: add the address ${url}.\n`);
  });

  it("changes nothing in a dry run", async () => {
    const { announce, writes } = await mlflow("3.17.2");

    const { stdout } = await announce("--dry-run");

    expect(writes()).toEqual([]);
    expect(stdout).toContain(`Would do: add the server ${mcpName}.\n`);
  });

  it("changes nothing where all is entered, and moves an address to this version", async () => {
    const entered = await mlflow("3.17.2", { access_endpoints: [endpoint] });
    const older = await mlflow("3.17.2", {
      access_endpoints: [{ ...endpoint, server_version: "0.0.1" }],
    });

    expect(await entered.announce()).toMatchObject({
      code: 0,
      stdout: `${url} is entered already.\n`,
    });
    expect(entered.writes()).toEqual([]);
    await older.announce();
    expect(older.writes()).toMatchObject([
      { route: `PATCH ${older.name}/endpoints/e1`, body: { server_version: version } },
    ]);
  });

  it("says in JSON what was done", async () => {
    const entered = await mlflow("3.17.2", { access_endpoints: [endpoint] });
    const older = await mlflow("3.17.2", {
      access_endpoints: [{ ...endpoint, server_version: "0.0.1" }],
    });
    const steps = [`point the address ${url} at version ${version}`];
    const said = { name: mcpName, version, url, remove: false };

    const planned = await older.announce("--json", "--dry-run");
    const done = await older.announce("--output", "json");
    const none = await entered.announce("--json", "url,steps");

    expect(JSON.parse(planned.stdout)).toEqual({ ...said, dry_run: true, steps });
    expect(JSON.parse(done.stdout)).toEqual({ ...said, dry_run: false, steps });
    expect(older.writes()).toHaveLength(1);
    expect(JSON.parse(none.stdout)).toEqual({ url, steps: [] });
  });

  it("removes the address, and the entry with its last one", async () => {
    const last = await mlflow("3.17.2", { access_endpoints: [endpoint] });
    const other = { id: "e2", url: "https://other.example.com/mcp" };
    const left = await mlflow("3.17.2", { access_endpoints: [] });
    const one = await mlflow("3.17.2", { access_endpoints: [other, endpoint] });

    await last.announce("--remove");
    await one.announce("--remove");
    await left.announce("--remove");

    const routesOf = ({ writes }: typeof last) => writes().map(({ route }) => route);
    expect(routesOf(last)).toEqual([
      `DELETE ${last.name}/endpoints/e1`,
      `PATCH ${last.name}/versions/${version}`,
      `DELETE ${last.name}`,
    ]);
    expect(routesOf(one)).toEqual([`DELETE ${one.name}/endpoints/e1`]);
    expect(routesOf(left)).toEqual([
      `PATCH ${left.name}/versions/${version}`,
      `DELETE ${left.name}`,
    ]);
  });

  it("refuses an MLflow without the registry, an address that is none, and a file", async () => {
    const { announce } = await mlflow("3.14.0");

    const old = await announce();
    const none = await runCommand(["announce", "prompts"], isolated().environment);
    const file = await runCommand(["announce", url], isolated().environment);

    expect(old).toMatchObject({ code: 1, stdout: "" });
    expect(old.stderr).toContain("MLflow is 3.14.0, which has no registry of MCP servers");
    expect(none.code).toBe(2);
    expect(none.stderr).toContain("it must be http(s)://host");
    expect(file).toMatchObject({ code: 2 });
    expect(file.stderr).toContain("The registry is embedded");
  });
});
