import * as z from "zod";
import { safeArgumentNames } from "../registry/contract/argument-names.ts";
import type { PromptArgument } from "../registry/contract/arguments.ts";
import type { Values } from "../registry/template/renderer.ts";
import { oneLine } from "../registry/text/one-line.ts";
import { ElicitationRequest, type Person } from "../session/session.ts";

/**
 * Asks the person for required arguments that were not given, where the client can. What stays
 * missing, because nobody can be asked or they declined, is left to whoever fills the prompt in.
 * @returns the values with those that were asked for, or the question
 */
export function elicitMissing(
  prompt: string,
  args: readonly PromptArgument[],
  values: Values,
  person: Person,
): Values | ElicitationRequest {
  const missing = args.filter(({ name, required }) => required && !Object.hasOwn(values, name));
  if (missing.length === 0 || !person.reachable) return values;
  const spellings = safeArgumentNames(args.map(({ name }) => inForm(name)));
  const fields = missing.map((argument) => ({
    name: argument.name,
    field: spellings.get(inForm(argument.name)) ?? argument.name,
    schema: fieldOf(argument),
  }));
  const form = z.object(Object.fromEntries(fields.map(({ field, schema }) => [field, schema])));
  const question = new ElicitationRequest("arguments", `The prompt ${prompt} needs these.`, form);
  const answer = person.answer(question);
  if (answer === undefined) return question;
  if (answer === "declined") return values;
  const given = fields.map(({ name, field }) => [name, z.string().parse(answer[field])]);
  return { ...values, ...Object.fromEntries(given) };
}

/** A form's schema can have no field "__proto__": with a space behind it gets another spelling. */
function inForm(name: string): string {
  return name === "__proto__" ? `${name} ` : name;
}

function fieldOf({ name, description, allowed }: PromptArgument) {
  const value = allowed ? z.enum([...allowed]) : z.string();
  return value.describe(oneLine(description ?? `Value of {{ ${name} }}`));
}
