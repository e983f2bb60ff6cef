import { setTimeout as pause } from "node:timers/promises";
import type { CallOptions } from "../registry/prompt-registry.ts";
import type { PromptOutcome, PromptResult } from "./outcome.ts";
import type { Source } from "./source.ts";
import type { Target } from "./target.ts";
import { transferPrompt } from "./transfer-prompt.ts";

/** How many prompts had each result, and what was written for all. */
export interface Transferred {
  readonly results: Readonly<Record<PromptResult, number>>;
  readonly versions: number;
  readonly aliases: number;
  /** Of the prompts that a person should look at: a conflict, a failure, or something not kept. */
  readonly reported: readonly PromptOutcome[];
}

/**
 * Carries all prompts over, one after the other, so that the order in which they changed stays. A
 * prompt in conflict does not stop the others. What an interrupted run wrote is found by the next one.
 * @param onPrompt called before each prompt with the number of those that are done
 * @throws RegistryError when source or target is away, or the call is cancelled
 */
export async function transfer(
  source: Source,
  target: Target,
  onPrompt: (done: number, name: string) => void,
  options: CallOptions,
): Promise<Transferred> {
  const results = { created: 0, completed: 0, unchanged: 0, conflict: 0, failed: 0 };
  const reported: PromptOutcome[] = [];
  let [done, versions, aliases] = [0, 0, 0];
  for await (const prompt of source.prompts(options)) {
    onPrompt(done++, prompt.name);
    const outcome =
      "problem" in prompt
        ? failedOutcome(prompt.name, prompt.problem)
        : await transferPrompt(target, prompt, options);
    results[outcome.result]++;
    versions += outcome.versions;
    aliases += outcome.aliases;
    if (outcome.notes.length > 0) reported.push(outcome);
    // Registries order changes by milliseconds, and a file takes less than one for a prompt.
    if (outcome.versions > 0 && !target.dryRun) await pause(2);
  }
  return { results, versions, aliases, reported };
}

function failedOutcome(name: string, problem: string): PromptOutcome {
  return { name, result: "failed", versions: 0, aliases: 0, notes: [problem] };
}
