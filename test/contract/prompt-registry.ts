import { afterAll, beforeAll, describe } from "vitest";
import { CheckedRegistry } from "../../src/registry/checked-registry.ts";
import type { PromptRegistry } from "../../src/registry/prompt-registry.ts";
import { aliasHistoryContract } from "./alias-history.ts";
import { aliasesContract } from "./aliases.ts";
import { basesContract } from "./bases.ts";
import { deletingContract } from "./deleting.ts";
import { expectedAliasesContract } from "./expected-aliases.ts";
import { limitsContract } from "./limits.ts";
import { modelsContract } from "./models.ts";
import { promptsContract } from "./prompts.ts";
import { readingContract } from "./reading.ts";
import { registeringContract } from "./registering.ts";
import { renamingContract } from "./renaming.ts";
import { searchContract } from "./search.ts";
import { tagsContract } from "./tags.ts";
import { unchangedContract } from "./unchanged.ts";
import { writeConditionsContract } from "./write-conditions.ts";

/** What the contract's tests get: the registry that is open by the time a test runs. */
export interface Subject {
  readonly registry: PromptRegistry;
}

/** What a back end can do beyond the interface; tests that need it are skipped without it. */
export interface ContractTraits {
  /** Makes a registered model that is no prompt, the way another client of MLflow would. */
  readonly createModel?: (name: string) => Promise<void>;
}

/**
 * What every back end promises behind the checks of input that callers get with it, as a suite. It opens the registry once and gives every prompt a
 * name of its own, so it may run on a registry that others use and that keeps what it wrote.
 */
export function promptRegistryContract(
  open: () => Promise<{ registry: PromptRegistry; close(): Promise<void> }>,
  traits: ContractTraits = {},
): void {
  describe("PromptRegistry contract", () => {
    let opened: Awaited<ReturnType<typeof open>> | undefined;
    let checked: PromptRegistry | undefined;
    beforeAll(async () => {
      opened = await open();
      checked = new CheckedRegistry(opened.registry);
    });
    afterAll(async () => {
      await opened?.close();
    });
    const subject: Subject = {
      get registry() {
        if (checked === undefined) throw new Error("The registry is open only while a test runs.");
        return checked;
      },
    };

    promptsContract(subject);
    registeringContract(subject);
    basesContract(subject);
    unchangedContract(subject);
    readingContract(subject);
    aliasesContract(subject);
    aliasHistoryContract(subject);
    expectedAliasesContract(subject);
    tagsContract(subject);
    renamingContract(subject, traits);
    deletingContract(subject);
    writeConditionsContract(subject);
    searchContract(subject);
    limitsContract(subject);
    modelsContract(subject, traits);
  });
}
