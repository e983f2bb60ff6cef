import { expect, it } from "vitest";
import { CheckedRegistry } from "../../src/registry/checked-registry.ts";
import type { PromptRegistry } from "../../src/registry/prompt-registry.ts";
import type { Prompt, PromptVersion } from "../../src/registry/types.ts";
import { openRegistrySource } from "../../src/transfer/registry-source.ts";
import { transfer } from "../../src/transfer/transfer.ts";
import { nextMillisecond } from "../support/next-millisecond.ts";
import { text } from "./support.ts";

/** Two registries that are empty but for what the tests of one suite put into them. */
export interface TransferSubject {
  readonly from: PromptRegistry;
  readonly to: PromptRegistry;
}

/** A registry that ends the process, as it were, before so many writes. */
function dyingAfter(writes: number, registry: PromptRegistry): PromptRegistry {
  let left = writes;
  return new Proxy(registry, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (typeof value !== "function") return value;
      const isWrite = /^(create|register|set|tag|update|delete)/.test(String(key));
      return (...args: unknown[]) => {
        if (isWrite && left-- <= 0) throw new Killed();
        return Reflect.apply(value, target, args);
      };
    },
  });
}

class Killed extends Error {}

/** As the migrate command does. */
export async function carry(from: PromptRegistry, to: PromptRegistry, dryRun = false) {
  const source = await openRegistrySource(from, {});
  const target = { registry: new CheckedRegistry(to), backEnd: to, dryRun };
  return transfer(source, target, () => {}, {});
}

/** A prompt with all that a prompt can have: a gap in its numbers, aliases with history, odd JSON. */
export async function fillRegistry(registry: PromptRegistry): Promise<void> {
  await registry.createPrompt("greet", { description: "Says hello", tags: { team: "Größe" } });
  await registry.registerVersion("greet", text("One {{ name }}", { commitMessage: "First" }));
  for (const words of ["Two", "Three", "Two"]) {
    await registry.registerVersion("greet", text(words, { tags: { "mcp.registered_by": "ada" } }));
  }
  await registry.deleteVersion("greet", 2);
  await registry.deleteVersion("greet", 3);
  await registry.setAlias("greet", "production", 1, { record: { by: "ada", reason: "Go" } });
  await registry.setAlias("greet", "production", 4, { record: { by: "bob" } });
  await registry.setAlias("greet", "staging", 1);
  await nextMillisecond();
  await registry.registerVersion("chat", {
    template: { kind: "chat", messages: [{ role: "user", content: "{{ question }} é" }] },
    stored: { messages: '[{"role":"user","content":"{{ question }} \\u00e9"}]' },
    modelConfig: { model_name: "gpt-9", temperature: 0.5 },
    responseFormat: { type: "object" },
    commitMessage: "Chat",
  });
  await nextMillisecond();
  await registry.createPrompt("empty", {});
}

/** What is the same in both registries. */
async function contentOf(registry: PromptRegistry, name: string) {
  const prompt = await registry.getPrompt(name);
  const { items } = await registry.listVersions(name, { limit: 100 });
  return {
    prompt: { ...prompt, ...noTimes(prompt), latest: undefined },
    versions: items.map((version) => ({ ...version, ...noTimes(version) })),
  };
}

function noTimes({ tags, createdAt }: Pick<Prompt | PromptVersion, "tags" | "createdAt">) {
  const { "mcp.write_id": _, ...kept } = tags;
  const created = kept["mcp.created_at"] ?? new Date(createdAt).toISOString();
  return { tags: { ...kept, "mcp.created_at": created }, createdAt: 0, updatedAt: 0 };
}

const names = ["greet", "chat", "empty"];

async function expectEqual({ from, to }: TransferSubject): Promise<void> {
  for (const name of names) {
    expect(await contentOf(to, name)).toEqual(await contentOf(from, name));
  }
}

const nothing = { created: 0, completed: 0, unchanged: 3, conflict: 0, failed: 0 };

/** To be called in a `describe`. `open` gives two new registries. */
export function transferContract(open: () => Promise<TransferSubject>): void {
  it("carries every version under its number, with tags, aliases, their history and times", async () => {
    const { from, to } = await open();
    await fillRegistry(from);

    expect(await carry(from, to, true)).toMatchObject({ results: { created: 3 }, versions: 3 });
    expect((await to.searchPrompts({ limit: 10 })).items).toEqual([]);
    const carried = await carry(from, to);

    expect(carried).toEqual({
      results: { ...nothing, created: 3, unchanged: 0 },
      versions: 3,
      aliases: 2,
      reported: [],
    });
    await expectEqual({ from, to });
    const order = (await to.searchPrompts({ limit: 10, order: "changed" })).items;
    expect(order.map(({ name }) => name)).toEqual(
      (await from.searchPrompts({ limit: 10, order: "changed" })).items.map(({ name }) => name),
    );
    expect((await carry(from, dyingAfter(0, to))).results).toEqual(nothing);
  });

  it("goes on where it was killed, wherever that was", async () => {
    const { from, to } = await open();
    await fillRegistry(from);
    let runs = 0;

    const run = (): Promise<void> =>
      carry(from, dyingAfter(1, to)).then(
        () => {},
        async (error: unknown) => {
          if (!(error instanceof Killed)) throw error;
          runs++;
          expect(runs).toBeLessThan(30);
          await run();
        },
      );
    await run();

    expect(runs).toBeGreaterThan(8);
    await expectEqual({ from, to });
    expect((await carry(from, dyingAfter(0, to))).results).toEqual(nothing);
  });

  it("overwrites nothing that differs, says what, and carries the others", async () => {
    const { from, to } = await open();
    await fillRegistry(from);
    await to.registerVersion("greet", text("Mine", { commitMessage: "Mine" }));
    const before = await contentOf(to, "greet");

    const carried = await carry(from, to);

    expect(carried.results).toEqual({ ...nothing, created: 2, unchanged: 0, conflict: 1 });
    expect(carried.reported).toEqual([
      {
        name: "greet",
        result: "conflict",
        versions: 0,
        aliases: 0,
        notes: [
          "The description is another one.",
          "Version 1 has another content or commit message.",
        ],
      },
    ]);
    expect(await contentOf(to, "greet")).toEqual(before);
  });

  it("adds what is new since, and refuses what the target has beside it", async () => {
    const { from, to } = await open();
    await fillRegistry(from);
    await carry(from, to);
    await from.registerVersion("greet", text("Five"));
    await from.tagVersion("greet", 1, { checked: "yes" });
    await from.setAlias("greet", "canary", 5);
    await to.registerVersion("chat", text("Other"));

    const carried = await carry(from, to);

    expect(carried).toMatchObject({ versions: 1, aliases: 1 });
    expect(carried.results).toEqual({ ...nothing, completed: 1, unchanged: 1, conflict: 1 });
    expect(carried.reported.map(({ notes }) => notes)).toEqual([
      ["The target has versions that the source does not have: 2."],
    ]);
    expect(await contentOf(to, "greet")).toEqual(await contentOf(from, "greet"));
  });
}
