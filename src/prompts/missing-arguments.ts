import * as z from "zod";
import { safeArgumentNames } from "../registry/contract/argument-names.ts";
import type { Takers } from "../registry/contract/argument-values.ts";
import type { PromptArgument } from "../registry/contract/arguments.ts";
import { describeType } from "../registry/contract/value-types.ts";
import type { Values } from "../registry/template/renderer.ts";
import { toOneLine } from "../registry/text/one-line.ts";
import { type Elicitation, ElicitationRequest } from "../session/elicitation.ts";

/**
 * Elicits missing required arguments, if the client supports it. Returns the values unchanged if it
 * does not, or if the person declines; rendering then reports the missing arguments.
 * @returns the values with the elicited ones, or the elicitation request
 */
export function elicitMissing(
  prompt: string,
  { arguments: args, objects = [] }: Takers,
  values: Values,
  elicitation: Elicitation,
): Values | ElicitationRequest {
  const isGiven = (name: string) =>
    Object.hasOwn(values, name) ||
    objects.some((object) => name.startsWith(`${object}.`) && Object.hasOwn(values, object));
  const missing = args.filter(({ name, required }) => required && !isGiven(name));
  if (missing.length === 0 || !elicitation.isSupported) return values;
  const fieldNames = safeArgumentNames(args.map(({ name }) => toFieldName(name)));
  const fields = missing.map((argument) => ({
    name: argument.name,
    field: fieldNames.get(toFieldName(argument.name)) ?? argument.name,
    schema: fieldOf(argument),
  }));
  const form = z.object(Object.fromEntries(fields.map(({ field, schema }) => [field, schema])));
  const message = `The prompt ${prompt} needs these values.`;
  const request = new ElicitationRequest("arguments", message, form);
  const response = elicitation.responseTo(request);
  if (response === undefined) return request;
  if (response === "declined" || response === "dismissed") return values;
  const given = fields.map(({ name, field }) => [name, z.string().parse(response[field])]);
  return { ...values, ...Object.fromEntries(given) };
}

/** A form cannot have a field "__proto__". The added space makes `safeArgumentNames` rename it. */
function toFieldName(name: string): string {
  return name === "__proto__" ? `${name} ` : name;
}

function fieldOf({ name, description, allowed, type }: PromptArgument) {
  const value = allowed
    ? z.enum([...allowed])
    : type === "boolean"
      ? z.enum(["true", "false"])
      : z.string();
  const fits = type === undefined || type === "boolean" ? undefined : describeType(type);
  const form = fits === undefined ? "" : `, as ${fits}`;
  return value.describe(toOneLine((description ?? `Value of {{ ${name} }}`) + form));
}
