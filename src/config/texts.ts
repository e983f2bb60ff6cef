import * as z from "zod";

/**
 * Schemas that parse the text of a flag or variable. They are created when a setting is read, since
 * creating those of all settings takes a noticeable part of a start.
 */

const booleans: Readonly<Record<string, boolean>> = {
  true: true,
  "1": true,
  false: false,
  "0": false,
};

/** A boolean as in MLflow's variables: true, false, 1 or 0, in any case. */
export function booleanText() {
  return z.string().transform((text, context) => {
    const value = booleans[text.toLowerCase()];
    if (value === undefined) {
      context.addIssue({ code: "custom", message: "it must be true or false" });
      return z.NEVER;
    }
    return value;
  });
}

/** A number in `range`, in decimal digits. */
export function numberText(range: z.ZodNumber, message: string) {
  return z
    .string()
    .regex(/^\d+(\.\d+)?$/, message)
    .transform(Number)
    .refine((value) => range.safeParse(value).success, message);
}

/** A whole number, at least `least`. @param unit for the error message */
export function countText(least: number, unit: string) {
  return numberText(
    z.int().min(least).max(1_000_000_000),
    `it must be a whole number of ${unit}, at least ${least}`,
  );
}

export function portText() {
  return numberText(
    z.int().min(0).max(65_535),
    "it must be a port number from 0 to 65535 (0 picks a free port)",
  );
}

/** 1 to 86400 seconds. */
export function secondsText() {
  return numberText(
    z.number().min(1).max(86_400),
    "it must be a number of seconds from 1 to 86400",
  );
}

/** Words separated by commas; a blank text is an empty list. */
export function listText(word: RegExp, message: string) {
  return z
    .string()
    .transform((text) => (text.trim() === "" ? [] : text.split(",").map((part) => part.trim())))
    .pipe(z.array(z.string().regex(word, message)));
}

/** An empty text is undefined; any other is parsed by `schema`. */
export function optional<Value>(schema: z.ZodType<Value, string>) {
  return z.string().transform((text, context): Value | undefined => {
    if (text === "") return undefined;
    const parsed = schema.safeParse(text);
    if (parsed.success) return parsed.data;
    for (const { message } of parsed.error.issues) context.addIssue({ code: "custom", message });
    return z.NEVER;
  });
}

/** An http(s) address without credentials, query and fragment. */
export function addressText() {
  return z.string().transform((text, context) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const isPlain = url && !url.username && !url.password && !url.search && !url.hash;
    if (!isPlain || !/^https?:$/.test(url.protocol)) {
      context.addIssue({
        code: "custom",
        message: "it must be http(s)://host[:port][/path], without credentials and without a query",
      });
      return z.NEVER;
    }
    return url;
  });
}

/** An https address, or an http one on loopback, since secrets and keys are sent to it. */
export function secureAddressText() {
  return addressText().refine(
    (url) => url.protocol === "https:" || isLoopback(url.hostname),
    "it must be an https address (http is accepted for loopback addresses only)",
  );
}

/** As `secureAddressText`, with the original text: issuer names are compared character by character. */
export function namedAddressText() {
  return z.string().transform((name, context) => {
    const url = secureAddressText().safeParse(name);
    if (url.success) return { name, url: url.data };
    for (const { message } of url.error.issues) context.addIssue({ code: "custom", message });
    return z.NEVER;
  });
}

const redisAddress =
  "it must be redis(s)://[user:password@]host[:port][/db] without a query, with special characters in user and password percent-encoded";

/** A Redis address. It may contain a password. */
export function redisUrlText() {
  return z.string().refine(isRedisUrl, redisAddress);
}

function isRedisUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^rediss?:$/.test(url.protocol) || url.hostname === "") return false;
  if (url.search || url.hash || !/^\/?\d*$/.test(url.pathname)) return false;
  return [url.username, url.password].every(isPercentEncoded);
}

function isPercentEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether the host is `localhost`, in `127.0.0.0/8`, or `::1`. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || /^\[?::1\]?$/.test(host) || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Removes the part before an @, which may be a password, so that a message can show the URI. */
export function withoutCredentials(uri: string): string {
  return uri.replace(/\/\/[^/]*@/, "//");
}
