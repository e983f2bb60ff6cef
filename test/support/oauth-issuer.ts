import { createServer, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTPayload,
  SignJWT,
} from "jose";

/** A token exchange as it arrived at the token endpoint. */
export interface Exchange {
  readonly authorization: string | undefined;
  readonly form: Readonly<Record<string, string>>;
}

/** An answer: JSON with status 200 unless told. */
export interface Answer {
  readonly status?: number;
  readonly json?: unknown;
  readonly text?: string;
}

/** A claim or header member given as undefined is left out. */
type Members = Readonly<Record<string, unknown>>;

/** An authorization server on loopback. */
export interface TestIssuer {
  readonly url: URL;
  readonly tokenUrl: URL;
  readonly jwksUri: URL;
  /** The paths that were asked for, in order. */
  readonly paths: string[];
  readonly exchanges: Exchange[];
  /** Connections are broken while it is true. */
  down: boolean;
  /** Answers instead of its own, by path. */
  readonly answers: Map<string, Answer | (() => Promise<Answer>)>;
  /** The keys that are published. */
  published: JWK[];
  /**
   * Signs with the newest key a token that is good for `audience` and ten minutes, but for what is
   * given.
   */
  sign(claims?: Members, header?: Members): Promise<string>;
  /** From now on tokens are signed with another key, which is published beside the ones before. */
  rotate(): Promise<void>;
}

/** What the issuer's tokens are for unless told. */
export const audience = "https://prompts.example.com/mcp";

interface Pair {
  readonly kid: string;
  readonly privateKey: CryptoKey;
}

const open: (() => Promise<void>)[] = [];

/** Ends the issuers of a test. The setup file calls it: a hook here would be one file's alone. */
export async function stopIssuers(): Promise<void> {
  await Promise.all(open.splice(0).map((close) => close()));
}

/** Starts an issuer that ends with the test. `path` is that of its name, such as "/realms/red". */
export async function startIssuer({ path = "" } = {}): Promise<TestIssuer> {
  const server = createServer(async (request, response) => {
    const asked = request.url ?? "";
    issuer.paths.push(asked);
    const body = await text(request);
    if (issuer.down) {
      response.destroy();
      return;
    }
    if (request.method === "POST") {
      const form = Object.fromEntries(new URLSearchParams(body));
      issuer.exchanges.push({ authorization: request.headers.authorization, form });
    }
    const answer = issuer.answers.get(asked) ?? documents.get(asked)?.() ?? { status: 404 };
    send(response, typeof answer === "function" ? await answer() : answer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const origin = `http://127.0.0.1:${port}`;

  let newest = await pair(1);
  let count = 1;
  const name = `${origin}${path}`;
  const jwksUri = new URL("/keys", origin);
  const tokenUrl = new URL("/token", origin);
  const documents = new Map<string, () => Answer>([
    [
      `/.well-known/oauth-authorization-server${path}`,
      () => ({ json: { issuer: name, jwks_uri: jwksUri.href } }),
    ],
    ["/keys", () => ({ json: { keys: issuer.published } })],
    [
      "/token",
      () => ({
        json: {
          access_token: `mlflow-${issuer.exchanges.length}`,
          issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
          token_type: "Bearer",
          expires_in: 300,
        },
      }),
    ],
  ]);
  const issuer: TestIssuer = {
    url: new URL(name),
    tokenUrl,
    jwksUri,
    paths: [],
    exchanges: [],
    down: false,
    answers: new Map(),
    published: [newest.jwk],
    async sign(claims = {}, header = {}) {
      const now = Math.floor(Date.now() / 1_000);
      const payload = { iss: name, sub: "ada", aud: audience, iat: now, exp: now + 600 };
      return await new SignJWT(present({ ...payload, ...claims }))
        .setProtectedHeader({
          alg: "ES256",
          ...present({ typ: "at+jwt", kid: newest.kid, ...header }),
        })
        .sign(newest.privateKey);
    },
    async rotate() {
      count++;
      newest = await pair(count);
      issuer.published.push(newest.jwk);
    },
  };
  return issuer;
}

async function pair(number: number): Promise<Pair & { readonly jwk: JWK }> {
  const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
  const kid = `key-${number}`;
  const jwk = { ...(await exportJWK(publicKey)), kid, use: "sig", alg: "ES256" };
  return { kid, privateKey, jwk };
}

function present(members: Members): JWTPayload {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function send(response: ServerResponse, { status = 200, json, text: plain }: Answer): void {
  response.writeHead(status, {
    "content-type": json === undefined ? "text/plain" : "application/json",
  });
  response.end(json === undefined ? (plain ?? "") : JSON.stringify(json));
}
