import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { PromptTrace } from "../../src/registry/traces.ts";
import { newPath, openFile, sql } from "../embedded/support.ts";
import { callTool } from "../support/call-tool.ts";
import { connect, sessionOf, text } from "../support/embedded-session.ts";
import { fakeModel } from "../support/fake-model.ts";
import { modelsAt } from "../support/models.ts";

it("run_prompt leaves a trace in the file of an embedded registry", async () => {
  const model = await fakeModel((_asked, index) =>
    index === 0 ? "Because." : { status: 400, body: { error: { message: "No such model" } } },
  );
  const file = openFile(newPath());
  const registry = file.registry({});
  await registry.registerVersion("qa", text("Answer: {{ question }}"));
  const access = modelsAt({ url: model.url, storeTrace: (trace) => file.storeTrace({}, trace) });
  const client = await connect(sessionOf(registry, access));
  const run = () =>
    callTool(client, "run_prompt", { name: "qa", variables: { question: "Why?" }, model: "m" });

  const { structured } = await run();
  expect((await run()).isError).toBe(true);

  const uses = await file.evaluations({}).listUses({ name: "qa", version: 1 }, 10);
  const answered = uses.find(({ output }) => output !== undefined);
  expect(uses).toHaveLength(2);
  expect(structured).toMatchObject({ trace_id: answered?.traceId });
  expect(answered).toEqual({
    traceId: expect.stringMatching(/^tr-[0-9a-f]{32}$/),
    at: expect.any(Number),
    inputs: { question: "Why?" },
    output: "Because.",
    labels: [],
    scores: [],
  });
});

it("run_prompt leaves a trace of a call that failed, without the key, which is found by its prompt", async () => {
  const model = await fakeModel(() => ({
    status: 401,
    body: { error: { message: "Incorrect API key provided: secret-key" } },
  }));
  const path = newPath();
  const file = openFile(path);
  const registry = file.registry({});
  await registry.registerVersion("qa", text("Answer: {{ question }}"));
  const storeTrace = (trace: PromptTrace) => file.storeTrace({}, trace);
  const access = modelsAt({ url: model.url, apiKey: "secret-key", storeTrace });
  const client = await connect(sessionOf(registry, access));

  const failed = await callTool(client, "run_prompt", {
    ...{ name: "qa", variables: { question: "Why?" }, model: "m" },
  });

  expect(failed).toMatchObject({ isError: true, text: expect.stringContaining("[key]") });
  const traceId = /The failure is in trace (tr-\w{32})\.$/.exec(failed.text)?.[1];
  expect(await file.evaluations({}).listUses({ name: "qa", version: 1 }, 10)).toEqual([
    {
      ...{ traceId, at: expect.any(Number), inputs: { question: "Why?" } },
      ...{ labels: [], scores: [] },
    },
  ]);
  const infos = "SELECT request_id, status, response_preview FROM trace_info";
  expect(sql(path, infos)).toEqual([
    { request_id: traceId, status: "ERROR", response_preview: "" },
  ]);
  const spans = "SELECT status, content FROM spans";
  const stored = sql(path, spans) as { status: string; content: string }[];
  expect(stored.map(({ status }) => status)).toEqual(["ERROR", "ERROR"]);
  for (const { content } of stored) {
    expect(JSON.parse(content)).toMatchObject({
      status: { code: "STATUS_CODE_ERROR", message: expect.stringContaining("[key]") },
    });
  }
  expect(readFileSync(path).includes("secret-key")).toBe(false);
});
