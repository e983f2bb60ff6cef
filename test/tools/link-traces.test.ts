import { describe, expect, it } from "vitest";
import type { Session } from "../../src/session/session.ts";
import { newTrace } from "../contract/evaluation-samples.ts";
import { callTool } from "../support/call-tool.ts";
import { connect, emptyFile, sessionOf, text } from "../support/embedded-session.ts";

const key = "mlflow-prompts/trace_id";

/** A registry with the prompt "qa" and a trace of something else, and a client of it. */
async function setUp(linking = true) {
  const { registry, evaluations, storeTrace } = emptyFile();
  await registry.registerVersion("qa", text("Answer: {{ question }}"));
  const trace = newTrace({ prompt: { name: "other", version: 1 } });
  await storeTrace(trace);
  const links: Session["links"] = {
    async link(traceId, prompt) {
      return evaluations.linkTrace(traceId, prompt).then(
        () => ({ kind: "linked" }),
        (error: Error) => ({ kind: "failed", reason: error.message }),
      );
    },
  };
  const client = await connect(sessionOf(registry, { evaluations, ...(linking ? { links } : {}) }));
  return {
    client,
    traceId: trace.traceId,
    used: async () =>
      (await evaluations.listUses({ name: "qa", version: 1 }, 10)).map((use) => use.traceId),
    get: (_meta: Readonly<Record<string, unknown>>) =>
      client.getPrompt({ name: "qa", arguments: { question: "Why?" }, _meta }),
  };
}

const asked = { name: "qa", variables: { question: "Why?" } };

describe("with --link-traces, a version is linked to the trace", () => {
  it("that _meta of prompts/get names", async () => {
    const { get, traceId, used } = await setUp();

    const { _meta } = await get({ [key]: traceId });

    expect(_meta).toMatchObject({ version: 1, trace: { id: traceId, link: "linked" } });
    expect(await used()).toEqual([traceId]);
  });

  it("that render_prompt names, in an argument or in _meta", async () => {
    for (const given of ["argument", "_meta"]) {
      const { client, traceId, used } = await setUp();
      const args = given === "argument" ? { ...asked, trace_id: traceId } : asked;
      const _meta = given === "_meta" ? { [key]: traceId } : {};

      const { structuredContent, content } = await client.callTool({
        ...{ name: "render_prompt", arguments: args, _meta },
      });

      expect(structuredContent).toMatchObject({ trace: { id: traceId, link: "linked" } });
      expect(content).toEqual([{ type: "text", text: "Answer: Why?" }]);
      expect(await used()).toEqual([traceId]);
    }
  });

  it("and what kept it from being linked is said beside the prompt", async () => {
    const { client, get } = await setUp();
    const trace_id = `tr-${"0".repeat(32)}`;

    const rendered = await callTool(client, "render_prompt", { ...asked, trace_id });
    const { messages, _meta } = await get({ [key]: "../x y" });

    expect(rendered.text).toMatch(
      /^The version is not linked to the trace tr-0+\. The registry has no/,
    );
    expect(rendered.text).toContain("| Answer: Why?");
    expect(rendered.structured).toMatchObject({ text: "Answer: Why?", trace: { link: "failed" } });
    expect(messages).toHaveLength(1);
    expect(_meta).toMatchObject({
      trace: { link: "failed", problem: expect.stringContaining("no ID of a trace") },
    });
  });

  it("that the history then names", async () => {
    const { client, get, traceId } = await setUp();
    await get({ [key]: traceId });

    const { structured } = await callTool(client, "prompt_usage", { name: "qa" });

    expect(structured).toMatchObject({ versions: [{ uses: 1, last_trace_id: traceId }] });
  });

  it("and to none that W3C's trace context names alone", async () => {
    const { get, traceId, used } = await setUp();
    const traceparent = `00-${traceId.replace("tr-", "")}-0123456789abcdef-01`;

    expect((await get({ traceparent }))._meta).not.toHaveProperty("trace");
    expect(await used()).toEqual([]);
  });
});

describe("without --link-traces", () => {
  it("no trace is linked, and none is asked for", async () => {
    const { client, get, traceId, used } = await setUp(false);

    expect((await get({ [key]: traceId }))._meta).not.toHaveProperty("trace");
    const { tools } = await client.listTools();
    const tool = tools.find(({ name }) => name === "render_prompt");
    expect(tool?.inputSchema.properties).not.toHaveProperty("trace_id");
    expect(await callTool(client, "render_prompt", { ...asked, trace_id: traceId })).toMatchObject({
      isError: true,
    });
    expect(await used()).toEqual([]);
  });
});
