import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RegistryError } from "../../src/registry/errors.ts";
import {
  aliasUri,
  diffUri,
  parseReference,
  parseResourceUri,
  promptUri,
  versionUri,
} from "../../src/registry/references.ts";

describe("parseReference", () => {
  test.each([
    ["greet", { name: "greet" }],
    ["greet/3", { name: "greet", selector: { version: 3 } }],
    ["greet/01", { name: "greet", selector: { version: 1 } }],
    ["greet@prod", { name: "greet", selector: { alias: "prod" } }],
    ["greet@Latest", { name: "greet", selector: "latest" }],
    ["a b%20é", { name: "a b%20é" }],
    ["prompts:/greet", { name: "greet" }],
    ["prompts:/greet/3", { name: "greet", selector: { version: 3 } }],
    ["prompts:/greet@prod", { name: "greet", selector: { alias: "prod" } }],
    ["prompts:/a%40b%2Fc/3", { name: "a@b/c", selector: { version: 3 } }],
    ["prompts://greet/3", { name: "greet", selector: { version: 3 } }],
    ["prompts:///greet@latest", { name: "greet", selector: "latest" }],
    ["me@work@prod", { name: "me@work", selector: { alias: "prod" } }],
  ])("%s", (text, reference) => {
    expect(parseReference(text)).toEqual(reference);
  });

  test.each([
    "",
    "greet/0",
    "greet/-1",
    "greet/1.5",
    "greet/abc",
    "greet/",
    "greet/99999999999",
    "greet/latest",
    "greet@",
    "greet@a b",
    "@prod",
    "a/b/3",
    "prompts:/",
    "prompts:/a%zz/1",
    "prompts:/a/1/2",
    "a".repeat(257),
    "prompts:////greet",
  ])("refuses %j", (text) => {
    expect(() => parseReference(text)).toThrow(RegistryError);
  });

  test("explains what is wrong and which forms are valid", () => {
    expect(() => parseReference("greet/0")).toThrow(
      '"greet/0" is not a prompt reference. 0 is not a version number. Version numbers are whole numbers from 1. Write "name", "name/3" for a version, "name@alias" or "name@latest", or the same in MLflow\'s form: "prompts:/name", "prompts:/name/3", "prompts:/name@alias".',
    );
  });
});

describe("resource URIs", () => {
  test.each([
    ["prompts:/greet", { kind: "history", name: "greet" }],
    ["prompts:/greet/3", { kind: "version", name: "greet", version: 3 }],
    ["prompts:/greet@prod", { kind: "alias", name: "greet", alias: "prod" }],
    ["prompts:/greet@latest", { kind: "alias", name: "greet", alias: "latest" }],
    [
      "prompts:/greet/2...3",
      { kind: "diff", name: "greet", from: { version: 2 }, to: { version: 3 } },
    ],
    [
      "prompts:/greet/prod...latest",
      { kind: "diff", name: "greet", from: { alias: "prod" }, to: "latest" },
    ],
  ])("%s", (uri, reference) => {
    expect(parseResourceUri(uri)).toEqual(reference);
  });

  test.each([
    "greet",
    "file:/greet",
    "prompts:/",
    "prompts:/greet/2...",
    "prompts:/greet/2...a.b",
    "prompts:/greet/1...2...3",
  ])("refuses %j", (uri) => {
    expect(() => parseResourceUri(uri)).toThrow(
      `${JSON.stringify(uri)} is not the URI of a prompt.`,
    );
  });

  test.each([
    ["prompts://greet", "prompts:/greet"],
    ["prompts:///greet/3", "prompts:/greet/3"],
    ["prompts:/greet/03", "prompts:/greet/3"],
    ["prompts:/greet@LATEST", "prompts:/greet@latest"],
    ["prompts:/%67reet", "prompts:/greet"],
    ["prompts:/a%c3%a9", "prompts:/a%C3%A9"],
    ["prompts:/greet/2...03", "prompts:/greet/2...3"],
    ["prompts:/greet/2...Latest", "prompts:/greet/2...latest"],
  ])("%s is refused, and the URI of the resource is named", (uri, own) => {
    expect(() => parseResourceUri(uri)).toThrow(`The URI of this resource is "${own}".`);
    expect(() => parseResourceUri(own)).not.toThrow();
  });

  test("a long text is refused in a short sentence", () => {
    expect(() => parseResourceUri(`prompts:${"/".repeat(4_000_000)}`)).toThrow(/^.{1,500}$/);
  });

  const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 80 });
  const version = fc.integer({ min: 1, max: 2_147_483_647 });
  const alias = fc
    .stringMatching(/^[\p{L}\p{N}_-]{1,20}$/u)
    .filter((it) => it.toLowerCase() !== "latest");

  /** An alias of digits alone has no diff: its number would be that of a version. */
  const sideOf = (alias: string) => ({ alias: /^\d+$/.test(alias) ? `a${alias}` : alias });

  test("a written URI is parsed back, whatever the name contains", () => {
    fc.assert(
      fc.property(name, version, version, alias, (name, from, to, alias) => {
        expect(parseResourceUri(promptUri(name))).toEqual({ kind: "history", name });
        expect(parseResourceUri(versionUri(name, from))).toEqual({
          kind: "version",
          name,
          version: from,
        });
        expect(parseResourceUri(aliasUri(name, alias))).toEqual({ kind: "alias", name, alias });
        for (const side of [{ version: to }, sideOf(alias), "latest"] as const) {
          const diff = { kind: "diff", name, from: { version: from }, to: side };
          expect(parseResourceUri(diffUri(name, diff.from, side))).toEqual(diff);
        }
        expect(parseReference(promptUri(name))).toEqual({ name });
        expect(parseReference(versionUri(name, from))).toEqual({
          name,
          selector: { version: from },
        });
        expect(parseReference(aliasUri(name, alias))).toEqual({ name, selector: { alias } });
      }),
    );
  });

  test("a name that MLflow accepts needs no escapes", () => {
    expect(versionUri("team.greet_v-2", 3)).toBe("prompts:/team.greet_v-2/3");
  });

  test("a lone surrogate does not break the URI", () => {
    expect(promptUri("a\ud800b")).toBe("prompts:/a%EF%BF%BDb");
  });
});
