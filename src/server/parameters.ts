import * as z from "zod";
import { jsonObject } from "../registry/json.ts";
import { isShallow } from "../registry/text/value-size.ts";

/**
 * The parameters that handlers use. The SDK's own schemas answer a value of the wrong type with
 * -32603 and the schema's issues as JSON. These answer it with -32602 and a sentence, and let a
 * prompt's arguments through, so that the handler can name each wrong one.
 */
export const paged = { params: z.looseObject({ cursor: z.string().optional() }) };
/** Of `prompts/get` and `tools/call`. */
export const named = {
  params: z.looseObject({
    name: z.string(),
    arguments: z
      .unknown()
      .refine(isShallow, "the arguments are nested too deep")
      .pipe(jsonObject)
      .optional(),
  }),
};
export const located = { params: z.looseObject({ uri: z.string() }) };
/** Of `resources/directory/read`. */
export const inFolder = {
  params: z.looseObject({ uri: z.string(), cursor: z.string().optional() }),
};
/** Of `completion/complete`. */
export const completing = {
  params: z.looseObject({
    ref: z.discriminatedUnion(
      "type",
      [
        z.looseObject({ type: z.literal("ref/prompt"), name: z.string() }),
        z.looseObject({ type: z.literal("ref/resource"), uri: z.string() }),
      ],
      'must have the type "ref/prompt" or "ref/resource"',
    ),
    argument: z.looseObject({ name: z.string(), value: z.string() }),
    context: z.looseObject({ arguments: z.record(z.string(), z.string()).optional() }).optional(),
  }),
};
