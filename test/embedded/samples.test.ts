import { describe, expect, it } from "vitest";
import * as z from "zod";
import { samples } from "../../src/embedded/samples.ts";
import { makeMlflowFile, newPath, openFile } from "./support.ts";

const argumentsTag = z.record(
  z.string(),
  z.strictObject({
    description: z.string().min(1),
    required: z.boolean().optional(),
    default: z.string().optional(),
    enum: z.array(z.string()).optional(),
  }),
);

describe("sample prompts", () => {
  it("are added to a new file", async () => {
    const registry = openFile(newPath(), { samples: true }).registry({});

    const { items } = await registry.searchPrompts({ limit: 10 });

    expect(items.map(({ name }) => name)).toEqual([
      "commit-message",
      "explain-error",
      "review-code",
      "summarize",
    ]);
    expect(await registry.getPrompt("review-code")).toMatchObject({
      description: "Bugs first, no matters of taste",
      aliases: { production: 1, staging: 2 },
      latest: { version: 2, commitMessage: "Adds a focus, and says how sure each finding is" },
    });
  });

  it("are added once when several connections open the file", async () => {
    const path = newPath();
    const files = [1, 2, 3].map(() => openFile(path, { samples: true }).registry({}));

    await Promise.all(files.map((registry) => registry.describe()));

    const versions = await files[0]?.listVersions("review-code", { limit: 10 });
    expect(versions?.items).toHaveLength(2);
  });

  it("are added to an emptied file of this program, and to none that has a prompt", async () => {
    const path = newPath();
    const empty = openFile(path).registry({});
    await empty.describe();
    const filled = openFile(path, { samples: true }).registry({});
    expect((await filled.searchPrompts({ limit: 10 })).items).toHaveLength(4);
    for (const { name } of samples.slice(1)) await filled.deletePrompt(name);

    const again = openFile(path, { samples: true }).registry({});

    expect((await again.searchPrompts({ limit: 10 })).items).toHaveLength(1);
  });

  it("are never added to a file of MLflow", async () => {
    const path = newPath();
    makeMlflowFile(path);

    const registry = openFile(path, { samples: true }).registry({});

    expect(await registry.searchPrompts({ limit: 10 })).toEqual({ items: [] });
  });

  it.each(
    samples.flatMap(({ name, versions }) =>
      versions.map((draft, index) => ({ name: `${name}/${index + 1}`, draft })),
    ),
  )("describe the variables of $name, and no others", ({ draft }) => {
    const described = argumentsTag.parse(JSON.parse(draft.tags?.["mcp.arguments"] ?? "{}"));

    const words = JSON.stringify(draft.template);
    const variables = new Set([...words.matchAll(/\{\{ (\w+) \}\}/g)].map(([, name]) => name));
    expect(new Set(Object.keys(described))).toEqual(variables);
    for (const argument of Object.values(described)) {
      expect(argument.required === true).toBe(argument.default === undefined);
      if (argument.enum !== undefined) expect(argument.enum).toContain(argument.default);
    }
  });
});
