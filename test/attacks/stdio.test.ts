import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { expect, it } from "vitest";
import { initialize } from "../support/http-service.ts";
import { underAttack } from "./support/measured.ts";
import { spawnStdio } from "./support/program.ts";

const requests = 20_000;

it("20,000 unread tools/list over stdio", async (context) => {
  const child = spawnStdio();
  const { stdin, stdout, pid } = child;
  if (stdin === null || stdout === null) throw new Error("There is no pipe.");
  await underAttack(context, { pid, memory: 512 }, async () => {
    stdin.write(`${JSON.stringify(initialize())}\n`);
    await once(stdout, "readable");
    const lines = Array.from({ length: requests }, (_, index) =>
      JSON.stringify({ jsonrpc: "2.0", id: index + 2, method: "tools/list" }),
    );
    const taken = new Promise((resolve) => stdin.write(`${lines.join("\n")}\n`, resolve));
    // It stops reading when its answers are not read: what it was sent is not taken.
    const isTaken = await Promise.race([taken.then(() => true), pause(3_000, false)]);
    expect(isTaken).toBe(false);
    const answered = new Set<unknown>();
    for await (const line of createInterface({ input: stdout })) {
      const { id } = JSON.parse(line);
      expect(answered.has(id)).toBe(false);
      answered.add(id);
      if (answered.size === requests + 1) break;
    }
    return "not taken while the answers are not read; then each is answered once";
  });
});
