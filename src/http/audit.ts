import type { Log } from "../log.ts";
import type { Write } from "../registry/watched-registry.ts";
import type { Identity } from "./identity.ts";

/** One line for each write, whether it succeeded or not. It never carries a credential. */
export function audit(log: Log, { workspace, subject }: Identity, write: Write): void {
  const { operation, prompt, version, alias, outcome, caller } = write;
  log.info("audit", {
    workspace: workspace ?? "default",
    who: subject,
    client: caller?.client ? `${caller.client.name}/${caller.client.version}` : undefined,
    operation,
    prompt,
    version,
    alias,
    outcome,
    request: caller?.requestId,
  });
}
