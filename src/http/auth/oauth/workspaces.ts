import * as z from "zod";
import { quote } from "../../../registry/errors.ts";
import { HttpRefusal } from "../../refusal.ts";
import { type Claims, claimNamed } from "./claims.ts";

/** MLflow's name for the workspace of those who name none. */
const commonWorkspace = "default";

const listSchema = z.union([
  z.array(z.string()),
  z.string().transform((text) => text.split(/[\s,]+/).filter((name) => name !== "")),
]);

/**
 * The workspace that a token's bearer is served: the one asked for, where the token lists it. A
 * token that lists none may be used in the one that the server is configured with.
 * @returns undefined for the registry's own default
 * @throws HttpRefusal 403, the same whether or not there is such a workspace; 400 when none is
 *   asked for and the choice is not clear
 */
export function chooseWorkspace(
  claims: Claims,
  asked: string | undefined,
  { claim, configured }: { readonly claim: string; readonly configured: string | undefined },
): string | undefined {
  const listed = listedWorkspaces(claims, claim);
  const allowed = listed ?? (configured === undefined ? [] : [configured]);
  if (asked !== undefined) {
    if (allowed.includes(asked)) return asked;
    throw new HttpRefusal(
      403,
      `The access token does not allow the workspace ${quote(asked)}: its claim ${quote(claim)} ${listed ? "does not list it" : "is missing"}.`,
    );
  }
  return listed === undefined ? configured : unasked(listed, claim, configured);
}

function unasked(
  listed: readonly string[],
  claim: string,
  configured: string | undefined,
): string | undefined {
  const [first, ...others] = listed;
  if (first === undefined) {
    throw new HttpRefusal(
      403,
      `The access token allows no workspace: its claim ${quote(claim)} lists none.`,
    );
  }
  const usual = configured ?? commonWorkspace;
  if (listed.includes(usual)) return usual;
  const naming = `Name one with /mcp/{workspace} or the header X-MLFLOW-WORKSPACE: ${listed.map(quote).join(", ")}.`;
  if (configured !== undefined) {
    throw new HttpRefusal(
      403,
      `The access token does not allow this server's workspace ${quote(configured)}: its claim ${quote(claim)} does not list it. ${naming}`,
    );
  }
  if (others.length === 0) return first;
  throw new HttpRefusal(
    400,
    `The access token allows several workspaces and the request names none. ${naming}`,
  );
}

/** The workspaces that a token lists. @throws HttpRefusal 403 for a claim that is malformed */
export function listedWorkspaces(claims: Claims, claim: string): readonly string[] | undefined {
  const value = claimNamed(claims, claim);
  if (value === undefined) return undefined;
  const parsed = listSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new HttpRefusal(
    403,
    `The access token's claim ${quote(claim)} must be a list of workspace names, or one text with spaces or commas between them, and is neither.`,
  );
}
