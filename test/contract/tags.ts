import { describe, expect, it } from "vitest";
import type { Subject } from "./prompt-registry.ts";
import { refused, text, uniqueName } from "./support.ts";

export function tagsContract(subject: Subject): void {
  describe("tags", () => {
    it("of a prompt are set, changed and deleted", async () => {
      const name = uniqueName();
      await subject.registry.createPrompt(name, { tags: { keep: "1", change: "1", drop: "1" } });

      await subject.registry.tagPrompt(name, {
        change: 'it\'s "2" 🎈\n%',
        drop: null,
        neverThere: null,
        "team name/x:y": "new",
        empty: "",
      });

      expect((await subject.registry.getPrompt(name)).tags).toEqual({
        keep: "1",
        change: 'it\'s "2" 🎈\n%',
        "team name/x:y": "new",
        empty: "",
      });
    });

    it("of a version are its own", async () => {
      const name = uniqueName();
      await subject.registry.registerVersion(name, text("One", { tags: { keep: "1", drop: "1" } }));

      await subject.registry.tagVersion(name, 1, { drop: null, "team name/x": "'\"", none: null });

      expect(await subject.registry.getPrompt(name)).toMatchObject({
        tags: { keep: "1", drop: "1" },
        latest: {
          template: { kind: "text", text: "One" },
          tags: { keep: "1", "team name/x": "'\"" },
        },
      });
    });

    it("need a prompt, and a version, to be on", async () => {
      const name = uniqueName();
      const absent = uniqueName();
      await subject.registry.createPrompt(name, {});

      await refused(subject.registry.tagPrompt(absent, { a: "b" }), "not_found", absent);
      await refused(subject.registry.tagPrompt(absent, { a: null }), "not_found", absent);
      await refused(subject.registry.tagVersion(absent, 1, { a: "b" }), "not_found", absent);
      await refused(subject.registry.tagVersion(name, 1, { a: "b" }), "not_found", "version 1");
      await refused(subject.registry.tagVersion(name, 1, { a: null }), "not_found", "version 1");
    });

    it("that MLflow keeps for itself cannot be written", async () => {
      const name = uniqueName();
      const { registry } = subject;

      await refused(
        registry.createPrompt(name, { tags: { "mlflow.prompt.is_prompt": "false" } }),
        "invalid",
        "reserved",
      );
      await refused(
        registry.registerVersion(name, text("x", { tags: { "mlflow.prompt.text": "y" } })),
        "invalid",
        "reserved",
      );
      await refused(
        registry.tagPrompt(name, { "mlflow.prompt.is_prompt": null }),
        "invalid",
        "reserved",
      );
      await refused(
        registry.tagVersion(name, 1, { _mlflow_prompt_type: "chat" }),
        "invalid",
        "reserved",
      );
    });
  });
}
