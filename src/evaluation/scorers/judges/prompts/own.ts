import type { JudgePrompt, JudgeValues } from "../judge-prompt.ts";

/** A judge in the words of whoever evaluates, or of whoever registered it in MLflow. */
export function ownPrompt(instructions: string, values: JudgeValues): JudgePrompt {
  return {
    version: 1,
    values,
    instructions: `Judge an answer by the criteria below.
"outputs" is the answer to "inputs". "expectations" is what is known of a good answer; it is absent where nothing is known. {{ inputs }}, {{ outputs }} and {{ expectations }} in the criteria stand for these members of the data.
The criteria:
${instructions}`,
  };
}
