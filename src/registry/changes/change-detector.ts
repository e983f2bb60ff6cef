import type { CallOptions } from "../prompt-registry.ts";
import type { Change } from "./change-hub.ts";

/** Detects the changes of other clients in one workspace, with at most one small request. */
export interface ChangeDetector {
  /**
   * The changes since the previous call. The first call returns none. Rejects with a RegistryError
   * when the registry cannot be read.
   */
  detect(options?: CallOptions): Promise<readonly Change[]>;
}
