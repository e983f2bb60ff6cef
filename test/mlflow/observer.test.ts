import { describe, expect, it } from "vitest";
import type { UpstreamExchange } from "../../src/mlflow/client.ts";
import { failed } from "./failed.ts";
import { clientFor, type Reply, startStub } from "./stub.ts";
import { missingModel, modelReply, refusal, routes } from "./wire-data.ts";

/** What a client with short verification times reports of its requests to a stub. */
async function observed(path = "") {
  const stub = await startStub();
  const exchanges: UpstreamExchange[] = [];
  const observe = (exchange: UpstreamExchange) => exchanges.push(exchange);
  const client = clientFor(`${stub.url}${path}`, { observe, maxRetries: 2 });
  return { stub, client, exchanges };
}

describe("an observer", () => {
  it("is told of each attempt of a call", async () => {
    const { stub, client, exchanges } = await observed();
    const breaks: Reply = { raw: (response) => response.destroy() };
    stub.on(routes.getModel, breaks, { status: 503, text: "" }, modelReply("x"));

    await client.registry().getPrompt("x");

    expect(exchanges).toEqual([
      { endpoint: routes.getModel, outcome: "no_answer", attempt: 0, seconds: expect.any(Number) },
      {
        endpoint: routes.getModel,
        outcome: "5xx",
        status: 503,
        attempt: 1,
        seconds: expect.any(Number),
      },
      {
        endpoint: routes.getModel,
        outcome: "2xx",
        status: 200,
        attempt: 2,
        seconds: expect.any(Number),
      },
    ]);
    for (const { seconds } of exchanges) expect(seconds).toBeGreaterThanOrEqual(0);
  });

  it.each<[UpstreamExchange["outcome"], Reply]>([
    ["3xx", { status: 302, text: "" }],
    ["4xx", refusal(400, "INVALID_PARAMETER_VALUE")],
    ["5xx", { status: 501, text: "" }],
  ])("is told %s", async (outcome, reply) => {
    const { stub, client, exchanges } = await observed();
    stub.on(routes.createModel, reply);
    stub.on(routes.getModel, missingModel("x"));

    await failed(client.registry().createPrompt("x", {}));

    expect(exchanges.slice(0, 1)).toMatchObject([
      { endpoint: routes.createModel, outcome, attempt: 0 },
    ]);
  });

  it("is told that a caller went away, and that a call was rejected", async () => {
    const { stub, client, exchanges } = await observed();
    const caller = new AbortController();
    stub.on(routes.getModel, { raw: () => caller.abort() });
    await failed(client.registry().getPrompt("x", { signal: caller.signal }));
    await stub.stop();

    await failed(client.registry().getPrompt("x"));
    await failed(client.registry().getPrompt("x"));

    expect(exchanges.map(({ outcome, attempt }) => [outcome, attempt])).toEqual([
      ["cancelled", 0],
      ["no_answer", 0],
      ["no_answer", 1],
      ["no_answer", 2],
      ["rejected", 0],
    ]);
  });

  it("learns no name, query, credential, workspace or place", async () => {
    const { stub, client, exchanges } = await observed("/prefix-9");
    const at = (route: string) => route.replace(" /", " /prefix-9/");
    stub.on(at(routes.info), { json: { workspaces_enabled: true } });
    stub.on(at(routes.getModel), modelReply("name-9"));
    const credential = { kind: "bearer", token: "secret-9" } as const;

    await client.registry({ workspace: "red-9", credential }).getPrompt("name-9");

    expect(exchanges.map(({ endpoint }) => endpoint)).toEqual([routes.info, routes.getModel]);
    expect(JSON.stringify(exchanges)).not.toContain("-9");
  });
});
