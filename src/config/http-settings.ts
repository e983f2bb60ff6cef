import * as z from "zod";
import { limitSettings } from "./limit-settings.ts";
import { setting } from "./setting.ts";
import {
  addressText,
  booleanText,
  listText,
  optional,
  portText,
  redisUrlText,
  secondsText,
} from "./texts.ts";

const commands = ["http"] as const;

/** Addresses, authentication, limits and operation of the http command, in the order of the documentation. */
export const httpSettings = {
  host: setting(
    () => z.string().trim().min(1, "it must be an address to listen on, such as 127.0.0.1"),
    {
      flag: "host",
      variable: "MLFLOW_PROMPTS_HOST",
      placeholder: "ADDRESS",
      fallback: "127.0.0.1",
      help: "address to listen on; an address that other machines can reach requires --auth",
      commands,
    },
  ),
  port: setting(portText, {
    flag: "port",
    variable: "MLFLOW_PROMPTS_PORT",
    placeholder: "NUMBER",
    fallback: "8080",
    help: "port to listen on; 0 picks a free port",
    commands,
  }),
  operationsPort: setting(() => optional(portText()), {
    flag: "operations-port",
    variable: "MLFLOW_PROMPTS_OPERATIONS_PORT",
    placeholder: "NUMBER",
    fallback: "",
    help: "separate port for /metrics and /readyz, for which --port then answers 404; 0 picks a free port",
    commands,
  }),
  publicUrl: setting(() => optional(addressText()), {
    flag: "public-url",
    variable: "MLFLOW_PROMPTS_PUBLIC_URL",
    placeholder: "URL",
    fallback: "",
    help: "address that clients use, without /mcp, such as https://prompts.example.com",
    commands: ["http", "webhooks"],
  }),
  mlflowUiUrl: setting(() => optional(addressText()), {
    flag: "mlflow-ui-url",
    variable: "MLFLOW_PROMPTS_MLFLOW_UI_URL",
    placeholder: "URL",
    fallback: "",
    help: "address of MLflow's pages for callers; without it, only those on this machine get links",
    commands,
  }),
  auth: setting(() => z.enum(["none", "forward", "oauth"], "it must be none, forward or oauth"), {
    flag: "auth",
    variable: "MLFLOW_PROMPTS_AUTH",
    placeholder: "MODE",
    fallback: "none",
    help: "none: one MLflow credential for all callers; forward: each caller's own MLflow credential; oauth: access tokens",
    commands,
  }),
  allowUnauthenticated: setting(booleanText, {
    flag: "allow-unauthenticated",
    variable: "MLFLOW_PROMPTS_ALLOW_UNAUTHENTICATED",
    fallback: "false",
    help: "allow --auth none on an address that other machines can reach",
    commands,
  }),
  workspaces: setting(
    () =>
      listText(
        /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
        'it must be a list of workspaces separated by commas, such as "red,blue"',
      ),
    {
      flag: "workspaces",
      variable: "MLFLOW_PROMPTS_WORKSPACES",
      placeholder: "NAME,...",
      fallback: "",
      help: "workspaces that callers may use; empty means all workspaces of MLflow",
      commands,
    },
  ),
  auditSecret: setting(() => optional(z.string().min(16, "it must have 16 characters or more")), {
    variable: "MLFLOW_PROMPTS_AUDIT_SECRET",
    fallback: "",
    help: "key of the hashes that identify callers in the audit log, at least 16 characters; default: a new key at each start",
    commands,
  }),
  stateless: setting(booleanText, {
    flag: "stateless",
    variable: "MLFLOW_PROMPTS_STATELESS",
    fallback: "false",
    help: "keep no sessions for 2025-era clients: any replica can answer any request, but sends no notifications",
    commands,
  }),
  allowedHosts: setting(
    () =>
      listText(
        /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)$/i,
        'it must be a list of host names without ports, such as "prompts.example.com"',
      ),
    {
      flag: "allowed-hosts",
      variable: "MLFLOW_PROMPTS_ALLOWED_HOSTS",
      placeholder: "NAME,...",
      fallback: "",
      help: "host names to accept in addition to those that the server prints when it starts",
      commands,
    },
  ),
  allowedOrigins: setting(
    () =>
      listText(
        /^https?:\/\/[^/\s]+$/i,
        'it must be a list of origins such as "https://app.example.com"',
      ),
    {
      flag: "allowed-origins",
      variable: "MLFLOW_PROMPTS_ALLOWED_ORIGINS",
      placeholder: "ORIGIN,...",
      fallback: "",
      help: "origins of web pages that may call (CORS); all other origins are refused",
      commands,
    },
  ),
  trustProxy: setting(
    () =>
      listText(
        /^(loopback|linklocal|uniquelocal|[0-9a-f.:]+(\/[0-9a-f.:]+)?)$/i,
        'it must be a list of addresses or networks, such as "10.0.0.0/8" or "loopback"',
      ),
    {
      flag: "trust-proxy",
      variable: "MLFLOW_PROMPTS_TRUST_PROXY",
      placeholder: "NETWORK,...",
      fallback: "",
      help: "proxies whose X-Forwarded-For, -Host and -Proto headers are trusted",
      commands,
    },
  ),
  tlsCert: setting(() => optional(z.string()), {
    flag: "tls-cert",
    variable: "MLFLOW_PROMPTS_TLS_CERT",
    placeholder: "FILE",
    fallback: "",
    help: "PEM file of the certificate chain, to serve HTTPS",
    commands,
  }),
  tlsKey: setting(() => optional(z.string()), {
    flag: "tls-key",
    variable: "MLFLOW_PROMPTS_TLS_KEY",
    placeholder: "FILE",
    fallback: "",
    help: "PEM file of the certificate's private key",
    commands,
  }),
  ...limitSettings,
  redisUrl: setting(() => optional(redisUrlText()), {
    variable: "MLFLOW_PROMPTS_REDIS_URL",
    fallback: "",
    help: "redis(s)://host[:port][/db] of the Redis server through which replicas notify each other of changes",
    commands,
  }),
  shutdownTimeout: setting(secondsText, {
    flag: "shutdown-timeout",
    variable: "MLFLOW_PROMPTS_SHUTDOWN_TIMEOUT",
    placeholder: "SECONDS",
    fallback: "20",
    help: "time that calls in flight have to finish after SIGTERM",
    commands,
  }),
};
