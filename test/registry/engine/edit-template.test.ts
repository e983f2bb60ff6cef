import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Edit, editTemplate } from "../../../src/registry/engine/edit-template.ts";
import { RegistryError } from "../../../src/registry/errors.ts";
import type { WritableTemplate } from "../../../src/registry/types.ts";
import { runs } from "../../support/runs.ts";
import { templates } from "../../support/templates.ts";

const subject = { prompt: "greet", version: 3 };

function edited(template: WritableTemplate, ...edits: Edit[]): Promise<WritableTemplate> {
  return editTemplate(templates, template, edits, subject);
}

describe("edits", () => {
  it("replace what occurs once, whatever its characters mean elsewhere", async () => {
    const template: WritableTemplate = { kind: "text", text: "a $& (b)\r\n{{ c }}\\n" };

    expect(
      await edited(
        template,
        { oldText: "$& (b)\r\n", newText: "$1 $& $$ " },
        { oldText: "\\n", newText: "\n" },
      ),
    ).toEqual({ kind: "text", text: "a $1 $& $$ {{ c }}\n" });
  });

  it("find a passage that crosses no border between messages or parts", async () => {
    const content = ["one", "two"].map((text) => ({ type: "text", text }));
    const template: WritableTemplate = { kind: "chat", messages: [{ role: "user", content }] };

    await expect(edited(template, { oldText: "onetwo", newText: "" })).rejects.toThrow(
      'edits[0] cannot be made in version 3 of "greet": old_text does not occur',
    );
  });

  it("say in bounded length what is wrong with long passages", async () => {
    const long = "Be kind to everybody who writes. ".repeat(3_000);
    const template: WritableTemplate = { kind: "text", text: `${long}Stay calm.${long}` };
    const passages = [`${long}Keep calm.`, "kind", "e"];

    for (const oldText of passages) {
      const error = await edited(template, { oldText, newText: "" }).catch((thrown) => thrown);
      expect(error).toBeInstanceOf(RegistryError);
      expect(`${error.message}${error.diff ?? ""}`.length).toBeLessThan(6_000);
    }
  });

  it("are all made, each in what the edits before it left, or none", async () => {
    const outcomes = { made: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(
        template,
        fc.array(edit, { minLength: 1, maxLength: 3 }),
        async (it, all) => {
          const before = structuredClone(it);
          const expected = all.reduce<WritableTemplate | undefined>(replaceOnce, it);
          if (expected === undefined) {
            outcomes.refused += 1;
            await expect(edited(it, ...all)).rejects.toThrow(RegistryError);
          } else {
            outcomes.made += 1;
            expect(await edited(it, ...all)).toEqual(expected);
          }
          expect(it).toEqual(before);
        },
      ),
      { numRuns: runs(4_000) },
    );
    expect(Math.min(outcomes.made, outcomes.refused)).toBeGreaterThan(runs(100));
  });
});

/** Replaces a passage in the texts of a template. Undefined unless it occurs once in all of them. */
function replaceOnce(
  template: WritableTemplate | undefined,
  { oldText, newText, message }: Edit,
): WritableTemplate | undefined {
  let places = 0;
  const replace = (text: string): string => {
    const starts = [...text].flatMap((_, at) => (text.startsWith(oldText, at) ? [at] : []));
    places += starts.length;
    const [at = 0] = starts;
    return starts.length === 1
      ? text.slice(0, at) + newText + text.slice(at + oldText.length)
      : text;
  };
  const result = mapTexts(template, message, replace);
  return places === 1 ? result : undefined;
}

function mapTexts(
  template: WritableTemplate | undefined,
  message: number | undefined,
  map: (text: string) => string,
): WritableTemplate | undefined {
  if (template === undefined) return undefined;
  if (template.kind === "text") {
    return message === undefined ? { kind: "text", text: map(template.text) } : undefined;
  }
  const messages = template.messages.map((one, index) => {
    if (message !== undefined && message !== index) return one;
    if (typeof one.content === "string") return { ...one, content: map(one.content) };
    if (!Array.isArray(one.content)) return one;
    const content = one.content.map((part) =>
      typeof part.text === "string" && part.type === "text"
        ? { ...part, text: map(part.text) }
        : part,
    );
    return { ...one, content };
  });
  return { kind: "chat", messages };
}

const letter = fc.constantFrom(..."abcd$\n");
const text = fc.string({ maxLength: 12, unit: letter });
const part = fc.oneof(
  text.map((it) => ({ type: "text", text: it, cache: 1 })),
  text.map((it) => ({ type: "image_url", image_url: { url: it } })),
);
const message = fc.record({
  role: fc.constantFrom("system", "user"),
  content: fc.oneof(text, fc.array(part, { minLength: 1, maxLength: 3 }), fc.constant(null)),
  name: text,
});
const template: fc.Arbitrary<WritableTemplate> = fc.oneof(
  text.map((it) => ({ kind: "text", text: it }) as const),
  fc
    .array(message, { minLength: 1, maxLength: 3 })
    .map((messages) => ({ kind: "chat", messages }) as const),
);
const edit: fc.Arbitrary<Edit> = fc.record({
  oldText: fc.string({ minLength: 1, maxLength: 2, unit: letter }),
  newText: text,
  message: fc.option(fc.nat({ max: 3 }), { freq: 1, nil: undefined }),
});
