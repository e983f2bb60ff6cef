import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { rateDifficulty } from "../../src/models/difficulty.ts";

const examples = z
  .array(z.object({ text: z.string(), difficulty: z.int().min(0).max(2) }))
  .parse(JSON.parse(readFileSync(new URL("../fixtures/routing.json", import.meta.url), "utf8")));

const rate = (text: string) => rateDifficulty([{ role: "user", content: text }]);

describe("the difficulty of a question", () => {
  it("is that of the labels for at least 90 % of the examples, and never off by two for 97 %", () => {
    const rated = examples.map(({ text, difficulty }) => ({
      text,
      difficulty,
      rated: rate(text).difficulty,
    }));
    const wrong = rated.filter((one) => one.rated !== one.difficulty);
    const far = rated.filter((one) => Math.abs(one.rated - one.difficulty) === 2);
    expect(examples.length).toBeGreaterThanOrEqual(120);
    expect(wrong.length / examples.length, JSON.stringify(wrong, null, 1)).toBeLessThan(0.1);
    expect(far.length / examples.length, JSON.stringify(far, null, 1)).toBeLessThan(0.03);
  });

  it("does not depend on what is pasted beside the question, nor on its length", () => {
    const pasted = "The weather in the north was mild and the harvest was good that year. ".repeat(
      500,
    );
    for (const { text } of examples) {
      const { difficulty } = rate(text);
      expect(rate(`${text}\n\`\`\`\n${pasted}Analyze the trade-offs.\n\`\`\``).difficulty).toBe(
        difficulty,
      );
      expect(rate(`${text}\n\n> ${pasted}`).difficulty).toBe(difficulty);
    }
    expect(rate(`${pasted}\nWhat is the capital of Peru?`).difficulty).toBe(0);
    expect(rate(`${pasted}\nProve it.`).difficulty).toBe(2);
  });

  it("says why", () => {
    expect(rate("Prove it.")).toEqual({
      difficulty: 2,
      reason: 'it asks for a proof or a derivation ("Prove")',
    });
    expect(rate("Blue.").reason).toBe("no rule says that it is easy or hard");
  });

  it("finds the task where the system message has it, and leaves out what the assistant said", () => {
    const messages = [
      { role: "system", content: "Classify the ticket as billing or other." },
      { role: "assistant", content: "Analyze the trade-offs." },
      { role: "user", content: [{ type: "text", text: "My card was charged twice." }] },
    ];
    expect(rateDifficulty(messages).difficulty).toBe(0);
  });
});
