import { createHash } from "node:crypto";
import type { Served } from "../prompts/memo.ts";
import type { PromptArgument } from "../registry/contract/arguments.ts";
import type { Prompt, PromptVersion } from "../registry/types.ts";
import { type SkillFile, type SkillForm, writeSkillFile } from "./skill-file.ts";

/** What an entry has of a `SKILL.md`. */
export interface SkillSummary extends Pick<SkillFile, "frontMatter"> {
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
}

interface Kept {
  readonly prompt: Prompt;
  readonly form: SkillForm;
  readonly summary: SkillSummary;
}

/**
 * Keeps the summary of each version's file, and not its text, which is as long as the template. The
 * keys are the versions themselves: a caching registry returns the same object while nothing has
 * changed.
 */
export class SkillSummaries {
  readonly #kept = new WeakMap<PromptVersion, Kept>();

  /** The summary of the file that the caller gets. */
  of(served: Served, args: readonly PromptArgument[], form: SkillForm): SkillSummary {
    const { prompt, version } = served;
    const kept = this.#kept.get(version);
    if (kept?.prompt === prompt && isSame(kept.form, form)) return kept.summary;
    const { frontMatter, text } = writeSkillFile(served, args, form);
    const bytes = Buffer.from(text);
    const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
    const summary = { frontMatter, digest, size: bytes.length };
    this.#kept.set(version, { prompt, form, summary });
    return summary;
  }
}

function isSame(one: SkillForm, other: SkillForm): boolean {
  return one.canRender === other.canRender && one.executed === other.executed;
}
