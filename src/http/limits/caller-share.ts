import type { HttpConfig } from "../../config/http-config.ts";
import { isLoopback } from "../../config/texts.ts";

type CallerShareConfig = Pick<HttpConfig, "auth" | "host" | "trustProxy" | "callerShare">;

/**
 * The amount of a limit that one caller may use: its share, or all of it with `--auth none` on
 * loopback, where all callers have the same address and count as one.
 */
export function callerShareOf(
  { auth, host, trustProxy, callerShare }: CallerShareConfig,
  total: number,
): number {
  const isSingle = auth.mode === "none" && isLoopback(host) && trustProxy.length === 0;
  return isSingle ? total : Math.max(1, Math.floor((total * callerShare) / 100));
}
