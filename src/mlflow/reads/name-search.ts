import type * as z from "zod";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import type { MlflowApi } from "../api.ts";
import { valueOrThrow } from "../errors/refusal.ts";

/** Searches with `name IN (...)` (MLflow 3.17); undefined when the server does not support it. */
export async function searchByNames<Page>(
  api: MlflowApi,
  path: "/registered-models/search" | "/model-versions/search",
  query: Readonly<Record<string, string>>,
  page: z.ZodType<Page>,
  options?: CallOptions,
): Promise<Page | undefined> {
  const { server } = api;
  if (server.supportsNameIn === false) return undefined;
  const answer = await api.get(path, query, page, options);
  if (!answer.ok && answer.refusal.code === "INVALID_PARAMETER_VALUE") {
    server.supportsNameIn = false;
    return undefined;
  }
  return valueOrThrow(answer);
}
