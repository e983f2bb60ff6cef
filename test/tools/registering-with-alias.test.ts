import { describe, expect, it, vi } from "vitest";
import { RegistryError } from "../../src/registry/errors.ts";
import type { Session } from "../../src/session/session.ts";
import { callTool } from "../support/call-tool.ts";
import {
  type Asked,
  connect,
  emptyRegistry,
  sessionOf,
  text,
} from "../support/embedded-session.ts";

const compatible = { template: "Hi {{ name }}", base_version: 1 };
const breaking = { template: "Hi {{ name }} from {{ place }}", base_version: 1 };

/** Production points at version 1. */
async function promoting(policy: Partial<Session> = {}, asked?: Asked) {
  const registry = emptyRegistry();
  await registry.registerVersion("greet", text("Hello {{ name }}"));
  await registry.setAlias("greet", "production", 1);
  const client = await connect(sessionOf(registry, policy), asked);
  const call = (tool: string, args: Readonly<Record<string, unknown>>) =>
    callTool(client, tool, { name: "greet", ...args });
  const state = async () => {
    const { aliases, latest } = await registry.getPrompt("greet");
    return { aliases, newest: latest?.version };
  };
  return { registry, call, state };
}

const tools = [
  ["register_prompt", compatible],
  ["edit_prompt", { base_version: 1, edits: [{ old_text: "Hello", new_text: "Hi" }] }],
] as const;

describe("alias", () => {
  it.each(tools)(
    "is pointed at the version that %s registers, and the answer undoes it",
    async (tool, args) => {
      const { call, state } = await promoting();

      const answer = await call(tool, { ...args, alias: "production" });

      expect(await state()).toEqual({ aliases: { production: 2 }, newest: 2 });
      const rollback = {
        tool: "set_prompt_alias",
        arguments: { name: "greet", alias: "production", version: 1, expected_version: 2 },
      };
      expect(answer.structured).toMatchObject({
        version: 2,
        registered: true,
        alias_move: { alias: "production", moved: true, previous_version: 1, rollback },
      });
      expect(answer.text).toContain("greet@production moved from version 1 to version 2.");
      expect(answer.text).toContain("To undo it: set_prompt_alias");
    },
  );

  it("is pointed at the first version of a new prompt", async () => {
    const { call, registry } = await promoting();

    await call("register_prompt", { name: "new", template: "Hello", alias: "staging" });

    expect((await registry.getPrompt("new")).aliases).toEqual({ staging: 1 });
  });

  it("is pointed at the version that restore_prompt_version registers", async () => {
    const { call, registry, state } = await promoting();
    await registry.registerVersion("greet", text("Bye {{ name }}"));

    await call("restore_prompt_version", { version: 1, alias: "production" });

    expect(await state()).toEqual({ aliases: { production: 3 }, newest: 3 });
  });

  it("is pointed at the newest version when that has the content already", async () => {
    const { call, state } = await promoting();

    const answer = await call("register_prompt", { template: "Hello {{ name }}", alias: "live" });

    expect(answer.structured).toMatchObject({ registered: false, alias_move: { moved: true } });
    expect(await state()).toEqual({ aliases: { production: 1, live: 1 }, newest: 1 });
  });

  it("is said with dry_run as without, and nothing is written", async () => {
    const { call, state } = await promoting();
    const args = { ...compatible, alias: "production" };

    const dry = await call("register_prompt", { ...args, dry_run: true });
    expect(await state()).toEqual({ aliases: { production: 1 }, newest: 1 });
    const real = await call("register_prompt", args);

    expect(dry.text).toContain("greet@production would move from version 1 to version 2.");
    const { alias_move, ...others } = Object(real.structured);
    const { rollback, ...move } = alias_move;
    expect(rollback).toBeDefined();
    expect(dry.structured).toEqual({
      ...others,
      registered: false,
      alias_move: { ...move, moved: false },
    });
  });

  it.each([
    ["that callers may not set", { alias: "secret" }, "does not allow the alias"],
    ["that means the newest version", { alias: "latest" }, '"latest" is reserved'],
    ["that is no alias", { alias: "no spaces" }, "is not a valid alias"],
    [
      "whose callers would break",
      { ...breaking, alias: "production" },
      "requires the new variable",
    ],
  ])("%s is refused before anything is written", async (_, args, sentence) => {
    const { call, state } = await promoting({
      writableAliases: ["production", "latest", "no spaces"],
    });

    const answer = await call("register_prompt", { ...compatible, ...args });

    expect(answer.isError).toBe(true);
    expect(answer.text).toContain(sentence);
    expect(await state()).toEqual({ aliases: { production: 1 }, newest: 1 });
  });

  it.each([
    ["accept", { aliases: { production: 2 }, newest: 2 }],
    ["decline", { aliases: { production: 1 }, newest: 1 }],
  ] as const)("asks the person once, before anything is written: %s", async (action, after) => {
    const questions: string[] = [];
    const answer = () =>
      action === "accept" ? { action, content: { confirm: true } } : { action };
    const { call, state } = await promoting({}, { questions, answer });

    await call("register_prompt", { ...breaking, alias: "production", allow_breaking: true });

    expect(questions).toEqual([
      expect.stringMatching(
        /^Register version 2 of greet, and move greet@production from version 1 to version 2\? .*"place"/,
      ),
    ]);
    expect(await state()).toEqual(after);
  });

  it("that cannot be moved after all does not hide the registration", async () => {
    const { call, state, registry } = await promoting();
    vi.spyOn(registry, "setAlias").mockRejectedValueOnce(
      new RegistryError("unavailable", "MLflow does not answer."),
    );

    const answer = await call("register_prompt", { ...compatible, alias: "production" });

    expect(answer.isError).toBe(true);
    expect(answer.text).toMatch(
      /Version 2 of greet was registered, but greet@production was not moved to it: MLflow does not answer\. Do not register it again: move the alias with set_prompt_alias and version 2\./,
    );
    expect(await state()).toEqual({ aliases: { production: 1 }, newest: 2 });
  });

  it("that somebody else moves meanwhile stays where they moved it", async () => {
    const { call, state, registry } = await promoting();
    await registry.setAlias("greet", "staging", 1);
    const registerVersion = registry.registerVersion.bind(registry);
    vi.spyOn(registry, "registerVersion").mockImplementationOnce(async (...args) => {
      const registered = await registerVersion(...args);
      await registry.deleteAlias("greet", "staging");
      return registered;
    });

    const answer = await call("register_prompt", { ...compatible, alias: "staging" });

    expect(answer.isError).toBe(true);
    expect(answer.text).toContain("Version 2 of greet was registered");
    expect(await state()).toEqual({ aliases: { production: 1 }, newest: 2 });
  });
});
