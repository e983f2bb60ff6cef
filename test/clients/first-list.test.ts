import type { ServerResponse } from "node:http";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Stub, startStub } from "../mlflow/stub.ts";
import { model, refusal, routes, version, versionReply } from "../mlflow/wire-data.ts";
import { isolated, program, run } from "../support/program.ts";

/** One prompt whose newest version is the second, and whose `staging` is the first. */
const prompt = model("a", {
  latest: [version("a", 2, { text: "New {{ word }}", aliases: ["production"] })],
  aliases: { production: 2, staging: 1 },
});
const found = { json: { registered_models: [prompt] } };
const older = versionReply("a", 1, { text: "Old {{ term }}", aliases: ["staging"] });

/** MLflow with that prompt. */
async function startMlflow(): Promise<Stub> {
  const mlflow = await startStub();
  mlflow.on(routes.searchModels, found);
  mlflow.on(routes.getVersion, older);
  return mlflow;
}

/** A stub that holds the first search; resolves with the means to answer it when it has arrived. */
function held(mlflow: Stub): Promise<ServerResponse> {
  return new Promise((resolve) => {
    mlflow.on(routes.searchModels, { raw: resolve }, found);
  });
}

/** The program as a host starts it, looking for no changes: these would be requests as well. */
function command(mlflow: Stub, ...flags: string[]) {
  return {
    command: process.execPath,
    args: [program, "stdio", "--poll-interval", "0", ...flags],
    env: isolated({ MLFLOW_TRACKING_URI: mlflow.url }).environment,
  };
}

/** A client of it, and what it writes beside the protocol. */
async function start(mlflow: Stub, ...flags: string[]) {
  const client = new Client({ name: "test", version: "1.0.0" });
  const transport = new StdioClientTransport({ ...command(mlflow, ...flags), stderr: "pipe" });
  const said: string[] = [];
  transport.stderr?.on("data", (chunk) => said.push(String(chunk)));
  await client.connect(transport);
  onTestFinished(() => client.close());
  return { client, said };
}

/** The program has dealt with all that came before. */
async function untilAnswered(client: Client): Promise<void> {
  await client.listTools();
}

describe("the first list over stdio", () => {
  it("is asked for at the start, and keeps no program whose client has left", async () => {
    const mlflow = await startStub();
    const arriving = held(mlflow);
    const { args, env } = command(mlflow);
    const running = run(args.slice(1), env);

    await arriving;

    expect(await running).toEqual({ code: 0, stdout: "", stderr: "" });
    // In less time than the request may take, which is 10 s.
  }, 5_000);

  it.each([
    { served: "production", asked: [routes.searchModels] },
    { served: "staging", asked: [routes.searchModels, routes.getVersion] },
  ])("is asked for once and as it is otherwise, $served served", async ({ served, asked }) => {
    const mlflow = await startMlflow();
    const ahead = await start(mlflow, "--serve", served);
    const first = await ahead.client.listPrompts();
    expect(mlflow.routes()).toEqual(asked);

    const uncached = await start(mlflow, "--serve", served, "--cache-ttl", "0");
    expect(first.prompts).toEqual((await uncached.client.listPrompts()).prompts);
    expect(first.prompts).toMatchObject([{ _meta: { aliases: [served] } }]);
  });

  it("is waited for while MLflow works on it", async () => {
    const mlflow = await startStub();
    const arriving = held(mlflow);
    const { client } = await start(mlflow);
    const listing = client.listPrompts();
    await untilAnswered(client);

    (await arriving).end(JSON.stringify(found.json));

    expect((await listing).prompts).toMatchObject([{ name: "a" }]);
    expect(mlflow.routes()).toEqual([routes.searchModels]);
  });

  it("fails unseen before the client wants it, and is then asked for anew", async () => {
    const mlflow = await startStub();
    mlflow.on(routes.searchModels, refusal(401, "UNAUTHENTICATED"), found);
    const { client, said } = await start(mlflow);
    await untilAnswered(client);
    expect(mlflow.routes()).toEqual([routes.searchModels]);

    expect((await client.listPrompts()).prompts).toMatchObject([{ name: "a" }]);
    expect(said).toEqual([]);
  });

  it("is asked for by nobody but the client where nothing is remembered", async () => {
    const mlflow = await startMlflow();
    const { client } = await start(mlflow, "--cache-ttl", "0");
    await untilAnswered(client);
    expect(mlflow.routes()).toEqual([]);
  });
});
