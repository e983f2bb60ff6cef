import { OwnFailure } from "../connection/connection.ts";
import { member } from "../connection/results.ts";
import { signInTexts } from "../texts/sign-in.ts";

/** The page as a public client of the issuer. */
export interface Client {
  readonly id: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly resource: string;
}

/** The channel between the window at the issuer and the page, which stays as it is meanwhile. */
const channelName = "mlflow-prompts-sign-in";

const callbackPath = "/ui/callback";

/** The client in the server's `/ui/config.json`; undefined when people paste a token. */
export function readClient(config: unknown): Client | undefined {
  const client = member(config, "client");
  const text = (key: string) => {
    const value = member(client, key);
    return typeof value === "string" ? value : "";
  };
  if (client === undefined) return undefined;
  return {
    id: text("id"),
    authorizationEndpoint: text("authorizationEndpoint"),
    tokenEndpoint: text("tokenEndpoint"),
    resource: text("resource"),
  };
}

/**
 * Lets the person sign in at the issuer, in a window of its own: authorization code with PKCE (S256) and
 * the resource indicator (OAuth 2.1; RFC 7636, RFC 8707). Verifier, state and token stay in the memory
 * of this page. To be called by a click, or browsers open no window.
 * @throws OwnFailure when the issuer refuses
 */
export async function requestToken(client: Client, scopes: readonly string[]): Promise<string> {
  const verifier = randomText();
  const state = randomText();
  const redirectUri = `${location.origin}${callbackPath}`;
  const url = new URL(client.authorizationEndpoint);
  const parameters = {
    response_type: "code",
    client_id: client.id,
    redirect_uri: redirectUri,
    scope: scopes.join(" "),
    state,
    code_challenge: await challengeOf(verifier),
    code_challenge_method: "S256",
    resource: client.resource,
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  const answering = answerTo(state);
  window.open(url, "_blank", "popup,width=520,height=700");
  const code = await answering;
  return await exchange(client, { code, verifier, redirectUri });
}

/** What the window at the issuer comes back with. @throws OwnFailure when it brings an error */
function answerTo(state: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const channel = new BroadcastChannel(channelName);
    channel.addEventListener("message", ({ data }) => {
      // Another tab may be signing in too.
      if (member(data, "state") !== state) return;
      channel.close();
      const code = member(data, "code");
      if (typeof code === "string" && code !== "") resolve(code);
      else reject(new OwnFailure(signInTexts().refused(String(member(data, "error")))));
    });
  });
}

async function exchange(
  { id, tokenEndpoint, resource }: Client,
  given: { readonly code: string; readonly verifier: string; readonly redirectUri: string },
): Promise<string> {
  const response = await fetch(tokenEndpoint, {
    method: "POST",
    credentials: "omit",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id: id,
      code: given.code,
      code_verifier: given.verifier,
      redirect_uri: given.redirectUri,
      resource,
    }),
  }).catch((error: unknown) => {
    throw new OwnFailure(signInTexts().unreachable(String(error)));
  });
  const answer: unknown = await response.json().catch(() => undefined);
  const token = member(answer, "access_token");
  if (response.ok && typeof token === "string") return token;
  const reason = member(answer, "error_description") ?? member(answer, "error") ?? response.status;
  throw new OwnFailure(signInTexts().noToken(String(reason)));
}

/** Hands the issuer's answer to the page that opened this window. @returns whether this is that window */
export function finishCallback(): boolean {
  if (location.pathname !== callbackPath) return false;
  const { state, code, error, error_description } = Object.fromEntries(
    new URLSearchParams(location.search),
  );
  history.replaceState(null, "", callbackPath);
  new BroadcastChannel(channelName).postMessage({ state, code, error: error_description ?? error });
  window.close();
  return true;
}

function randomText(): string {
  return base64Url(crypto.getRandomValues(new Uint8Array(32)));
}

async function challengeOf(verifier: string): Promise<string> {
  // Browsers have it on https and loopback addresses alone.
  if (crypto.subtle === undefined) {
    throw new OwnFailure(signInTexts().needsHttps);
  }
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  return base64Url(new Uint8Array(digest));
}

function base64Url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
