import { signal } from "@preact/signals";
import { member } from "../connection/results.ts";
import type { Identity, Needed } from "./identity.ts";
import { type Client, readClient, requestToken } from "./oauth.ts";
import { takeStartToken } from "./start-token.ts";

/** What the sign-in form asks for. */
export type SignInKind = "start-token" | "password" | "token" | "issuer";

/** The form that is shown. */
export interface SignInForm {
  readonly kind: SignInKind;
  readonly needed: Needed;
  /** Of `issuer`: opens its page, when the person asks for it. @throws CallFailure */
  readonly open?: () => Promise<Headers>;
  readonly done: (headers: Headers | undefined) => void;
}

type Headers = Readonly<Record<string, string>>;

export const signInForm = signal<SignInForm | undefined>(undefined);

/** Whether the person has signed in, and so can sign out. */
export const isSignedIn = signal(false);

/** @param config the server's `/ui/config.json` */
export function openIdentity(config: unknown): Identity {
  const kind = kindOf(config);
  const client = readClient(config);
  let headers: Headers = kind === "start-token" ? startHeaders(takeStartToken()) : {};
  let scopes = ["prompts:read"];
  let waiting: Promise<boolean> | undefined;
  return {
    credentials: () => headers,
    signIn(needed) {
      waiting ??= new Promise<boolean>((resolve) => {
        scopes = withScope(scopes, needed.scope);
        const open = client && (() => tokenHeaders(client, scopes));
        const done = (given: Headers | undefined) => {
          signInForm.value = undefined;
          waiting = undefined;
          headers = given ?? headers;
          isSignedIn.value = kind !== "start-token" && Object.keys(headers).length > 0;
          resolve(given !== undefined);
        };
        signInForm.value = { kind, needed, done, ...(open ? { open } : {}) };
      });
      return waiting;
    },
  };
}

function kindOf(config: unknown): SignInKind {
  const auth = member(config, "auth");
  if (auth === "forward") return "password";
  if (auth === "oauth") return member(config, "client") === undefined ? "token" : "issuer";
  return "start-token";
}

export function startHeaders(token: string | undefined): Headers {
  return token === undefined ? {} : { "x-mlflow-prompts-token": token };
}

async function tokenHeaders(client: Client, scopes: readonly string[]): Promise<Headers> {
  return { authorization: `Bearer ${await requestToken(client, scopes)}` };
}

/** Whoever may write may read. */
function withScope(scopes: string[], scope: string | undefined): string[] {
  return scope === undefined || scopes.includes(scope) ? scopes : [...scopes, scope];
}
