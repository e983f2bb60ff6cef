import { describe, expect, it } from "vitest";
import type { Gate } from "../../src/registry/evaluation/gate/gate.ts";
import { callTool } from "../support/call-tool.ts";
import { connect, sessionOf } from "../support/embedded-session.ts";
import { answers, correct, gated } from "../support/gated.ts";

const approved: Gate = { alias: "production", approvals: { count: 2 } };

/** Version 2 was registered by ann and waits for the approvals of others. */
async function reviewed(gate: Gate = approved) {
  const subject = await gated(gate);
  await subject.registry.tagVersion("qa", 2, { "mcp.registered_by": "ann" });
  const review = async (who: string, action: string, args: object = {}) => {
    const client = await connect(sessionOf(subject.registry, { who }));
    return callTool(client, "review_prompt", { name: "qa", version: 2, action, ...args });
  };
  return { ...subject, review };
}

describe("a gate that wants approvals", () => {
  it("lets nothing through without them, and says what to do", async () => {
    const { promote, production, review } = await reviewed();
    await review("ben", "approve");

    const refused = await promote();

    expect(refused.isError).toBe(true);
    expect(refused.text).toContain(
      'version 2 does not pass it: version 2 has 1 approval (by "ben") and needs 2. One more person, other than the author, must approve version 2 in their own name: in the view, or with review_prompt {"name":"qa","version":2,"action":"approve"}.',
    );
    expect(await production()).toBe(1);
  });

  it("lets a version through that enough people approved, and names them", async () => {
    const { promote, production, review } = await reviewed();
    for (const who of ["ben", "cem"]) await review(who, "approve");
    await review("dan", "decline", { reason: "Too long" });

    const moved = await promote();

    expect(moved.structured).toMatchObject({
      gate: {
        passed: true,
        evidence: [
          {
            met: ['version 2 has 2 approvals (by "ben", "cem") and needs 2'],
            notes: ['"dan" declined it: "Too long"'],
          },
        ],
      },
    });
    expect(await production()).toBe(2);
  });

  it("counts what is stored now: a withdrawn approval is none", async () => {
    const { promote, production, review } = await reviewed();
    for (const who of ["ben", "cem"]) await review(who, "approve");
    await review("cem", "withdraw");

    expect((await promote()).isError).toBe(true);
    expect(await production()).toBe(1);
  });

  it("says when an approval may be the author's, whom nobody recorded", async () => {
    const { promote, review, registry } = await reviewed();
    await registry.tagVersion("qa", 2, { "mcp.registered_by": null });
    for (const who of ["ben", "cem"]) await review(who, "approve");

    expect((await promote()).text).toContain("nobody is recorded as the author of version 2");
  });

  it("wants measurements as well where it says so, and names all that lacks", async () => {
    const { promote, review, run, production } = await reviewed({
      ...correct,
      approvals: { count: 1 },
    });
    const refused = await promote();
    expect(refused.text).toContain("This call makes the evidence: evaluate_prompt");
    expect(refused.text).toContain("One more person, other than the author");

    await review("ben", "approve");
    await run({ version: 2, rows: answers() });
    await promote();
    expect(await production()).toBe(2);
  });

  it("refuses a new version, which nobody approved yet, before anything is written", async () => {
    const { call } = await reviewed();

    const refused = await call("register_prompt", {
      ...{ base_version: 2, template: "{{ question }}", alias: "production" },
    });

    expect(refused.text).toContain('The alias "production" has a gate, and a new version was not');
    expect(refused.text).toContain("Register it without alias, have it approved");
  });

  it.each<[string, object, string]>([
    ["approvals of nobody", { approvals: { count: 0 } }, "approvals.count"],
    ["a dataset that nothing is measured on", { dataset: "d", approvals: { count: 1 } }, "dataset"],
    ["measurements of no dataset", { max_cost_ratio: 1 }, "needs dataset"],
  ])("is refused with %s", async (_, gate, problem) => {
    const { call } = await reviewed();

    const refused = await call("update_prompt", { gate: { alias: "staging", ...gate } });

    expect(refused.isError).toBe(true);
    expect(refused.text).toContain(problem);
  });

  it("is looser with fewer approvals, which needs override_gate", async () => {
    const { call } = await reviewed();

    const refused = await call("update_prompt", {
      gate: { alias: "production", approvals: { count: 1 } },
    });

    expect(refused.text).toContain("with less evidence than now");
  });
});
