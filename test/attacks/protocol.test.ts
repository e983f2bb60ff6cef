import { expect, it } from "vitest";
import { initializeRaw, startRaw } from "../support/raw-stdio.ts";
import { underAttack } from "./support/measured.ts";
import { startAttacked } from "./support/program.ts";
import { askFrom } from "./support/raw.ts";

/** Sent over stdio as they are, and the code of the one answer. */
const malformed: readonly (readonly [string, number])[] = [
  ["{", -32_700],
  ['{"jsonrpc":"2.0","id":1', -32_700],
  ["[]", -32_600],
  ['[{"jsonrpc":"2.0","id":1,"method":"ping"}]', -32_600],
  ["7", -32_600],
  ['{"id":1,"method":"prompts/list"}', -32_600],
  ['{"jsonrpc":"1.0","id":1,"method":"prompts/list"}', -32_600],
  ['{"jsonrpc":"2.0","id":1}', -32_600],
  ['{"jsonrpc":"2.0","id":1,"method":7}', -32_600],
  ['{"jsonrpc":"2.0","id":null,"method":"prompts/list"}', -32_600],
  ['{"jsonrpc":"2.0","id":{},"method":"prompts/list"}', -32_600],
  ['{"jsonrpc":"2.0","id":1,"method":"prompts/list","params":[]}', -32_602],
  ['{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":7}}', -32_602],
  ['{"jsonrpc":"2.0","id":1,"method":"completion/complete","params":{}}', -32_602],
  ['{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}', -32_602],
  ['{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"no_such_tool"}}', -32_602],
  ['{"jsonrpc":"2.0","id":1,"method":"no/such/method"}', -32_601],
];

it("messages that are none over stdio", async (context) => {
  const stdio = startRaw(["--max-old-space-size=1024"]);
  await initializeRaw(stdio);
  await underAttack(context, { pid: stdio.child.pid }, async () => {
    for (const [line, code] of malformed) {
      stdio.send(line);
      const { error } = await stdio.next();
      expect(error?.code, line).toBe(code);
      expect(error?.message, line).not.toContain("{");
    }
    stdio.send({ id: 2, method: "ping" });
    expect(await stdio.next()).toMatchObject({ id: 2, result: {} });
    return `${malformed.length} × one error`;
  });
});

it("an argument named __proto__", async (context) => {
  const { url, pid } = await startAttacked();
  await underAttack(context, { pid }, async () => {
    const args = { name: "odd", template: "Say {{ __proto__ }} to {{ constructor }}" };
    await askFrom("127.0.0.2", url, "tools/call", { name: "register_prompt", arguments: args });
    const values = JSON.parse('{"__proto__":"one","constructor":"two"}');
    const got = await askFrom("127.0.0.2", url, "prompts/get", { name: "odd", arguments: values });
    expect(got.text).toContain("Say one to two");
    return "it is filled in";
  });
});
