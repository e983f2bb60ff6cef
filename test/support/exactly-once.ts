import { expect } from "vitest";
import type { PromptRegistry } from "../../src/registry/prompt-registry.ts";
import type { Landed } from "./racing-agents.ts";

/** Expects each text to be there once, each number to be used once, and every loser to know it. */
export async function expectExactlyOnce(
  registry: PromptRegistry,
  name: string,
  texts: readonly string[],
  landed: readonly Landed[],
): Promise<void> {
  const { items } = await registry.listVersions(name, { limit: 1_000 });
  const registered = items.filter(({ version }) => version > 1).toReversed();
  expect(registered.map(({ version }) => version)).toEqual(texts.map((_, index) => index + 2));
  const words = registered.map(({ template }) => template.kind === "text" && template.text);
  expect(words.toSorted()).toEqual(texts.toSorted());
  for (const one of landed) {
    expect(words[one.version - 2]).toBe(one.words);
    const between = registered.filter(({ version }) => version > one.base && version < one.version);
    expect(one.overtaken.toReversed()).toEqual(between.map(({ version }) => version));
  }
}
