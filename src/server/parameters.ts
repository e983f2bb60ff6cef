import * as z from "zod";
import { jsonObject } from "../registry/json.ts";
import { isShallow } from "../registry/text/value-size.ts";

/**
 * Parameters as far as they are read here. With the SDK's own schemas a value of another type would
 * be answered with -32603 and the schema's complaint as JSON; with these it is -32602 in words, and
 * a prompt's arguments come through to be named one by one.
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
