import { describe, expect, it } from "vitest";
import * as z from "zod";
import { AnnouncingRegistry } from "../../src/registry/changes/announcing-registry.ts";
import type { PromptRegistry } from "../../src/registry/prompt-registry.ts";
import { clientFor, startStub } from "../mlflow/stub.ts";
import { model, routes, version } from "../mlflow/wire-data.ts";
import { callTool } from "../support/call-tool.ts";
import { connect, emptyRegistry, sessionOf, text } from "../support/embedded-session.ts";

/** Version 2 accepts what 1 accepts. Versions 3 and 4 each need one more variable. */
const texts = ["Hello {{ name }}", "Hi {{ name }}", "{{ name }} {{ a }}", "{{ name }} {{ b }}"];

const registries: Readonly<Record<string, () => Promise<PromptRegistry>>> = {
  "the embedded registry": async () => {
    const registry = emptyRegistry();
    for (const one of texts) await registry.registerVersion("greet", text(one));
    return registry;
  },
  MLflow: async () => {
    const aliases = new Map<string, number>();
    const stub = await startStub();
    const target = z.object({ alias: z.string(), version: z.coerce.number().optional() });
    const numbered = (number: number) => {
      const held = [...aliases].filter(([, to]) => to === number).map(([alias]) => alias);
      return version("greet", number, { text: texts[number - 1] ?? "", aliases: held });
    };
    stub.on(routes.getModel, () => ({
      json: {
        registered_model: model("greet", {
          latest: [numbered(texts.length)],
          aliases: Object.fromEntries(aliases),
        }),
      },
    }));
    stub.on(routes.getVersion, ({ query }) => ({
      json: { model_version: numbered(Number(query.version)) },
    }));
    stub.on(routes.searchVersions, {
      json: { model_versions: texts.map((_, index) => numbered(index + 1)).toReversed() },
    });
    stub.on(routes.tagModel, { json: {} });
    stub.on(routes.setAlias, ({ body }) => {
      const { alias, version: to = 0 } = target.parse(body);
      aliases.set(alias, to);
      return { json: {} };
    });
    stub.on(routes.deleteAlias, ({ body, query }) => {
      aliases.delete(target.parse(body ?? query).alias);
      return { json: {} };
    });
    return clientFor(stub.url).registry();
  },
};

/** A registry that runs an action once, after the first read of a prompt. */
class Interrupted extends AnnouncingRegistry {
  #meanwhile: (() => Promise<unknown>) | undefined;

  constructor(registry: PromptRegistry, meanwhile: () => Promise<unknown>) {
    super(registry, () => {});
    this.#meanwhile = meanwhile;
  }

  override async getPrompt(...asked: Parameters<PromptRegistry["getPrompt"]>) {
    const prompt = await super.getPrompt(...asked);
    const meanwhile = this.#meanwhile;
    this.#meanwhile = undefined;
    await meanwhile?.();
    return prompt;
  }
}

describe.each(Object.entries(registries))(
  "on %s, while another client moves the alias",
  (_, make) => {
    async function interrupted(meanwhile: (registry: PromptRegistry) => Promise<unknown>) {
      const registry = await make();
      await registry.setAlias("greet", "production", 1);
      const client = await connect(sessionOf(new Interrupted(registry, () => meanwhile(registry))));
      const call = (tool: string, args: Readonly<Record<string, unknown>>) =>
        callTool(client, tool, { name: "greet", alias: "production", ...args });
      const target = async () => (await registry.getPrompt("greet")).aliases.production;
      return { call, target };
    }
    const toTwo = (registry: PromptRegistry) => registry.setAlias("greet", "production", 2);

    it.each([
      ["without expected_version", {}],
      ["with the version that it had", { expected_version: 1 }],
      ["with the version that the other moves it to", { expected_version: 2 }],
    ])("it is not moved to a version that was not compared, %s", async (_, expected) => {
      const { call, target } = await interrupted(toTwo);

      const moved = await call("set_prompt_alias", { version: 3, ...expected });

      expect(moved.isError).toBe(true);
      expect(moved.text).toMatch(/"production"/);
      expect(await target()).toBe(2);
    });

    it("it does not replace an alias that was created in between", async () => {
      const registry = await make();
      const client = await connect(
        sessionOf(new Interrupted(registry, () => registry.setAlias("greet", "production", 1))),
      );

      const args = { name: "greet", alias: "production", version: 3 };
      const set = await callTool(client, "set_prompt_alias", args);

      expect(set.isError).toBe(true);
      expect((await registry.getPrompt("greet")).aliases).toEqual({ production: 1 });
    });

    it("it is not deleted if it moved in between", async () => {
      const { call, target } = await interrupted(toTwo);

      const args = { confirm: "greet", allow_breaking: true };
      const deleted = await call("delete_prompt_alias", args);

      expect(deleted.isError).toBe(true);
      expect(deleted.text).toContain("now points at version 2");
      expect(await target()).toBe(2);
    });

    it("its version is not deleted, and its callers' arguments are not changed", async () => {
      const strict = JSON.stringify({ name: { enum: ["Ada"] } });
      for (const [tool, args] of [
        ["delete_prompt_version", { version: 2, confirm: "greet" }],
        ["update_prompt", { version: 2, tags: { "mcp.arguments": strict } }],
      ] as const) {
        const { call, target } = await interrupted(toTwo);

        const refused = await call(tool, { alias: undefined, ...args });

        expect(refused.isError, tool).toBe(true);
        expect(refused.text).toContain("now points at version 2");
        expect(await target()).toBe(2);
      }
    });

    it("its prompt is not deleted once the alias is protected", async () => {
      const registry = await make();
      const client = await connect(sessionOf(new Interrupted(registry, () => toTwo(registry))));

      const args = { name: "greet", confirm: "greet" };
      const deleted = await callTool(client, "delete_prompt", args);

      expect(deleted.isError).toBe(true);
      expect((await registry.getPrompt("greet")).aliases).toEqual({ production: 2 });
    });
  },
);

const moved = z.object({
  version: z.int(),
  previous_version: z.int(),
  contract_change: z.object({ verdict: z.string() }),
  rollback: z.object({ arguments: z.object({ version: z.int(), expected_version: z.int() }) }),
});

describe.each(Object.entries(registries))(
  "on %s, when many clients move it at once",
  (where, make) => {
    it("no client moves it to a breaking version, and each result names the version it replaced", async () => {
      const registry = await make();
      await registry.setAlias("greet", "production", 1);
      const client = await connect(sessionOf(registry));
      const wanted = Array.from({ length: 24 }, (_, index) => ({
        version: 1 + (index % 4),
        ...(index % 3 === 0 ? {} : { expected_version: 1 + (index % 2) }),
      }));

      const answers = await Promise.all(
        wanted.map((args) =>
          callTool(client, "set_prompt_alias", { name: "greet", alias: "production", ...args }),
        ),
      );

      const moves = answers.flatMap(({ structured }) => {
        const { success, data } = moved.safeParse(structured);
        return success ? [data] : [];
      });
      const { production: end } = (await registry.getPrompt("greet")).aliases;
      expect([1, 2]).toContain(end);
      for (const { version: to, previous_version: from, contract_change, rollback } of moves) {
        expect([1, 2]).toContain(to);
        expect(contract_change.verdict).toBe("compatible");
        expect(rollback.arguments).toMatchObject({ version: from, expected_version: to });
      }
      if (where === "MLflow") return;
      // The moves form a chain from version 1 to the current version.
      const net = moves.reduce(
        (sum, { version: to, previous_version: from }) => sum + to - from,
        1,
      );
      expect(net).toBe(end);
    });
  },
);
