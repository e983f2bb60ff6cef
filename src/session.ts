import type { Changes } from "./registry/changes.ts";
import type { RegistryError } from "./registry/errors.ts";
import type { PromptRegistry } from "./registry/prompt-registry.ts";

/** What an operator allows every caller. */
export interface Policy {
  /** Aliases (or "latest") that are tried in order to find the version of a prompt to serve. */
  readonly serve: readonly string[];
  /** Leaves every tool out that writes. */
  readonly readOnly: boolean;
  /** Names of the tools that are offered; empty means all. */
  readonly tools: readonly string[];
}

/** What one caller gets: a registry view bound to its workspace and credential, and its policy. */
export interface Session extends Policy {
  readonly registry: PromptRegistry;
  /** The workspace the view is bound to; absent means the registry's default. */
  readonly workspace?: string;
  /** Changes in the workspace, to be told to the client; absent where nobody could be told. */
  readonly changes?: Changes;
  /** Told of each failed registry call, with the HTTP request it was made for. */
  readonly failed?: (error: RegistryError, request: Request | undefined) => void;
}
