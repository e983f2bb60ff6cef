import { describe, expect, it } from "vitest";
import * as z from "zod";
import { instructionsFor } from "../../src/server/instructions.ts";
import type { Effect } from "../../src/session/policy.ts";
import { tools } from "../../src/tools/catalogue.ts";
import { toolDefinition } from "../../src/tools/definitions.ts";
import { isListed, isOffered } from "../../src/tools/offered.ts";

/** Limits of hosts (November 2026). Some hosts truncate or refuse anything above them. */
const hosts = { tools: 16, nameLength: 30, descriptionLength: 1_024 };

const schema = z.looseObject({
  type: z.literal("object"),
  properties: z.record(z.string(), z.looseObject({ description: z.string().optional() })),
});

describe("the catalogue", () => {
  it("is small enough for every host", () => {
    const offer = { readOnly: false, tools: [], view: false };
    const listed = tools.filter((tool) => isOffered(tool, offer) && isListed(tool, false, {}));
    expect(listed.length).toBeLessThanOrEqual(hosts.tools);
  });

  it("is introduced by instructions that fit", () => {
    const instructions = instructionsFor({ readOnly: false, tools: [], view: true });
    expect(instructions.length).toBeLessThan(1_500);
    for (const [, name = ""] of instructions.matchAll(/\b([a-z]+(?:_[a-z]+)+)\b/g)) {
      const isNamed = tools.some((tool) => tool.name === name || name in tool.input.shape);
      expect(isNamed, `the instructions name ${name}`).toBe(true);
    }
  });

  it.each([
    ["that may only read", { readOnly: true, tools: [], view: true }],
    [
      "whose token may only read",
      { readOnly: false, tools: [], view: true, granted: new Set<Effect>(["reads"]) },
    ],
  ])("is introduced to a caller %s without tools that write", (_, policy) => {
    const instructions = instructionsFor(policy);
    const named = tools.filter(({ name }) => instructions.includes(name));
    expect(named.map(({ effect }) => effect)).toEqual(["reads", "reads", "reads"]);
    expect(instructions).toContain("You may read here.");
  });

  it("accepts long texts only for the content of a version, because other texts become cache keys", () => {
    const long = "x".repeat(100_000);
    const taken = tools.flatMap(({ name, input }) =>
      Object.entries(input.shape)
        .filter(([, field]) => field.safeParse(long).success)
        .map(([field]) => `${name}.${field}`),
    );
    expect(taken).toEqual(["register_prompt.template"]);
  });

  it("names each tool once", () => {
    expect(new Set(tools.map(({ name }) => name)).size).toBe(tools.length);
  });

  describe.each(tools.map((tool) => [tool.name, tool] as const))("%s", (name, tool) => {
    const definition = toolDefinition(tool);

    it("has a name and a description that every host accepts", () => {
      expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/);
      expect(name.length).toBeLessThanOrEqual(hosts.nameLength);
      expect(tool.description.length).toBeGreaterThan(80);
      expect(tool.description.length).toBeLessThan(hosts.descriptionLength);
    });

    it("describes every input", () => {
      for (const [field, { description }] of Object.entries(
        schema.parse(definition.inputSchema).properties,
      )) {
        expect(description, `${name}.${field} has no description`).toBeTruthy();
      }
    });

    it("refuses unknown inputs, which its schema does not say", () => {
      expect(tool.input.safeParse({ made_up: 1 }).error?.issues).toContainEqual(
        expect.objectContaining({ code: "unrecognized_keys", keys: ["made_up"] }),
      );
      expect(JSON.stringify(definition)).not.toContain('"additionalProperties":false');
    });

    it("has no unions at the top", () => {
      expect(definition.inputSchema).toMatchObject({ type: "object" });
      for (const keyword of ["anyOf", "oneOf", "allOf"]) {
        expect(definition.inputSchema).not.toHaveProperty(keyword);
        expect(definition.outputSchema).not.toHaveProperty(keyword);
      }
      expect(JSON.stringify(definition)).not.toContain("$ref");
    });

    it("says how much it changes", () => {
      const mayAskModel = tool.effect === "runs" || tool.model === "optional";
      expect(definition.annotations).toMatchObject({
        readOnlyHint: tool.effect === "reads" && !mayAskModel,
        idempotentHint: (tool.effect === "reads" && !mayAskModel) || tool.effect === "moves",
        openWorldHint: mayAskModel,
      });
    });
  });
});
