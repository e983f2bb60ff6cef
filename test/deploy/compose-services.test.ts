import { once } from "node:events";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../support/eventually.ts";
import { metric } from "../support/http-service.ts";
import { available, mlflowAvailable, title } from "../support/mlflow-install.ts";
import { postgresAvailable } from "../support/mlflow-postgres.ts";
import { headersOf } from "../support/mlflow-users.ts";
import { redisAvailable } from "../support/redis-server.ts";
import { whenDone } from "../support/when-done.ts";
import { type ComposeProcesses, startServices } from "./support/compose-processes.ts";
import { outputOf } from "./support/run.ts";

const needs = [
  await mlflowAvailable("3.17.2"),
  await postgresAvailable(),
  await redisAvailable(),
  await available(async () => void (await outputOf("caddy", ["version"]))),
];

describe.skipIf(needs.some(({ ok }) => !ok))(
  title("the services of compose.yaml", ...needs),
  () => {
    let services: ComposeProcesses;

    beforeAll(async () => {
      services = await startServices();
    });

    /** A client with a session, which only one replica has. */
    async function connect() {
      const client = new Client({ name: "test", version: "1.0.0" });
      const requestInit = { headers: headersOf(services.administrator) };
      const url = new URL(`${services.publicUrl}/mcp`);
      await client.connect(new StreamableHTTPClientTransport(url, { requestInit }));
      whenDone(() => client.close());
      return client;
    }

    it("serve an MLflow user's prompts through the proxy, on one replica while it runs", async () => {
      const client = await connect();
      const made = await client.callTool({
        name: "register_prompt",
        arguments: { name: "greet", template: "Hello {{ who }}" },
      });
      expect(made.isError).toBeFalsy();

      for (const _ of Array(6)) {
        const { prompts } = await client.listPrompts();
        expect(prompts.map(({ name }) => name)).toEqual(["greet"]);
      }
      for (const { url } of services.replicas) {
        expect(await metric(url, "mlflow_prompts_replicas_connected")).toBe(1);
      }
    });

    it("are not open to strangers, and show no operator's paths", async () => {
      const { publicUrl } = services;
      const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "prompts/list" });
      const headers = {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
      };

      expect((await fetch(`${publicUrl}/mcp`, { method: "POST", headers, body })).status).toBe(401);
      for (const path of ["/metrics", "/readyz", "/healthz"]) {
        expect((await fetch(publicUrl + path)).status).toBe(404);
      }
    });

    it("serve on while a replica is stopped", async () => {
      const [first] = services.replicas;
      const ended = once(first?.child ?? expect.fail(), "exit");
      first?.child.kill("SIGTERM");
      expect(await ended).toEqual([0, null]);

      const client = await eventually(connect);

      expect((await client.listPrompts()).prompts).toHaveLength(1);
    });
  },
);
