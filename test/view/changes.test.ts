import { describe, expect, test } from "vitest";
import { changedValues } from "../../src/view/text/changed-values.ts";
import { changedVariables } from "../../src/view/text/changed-variables.ts";
import { pairTurns, turnsOf } from "../../src/view/text/turns.ts";

const chat = (...turns: readonly (readonly [string, string])[]) =>
  turnsOf({ messages: turns.map(([role, content]) => ({ role, content })) });

const numbers = (pairs: ReturnType<typeof pairTurns>) =>
  pairs.map(({ before, after }) => [before?.number, after?.number]);

describe("the turns of two chats", () => {
  test("stand beside each other by their role", () => {
    const before = chat(["system", "Be kind."], ["user", "{{ question }}"]);
    const after = chat(["system", "Be brief."], ["user", "{{ question }}"]);
    expect(numbers(pairTurns(before, after))).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  test("find their counterpart where a turn was put in between", () => {
    const before = chat(["user", "Hello"], ["user", "{{ question }}"]);
    const after = chat(
      ["system", "Be kind."],
      ["user", "An example"],
      ["assistant", "Its answer"],
      ["user", "{{ question }}"],
    );
    expect(numbers(pairTurns(before, after))).toEqual([
      [undefined, 1],
      [1, 2],
      [undefined, 3],
      [2, 4],
    ]);
  });

  test("are removed and added where a text became a chat", () => {
    const pairs = pairTurns(turnsOf({ template: "Hello" }), chat(["user", "Hello"]));
    expect(numbers(pairs)).toEqual([
      [1, undefined],
      [undefined, 1],
    ]);
  });

  test("hold everything that a message has", () => {
    const image = { type: "image_url", image_url: { url: "{{ picture }}" } };
    const [turn] = turnsOf({
      messages: [
        {
          role: "user",
          content: [{ type: "text", text: "Look:" }, image],
          cache_control: { type: "ephemeral" },
        },
      ],
    });
    expect(turn?.text).toBe(
      `Look:\n${JSON.stringify(image, null, 2)}\ncache_control: {\n  "type": "ephemeral"\n}`,
    );
    expect(turnsOf({ messages: [{ type: "placeholder", name: "history" }] })).toEqual([
      { number: 1, role: "placeholder", text: 'type: "placeholder"\nname: "history"' },
    ]);
  });
});

describe("the values of two settings", () => {
  test("are compared key by key, to the depth of a schema", () => {
    expect(
      changedValues(
        { model_name: "a", temperature: 0, stop: ["x"], schema: { type: "object" } },
        { model_name: "b", temperature: 0, stop: ["x", "y"], schema: { type: "array" }, top_p: 1 },
      ),
    ).toEqual([
      { key: "model_name", before: '"a"', after: '"b"' },
      { key: "stop", before: '["x"]', after: '["x","y"]' },
      { key: "schema.type", before: '"object"', after: '"array"' },
      { key: "top_p", after: "1" },
    ]);
  });

  test("may be missing, or no object", () => {
    expect(changedValues(undefined, undefined)).toEqual([]);
    expect(changedValues(undefined, {})).toEqual([{ key: "", after: "{}" }]);
    expect(changedValues("broken {", { a: 1 })).toEqual([
      { key: "", before: '"broken {"' },
      { key: "a", after: "1" },
    ]);
  });
});

test("the variables of two versions show first what callers no longer give", () => {
  const required = { required: true };
  const before = [
    { name: "question", ...required },
    { name: "tone", ...required },
    { name: "old", ...required },
  ];
  const after = [
    { name: "place", ...required },
    { name: "question", ...required },
    { name: "tone", required: false, default_value: "kind" },
  ];
  expect(
    changedVariables(before, after).map(({ kind, variable }) => [kind, variable.name]),
  ).toEqual([
    ["removed", "old"],
    ["added", "place"],
    ["changed", "tone"],
    ["same", "question"],
  ]);
  expect(changedVariables(before, after)[2]).toMatchObject({
    facts: [
      { key: "required", before: "true", after: "false" },
      { key: "default_value", after: '"kind"' },
    ],
  });
});
