import * as z from "zod";

/**
 * What the values of flags and variables look like: texts in, values out. Schemas are made when a
 * setting is read, since making those of all settings takes a noticeable part of a start.
 */

const booleans: Readonly<Record<string, boolean>> = {
  true: true,
  "1": true,
  false: false,
  "0": false,
};

/** MLflow's spelling of a boolean variable: true, false, 1 or 0, in any case. */
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

/** A number of the given kind, written in decimal digits. */
export function numberText(range: z.ZodNumber, message: string) {
  return z
    .string()
    .regex(/^\d+(\.\d+)?$/, message)
    .transform(Number)
    .refine((value) => range.safeParse(value).success, message);
}

/** A whole number of something, at least `least`. */
export function countText(least: number, of: string) {
  return numberText(
    z.int().min(least).max(1_000_000_000),
    `it must be a whole number of ${of}, at least ${least}`,
  );
}

export function portText() {
  return numberText(
    z.int().min(0).max(65_535),
    "it must be a port number from 0 to 65535 (0 takes a free one)",
  );
}

/** Seconds, at least one. */
export function secondsText() {
  return numberText(
    z.number().min(1).max(86_400),
    "it must be a number of seconds from 1 to 86400",
  );
}

/** Words with commas between them; none is an empty list. */
export function listText(word: RegExp, message: string) {
  return z
    .string()
    .transform((text) => (text.trim() === "" ? [] : text.split(",").map((part) => part.trim())))
    .pipe(z.array(z.string().regex(word, message)));
}

/** A text that may be left out; what it is when it is there. */
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

/** An https address, or an http one of this machine: what secrets and keys may travel over. */
export function secureAddressText() {
  return addressText().refine(
    (url) => url.protocol === "https:" || isLoopback(url.hostname),
    "it must be an https address (http is for loopback addresses alone)",
  );
}

/** The same, with the text it was written as: names are compared letter by letter. */
export function namedAddressText() {
  return z.string().transform((name, context) => {
    const url = secureAddressText().safeParse(name);
    if (url.success) return { name, url: url.data };
    for (const { message } of url.error.issues) context.addIssue({ code: "custom", message });
    return z.NEVER;
  });
}

const redisAddress =
  "it must be redis(s)://[user:password@]host[:port][/db] without a query, with what is special in user and password percent-encoded";

/** A Redis address. It may hold a password. */
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

/** Whether only this machine can reach it: `localhost`, `127.0.0.0/8`, `::1`. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || /^\[?::1\]?$/.test(host) || /^127(\.\d{1,3}){3}$/.test(host);
}

/** A URI fit for a message: what stands before an @ may be a password. */
export function withoutCredentials(uri: string): string {
  return uri.replace(/\/\/[^/]*@/, "//");
}
