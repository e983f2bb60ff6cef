import type { HttpConfig } from "../../config/http-config.ts";
import { isLoopback } from "../../config/texts.ts";

type CallerShareConfig = Pick<HttpConfig, "auth" | "host" | "trustProxy" | "callerShare">;

/**
 * How much of a limit one caller may use: its share, and all of it where all callers are one,
 * because nobody signs in and all have the address of this machine.
 */
export function callerShareOf(
  { auth, host, trustProxy, callerShare }: CallerShareConfig,
  total: number,
): number {
  const areOne = auth.mode === "none" && isLoopback(host) && trustProxy.length === 0;
  return areOne ? total : Math.max(1, Math.floor((total * callerShare) / 100));
}
