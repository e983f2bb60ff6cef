import { describe, expect, it } from "vitest";
import { callTool } from "../support/call-tool.ts";
import { connect, emptyRegistry, sessionOf, text } from "../support/embedded-session.ts";
import { answers, correct, gated, person } from "../support/gated.ts";

async function greet() {
  const registry = emptyRegistry();
  await registry.registerVersion("greet", text("Hello {{ name }}"));
  await registry.registerVersion("greet", text("Hi {{ name }} from {{ place }}"));
  await registry.setAlias("greet", "production", 1);
  const asked = person("accept");
  const client = await connect(sessionOf(registry), asked);
  const call = (args: Readonly<Record<string, unknown>>) =>
    callTool(client, "set_prompt_alias", { name: "greet", dry_run: true, ...args });
  const aliases = async () => (await registry.getPrompt("greet")).aliases;
  return { registry, call, aliases, asked };
}

describe("set_prompt_alias with dry_run", () => {
  it("says what a breaking move would need, asks nobody and moves nothing", async () => {
    const { call, aliases, asked } = await greet();

    const planned = await call({ alias: "production", version: 2 });

    expect(planned.structured).toMatchObject({
      version: 2,
      previous_version: 1,
      moved: false,
      contract_change: { verdict: "breaking" },
      served: { before: 1, after: 2 },
      planned: {
        is_protected: true,
        breaks: [expect.stringContaining('The alias "production" is protected')],
        lacks: [],
      },
    });
    expect(planned.structured).not.toHaveProperty("rollback");
    expect(planned.text).toContain(
      "Nothing was moved: this is a dry run. greet@production would move from version 1 to version 2. The person would be asked first.",
    );
    expect(planned.text).toContain("It needs allow_breaking: The alias");
    expect(asked.questions).toEqual([]);
    expect(await aliases()).toEqual({ production: 1 });
  });

  it("says that a new alias needs nothing", async () => {
    const { call, aliases } = await greet();

    const planned = await call({ alias: "staging", version: 2 });

    expect(planned.structured).toMatchObject({
      planned: { is_protected: false, breaks: [], lacks: [] },
    });
    expect(planned.structured).not.toHaveProperty("previous_version");
    expect(await aliases()).toEqual({ production: 1 });
  });

  it("says that nothing would move", async () => {
    const { call } = await greet();

    const planned = await call({ alias: "production", version: 1 });

    expect(planned.text).toContain("greet@production already points at version 1.");
    expect(planned.structured).toMatchObject({ planned: { breaks: [], lacks: [] } });
  });

  it("refuses what the real call refuses for other reasons", async () => {
    const { call } = await greet();

    const elsewhere = await call({ alias: "production", version: 2, expected_version: 2 });
    const missing = await call({ alias: "production", version: 7 });

    expect(elsewhere.isError && elsewhere.text).toContain("points at version 1");
    expect(missing.isError).toBe(true);
  });

  it("shows the gate: what is lacking, and the call that makes it", async () => {
    const { promote, production } = await gated(correct);

    const planned = await promote({ dry_run: true });

    expect(planned.structured).toMatchObject({
      moved: false,
      gate: { passed: false, evidence: [{ dataset: "questions" }] },
      planned: {
        lacks: [expect.stringContaining("was not evaluated on the dataset")],
        instead: expect.stringContaining('evaluate_prompt {"name":"qa","versions":[2]'),
      },
    });
    expect(planned.text).toContain("It needs override_gate and a reason. This call makes");
    expect(await production()).toBe(1);
  });

  it("shows the evidence that a gate was given", async () => {
    const { promote, run, production } = await gated(correct);
    const runId = await run({ version: 2, rows: answers(1) });

    const planned = await promote({ dry_run: true });

    expect(planned.structured).toMatchObject({
      gate: { passed: true, evidence: [{ run_id: runId }] },
      planned: { breaks: [], lacks: [] },
    });
    expect(await production()).toBe(1);
  });
});
