import { readdirSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { catalogue } from "../../src/view/texts/german.ts";
import { defineTexts, knownLanguage, showLanguage, type Text } from "../../src/view/texts/texts.ts";

type Texts = Readonly<Record<string, Text>>;
interface Part {
  readonly en: Texts;
  readonly de: Texts;
}

const folder = new URL("../../src/view/texts/", import.meta.url);
const files = readdirSync(folder).filter(
  (file) => !["german.ts", "scorers.ts", "texts.ts"].includes(file),
);
const parts = await Promise.all(
  files.map(async (file) => ({ file, part: (await import(new URL(file, folder).href)) as Part })),
);

afterEach(() => showLanguage("en"));

describe("the catalogue", () => {
  it("has every file of it in German, by the name that the file asks for", () => {
    showLanguage("de", catalogue);
    for (const { file, part } of parts) {
      const texts = Object.values(part).find((one) => typeof one === "function") as () => object;
      const plain = Object.entries(part.de).filter(([, text]) => !isFilled(text));
      expect(texts(), file).toMatchObject(Object.fromEntries(plain));
    }
  });

  it("has the same places for values in both languages", () => {
    for (const { file, part } of parts) {
      for (const [key, text] of Object.entries(part.en)) {
        expect(placesIn(part.de[key] ?? ""), `${key} in ${file}`).toEqual(placesIn(text));
      }
    }
  });
});

describe("a text", () => {
  const texts = defineTexts("common", {
    plain: "As it is: {{ name }}.",
    two: "{1} after {0}",
    counted: { one: "{0} row of {1}", other: "{0} rows of {1}" },
    chosen: { header: "the header", other: "something in {0}" },
  });

  it("is itself where it has no place for a value", () => {
    expect(texts().plain).toBe("As it is: {{ name }}.");
  });

  it("has the values in their places, as they are", () => {
    expect(texts().two(2024, "$&")).toBe("$& after 2024");
  });

  it("has the form of the number in its language, and numbers as counts", () => {
    expect(texts().counted(1, 1_000)).toBe("1 row of 1,000");
    expect(texts().counted(2_000, 3_000)).toBe("2,000 rows of 3,000");
    showLanguage("de");
    expect(texts().counted(2_000, 3_000)).toBe("2.000 rows of 3.000");
  });

  it("has the form of a word, and another for all other words", () => {
    expect(texts().chosen("header")).toBe("the header");
    expect(texts().chosen("constructor")).toBe("something in constructor");
  });

  it("is in the language that is shown, and in English where that one lacks it", () => {
    showLanguage("de", { common: { two: "{1} nach {0}" } });
    expect(texts().two(1, 2)).toBe("2 nach 1");
    expect(texts().chosen("header")).toBe("the header");
  });
});

describe("the language", () => {
  it("is the first that the person wants and the view has, else English", () => {
    expect(knownLanguage(["fr-FR", "DE-at", "en"])).toBe("de");
    expect(knownLanguage(["fr"])).toBe("en");
    expect(knownLanguage([])).toBe("en");
  });
});

function isFilled(text: Text): boolean {
  return typeof text !== "string" || placesIn(text).length > 0;
}

function placesIn(text: Text): readonly string[] {
  const all = typeof text === "string" ? text : text.other;
  return [...new Set(all.match(/\{\d\}/g))].sort();
}
