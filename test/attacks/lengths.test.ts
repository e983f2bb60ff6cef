import { describe, expect, it, type TestContext } from "vitest";
import { initialize, openSession, rpc } from "../support/http-service.ts";
import { many } from "./support/many.ts";
import { underAttack } from "./support/measured.ts";
import { type Attacked, startAttacked } from "./support/program.ts";
import { askFrom, type Got, sendFrom, shortAnswer } from "./support/raw.ts";
import { startSecondCaller } from "./support/second-caller.ts";

const attacker = "127.0.0.2";
const megabyte = 1_000_000;
/** MiB: nothing of what is too long is kept, whatever the heap may be. */
const memory = 512;

/** Attacks with requests of 4 MB, four at a time. Each is to be refused with one message. */
async function refusedEach(
  context: TestContext,
  count: number,
  attempt: (program: Attacked, index: number) => Promise<Got>,
): Promise<Attacked> {
  const program = await startAttacked({}, "--rate-limit", "0");
  const second = await startSecondCaller({ url: program.url });
  await underAttack(context, { pid: program.pid, second, memory }, async () => {
    const got = await many(count, 4, (index) => attempt(program, index));
    for (const one of got) {
      expect(one.text.length).toBeLessThan(4_096);
      expect(isRefused(one), one.text).toBe(true);
    }
    return `${count} × ${got[0] ? shortAnswer(got[0]) : ""}`;
  });
  return program;
}

function isRefused({ status, text }: Got): boolean {
  return status >= 400 || text.includes('"error":') || text.includes('"isError":true');
}

describe("what is too long is refused and not kept:", () => {
  it("263 sessions of clients whose name has 4 MB", async (context) => {
    await refusedEach(context, 263, ({ url }) => {
      const { params } = initialize();
      const clientInfo = { name: "n".repeat(4 * megabyte), version: "1.0.0" };
      return sendFrom({ url, from: attacker, body: rpc("initialize", { ...params, clientInfo }) });
    });
  });

  it("179 writes on names of 3 MB, and their lines in the audit", async (context) => {
    const { audit } = await refusedEach(context, 179, ({ url }, index) =>
      askFrom(attacker, url, "tools/call", {
        name: "register_prompt",
        arguments: { name: `${index}${"n".repeat(3 * megabyte)}`, template: "Hello" },
      }),
    );
    const lines = audit();
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(JSON.stringify(line).length).toBeLessThanOrEqual(4_096);
  });

  it("200 requests whose id has 3 MB", async (context) => {
    await refusedEach(context, 200, ({ url }, index) =>
      sendFrom({
        url,
        from: attacker,
        body: { ...rpc("prompts/list"), id: `${index}${"i".repeat(3 * megabyte)}` },
      }),
    );
  });

  it("200 cursors of 3 MB", async (context) => {
    await refusedEach(context, 200, ({ url }, index) =>
      askFrom(attacker, url, "prompts/list", { cursor: `${index}${"c".repeat(3 * megabyte)}` }),
    );
  });

  it("264 subscriptions to URIs of 4,000,000 slashes", async (context) => {
    let session: Readonly<Record<string, string>> | undefined;
    await refusedEach(context, 264, async ({ url }, index) => {
      session ??= await openSession(url);
      const uri = `prompts:${"/".repeat(4 * megabyte)}${index}`;
      return sendFrom({ url, body: rpc("resources/subscribe", { uri }), headers: session });
    });
  });

  it("a request id of 8,000 characters in a header", async (context) => {
    const { audit } = await refusedEach(context, 20, ({ url }) =>
      askFrom(
        attacker,
        url,
        "tools/call",
        { name: "delete_prompt", arguments: { name: "summarize", confirm: "summarize" } },
        { "x-request-id": "r".repeat(8_000) },
      ),
    );
    for (const line of audit()) expect(JSON.stringify(line).length).toBeLessThanOrEqual(4_096);
  });
});
it("a resource has one URI: other spellings of it are refused", async (context) => {
  const { url, pid } = await startAttacked();
  await underAttack(context, { pid }, async () => {
    const right = await askFrom(attacker, url, "resources/read", { uri: "prompts:/summarize" });
    expect(isRefused(right)).toBe(false);
    const spellings = ["prompts:summarize", "prompts://summarize", "prompts:////summarize"];
    for (const uri of [...spellings, "PROMPTS:/summarize", "prompts:/summarize/"]) {
      const got = await askFrom(attacker, url, "resources/read", { uri });
      expect(isRefused(got), uri).toBe(true);
    }
    return "5 × refused";
  });
});
