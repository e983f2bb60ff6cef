import type { JsonValue } from "../../../registry/json.ts";
import { digestOf } from "../../digest.ts";
import type { JudgePrompt } from "./judge-prompt.ts";
import { systemText } from "./judge-request.ts";

export interface JudgeIdentity {
  readonly name: string;
  readonly type: string;
  /** What the spec of the scorer says besides name and type. */
  readonly settings: JsonValue;
  readonly judgeModel: string;
}

/** A hash of everything that decides a judge's scores. */
export function judgeDigest(identity: JudgeIdentity, prompt: JudgePrompt): string {
  const { name, type, settings, judgeModel } = identity;
  const digest = digestOf({
    name,
    type,
    settings,
    judgeModel,
    version: prompt.version,
    prompt: systemText(prompt),
  });
  return `sha256:${digest}`;
}
