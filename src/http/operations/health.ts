import type { OpenRegistry } from "../../backend/open-registry.ts";
import type { RegistryConfig } from "../../config/registry-config.ts";
import { insecureTlsWarning } from "../../log/insecure-tls.ts";
import { RegistryError } from "../../registry/errors.ts";

const cacheMs = 1_000;

const timeoutMs = 2_000;

export interface Readiness {
  readonly ready: boolean;
  /** A sentence for the operator. */
  readonly reason: string;
}

/** Probes the registry at most once a second, however many requests there are. */
export function createReadiness(registry: OpenRegistry): () => Promise<Readiness> {
  let last: { readonly at: number; readonly result: Promise<Readiness> } | undefined;
  return () => {
    const now = performance.now();
    if (last === undefined || now - last.at > cacheMs) {
      last = { at: now, result: probe(registry) };
    }
    return last.result;
  };
}

/** Warnings that do not affect readiness, one sentence each. */
export function warnings(
  registry: RegistryConfig,
  replicasDisconnected: boolean,
): readonly string[] {
  const sentences = [
    // The reason is in the log alone: it contains the address of Redis, and this path is public.
    replicasDisconnected ? "Replicas do not receive each other's changes: see the log." : undefined,
    insecureTlsWarning(registry),
  ];
  return sentences.filter((sentence) => sentence !== undefined);
}

async function probe(registry: OpenRegistry): Promise<Readiness> {
  try {
    await registry.ping({ signal: AbortSignal.timeout(timeoutMs) });
    return { ready: true, reason: "The registry can be reached." };
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    const late = `The registry has not answered within ${timeoutMs / 1_000} s.`;
    return { ready: false, reason: error.kind === "cancelled" ? late : error.message };
  }
}
