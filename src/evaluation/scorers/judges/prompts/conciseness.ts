import { type JudgePrompt, yesNo } from "../judge-prompt.ts";

export const conciseness: JudgePrompt = {
  version: 1,
  values: yesNo,
  instructions: `Decide whether an answer is concise.
"outputs" is the answer to "inputs".
Say "yes" when nothing could be removed without losing something that the inputs ask for.
Say "no" when the answer repeats itself, restates the question, adds introductions, apologies or closing remarks, or gives details that were not asked for.
A long answer is concise when the request needs its length, and a short one is not when it is padded. Whether the answer is correct does not count here.`,
};
