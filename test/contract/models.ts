import { beforeAll, describe, expect, it } from "vitest";
import type { ContractTraits, Subject } from "./prompt-registry.ts";
import { refused, text, uniqueName } from "./support.ts";

export function modelsContract(subject: Subject, { createModel }: ContractTraits): void {
  describe.skipIf(createModel === undefined)("a registered model that is no prompt", () => {
    const name = uniqueName();

    beforeAll(async () => {
      await createModel?.(name);
    });

    it("keeps its name", async () => {
      await refused(subject.registry.createPrompt(name, {}), "already_exists", name, "model");
      await refused(
        subject.registry.registerVersion(name, text("One")),
        "already_exists",
        name,
        "model",
      );
    });

    it("is never seen nor touched", async () => {
      const { registry } = subject;

      expect(await registry.searchPrompts({ nameContains: name, limit: 10 })).toEqual({
        items: [],
      });
      await refused(registry.getPrompt(name), "not_found", name);
      await refused(registry.listVersions(name, { limit: 10 }), "not_found", name);
      await refused(registry.tagPrompt(name, { a: "b" }), "not_found", name);
      await refused(registry.deletePrompt(name), "not_found", name);
    });
  });
}
