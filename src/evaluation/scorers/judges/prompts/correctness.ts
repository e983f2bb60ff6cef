import { type JudgePrompt, yesNo } from "../judge-prompt.ts";

export const correctness: JudgePrompt = {
  version: 1,
  values: yesNo,
  instructions: `Decide whether an answer is correct.
"outputs" is the answer to "inputs". "expected_response" is a correct answer; "expected_facts" are facts that a correct answer states. Only what is present counts.
Say "yes" when the answer states everything that the expected response claims and every expected fact, in whatever words, and contradicts none of it. Further correct details do no harm.
Say "no" when a claim or a fact is missing, is only hinted at, or is contradicted.
Judge by what is expected, not by what you know. Neither length nor style counts.`,
};
