import { createInterface } from "node:readline";
import { expect, it } from "vitest";
import { initialize, post, postModern } from "../support/http-service.ts";
import { randomNumbers } from "../support/random.ts";
import { type Fuzzed, fuzzed } from "./support/fuzz.ts";
import { many } from "./support/many.ts";
import { underAttack } from "./support/measured.ts";
import { spawnStdio, startAttacked } from "./support/program.ts";
import { sendFrom } from "./support/raw.ts";
import { startSecondCaller } from "./support/second-caller.ts";

const messages = 12_000;
const batch = 400;
/** `FUZZ_SEED=7 npm run test:attacks -- test/attacks/fuzz.test.ts` sends the same again. */
const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 1e9));
process.stdout.write(`FUZZ_SEED=${seed}\n`);
const memory = 512;
const patient = { timeout: 280_000 };

function batches(): Fuzzed[][] {
  const random = randomNumbers(seed);
  return Array.from({ length: messages / batch }, (_, index) =>
    Array.from({ length: batch }, (_, number) => fuzzed(index * batch + number, random)),
  );
}

it(`${messages} messages over stdio, seed ${seed}`, patient, async (context) => {
  const child = spawnStdio();
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error("There is no pipe.");
  child.stderr?.resume();
  const answers = new Map<string, number>();
  let waiting = { id: "", answered: () => {} };
  createInterface({ input: stdout }).on("line", (line) => {
    const { id } = JSON.parse(line);
    if (typeof id !== "string") return;
    answers.set(id, (answers.get(id) ?? 0) + 1);
    if (id === waiting.id) waiting.answered();
  });
  const answerTo = (id: string) =>
    answers.has(id)
      ? undefined
      : new Promise<void>((answered) => {
          waiting = { id, answered };
        });
  const ended = new Promise<never>((_, reject) =>
    child.once("exit", (code, signal) => reject(new Error(`It ended: ${code ?? signal}`))),
  );
  ended.catch(() => undefined);

  await underAttack(context, { pid: child.pid, memory }, async () => {
    stdin.write(`${JSON.stringify(initialize())}\n`);
    stdin.write(`${JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" })}\n`);
    for (const [index, sent] of batches().entries()) {
      stdin.write(sent.map(({ text }) => `${text}\n`).join(""));
      const canary = { jsonrpc: "2.0", id: `canary-${index}`, method: "ping" };
      stdin.write(`${JSON.stringify(canary)}\n`);
      for (const id of [canary.id, ...sent.flatMap((one) => one.id ?? [])]) {
        await Promise.race([answerTo(id), ended]);
      }
    }
    const twice = [...answers].filter(([, count]) => count > 1);
    expect(twice).toEqual([]);
    return `${answers.size - messages / batch} requests are answered once, none twice, and ${messages / batch} canaries`;
  });
});

it(`${messages} messages over HTTP, seed ${seed}`, patient, async (context) => {
  const { url, pid } = await startAttacked({}, "--rate-limit", "0");
  const second = await startSecondCaller({ url });
  await underAttack(context, { pid, second, memory }, async () => {
    const statuses = new Map<number, number>();
    const random = randomNumbers(seed + 1);
    for (const sent of batches()) {
      const got = await many(sent.length, 8, async (index) => {
        const message = sent[index] ?? { text: "", id: undefined };
        const revision = random() < 0.3 ? "2026-07-28" : "2025-11-25";
        const headers = { "mcp-protocol-version": revision };
        return { message, answer: await sendFrom({ url, body: message.text, headers }) };
      });
      for (const { message, answer } of got) {
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        expect(answer.status, message.text).toBeLessThan(500);
        if (message.id === undefined) continue;
        const ids = answer.text.match(new RegExp(`"id":"${message.id}"`, "g")) ?? [];
        expect(ids.length, `${message.text}\n${answer.text}`).toBe(1);
      }
      const get = { name: "summarize", arguments: { text: "canary" } };
      expect((await postModern(url, "prompts/get", get)).status).toBe(200);
      expect((await post(url, initialize())).status).toBe(200);
    }
    return [...statuses].map(([status, count]) => `${count} × ${status}`).join(", ");
  });
});
