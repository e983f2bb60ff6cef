import type { OpenRegistry } from "../../backend/open-registry.ts";
import type { RegistryConfig } from "../../config/registry-config.ts";
import { insecureTlsWarning } from "../../log/insecure-tls.ts";
import { RegistryError } from "../../registry/errors.ts";

const rememberedMs = 1_000;

/** Who asks is not kept waiting longer. */
const patienceMs = 2_000;

export interface Readiness {
  readonly ready: boolean;
  /** A sentence for the operator. */
  readonly reason: string;
}

/** Whether the registry can be reached: asked at most once a second, whoever looks. */
export function createReadiness(registry: OpenRegistry): () => Promise<Readiness> {
  let asked: { readonly at: number; readonly answer: Promise<Readiness> } | undefined;
  return () => {
    const now = performance.now();
    if (asked === undefined || now - asked.at > rememberedMs) {
      asked = { at: now, answer: readiness(registry) };
    }
    return asked.answer;
  };
}

/** Sentences about what does not work and does not keep the server from being ready. */
export function troubles(registry: RegistryConfig, untold: boolean): readonly string[] {
  const sentences = [
    // Why is in the log: it says where Redis is, and who asks here is anybody.
    untold ? "Replicas are not told of each other's changes: see the log." : undefined,
    insecureTlsWarning(registry),
  ];
  return sentences.filter((sentence) => sentence !== undefined);
}

async function readiness(registry: OpenRegistry): Promise<Readiness> {
  try {
    await registry.ping({ signal: AbortSignal.timeout(patienceMs) });
    return { ready: true, reason: "The registry can be reached." };
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    const late = `The registry has not answered within ${patienceMs / 1_000} s.`;
    return { ready: false, reason: error.kind === "cancelled" ? late : error.message };
  }
}
