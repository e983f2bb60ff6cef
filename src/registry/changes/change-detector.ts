import type { CallOptions } from "../prompt-registry.ts";
import type { Change } from "./change-hub.ts";

export interface DetectOptions extends CallOptions {
  /**
   * Prompts that subscribers were told of as created or deleted since the previous call. One that was
   * created and deleted meanwhile leaves no other trace.
   */
  readonly announced?: ReadonlySet<string>;
}

/** Detects the changes of other clients in one workspace, with at most one small request. */
export interface ChangeDetector {
  /**
   * The changes since the previous call. The first call returns only what `announced` shows. Rejects
   * with a RegistryError when the registry cannot be read.
   */
  detect(options?: DetectOptions): Promise<readonly Change[]>;
}
