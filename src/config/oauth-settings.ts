import * as z from "zod";
import { setting } from "./setting.ts";
import { listText, namedAddressText, numberText, optional, secureAddressText } from "./texts.ts";

const commands = ["http"] as const;

/** `--auth oauth`: which tokens are accepted, and how they are exchanged for MLflow tokens. */
export const oauthSettings = {
  oauthIssuer: setting(() => optional(namedAddressText()), {
    flag: "oauth-issuer",
    variable: "MLFLOW_PROMPTS_OAUTH_ISSUER",
    placeholder: "URL",
    fallback: "",
    help: "issuer URL of the authorization server; its metadata is read from there",
    commands,
  }),
  uiClientId: setting(() => optional(z.string()), {
    flag: "ui-client-id",
    variable: "MLFLOW_PROMPTS_UI_CLIENT_ID",
    placeholder: "TEXT",
    fallback: "",
    help: "client id of the page at /ui at the issuer: a public client with the redirect URI <public URL>/ui/callback; without it people paste an access token",
    commands,
  }),
  oauthAudience: setting(() => optional(z.string()), {
    flag: "oauth-audience",
    variable: "MLFLOW_PROMPTS_OAUTH_AUDIENCE",
    placeholder: "TEXT",
    fallback: "",
    help: "audience that tokens must have; default: --public-url with /mcp appended",
    commands,
  }),
  oauthJwksUri: setting(() => optional(secureAddressText()), {
    flag: "oauth-jwks-uri",
    variable: "MLFLOW_PROMPTS_OAUTH_JWKS_URI",
    placeholder: "URL",
    fallback: "",
    help: "address of the issuer's keys; default: the jwks_uri in its metadata",
    commands,
  }),
  oauthAlgorithms: setting(
    () =>
      listText(
        /^(RS|PS|ES)(256|384|512)$|^EdDSA$|^Ed25519$/,
        'it must be a list of asymmetric signature algorithms, such as "RS256,ES256"',
      ).refine((names) => names.length > 0, "it must name at least one algorithm"),
    {
      flag: "oauth-algorithms",
      variable: "MLFLOW_PROMPTS_OAUTH_ALGORITHMS",
      placeholder: "NAME,...",
      fallback: "RS256,PS256,ES256,EdDSA",
      help: "signature algorithms to accept",
      commands,
    },
  ),
  oauthTokenTypes: setting(
    () =>
      listText(/^(at\+jwt|jwt)$/i, 'it must be "at+jwt", or "at+jwt,JWT"')
        .transform((names) => names.map((name) => name.toLowerCase()))
        .refine((names) => names.length > 0, "it must name at least one type"),
    {
      flag: "oauth-token-types",
      variable: "MLFLOW_PROMPTS_OAUTH_TOKEN_TYPES",
      placeholder: "TYPE,...",
      fallback: "at+jwt",
      help: "token types to accept in the token's header; at+jwt,JWT also accepts JWT and a missing type",
      commands,
    },
  ),
  oauthClockSkew: setting(
    () => numberText(z.number().min(0).max(600), "it must be a number of seconds from 0 to 600"),
    {
      flag: "oauth-clock-skew",
      variable: "MLFLOW_PROMPTS_OAUTH_CLOCK_SKEW",
      placeholder: "SECONDS",
      fallback: "30",
      help: "maximum difference between the clocks of the issuer and this server",
      commands,
    },
  ),
  oauthWorkspacesClaim: setting(() => z.string().min(1, "it must be the name of a claim"), {
    flag: "oauth-workspaces-claim",
    variable: "MLFLOW_PROMPTS_OAUTH_WORKSPACES_CLAIM",
    placeholder: "CLAIM",
    fallback: "workspaces",
    help: "claim that lists the workspaces a token may be used in",
    commands,
  }),
  oauthTokenUrl: setting(() => optional(secureAddressText()), {
    flag: "oauth-token-url",
    variable: "MLFLOW_PROMPTS_OAUTH_TOKEN_URL",
    placeholder: "URL",
    fallback: "",
    help: "token endpoint that exchanges callers' tokens for MLflow tokens (RFC 8693)",
    commands,
  }),
  oauthClientId: setting(() => optional(z.string()), {
    flag: "oauth-client-id",
    variable: "MLFLOW_PROMPTS_OAUTH_CLIENT_ID",
    placeholder: "TEXT",
    fallback: "",
    help: "this server's client id at the token endpoint",
    commands,
  }),
  oauthClientSecret: setting(() => optional(z.string()), {
    variable: "MLFLOW_PROMPTS_OAUTH_CLIENT_SECRET",
    fallback: "",
    help: "this server's client secret at the token endpoint",
    commands,
  }),
  oauthMlflowAudience: setting(() => optional(z.string()), {
    flag: "oauth-mlflow-audience",
    variable: "MLFLOW_PROMPTS_OAUTH_MLFLOW_AUDIENCE",
    placeholder: "TEXT",
    fallback: "",
    help: "audience of the tokens that MLflow is called with",
    commands,
  }),
};
