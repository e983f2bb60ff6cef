import * as z from "zod";
import { type Scope, scopes } from "../identity.ts";

/**
 * What is read of a token besides what its verification looks at. Claims of any other name are
 * kept: one of them may list the workspaces.
 */
export const claimsSchema = z.looseObject({
  /** Lone surrogates are all the same once they are encoded, and so would their bearers be. */
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
 * The scopes that mean something here: `scope` is the standard's (RFC 8693 section 4.2, RFC 9068
 * section 2.2.3), `scp` what Microsoft Entra and Okta write.
 */
export function scopesOf({ scope = "", scp = [] }: Claims): ReadonlySet<Scope> {
  const granted = new Set([scope, scp].flat().flatMap((text) => text.split(/\s+/)));
  return new Set(scopes.filter((known) => granted.has(known)));
}

/**
 * Claims that are new in each token, whatever it allows: its times and its own name (RFC 7519
 * section 4.1, OpenID Connect Core section 2; `uti`, `rh` and `aio` are Microsoft Entra's).
 */
const perToken: ReadonlySet<string> = new Set([
  ...["exp", "nbf", "iat", "jti", "auth_time"],
  ...["uti", "rh", "aio"],
]);

/**
 * Everything that a token says but for what each has anew: the same for a token and the one that it
 * is renewed with, and different as soon as anything differs that could mean other rights.
 */
export function grantIn(claims: Claims): string {
  const lasting = Object.entries(claims).filter(([name]) => !perToken.has(name));
  return JSON.stringify(lasting.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/**
 * The claim of that name, or, where there is none, what lies at the path that the name's dots
 * describe: `realm.workspaces` is `{"realm.workspaces": ...}`, else `{"realm": {"workspaces": ...}}`.
 */
export function claimNamed(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name.split(".").reduce(memberOf, claims);
}

function memberOf(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return Reflect.get(value, key);
}
