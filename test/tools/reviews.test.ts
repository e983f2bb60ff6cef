import { describe, expect, it } from "vitest";
import type { AuditEvent } from "../../src/log/audit.ts";
import type { Session } from "../../src/session/session.ts";
import { callTool } from "../support/call-tool.ts";
import { connect, emptyRegistry, sessionOf } from "../support/embedded-session.ts";

/** Ann's prompt, and what others do with it. */
async function written() {
  const registry = emptyRegistry();
  const audit: AuditEvent[] = [];
  const as = async (who?: string, policy: Partial<Session> = {}) => {
    const session = sessionOf(registry, { ...policy, audit: (event) => audit.push(event) });
    const client = await connect({ ...session, ...(who === undefined ? {} : { who }) });
    return (tool: string, args: object = {}) => callTool(client, tool, { name: "qa", ...args });
  };
  const [ann, ben, somebody] = await Promise.all([as("ann"), as("ben"), as()]);
  const review = (one: typeof ann, action: string, args: object = {}) =>
    one("review_prompt", { version: 1, action, ...args });
  await ann("register_prompt", { template: "Answer {{ question }}", commit_message: "First" });
  return { registry, audit, ann, ben, somebody, as, review };
}

describe("a review of a version", () => {
  it("is requested, given with a name and a time, and shown to whoever loads the prompt", async () => {
    const { ann, ben, review } = await written();
    await review(ann, "request", { reviewers: ["ben"], reason: "Goes live on Monday" });

    const approved = await review(ben, "approve", { reason: "Reads well" });

    expect(approved.structured).toMatchObject({ version: 1, approvals: 1 });
    expect((await ann("load_prompt")).structured).toMatchObject({
      reviews: {
        requested: { author: "ann", asked: ["ben"], reason: "Goes live on Monday" },
        given: [{ author: "ben", verdict: "approved", reason: "Reads well" }],
      },
    });
    expect((await ann("load_prompt")).text).toMatch(
      /^Review: approved by ben at \S+Z: Reads well$/m,
    );
  });

  it("is one for each person: a later one takes the place of the first", async () => {
    const { ben, as, review } = await written();
    const cem = await as("cem <c@example.com>");
    await review(ben, "approve");
    await review(cem, "approve");

    const declined = await review(ben, "decline", { reason: "Too long" });

    expect(declined.structured).toMatchObject({ approvals: 1 });
    expect(declined.structured).toHaveProperty("reviews.given.length", 2);
    const withdrawn = await review(cem, "withdraw");
    expect(withdrawn.structured).toMatchObject({
      approvals: 0,
      reviews: { given: [{ author: "ben", verdict: "declined", reason: "Too long" }] },
    });
  });

  it("is not the author's own", async () => {
    const { ann, review } = await written();

    const refused = await review(ann, "approve");

    expect(refused.isError).toBe(true);
    expect(refused.text).toContain(
      '"ann" registered version 1 of "qa", and nobody approves their own version. Ask somebody else',
    );
    expect((await ann("prompt_discussion")).structured).toMatchObject({
      you: "ann",
      no_approval: expect.stringContaining("nobody approves their own version"),
    });
  });

  it.each(["approve", "decline", "withdraw"])("needs a name to %s", async (action) => {
    const { somebody, review } = await written();

    const refused = await review(somebody, action, action === "decline" ? { reason: "No" } : {});

    expect(refused.isError).toBe(true);
    expect(refused.text).toContain("this server does not know who calls");
    expect((await somebody("prompt_discussion")).structured).toMatchObject({
      no_approval: expect.stringContaining("does not know who calls"),
    });
  });

  it("is nobody's where the server does not tell callers apart", async () => {
    const { as, review } = await written();

    const refused = await review(await as("anonymous"), "approve");

    expect(refused.text).toContain("this server does not know who calls");
  });

  it("that declines needs a reason", async () => {
    const { ben, review } = await written();

    expect((await review(ben, "decline")).text).toContain("Declining needs a reason");
  });

  it("is withdrawn by whoever gave it, and a request by whoever made it", async () => {
    const { ann, ben, review } = await written();
    await review(ann, "request");

    expect((await review(ben, "withdraw")).text).toContain("neither reviewed it nor requested");
    expect((await review(ann, "withdraw")).structured).not.toHaveProperty("reviews.requested");
  });

  it("is in the audit log, with who refused it", async () => {
    const { ann, ben, review, audit } = await written();
    await review(ben, "approve");
    await review(ann, "approve");

    expect(audit.filter(({ operation }) => operation === "review_prompt")).toMatchObject([
      { outcome: "ok", review: "approve", prompt: "qa", version: 1 },
      { outcome: "forbidden", reason: expect.stringContaining("own version"), version: 1 },
    ]);
  });

  it("needs the right to write", async () => {
    const { as, review } = await written();
    const reader = await as("ben", { granted: new Set(["reads"]) });

    await expect(review(reader, "approve")).rejects.toThrow("scopes of your access token");
  });

  it("counts only in the tag of its own person, and never of the author", async () => {
    const { registry, ann, review, ben } = await written();
    await review(ben, "approve");
    const { tags } = await registry.getVersion("qa", { version: 1 });
    const [key = "", value = ""] =
      Object.entries(tags).find(([tag]) => tag.startsWith("mcp.review.")) ?? [];
    await registry.tagVersion("qa", 1, {
      [key]: value.replace('"ben"', '"ann"'),
      "mcp.review.0123": value,
    });

    expect((await ann("load_prompt")).structured).not.toHaveProperty("reviews");
  });
});
