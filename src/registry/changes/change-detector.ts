import type { CallOptions } from "../prompt-registry.ts";
import type { Change } from "./change-hub.ts";

/** Finds out what others have changed in one workspace, with one small request or none. */
export interface ChangeDetector {
  /**
   * What has changed since the look before; the first look finds nothing. Rejects with a
   * RegistryError when the registry does not say.
   */
  detect(options?: CallOptions): Promise<readonly Change[]>;
}
