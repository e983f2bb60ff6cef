import { describe, expect, it } from "vitest";
import { matchCompletions } from "../../src/registry/search/completion-matches.ts";
import { connect, emptyRegistry, sessionOf, text } from "../support/embedded-session.ts";

async function connected() {
  const registry = emptyRegistry();
  const declared = {
    tone: { enum: ["kind", "terse", "unkind"] },
    "user.name": { default: "Ada" },
  };
  await registry.registerVersion(
    "greet",
    text("{{ tone }} {{ user.name }} {{ free }}", { "mcp.arguments": JSON.stringify(declared) }),
  );
  await registry.registerVersion("regreet", text("a"));
  await registry.registerVersion("regreet", text("b"));
  await registry.setAlias("regreet", "production", 1);
  return connect(sessionOf(registry));
}

describe("completion", () => {
  it.each([
    ["tone", "", ["kind", "terse", "unkind"]],
    ["tone", "KIND", ["kind", "unkind"]],
    ["user_name", "", ["Ada"]],
    ["free", "x", []],
  ])("offers for the argument %s, typed %j, %j", async (name, value, values) => {
    const { completion } = await (await connected()).complete({
      ref: { type: "ref/prompt", name: "greet" },
      argument: { name, value },
    });
    expect(completion).toEqual({ values, total: values.length, hasMore: false });
  });

  it.each([
    ["name", "greet", {}, ["greet", "regreet"]],
    ["version", "", { name: "regreet" }, ["2", "1"]],
    ["alias", "", { name: "regreet" }, ["production", "latest"]],
    ["from", "", { name: "regreet" }, ["production", "latest", "2", "1"]],
    ["to", "lat", { name: "regreet", from: "production" }, ["latest"]],
    ["version", "", {}, []],
  ])("offers for {%s}, typed %j, with %j, %j", async (name, value, filledIn, values) => {
    const { completion } = await (await connected()).complete({
      ref: { type: "ref/resource", uri: "prompts:/{name}/{version}" },
      argument: { name, value },
      context: { arguments: filledIn },
    });
    expect(completion.values).toEqual(values);
  });

  it("offers the defaults that an argument had in recent versions, this version's first", async () => {
    const registry = emptyRegistry();
    const defaults = [
      "old",
      "kind",
      "new",
      "kind",
      "",
      ...Array.from({ length: 19 }, () => "newest"),
      "kinder",
    ];
    for (const value of defaults) {
      const declared = { tone: { default: value }, other: { default: "no" } };
      await registry.registerVersion(
        "greet",
        text("{{ tone }} {{ other }}", { "mcp.arguments": JSON.stringify(declared) }),
        { force: true },
      );
    }
    await registry.setAlias("greet", "production", 2);
    const client = await connect(sessionOf(registry));
    const completed = async (value: string) =>
      (
        await client.complete({
          ref: { type: "ref/prompt", name: "greet" },
          argument: { name: "tone", value },
        })
      ).completion.values;
    expect(await completed("")).toEqual(["kind", "kinder", "newest"]);
    expect(await completed("in")).toEqual(["kind", "kinder"]);
  });

  it("offers no default that is not allowed", async () => {
    const registry = emptyRegistry();
    const tagged = (tone: object) => ({ "mcp.arguments": JSON.stringify({ tone }) });
    await registry.registerVersion("greet", text("{{ tone }}", tagged({ default: "rude" })));
    await registry.registerVersion("greet", text("{{ tone }}", tagged({ enum: ["kind"] })));
    const { completion } = await (await connect(sessionOf(registry))).complete({
      ref: { type: "ref/prompt", name: "greet" },
      argument: { name: "tone", value: "" },
    });
    expect(completion.values).toEqual(["kind"]);
  });

  it("says that there is no such prompt", async () => {
    const call = (await connected()).complete({
      ref: { type: "ref/prompt", name: "gret" },
      argument: { name: "tone", value: "" },
    });
    await expect(call).rejects.toMatchObject({ code: -32602 });
  });
});

describe("matching", () => {
  it("takes upper and lower case alike and keeps the values as they are", () => {
    expect(matchCompletions("KI", ["Kind", "kind", "unKIND", "Kind"]).values).toEqual([
      "Kind",
      "kind",
      "unKIND",
    ]);
  });

  it("puts what begins with the typed text first, then what holds it", () => {
    expect(matchCompletions("b", ["ab", "b", "bc", "c", "b"]).values).toEqual(["b", "bc", "ab"]);
  });

  it("answers at most 100 values and says how many there are", () => {
    const many = Array.from({ length: 150 }, (_, index) => `value ${index}`);
    expect(matchCompletions("", many)).toMatchObject({ total: 150, hasMore: true });
    expect(matchCompletions("", many).values).toHaveLength(100);
  });
});
