import type { CallOptions } from "../../registry/prompt-registry.ts";
import type { MlflowApi } from "../api.ts";

/** For a write that changes nothing when it arrives twice: if its answer is lost, it is sent again. */
export function repeatableWrite<T>(
  api: MlflowApi,
  write: (options: CallOptions) => Promise<T>,
  options: CallOptions = {},
): Promise<T> {
  return api.verifyWrite(
    () => write(options),
    async (again) => ({ applied: await write(again) }),
    options,
  );
}
