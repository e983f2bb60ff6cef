import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import {
  parseSkillUri,
  promptFolderUri,
  skillFolderUri,
  skillNameOf,
  skillUri,
} from "../../src/registry/skill-uris.ts";

const validName = /^(?=.{1,64}$)[a-z0-9]+(-[a-z0-9]+)*$/;

/** Names as MLflow's client allows them, and as other programs have stored them. */
const promptName = fc.oneof(
  fc.stringMatching(/^[a-zA-Z0-9_.-]{1,80}$/),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }),
);
const isAddressable = (name: string) => name !== "." && name !== ".." && !/\p{C}/u.test(name);

describe("the name of a skill", () => {
  test.each([
    ["greet", "greet"],
    ["qa-assistant-2", "qa-assistant-2"],
    ["a".repeat(64), "a".repeat(64)],
    ["summarize_v2", "summarize-v2-2de9a732"],
    ["Über Größe", "uber-gro-e-"],
    ["qa--x", "qa-x-"],
    ["-qa", "qa-"],
    ["日本語", "prompt-"],
    ["a".repeat(65), `${"a".repeat(55)}-`],
  ])("of %s is %s", (name, expected) => {
    expect(skillNameOf(name).slice(0, expected.length)).toBe(expected);
  });

  it("is valid for Agent Skills, whatever the prompt is called", () => {
    fc.assert(
      fc.property(promptName, (name) => {
        expect(skillNameOf(name)).toMatch(validName);
      }),
    );
  });

  it("is another one for each of the prompts whose names have the same letters", () => {
    const names = ["a-b", "a_b", "a.b", "A-B", "a--b", "-a-b", "a b"];

    expect(new Set(names.map(skillNameOf)).size).toBe(names.length);
  });

  it("cannot be taken by naming a prompt like the skill of another", () => {
    const taken = skillNameOf("a_b");

    expect(skillNameOf(taken)).not.toBe(taken);
  });
});

describe("the URI of a skill", () => {
  it("ends with the skill's name, and says which prompt it is", () => {
    expect(skillUri("greet")).toBe("skill://prompts/greet/SKILL.md");
    expect(skillUri("a_b")).toBe(`skill://prompts/a_b/${skillNameOf("a_b")}/SKILL.md`);
    expect(skillUri("a/b")).toBe(`skill://prompts/a%2Fb/${skillNameOf("a/b")}/SKILL.md`);
  });

  it("is as every URL parser writes it, and leads back to the prompt", () => {
    fc.assert(
      fc.property(promptName.filter(isAddressable), (name) => {
        const uri = skillUri(name);
        expect(new URL(uri).href).toBe(uri);
        expect(parseSkillUri(uri)).toEqual({ kind: "file", name });
        expect(parseSkillUri(skillFolderUri(name))).toEqual({ kind: "folder", name });
        expect(parseSkillUri(promptFolderUri(name))).toEqual({ kind: "folder", name });
      }),
    );
  });

  it("of one skill is never below that of another", () => {
    fc.assert(
      fc.property(promptName, promptName, (one, other) => {
        fc.pre(one !== other);
        expect(skillUri(one).startsWith(`${skillFolderUri(other)}/`)).toBe(false);
      }),
    );
  });

  test.each([
    ["skill://greet/SKILL.md", /its name, as skills\/list shows it/],
    ["skill:", /its name/],
    ["skill://prompts/", /its name/],
    ["skill://prompts/%E0%A4/SKILL.md", /its name/],
    ["skill://prompts/greet/other.md", /is "skill:\/\/prompts\/greet\/SKILL\.md"/],
    ["skill://prompts/gr%65et/SKILL.md", /is "skill:\/\/prompts\/greet\/SKILL\.md"/],
    ["skill://prompts/a_b/SKILL.md", /is "skill:\/\/prompts\/a_b\/a-b-/],
    [`skill://prompts/${"a".repeat(300)}/SKILL.md`, /300 characters/],
  ])("is not %s", (uri, message) => {
    expect(() => parseSkillUri(uri)).toThrow(message);
  });
});
