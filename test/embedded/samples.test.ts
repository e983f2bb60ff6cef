import Libsql from "libsql";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { addSamples } from "../../src/embedded/add-samples.ts";
import { Database } from "../../src/embedded/file/database.ts";
import { migrate } from "../../src/embedded/file/migrations.ts";
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

  it("do not come back when they were deleted", async () => {
    const path = newPath();
    const filled = openFile(path, { samples: true }).registry({});
    for (const { name } of samples) await filled.deletePrompt(name);

    const again = openFile(path, { samples: true }).registry({});

    expect(await again.searchPrompts({ limit: 10 })).toEqual({ items: [] });
  });

  it("are not added to a file that was created without them", async () => {
    const path = newPath();
    await openFile(path).registry({}).describe();

    const registry = openFile(path, { samples: true }).registry({});

    expect(await registry.searchPrompts({ limit: 10 })).toEqual({ items: [] });
  });

  it("are added with the schema or not at all: a file whose creation failed gets them next time", async () => {
    const path = newPath();
    const db = new Database(new Libsql(path));
    const fail = () => {
      addSamples(db, path);
      throw new Error("The power is gone.");
    };
    expect(() => migrate(db, path, fail)).toThrow("power");

    const registry = openFile(path, { samples: true }).registry({});

    expect((await registry.searchPrompts({ limit: 10 })).items).toHaveLength(4);
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
