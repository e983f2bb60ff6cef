import * as z from "zod";
import { setting } from "./setting.ts";
import { countText, numberText, secondsText } from "./texts.ts";

const commands = ["http"] as const;

/** Limits of the http command, for all callers together and for each. */
export const limitSettings = {
  maxBody: setting(() => countText(1_024, "bytes"), {
    flag: "max-body",
    variable: "MLFLOW_PROMPTS_MAX_BODY",
    placeholder: "BYTES",
    fallback: "4194304",
    help: "maximum size of a request body",
    commands,
  }),
  maxInFlight: setting(() => countText(1, "calls"), {
    flag: "max-in-flight",
    variable: "MLFLOW_PROMPTS_MAX_IN_FLIGHT",
    placeholder: "NUMBER",
    fallback: "256",
    help: "maximum number of concurrent calls; each caller has a share of it; calls above the limit get status 429",
    commands,
  }),
  maxStreams: setting(() => countText(1, "streams"), {
    flag: "max-streams",
    variable: "MLFLOW_PROMPTS_MAX_STREAMS",
    placeholder: "NUMBER",
    fallback: "2048",
    help: "maximum number of open notification streams; each caller has a share of it; streams above the limit get status 429",
    commands,
  }),
  maxSessions: setting(() => countText(1, "sessions"), {
    flag: "max-sessions",
    variable: "MLFLOW_PROMPTS_MAX_SESSIONS",
    placeholder: "NUMBER",
    fallback: "10000",
    help: "maximum number of sessions of 2025-era clients; at the limit, a new session ends the longest idle session of the caller with the most sessions",
    commands,
  }),
  callerShare: setting(
    () => numberText(z.int().min(1).max(100), "it must be a whole number of percent, 1 to 100"),
    {
      flag: "caller-share",
      variable: "MLFLOW_PROMPTS_CALLER_SHARE",
      placeholder: "PERCENT",
      fallback: "25",
      help: "share of each limit that one caller may use; 100 with --auth none on loopback",
      commands,
    },
  ),
  sessionIdle: setting(secondsText, {
    flag: "session-idle",
    variable: "MLFLOW_PROMPTS_SESSION_IDLE",
    placeholder: "SECONDS",
    fallback: "1800",
    help: "time after which a session with no request and no open stream ends",
    commands,
  }),
  rateLimit: setting(() => countText(0, "requests"), {
    flag: "rate-limit",
    variable: "MLFLOW_PROMPTS_RATE_LIMIT",
    placeholder: "NUMBER",
    fallback: "6000",
    help: "maximum requests per minute of one caller; requests above the limit get status 429; 0 means no limit",
    commands,
  }),
  requestTimeout: setting(secondsText, {
    flag: "request-timeout",
    variable: "MLFLOW_PROMPTS_REQUEST_TIMEOUT",
    placeholder: "SECONDS",
    fallback: "30",
    help: "time limit for receiving a request; its headers have a third of this time",
    commands,
  }),
  credentialCheck: setting(secondsText, {
    flag: "credential-check",
    variable: "MLFLOW_PROMPTS_CREDENTIAL_CHECK",
    placeholder: "SECONDS",
    fallback: "60",
    help: "time after which MLflow verifies a caller's credential again, regardless of the cache",
    commands,
  }),
};
