import { type JudgePrompt, yesNo } from "../judge-prompt.ts";

export const equivalence: JudgePrompt = {
  version: 1,
  values: yesNo,
  instructions: `Decide whether two answers say the same.
"outputs" and "expected_response" are two answers to "inputs".
Say "yes" when they are interchangeable: both make the same claims, and neither says anything of importance that the other does not. Words, order and format may differ.
Say "no" when a claim, a number, a name, a condition or a recommendation differs or stands in one of them only.`,
};
