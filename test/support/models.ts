import { onTestFinished } from "vitest";
import { SharedModels } from "../../src/backend/shared-models.ts";
import type { ModelsConfig } from "../../src/config/models-config.ts";
import type { PromptTrace } from "../../src/registry/traces.ts";
import type { Session } from "../../src/session/session.ts";

export interface TestModels extends Partial<ModelsConfig> {
  readonly url: string;
  readonly apiKey?: string;
  /** Stores traces; absent: nothing does. */
  readonly storeTrace?: (trace: PromptTrace) => Promise<void>;
  /** What is logged. */
  readonly logged?: unknown[];
}

/** The models of a session, at a fake model's address. They end with the test. */
export function modelsAt({
  url,
  apiKey,
  storeTrace,
  logged = [],
  ...config
}: TestModels): Pick<Session, "models" | "evaluating" | "traces"> {
  const note = (message: string, details: object = {}) => logged.push({ message, ...details });
  const shared = new SharedModels(
    {
      models: {
        names: [],
        fallbacks: [],
        tiers: [],
        prices: new Map(),
        timeoutMs: 20_000,
        maxCalls: 8,
        server: { url, ...(apiKey === undefined ? {} : { apiKey }) },
        ...config,
      },
    },
    storeTrace
      ? {
          storeTrace: async (_view, trace) => {
            await storeTrace(trace);
            return {};
          },
        }
      : {},
    { info: note, error: note },
  );
  onTestFinished(() => shared.close());
  return shared.session({}, "caller");
}
