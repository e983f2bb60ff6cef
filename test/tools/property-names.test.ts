import { expect, it } from "vitest";
import * as z from "zod";
import { tools } from "../../src/tools/catalogue.ts";
import { toolDefinition } from "../../src/tools/definitions.ts";

/**
 * Attributes of a Pydantic model (2.13), which a field cannot have or hides. Clients in Python make a
 * model of each schema.
 */
const pydantic =
  "construct copy dict from_orm json parse_file parse_obj parse_raw schema schema_json update_forward_refs validate";

/** `keyword.kwlist` of Python 3.13. */
const python =
  "False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield";

/** Reserved words of TypeScript 7, those of strict mode included. */
const typescript =
  "any await boolean break case catch class const continue debugger default delete do else enum export extends false finally for function if implements import in instanceof interface let never new null number object package private protected public return static string super switch symbol this throw true try typeof undefined unknown var void while with yield";

const reserved = new Set([pydantic, python, typescript].flatMap((words) => words.split(" ")));

const schema = z.looseObject({ properties: z.record(z.string(), z.unknown()).optional() });

/** The names of all properties in a JSON schema, at every depth. */
function propertiesIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(propertiesIn);
  const parsed = schema.safeParse(node);
  if (!parsed.success) return [];
  const { properties = {}, ...rest } = parsed.data;
  const further = [...Object.values(properties), ...Object.values(rest)].flatMap(propertiesIn);
  return [...Object.keys(properties), ...further];
}

it("finds the properties at every depth", () => {
  const nested = { anyOf: [{ items: { properties: { deep: {} } } }], additionalProperties: {} };
  expect(propertiesIn({ properties: { top: nested } })).toEqual(["top", "deep"]);
});

it.each(tools.map((tool) => [tool.name, tool] as const))(
  "%s has no property whose name a client's language reserves",
  (_, tool) => {
    const { inputSchema, outputSchema } = toolDefinition(tool);
    const names = [...propertiesIn(inputSchema), ...propertiesIn(outputSchema)];
    expect(names.length).toBeGreaterThan(0);
    const forbidden = names.filter((name) => reserved.has(name) || !/^(?!model_)[a-z]/.test(name));
    expect(forbidden).toEqual([]);
  },
);
