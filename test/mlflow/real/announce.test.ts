import { describe, expect, it } from "vitest";
import * as z from "zod";
import { mcpName, version } from "../../../package.json";
import { runCommand } from "../../support/command-line.ts";
import { mlflowAvailable, title } from "../../support/mlflow-install.ts";
import { isolated } from "../../support/program.ts";
import { suiteServer } from "./suite-server.ts";

const mlflow = await mlflowAvailable("3.17.2", "3.10.1");
const listed = z.object({ mcp_servers: z.array(z.looseObject({})) });
const url = "https://prompts.example.com/mcp";

describe.skipIf(!mlflow.ok)(title("announce on MLflow 3.17.2", mlflow), () => {
  const server = suiteServer({ release: "3.17.2" });

  it("enters a server once, and removes it", async () => {
    const { environment } = isolated({ MLFLOW_TRACKING_URI: server.url });
    const announce = (...args: string[]) => runCommand(["announce", ...args], environment);
    const entries = async () => {
      const response = await fetch(`${server.url}/api/3.0/mlflow/mcp-servers`);
      return listed.parse(await response.json()).mcp_servers;
    };

    const first = await announce(url);
    expect(first, first.stderr).toMatchObject({ code: 0 });
    expect(await entries()).toMatchObject([
      {
        name: mcpName,
        status: "active",
        latest_version: version,
        access_endpoints: [{ url, server_version: version, transport_type: "streamable-http" }],
      },
    ]);
    expect((await announce(url)).stdout).toBe(`${url} is entered already.\n`);
    const other = `${url}/red`;
    expect(await announce(other)).toMatchObject({ code: 0 });
    expect(await announce(other, "--remove")).toMatchObject({ code: 0 });
    expect(await entries()).toMatchObject([{ access_endpoints: [{ url }] }]);
    const removed = await announce(url, "--remove");
    expect(removed, removed.stderr).toMatchObject({ code: 0 });
    expect(await entries()).toEqual([]);
    expect((await announce(url, "--remove")).stdout).toBe(`${url} is not entered.\n`);
    expect(await announce(url)).toMatchObject({ code: 0 });
    expect(await entries()).toMatchObject([{ status: "active", access_endpoints: [{ url }] }]);
  });
});

describe.skipIf(!mlflow.ok)(title("announce on MLflow 3.10.1", mlflow), () => {
  const server = suiteServer({ release: "3.10.1" });

  it("says that this release has no such registry", async () => {
    const { environment } = isolated({ MLFLOW_TRACKING_URI: server.url });

    const { code, stderr } = await runCommand(["announce", url], environment);

    expect(code).toBe(1);
    expect(stderr).toContain("MLflow is 3.10.1, which has no registry of MCP servers");
  });
});
