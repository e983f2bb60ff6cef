import { createHash } from "node:crypto";
import type { Served } from "../prompts/memo.ts";
import type { PromptArgument } from "../registry/contract/arguments.ts";
import type { Prompt, PromptVersion } from "../registry/types.ts";
import { type SkillFile, type SkillForm, writeSkillFile } from "./skill-file.ts";

/** A `SKILL.md` with the digest and the length of its bytes, as its entry has them. */
export interface HashedSkillFile extends SkillFile {
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
  readonly size: number;
}

interface Kept {
  readonly prompt: Prompt;
  readonly form: SkillForm;
  readonly file: HashedSkillFile;
}

/**
 * Keeps the file of each version. The keys are the versions themselves: a caching registry returns the
 * same object while nothing has changed.
 */
export class SkillFiles {
  readonly #kept = new WeakMap<PromptVersion, Kept>();

  /** The file of a version in the form that the caller gets. */
  of(served: Served, args: readonly PromptArgument[], form: SkillForm): HashedSkillFile {
    const { prompt, version } = served;
    const kept = this.#kept.get(version);
    if (kept?.prompt === prompt && isSame(kept.form, form)) return kept.file;
    const written = writeSkillFile(served, args, form);
    const bytes = Buffer.from(written.text);
    const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
    const file = { ...written, digest, size: bytes.length };
    this.#kept.set(version, { prompt, form, file });
    return file;
  }
}

function isSame(one: SkillForm, other: SkillForm): boolean {
  return one.canRender === other.canRender && one.executed === other.executed;
}
