import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { jsonObject, parseJson } from "../../src/registry/json.ts";
import type { Values } from "../../src/registry/template/renderer.ts";
import { templates } from "../support/templates.ts";
import { startWorkers } from "./support.ts";

const file = new URL("../registry/template/jinja/jinja2-cases.json", import.meta.url);
// Read without a schema, which would drop the key "__proto__".
const recorded: {
  readonly values: Values;
  readonly rendered: readonly { readonly template: string }[];
} = JSON.parse(readFileSync(file, "utf8"));

test("a process renders the same as this thread", async () => {
  const engine = startWorkers({ timeMs: 60_000 }).engineFor("caller");
  const rendered = recorded.rendered.map(async ({ template: text }) => {
    const template = { kind: "text", text } as const;
    expect(await engine.render(template, recorded.values)).toEqual(
      await templates.render(template, recorded.values),
    );
    expect(await engine.read(template)).toEqual(await templates.read(template));
  });
  expect(rendered.length).toBeGreaterThan(50);
  await Promise.all(rendered);
});

test("values keep the spelling of their numbers, and the name __proto__, on the way to a process", async () => {
  const engine = startWorkers({ timeMs: 60_000 }).engineFor("caller");
  const values = jsonObject.parse(parseJson('{"n":1234567890123456789,"x":1.0,"__proto__":"p"}'));
  const text = "{% if n %}{{ n + 1 }} {{ x }} {{ __proto__ }}{% endif %}";

  expect(await engine.render({ kind: "text", text }, values)).toEqual({
    kind: "text",
    text: "1234567890123456790 1.0 p",
  });
});
