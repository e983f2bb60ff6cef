import { ping } from "../../mlflow/server-info.ts";
import { type Check, type Finding, ok, skipped, warning } from "../finding.ts";
import type { MlflowTarget } from "../mlflow.ts";

/** The Date header has whole seconds, and the answer takes time. */
const allowedSeconds = 30;

/** This machine's clock against MLflow's. */
export function clockCheck({ anonymous }: MlflowTarget): Check {
  return {
    name: "clock",
    async run(signal) {
      const date = await ping(anonymous.server.transport, { signal });
      const server = Date.parse(date ?? "");
      if (Number.isNaN(server)) return skipped("MLflow's answers have no Date header.");
      return clockFinding(Math.round((Date.now() - server) / 1_000));
    },
  };
}

/** @param seconds how far this machine is ahead */
export function clockFinding(seconds: number): Finding {
  const apart = Math.abs(seconds);
  if (apart <= allowedSeconds) return ok("This machine's clock agrees with MLflow's.");
  return warning(
    `This machine's clock is ${apart} s ${seconds > 0 ? "ahead of" : "behind"} MLflow's.`,
    "Synchronize both with NTP: times of versions are compared, and tokens and signatures expire.",
  );
}
