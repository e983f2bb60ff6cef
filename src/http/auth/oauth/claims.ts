import * as z from "zod";
import { type Scope, scopes } from "../identity.ts";

/**
 * The claims that are used besides those that verification checks. Other claims are kept, because
 * one of them may list the workspaces.
 */
export const claimsSchema = z.looseObject({
  /** Encoding makes all lone surrogates equal, which would make different subjects one caller. */
  sub: z.string().regex(/^\P{Surrogate}+$/u),
  exp: z.number(),
  iat: z.number().optional(),
  scope: z.string().optional(),
  scp: z.union([z.string(), z.array(z.string())]).optional(),
  /** The key that the sender must hold (RFC 7800): see `createVerify`. */
  cnf: z.unknown().optional(),
});

export type Claims = z.infer<typeof claimsSchema>;

/**
 * The scopes of a token that this server knows. The standard claim is `scope` (RFC 8693 section 4.2,
 * RFC 9068 section 2.2.3); Microsoft Entra and Okta use `scp`.
 */
export function scopesOf({ scope = "", scp = [] }: Claims): ReadonlySet<Scope> {
  const granted = new Set([scope, scp].flat().flatMap((text) => text.split(/\s+/)));
  return new Set(scopes.filter((known) => granted.has(known)));
}

/**
 * Claims that differ in every token and say nothing about rights: times and the token's own id (RFC
 * 7519 section 4.1, OpenID Connect Core section 2; `uti`, `rh` and `aio` are Microsoft Entra's).
 */
const perToken: ReadonlySet<string> = new Set([
  ...["exp", "nbf", "iat", "jti", "auth_time"],
  ...["uti", "rh", "aio"],
]);

/**
 * All claims except those that differ in every token. The result is equal for a token and its
 * renewal, and different when anything differs that could mean other rights.
 */
export function grantIn(claims: Claims): string {
  const lasting = Object.entries(claims).filter(([name]) => !perToken.has(name));
  return JSON.stringify(lasting.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/**
 * The claim with this name. If there is none, the dots of the name are a path: `realm.workspaces` is `{"realm.workspaces": ...}`, else `{"realm": {"workspaces": ...}}`.
 */
export function claimNamed(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name.split(".").reduce(memberOf, claims);
}

function memberOf(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return Reflect.get(value, key);
}
