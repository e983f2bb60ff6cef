import { quote, RegistryError } from "../../registry/errors.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import type { MlflowApi } from "../api.ts";
import { isMissing, valueOrThrow } from "../errors/refusal.ts";
import { emptyResponse } from "../schemas.ts";
import { linkedPrompt } from "../traces/linked-prompt.ts";
import { repeatableWrite } from "./repeatable-write.ts";

/**
 * Links a trace to a version. MLflow keeps one link when it is made twice, and does not look whether the
 * version exists (3.8 to 3.17).
 */
export async function linkTrace(
  api: MlflowApi,
  traceId: string,
  prompt: { readonly name: string; readonly version: number },
  options?: CallOptions,
): Promise<void> {
  const body = linkedPrompt(traceId, prompt);
  await repeatableWrite(
    api,
    async (sent) => {
      const linked = await api.post("/traces/link-prompts", body, emptyResponse, sent);
      if (!linked.ok && isMissing(linked.refusal)) throw noTrace(traceId);
      valueOrThrow(linked);
    },
    options,
  );
}

function noTrace(traceId: string): RegistryError {
  return new RegistryError(
    "not_found",
    `MLflow has no trace ${quote(traceId)}. Name a trace that MLflow has received: most programs send theirs after it has ended.`,
  );
}
