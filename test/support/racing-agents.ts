import { setTimeout as pause } from "node:timers/promises";
import { RegistryError } from "../../src/registry/errors.ts";
import type { PromptRegistry } from "../../src/registry/prompt-registry.ts";

/** What one agent came to. */
export interface Landed {
  readonly words: string;
  /** The version its change was made from in the end. */
  readonly base: number;
  readonly version: number;
  /** The versions that it was told others had registered after that base. */
  readonly overtaken: readonly number[];
  /** How often it was refused, because its base was not the newest any more. */
  readonly conflicts: number;
}

/**
 * Lets agents that have all read version 1 register a text of their own, all at once or one every
 * few milliseconds. One that is refused takes the newest version as its base and tries again.
 */
export function raceAgents(
  registryOf: (agent: number) => PromptRegistry,
  name: string,
  texts: readonly string[],
  everyMs = 0,
): Promise<Landed[]> {
  return Promise.all(
    texts.map(async (words, agent) => {
      // Even a pause of 0 would let each be done before the next one begins.
      if (everyMs > 0) await pause(agent * everyMs);
      return land(registryOf(agent), name, words);
    }),
  );
}

async function land(registry: PromptRegistry, name: string, words: string): Promise<Landed> {
  const template = { kind: "text", text: words } as const;
  let base = 1;
  for (let conflicts = 0; ; conflicts++) {
    try {
      const conditions = { baseVersion: base };
      const { version, overtaken } = await registry.registerVersion(name, { template }, conditions);
      const told = overtaken.map((one) => one.version);
      return { words, base, version: version.version, overtaken: told, conflicts };
    } catch (error) {
      if (!(error instanceof RegistryError) || error.kind !== "conflict") throw error;
      base = error.subject.version ?? 0;
    }
  }
}

/** One line of what happened. */
export function racesOf(landed: readonly Landed[]): string {
  const conflicts = landed.reduce((sum, one) => sum + one.conflicts, 0);
  const overtaken = landed.filter((one) => one.overtaken.length > 0).length;
  return `${landed.length} agents: ${conflicts} conflicts before a write, ${overtaken} versions overtaken after it`;
}
