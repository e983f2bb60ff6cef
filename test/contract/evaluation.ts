import { afterAll, beforeAll, describe } from "vitest";
import type { EvaluationStore } from "../../src/registry/evaluation/evaluation-store.ts";
import type { PromptRegistry } from "../../src/registry/prompt-registry.ts";
import type { PromptTrace } from "../../src/registry/traces.ts";
import { datasetsContract } from "./evaluation-datasets.ts";
import { resultsContract } from "./evaluation-results.ts";
import { runsContract } from "./evaluation-runs.ts";
import { usesContract } from "./evaluation-uses.ts";

/** What the contract's tests get: what is open by the time a test runs. */
export interface EvaluationSubject {
  readonly store: EvaluationStore;
  readonly registry: PromptRegistry;
  /** Stores the trace of a use outside of evaluations, in the experiment of the store. */
  storeTrace(trace: PromptTrace): Promise<unknown>;
}

/**
 * What every back end promises for datasets and evaluations, as a suite. All names are new, so it may run
 * on a registry that others use and that keeps what it wrote.
 */
export function evaluationStoreContract(
  open: () => Promise<EvaluationSubject & { close(): Promise<void> }>,
): void {
  describe("EvaluationStore contract", () => {
    let opened: Awaited<ReturnType<typeof open>> | undefined;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(async () => {
      await opened?.close();
    });
    const current = () => {
      if (opened === undefined) throw new Error("The store is open only while a test runs.");
      return opened;
    };
    const subject: EvaluationSubject = {
      get store() {
        return current().store;
      },
      get registry() {
        return current().registry;
      },
      storeTrace: (trace) => current().storeTrace(trace),
    };

    datasetsContract(subject);
    runsContract(subject);
    resultsContract(subject);
    usesContract(subject);
  });
}
