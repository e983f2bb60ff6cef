import { expect, test } from "vitest";
import type { NewRun } from "../../src/registry/evaluation/runs.ts";
import { originTag } from "../../src/registry/versions/provenance.ts";
import { callTool } from "../support/call-tool.ts";
import { connect, emptyFile, emptyRegistry, sessionOf, text } from "../support/embedded-session.ts";

interface Listed {
  readonly name: string;
  readonly alias_since?: Readonly<Record<string, { readonly at: string; readonly by?: string }>>;
  readonly not_live?: true;
  readonly evaluated?: boolean;
}

function runOf(name: string, version: number): NewRun {
  return {
    name: `${name}/${version}`,
    prompt: { name, version },
    plan: `plan-${name}-${version}`,
    dataset: { name: "questions", digest: "d1", rowCount: 1 },
    params: {},
    startedAt: 1_000,
  };
}

async function setUp() {
  const { registry, evaluations } = emptyFile();
  await registry.registerVersion("old", text("One", { [originTag.registeredBy]: "ann" }));
  await registry.registerVersion("old", text("Two", { [originTag.registeredBy]: "ben" }));
  await registry.registerVersion("even", text("One", { [originTag.registeredBy]: "ann" }));
  await registry.registerVersion("plain", text("One"));
  const client = await connect(sessionOf(registry, { evaluations, who: "eve" }));
  await callTool(client, "set_prompt_alias", { name: "old", alias: "production", version: 1 });
  await callTool(client, "set_prompt_alias", { name: "even", alias: "production", version: 1 });
  await evaluations.startRun(runOf("old", 1));
  await evaluations.startRun(runOf("even", 1));
  const list = async (args: object) => {
    const outcome = await callTool(client, "list_prompts", args);
    const { prompts = [] } = outcome.structured as { readonly prompts?: readonly Listed[] };
    return { prompts, names: prompts.map(({ name }) => name), text: outcome.text };
  };
  return { client, registry, evaluations, list };
}

test("filters by who registered the newest version", async () => {
  const { list } = await setUp();
  expect((await list({ author: "ben" })).names).toEqual(["old"]);
  expect((await list({ author: "ann" })).names).toEqual(["even"]);
  expect((await list({ author: "an" })).names).toEqual([]);
});

test("finds prompts whose newest version is not live, page by page", async () => {
  const { list, registry } = await setUp();
  expect((await list({ not_live: true })).names).toEqual(["old"]);
  expect((await list({ not_live: true, query: "one two" })).names).toEqual(["old"]);
  await registry.registerVersion("even", text("Two"));
  const { text: first, names } = await list({ not_live: true, limit: 1 });
  expect(names).toEqual(["even"]);
  const cursor = /cursor (\S+)/.exec(first)?.[1];
  expect((await list({ not_live: true, limit: 1, cursor })).names).toEqual(["old"]);
});

test("finds prompts whose newest version no run names", async () => {
  const { list, evaluations } = await setUp();
  expect((await list({ never_evaluated: true })).names).toEqual(["old", "plain"]);
  const failed = await evaluations.startRun(runOf("plain", 1));
  await evaluations.finishRun(failed, { status: "failed", metrics: {}, endedAt: 2_000 });
  expect((await list({ never_evaluated: true })).names).toEqual(["old", "plain"]);
  await evaluations.startRun(runOf("old", 2));
  expect((await list({ never_evaluated: true })).names).toEqual(["plain"]);
});

test("says since when an alias is where it is and who moved it, when asked for details", async () => {
  const { list } = await setUp();
  const [even, old, plain] = (await list({ details: true })).prompts;
  expect(old?.alias_since).toEqual({ production: { at: expect.any(String), by: "eve" } });
  expect(old).toMatchObject({ not_live: true, evaluated: false });
  expect(even).toMatchObject({ evaluated: true });
  expect(even).not.toHaveProperty("not_live");
  expect(plain).toMatchObject({ alias_since: {}, evaluated: false });
  const { text: shown, prompts } = await list({});
  expect(prompts[0]).not.toHaveProperty("alias_since");
  expect(shown).not.toContain("since");
  expect((await list({ details: true })).text).toMatch(
    /@production=1 since \S+ by eve; latest is not live; latest was never evaluated/,
  );
});

test("does not claim what is not recorded: a move by another program, a registry without runs", async () => {
  const registry = emptyRegistry();
  await registry.registerVersion("old", text("One"));
  await registry.setAlias("old", "production", 1);
  const client = await connect(sessionOf(registry));
  const { structured } = await callTool(client, "list_prompts", { details: true });
  expect(structured).toMatchObject({ prompts: [{ name: "old", alias_since: {} }] });
  expect(JSON.stringify(structured)).not.toContain("evaluated");
  const refused = await callTool(client, "list_prompts", { never_evaluated: true });
  expect(refused.isError).toBe(true);
  expect(refused.text).toContain("keeps no datasets and no evaluations");
});

test("says when only the newest runs were looked at", async () => {
  const { registry, evaluations } = await setUp();
  const endless = { ...evaluations, listRuns: async () => ({ items: [], nextCursor: "more" }) };
  const client = await connect(sessionOf(registry, { evaluations: endless }));
  const { structured, text: shown } = await callTool(client, "list_prompts", { details: true });
  expect(structured).toMatchObject({ runs_cut: true });
  expect(JSON.stringify(structured)).not.toContain('"evaluated"');
  expect(shown).toContain("Only the newest 1,000 evaluation runs were looked at.");
});
