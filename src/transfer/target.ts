import type { PromptRegistry } from "../registry/prompt-registry.ts";

/** Where prompts are carried to. */
export interface Target {
  /** Checks what it is given, and records what is written. */
  readonly registry: PromptRegistry;
  /** The registry behind it. Only it can write the alias history, which callers may not set. */
  readonly backEnd: PromptRegistry;
  /** Only find out what would be written. */
  readonly dryRun: boolean;
}
