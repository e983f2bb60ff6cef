import type { PromptRegistry } from "./registry/prompt-registry.ts";

/** What one caller gets: a registry view bound to its workspace and credential, and its policy. */
export interface Session {
  readonly registry: PromptRegistry;
  /** The workspace the view is bound to; absent means the registry's default. */
  readonly workspace?: string;
  /** Aliases (or "latest") that are tried in order to find the version of a prompt to serve. */
  readonly serve: readonly string[];
  /** Leaves every tool out that writes. */
  readonly readOnly: boolean;
}
