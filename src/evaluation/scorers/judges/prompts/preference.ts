import type { JudgePrompt } from "../judge-prompt.ts";

export const preference: JudgePrompt = {
  version: 1,
  values: { kind: "texts", texts: ["a", "b", "tie"] },
  instructions: `Decide which of two answers is better.
"answer_a" and "answer_b" are two answers to "inputs". Their order is random.
The better answer does what the inputs ask for more correctly and more completely, and is more useful to the one who asked. Neither length nor tone counts in itself.
Say "a" or "b" for the better one, and "tie" when there is no difference that matters.`,
};
