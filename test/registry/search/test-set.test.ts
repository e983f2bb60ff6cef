import { describe, expect, it } from "vitest";
import { samplePrompts } from "../../fixtures/search/index.ts";
import { sampleQueries } from "../../fixtures/search/queries.ts";
import { prompt } from "./found-prompts.ts";
import { find } from "./list-walk.ts";

/** The right prompt is to be among so many first ones, for this part of the queries. */
const first = 3;
const wanted = 0.95;

const prompts = samplePrompts.map(({ name, text, description = "", tags = {} }) =>
  prompt(name, { description, tags }, text),
);

describe("the test set", () => {
  it("has at least 200 prompts and 100 queries with known answers", () => {
    const names = new Set(prompts.map(({ name }) => name));

    expect(names.size).toBeGreaterThanOrEqual(200);
    expect(names.size).toBe(prompts.length);
    expect(new Set(sampleQueries.map(([query]) => query)).size).toBeGreaterThanOrEqual(100);
    for (const [query, ...answers] of sampleQueries) {
      expect(answers, query).not.toEqual([]);
      for (const name of answers) expect(names, query).toContain(name);
    }
  });

  it("is answered rightly among the first three, in 95 of 100 queries", async () => {
    const failed: string[] = [];
    for (const [query, ...answers] of sampleQueries) {
      const { items } = await find({ query, limit: first }, prompts);
      const names = items.map(({ name }) => name);
      if (!names.some((name) => answers.includes(name))) {
        failed.push(`${query}: ${names.join(", ") || "nothing"}, not ${answers.join(" or ")}`);
      }
    }

    const right = 1 - failed.length / sampleQueries.length;
    expect(
      right,
      `${failed.length} of ${sampleQueries.length} failed:\n${failed.join("\n")}`,
    ).toBeGreaterThanOrEqual(wanted);
  });
});
